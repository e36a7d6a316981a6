/** Cards that the bank refused after the ticket was out: paid in cash after all, or a loss. */

import { useState } from "react";
import type { LateDecline } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Columns, Deeds, Nothing } from "../../parts/Desk";
import { type DeskProps, useAnswer, useDeed } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { Sure } from "../../parts/Sure";
import { useSpeech } from "../../words/words";

type Way = "recovered" | "written_off";

export function Late({ line, refuse, back }: DeskProps) {
  const { say } = useSpeech();
  const [rows, again] = useAnswer(() => line.late(), refuse);
  const [running, run] = useDeed(refuse);
  const end = (payment: string, way: Way) =>
    run(payment, () => line.makeGood(payment, way).then(again));
  return (
    <Frame
      title={say("desk.late")}
      back={<BackButton onTouch={back} />}
      middle={rows?.length === 0}
    >
      {rows?.length === 0 && <Nothing>{say("desk.cases.none")}</Nothing>}
      <Columns>
        {rows?.map((it) => (
          <Declined
            key={it.payment}
            found={it}
            busy={running !== null}
            onEnd={(way) => end(it.payment, way)}
          />
        ))}
      </Columns>
    </Frame>
  );
}

interface DeclinedProps {
  readonly found: LateDecline;
  readonly busy: boolean;
  readonly onEnd: (way: Way) => void;
}

function Declined({ found, busy, onEnd }: DeclinedProps) {
  const { say, money } = useSpeech();
  const [asking, setAsking] = useState(false);
  const amount = money(found.amount_minor);
  return (
    <Card>
      <h2>{[found.number, amount].filter((it) => it !== "").join(" · ")}</h2>
      <small>{found.masked_pan}</small>
      {asking ? (
        <Sure
          question={say("desk.sure.written_off", { amount })}
          yes={say("desk.written_off")}
          onYes={() => {
            setAsking(false);
            onEnd("written_off");
          }}
          onNo={() => setAsking(false)}
        />
      ) : (
        <Deeds>
          <Button kind="plain" disabled={busy} onClick={() => onEnd("recovered")}>
            {say("desk.recovered", { amount })}
          </Button>
          <Button kind="plain" disabled={busy} onClick={() => setAsking(true)}>
            {say("desk.written_off")}
          </Button>
        </Deeds>
      )}
    </Card>
  );
}
