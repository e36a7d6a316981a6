/**
 * Keyboards of our own: ten digits, or letters as on a Brazilian keyboard with their accents ready.
 * What was typed lives with whoever shows it; nothing here remembers.
 */

import BackspaceIcon from "@mui/icons-material/BackspaceRounded";
import { styled } from "@mui/material/styles";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LETTERS = ["ÁÂÃÉÊÍÓÔÕÚ", "QWERTYUIOP", "ASDFGHJKLÇ", "ZXCVBNM'-"];

const Key = styled(Touchable)(({ theme: { look } }) => ({
  minWidth: 0,
  minHeight: "max(60px, calc(104 * var(--u)))",
  justifyContent: "center",
  borderRadius: radius.button,
  background: look.surface,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  color: look.ink,
  fontSize: text.answer,
  fontWeight: 600,
  "&:active": { background: look.tint },
  "@media (orientation: landscape)": { minHeight: "max(56px, calc(64 * var(--u)))" },
}));

const Digits = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(3, minmax(0, 1fr))",
  gap: "max(16px, calc(20 * var(--u)))",
  width: "100%",
  maxWidth: px(640),
  "& button": { fontSize: text.title },
  "& button:last-of-type": { gridColumn: 3 },
  "& .zero": { gridColumn: 2 },
  "@media (orientation: landscape)": { maxWidth: px(480) },
});

const Letters = styled("div")({ display: "grid", gap: "16px", width: "100%" });

const Line = styled("div")({
  display: "grid",
  gridAutoFlow: "column",
  gridAutoColumns: "minmax(0, 1fr)",
  gap: "16px",
});

export interface KeyboardProps {
  readonly kind: "digits" | "letters";
  readonly onKey: (character: string) => void;
  readonly onClear: () => void;
}

export function Keyboard({ kind, onKey, onClear }: KeyboardProps) {
  const { say } = useSpeech();
  const key = (character: string, className?: string) => (
    <Key key={character} className={className ?? ""} onClick={() => onKey(character)}>
      {character}
    </Key>
  );
  const clear = (
    <Key aria-label={say("keys.clear")} onClick={onClear}>
      <BackspaceIcon />
    </Key>
  );
  if (kind === "digits")
    return (
      <Digits data-private>
        {DIGITS.map((digit) => key(digit))}
        {key("0", "zero")}
        {clear}
      </Digits>
    );
  return (
    <Letters data-private>
      {LETTERS.map((row, place) => (
        <Line key={row}>
          {[...row].map((letter) => key(letter))}
          {place === LETTERS.length - 1 && clear}
        </Line>
      ))}
      <Key onClick={() => onKey(" ")}>{say("keys.space")}</Key>
    </Letters>
  );
}
