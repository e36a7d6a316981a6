/**
 * The agent is not answering: a calm moment that ends by itself. During a payment it says what
 * matters.
 */

import { styled } from "@mui/material/styles";
import { Advice, Answer, Happened, Meaning, StillPage } from "../parts/Answer";
import { breathe } from "../theme/motion";
import { px } from "../theme/tokens";
import { useSpeech } from "../words/words";

const DOTS = [0, 1, 2];

const Dots = styled("div")(({ theme: { look } }) => ({
  display: "flex",
  gap: px(28),
  "& i": {
    width: px(36),
    height: px(36),
    borderRadius: "50%",
    background: look.primary,
    animation: `${breathe} 1.8s ease-in-out infinite`,
  },
}));

export function Moment({ paying }: { paying: boolean }) {
  const { say } = useSpeech();
  return (
    <StillPage>
      <Answer role="status">
        <Dots aria-hidden>
          {DOTS.map((i) => (
            <i key={i} style={{ animationDelay: `${i * 0.3}s` }} />
          ))}
        </Dots>
        <Happened>{say("moment.title")}</Happened>
        {paying && <Meaning>{say("moment.paying")}</Meaning>}
        <Advice>{say("moment.body")}</Advice>
      </Answer>
    </StillPage>
  );
}
