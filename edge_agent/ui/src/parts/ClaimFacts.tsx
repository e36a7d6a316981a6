/** What to keep of a payment in doubt: the code, large, with its QR, the amount and the time. */

import { styled } from "@mui/material/styles";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Qr } from "./Qr";
import { Sum } from "./Sum";

const Facts = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
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

interface ClaimFactsProps {
  readonly code: string;
  readonly amount: string;
  readonly time: string;
}

export function ClaimFacts({ code, amount, time }: ClaimFactsProps) {
  const { say } = useSpeech();
  return (
    <Facts data-claim>
      <div>
        {code !== "" && (
          <Code>
            {say("checking.code")}
            <strong>{code}</strong>
          </Code>
        )}
        <Row>
          <Sum align="left" label={say("checking.amount")} amount={amount} />
          {time !== "" && <Sum align="left" label={say("checking.time")} amount={time} />}
        </Row>
      </div>
      {code !== "" && <Qr text={code} label={say("checking.code")} size={px(280)} />}
    </Facts>
  );
}
