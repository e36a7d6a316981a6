/** Cards that the bank refused after the ticket was out: paid in cash after all, or a loss. */

import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Column, Deeds, Nothing } from "../../parts/Desk";
import { type DeskProps, useAnswer } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { useSpeech } from "../../words/words";

export function Late({ line, refuse, back }: DeskProps) {
  const { say, money } = useSpeech();
  const [rows, again] = useAnswer(() => line.late(), refuse);
  const end = (payment: string, way: "recovered" | "written_off") =>
    void line.makeGood(payment, way).then(again, refuse);
  return (
    <Frame title={say("desk.late")} back={<BackButton onTouch={back} />}>
      <Column>
        {rows?.length === 0 && <Nothing>{say("desk.cases.none")}</Nothing>}
        {rows?.map((it) => (
          <Card key={it.payment}>
            <h2>
              {it.number} · {money(it.amount_minor)}
            </h2>
            <small>{it.masked_pan}</small>
            <Deeds>
              <Button kind="primary" onClick={() => end(it.payment, "recovered")}>
                {say("desk.recovered", { amount: money(it.amount_minor) })}
              </Button>
              <Button kind="plain" onClick={() => end(it.payment, "written_off")}>
                {say("desk.written_off")}
              </Button>
            </Deeds>
          </Card>
        ))}
      </Column>
    </Frame>
  );
}
