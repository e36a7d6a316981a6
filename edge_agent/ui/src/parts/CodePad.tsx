/** Letters and digits for codes that are written on paper: no keyboard hangs on a totem. */

import BackspaceIcon from "@mui/icons-material/BackspaceRounded";
import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button } from "./Button";

const KEYS = "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const Pad = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(8, minmax(0, 1fr))",
  gap: "max(16px, calc(16 * var(--u)))",
  "& button": {
    minWidth: 0,
    padding: 0,
    minHeight: "var(--any-target)",
    justifyContent: "center",
    fontSize: text.answer,
  },
  "& button:last-child": { gridColumn: "span 4" },
  "@media (orientation: landscape)": { "& button": { fontSize: text.body } },
  paddingBottom: px(8),
});

interface CodePadProps {
  readonly onKey: (key: string) => void;
  readonly onBack: () => void;
}

export function CodePad({ onKey, onBack }: CodePadProps) {
  const { say } = useSpeech();
  return (
    <Pad>
      {[...KEYS].map((key) => (
        <Button key={key} kind="plain" onClick={() => onKey(key)}>
          {key}
        </Button>
      ))}
      <Button kind="plain" aria-label={say("desk.pin.clear")} onClick={onBack}>
        <BackspaceIcon />
      </Button>
    </Pad>
  );
}
