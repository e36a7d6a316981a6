/** The door of the corner: a PIN by touch, or a badge before the scanner. */

import { styled } from "@mui/material/styles";
import type { CornerLine } from "../../api/corner";
import type { Entered } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { useScans } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { PinPad } from "../../parts/PinPad";
import { px, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

const Keys = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(32),
  justifyItems: "center",
  "& small": { fontSize: text.small, color: look.soft },
  "@media (orientation: landscape)": { gap: px(16) },
}));

interface DoorProps {
  readonly line: CornerLine;
  readonly refuse: (error: unknown) => void;
  readonly enter: (who: Entered) => void;
  readonly leave: () => void;
}

export function Door({ line, refuse, enter, leave }: DoorProps) {
  const { say } = useSpeech();
  useScans(
    (signal) => line.badge(signal),
    (who) => who !== null && enter(who),
    refuse,
  );
  return (
    <Frame middle title={say("desk.pin.title")} back={<BackButton onTouch={leave} />}>
      <Keys>
        <PinPad onDone={(pin) => void line.enter(pin).then(enter, refuse)} />
        <small>{say("desk.badge")}</small>
      </Keys>
    </Frame>
  );
}
