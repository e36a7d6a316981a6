/**
 * The most important screen of all: the outcome is unknown, so nobody pays twice and the code is
 * large.
 */

import HourglassIcon from "@mui/icons-material/HourglassTopRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { PaymentView } from "../api/schemas";
import { Advice, Answer, Happened, Meaning, Sign } from "../parts/Answer";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { Qr } from "../parts/Qr";
import type { ScreenProps } from "../parts/screen";
import { Sum } from "../parts/Sum";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Facts = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  alignItems: "center",
  gap: `${px(28)} ${px(48)}`,
  width: "100%",
  maxWidth: px(984),
  padding: px(44),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  textAlign: "left",
  "@media (orientation: landscape)": { padding: px(28) },
}));

const Row = styled("div")({ display: "flex", gap: px(56), marginTop: px(28) });

const Code = styled("p")(({ theme: { look } }) => ({
  display: "grid",
  fontSize: text.small,
  color: look.soft,
  "& strong": {
    fontSize: text.display,
    lineHeight: 1.1,
    letterSpacing: "-0.01em",
    color: look.ink,
    overflowWrap: "anywhere",
  },
}));

export function Checking({ state, deeds, payment }: ScreenProps & { payment: PaymentView }) {
  const { say, money, time } = useSpeech();
  const [since] = useState(() => new Date());
  const code = state.case?.code ?? "";
  return (
    <Frame
      middle
      next={
        code !== "" && (
          <Button kind="primary" onClick={() => void deeds.finish()}>
            {say("note.done")}
          </Button>
        )
      }
    >
      <Answer>
        <Sign tone="accent">
          <HourglassIcon />
        </Sign>
        <Happened>{say("checking.title")}</Happened>
        <Meaning>{say("checking.already")}</Meaning>
        <Facts>
          <div>
            {code !== "" && (
              <Code>
                {say("checking.code")}
                <strong>{code}</strong>
              </Code>
            )}
            <Row>
              <Sum
                align="left"
                label={say("checking.amount")}
                amount={money(payment.amount_minor)}
              />
              <Sum align="left" label={say("checking.time")} amount={time(since)} />
            </Row>
          </div>
          {code !== "" && <Qr text={code} label={say("checking.code")} size={px(280)} />}
        </Facts>
        {code !== "" && <Advice>{say("checking.keep")}</Advice>}
      </Answer>
    </Frame>
  );
}
