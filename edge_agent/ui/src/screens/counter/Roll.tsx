/**
 * A new roll, step by step: the printer says live what it sees, then a test paper, then the second
 * copies that waited for paper.
 */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { Finding, RollView } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Column, Deeds, Standing } from "../../parts/Desk";
import { type DeskProps, useAnswer } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { RollDrawing, type RollStep } from "../../parts/RollDrawing";
import { px, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

const EVERY_MS = 1000;
const STEPS: readonly RollStep[] = ["open", "roll", "close"];

const Steps = styled("ol")({
  listStyle: "none",
  display: "grid",
  gridTemplateColumns: "repeat(3, minmax(0, 1fr))",
  gap: px(24),
});

const Step = styled("li")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(16),
  justifyItems: "center",
  textAlign: "center",
  fontSize: text.body,
  "&[aria-current=step]": { color: look.primary, fontWeight: 700 },
}));

const Copy = styled("p")({
  display: "flex",
  flexWrap: "wrap",
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
  const test = () => void line.testPrint().then(setTested, refuse);
  const print = (ticket: string) => void line.reprint(ticket).then(again, refuse);
  const ready = isReady(seen);
  return (
    <Frame
      title={say("desk.roll")}
      back={<BackButton onTouch={back} />}
      next={
        <Button kind="primary" disabled={!ready} onClick={test}>
          {say("desk.roll.test")}
        </Button>
      }
    >
      <Column>
        <Card>
          <Steps>
            {STEPS.map((step, place) => (
              <Step key={step} aria-current={stepNow(seen) === step ? "step" : undefined}>
                <RollDrawing step={step} />
                {place + 1}. {say(`desk.roll.${step}`)}
              </Step>
            ))}
          </Steps>
          <div role="status">
            <Standing well={ready}>{sayOf("desk.hint", hintOf(seen))}</Standing>
          </div>
          {tested !== null && <Tested found={tested} />}
        </Card>
        {waiting !== null && waiting.length > 0 && (
          <Card>
            <h2>{say("desk.roll.waiting")}</h2>
            {waiting.map((it) => (
              <Copy as="div" key={it.ticket}>
                {it.number}
                <Deeds>
                  <Button kind="plain" disabled={!ready} onClick={() => print(it.ticket)}>
                    {say("desk.reprint")}
                  </Button>
                </Deeds>
              </Copy>
            ))}
          </Card>
        )}
      </Column>
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

/** What the person does now, by what the printer sees. */
function stepNow(seen: RollView | null): RollStep | null {
  if (seen === null || isReady(seen)) return null;
  if (seen.hint === "cover_open") return "roll";
  return seen.hint === "paper_end" ? "open" : null;
}
