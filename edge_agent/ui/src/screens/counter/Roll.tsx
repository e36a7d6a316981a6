/**
 * A new roll, step by step: the printer says live what it sees, then a test paper, then the second
 * copies that waited for paper.
 */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { Finding, RollView } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Column, Columns, Standing } from "../../parts/Desk";
import { type DeskProps, useAnswer, useDeed } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { RollDrawing, type RollStep } from "../../parts/RollDrawing";
import { px, radius, text } from "../../theme/tokens";
import { type Speech, useSpeech } from "../../words/words";

const EVERY_MS = 1000;
const TEST = "test";
const STEPS: readonly RollStep[] = ["open", "roll", "close"];

const Steps = styled("ol")({ listStyle: "none", display: "grid", gap: px(8) });

const Step = styled("li")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "minmax(0, 0.42fr) minmax(0, 1fr)",
  alignItems: "center",
  gap: px(32),
  padding: `${px(16)} ${px(24)}`,
  borderRadius: radius.button,
  fontSize: text.answer,
  "&[aria-current=step]": {
    background: look.tint,
    boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.primary}`,
    fontWeight: 700,
  },
}));

const Copy = styled("div")({
  display: "flex",
  alignItems: "center",
  justifyContent: "space-between",
  gap: px(20),
  fontSize: text.answer,
  fontWeight: 700,
});

export function Roll({ line, refuse, back }: DeskProps) {
  const { say, sayOf } = useSpeech();
  const [seen] = useAnswer(() => line.roll(), refuse, EVERY_MS);
  const [waiting, again] = useAnswer(() => line.waiting(), refuse, EVERY_MS * 3);
  const [tested, setTested] = useState<readonly Finding[] | null>(null);
  const [running, run] = useDeed(refuse);
  const test = () => run(TEST, () => line.testPrint().then(setTested));
  const print = (ticket: string) => run(ticket, () => line.reprint(ticket).then(again));
  const ready = isReady(seen);
  const told = (roll: RollView | null) =>
    roll?.hint === "cover_open" ? say("desk.roll.opened") : sayOf("desk.hint", hintOf(roll));
  return (
    <Frame
      title={say("desk.roll")}
      back={<BackButton onTouch={back} />}
      next={
        <Button kind="primary" disabled={!ready || running !== null} onClick={test}>
          {running === TEST ? sayOf("desk.testing", "printer") : say("desk.roll.test")}
        </Button>
      }
    >
      <Columns>
        <Card>
          <Steps>
            {STEPS.map((step, place) => (
              <Step key={step} aria-current={stepNow(seen) === step ? "step" : undefined}>
                <RollDrawing step={step} />
                <span>
                  {place + 1}. {say(`desk.roll.${step}`)}
                </span>
              </Step>
            ))}
          </Steps>
        </Card>
        <Column>
          <Card>
            <h2>{sayOf("desk.device", "printer")}</h2>
            <div role="status">
              <Standing well={ready}>{told(seen)}</Standing>
              {seen !== null && seen.tickets_left !== null && (
                <small>{leftOf(seen.tickets_left, say)}</small>
              )}
            </div>
            {tested !== null && <Tested found={tested} />}
          </Card>
          {waiting !== null && waiting.length > 0 && (
            <Card>
              <h2>{say("desk.roll.waiting")}</h2>
              {waiting.map((it) => (
                <Copy key={it.ticket}>
                  {it.number}
                  <Button
                    kind="plain"
                    disabled={!ready || running !== null}
                    onClick={() => print(it.ticket)}
                  >
                    {running === it.ticket ? sayOf("desk.doing", "reprint") : say("desk.reprint")}
                  </Button>
                </Copy>
              ))}
            </Card>
          )}
        </Column>
      </Columns>
    </Frame>
  );
}

function Tested({ found }: { found: readonly Finding[] }) {
  const { say } = useSpeech();
  const well = found.every((it) => it.is_well);
  return <Standing well={well}>{say(well ? "desk.test.well" : "desk.test.ill")}</Standing>;
}

function isReady(seen: RollView | null): boolean {
  return seen !== null && (seen.state === "ready" || seen.state === "busy") && seen.paper !== "end";
}

function hintOf(seen: RollView | null): string {
  if (seen === null) return "wait";
  return seen.hint === "" ? "well" : seen.hint;
}

function leftOf(count: number, say: Speech["say"]): string {
  return count === 0 ? say("desk.roll.last") : say("desk.roll.left", { count });
}

/** What the person does now, by what the printer sees. */
function stepNow(seen: RollView | null): RollStep | null {
  if (seen === null || isReady(seen)) return null;
  if (seen.hint === "cover_open") return "roll";
  return seen.hint === "paper_end" ? "open" : null;
}
