/** A PIX that nobody waited for has come: the ticket or the money back, and how long it waits. */

import LateIcon from "@mui/icons-material/TaskAltRounded";
import type { ReactNode } from "react";
import { useSpeech } from "../words/words";
import { Advice, Answer, Happened, Meaning, Sign } from "./Answer";
import { Beside } from "./Beside";
import { Button } from "./Button";
import { useSecondsLeft } from "./secondsLeft";
import { Frame } from "./Frame";
import { PixCode } from "./PixCode";

interface PixLateProps {
  readonly why: string;
  readonly code: string;
  readonly amount_minor: number;
  readonly returns_in_s: number;
  readonly onTake: () => void;
  readonly onRefund: () => void;
  readonly back?: ReactNode;
}

export function PixLate({ why, code, amount_minor, returns_in_s, onTake, onRefund, back }: PixLateProps) {
  const { say, money } = useSpeech();
  const minutes = Math.max(1, Math.ceil(useSecondsLeft(returns_in_s) / 60));
  return (
    <Frame
      middle
      back={back}
      between={
        <Beside>
          <Button kind="plain" onClick={onRefund}>
            {say("pix.late.back")}
          </Button>
        </Beside>
      }
      next={
        <Button kind="primary" onClick={onTake}>
          {say("pix.late.take")}
        </Button>
      }
    >
      <Answer>
        <Sign tone="primary">
          <LateIcon />
        </Sign>
        <Happened>{say("pix.late.title")}</Happened>
        <Meaning>{why}</Meaning>
        <PixCode label={say("pix.code")} code={code} amount={money(amount_minor)} />
        <Advice>{say("pix.late.keep", { count: minutes })}</Advice>
      </Answer>
    </Frame>
  );
}
