/** Cards that the bank refused after the ticket was out: paid in cash after all, or a loss. */

import { useState } from "react";
import type { LateDecline } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Columns, Deeds, Nothing } from "../../parts/Desk";
import { type DeskProps, useAnswer } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { Sure } from "../../parts/Sure";
import { useSpeech } from "../../words/words";

type Way = "recovered" | "written_off";

export function Late({ line, refuse, back }: DeskProps) {
  const { say } = useSpeech();
  const [rows, again] = useAnswer(() => line.late(), refuse);
  const end = (payment: string, way: Way) => void line.makeGood(payment, way).then(again, refuse);
  return (
    <Frame
      title={say("desk.late")}
      back={<BackButton onTouch={back} />}
      middle={rows?.length === 0}
    >
      {rows?.length === 0 && <Nothing>{say("desk.cases.none")}</Nothing>}
      <Columns>
        {rows?.map((it) => (
          <Declined key={it.payment} found={it} onEnd={(way) => end(it.payment, way)} />
        ))}
      </Columns>
    </Frame>
  );
}

function Declined({ found, onEnd }: { found: LateDecline; onEnd: (way: Way) => void }) {
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
          onYes={() => onEnd("written_off")}
          onNo={() => setAsking(false)}
        />
      ) : (
        <Deeds>
          <Button kind="plain" onClick={() => onEnd("recovered")}>
            {say("desk.recovered", { amount })}
          </Button>
          <Button kind="plain" onClick={() => setAsking(true)}>
            {say("desk.written_off")}
          </Button>
        </Deeds>
      )}
    </Card>
  );
}
