/** Are you still there? Twenty seconds, one touch to stay. */

import Modal from "@mui/material/Modal";
import { styled } from "@mui/material/styles";
import { Advice, Answer, Happened } from "../parts/Answer";
import { Button } from "../parts/Button";
import { useCountdown } from "../parts/clock";
import { Ring } from "../parts/Ring";
import { Sheet } from "../parts/Sheet";
import { px } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Ways = styled("div")({
  width: "100%",
  display: "grid",
  gridTemplateColumns: "1fr 2fr",
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
  gap: "max(16px, calc(24 * var(--u)))",
  marginTop: px(16),
});

interface StillThereProps {
  readonly onStay: () => void;
  readonly onEnd: () => void;
  readonly warning_s: number;
}

export function StillThere({ onStay, onEnd, warning_s }: StillThereProps) {
  const { say } = useSpeech();
  const left_s = useCountdown(warning_s, "", onEnd);
  return (
    <Modal open onClose={onStay}>
      <Sheet role="dialog" aria-modal="true" aria-labelledby="still-there">
        <Answer>
          <Ring left_s={left_s} whole_s={warning_s} size={px(220)} />
          <Happened as="h2" id="still-there">{say("still.title")}</Happened>
          <Advice>{say("still.body")}</Advice>
          <Ways>
            <Button kind="plain" onClick={onEnd}>
              {say("still.end")}
            </Button>
            <Button kind="primary" onClick={onStay} autoFocus>
              {say("still.stay")}
            </Button>
          </Ways>
        </Answer>
      </Sheet>
    </Modal>
  );
}
