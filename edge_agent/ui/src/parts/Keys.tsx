/** Keys to touch, row by row as data, with one to erase and one to clear. */

import BackspaceIcon from "@mui/icons-material/BackspaceRounded";
import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button } from "./Button";

type Rows = readonly (readonly string[])[];

export const emailRows: Rows = [
  [..."1234567890"],
  [..."qwertyuiop"],
  [..."asdfghjkl@"],
  [..."zxcvbnm._-"],
  [".com", ".com.br", "@gmail.com"],
];

export const phoneRows: Rows = [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["0"]];

/** Claim codes have no I, L, O or U: nobody mistakes them for a digit. */
export const codeRows: Rows = [
  [..."1234567890"],
  [..."ABCDEFGHJK"],
  [..."MNPQRSTVWX"],
  ["Y", "Z"],
];

const Board = styled("div")({
  display: "grid",
  gap: "max(16px, calc(16 * var(--u)))",
  width: "100%",
  "@media (orientation: landscape)": { maxWidth: px(1120) },
});

const Row = styled("div", { shouldForwardProp: (name) => name !== "narrow" })<{
  narrow: boolean;
}>(({ narrow }) => ({
  display: "grid",
  gridAutoFlow: "column",
  gridAutoColumns: "minmax(0, 1fr)",
  gap: "max(16px, calc(16 * var(--u)))",
  width: "100%",
  maxWidth: narrow ? px(620) : "none",
  margin: "0 auto",
  "html[data-large] &:last-of-type": {
    display: "flex",
    flexWrap: "wrap",
    "& button": { flex: "1 0 auto", padding: `0 ${px(20)}` },
  },
  "& button": { minWidth: 0, padding: 0, justifyContent: "center" },
  "@media (orientation: landscape)": { "& button": { minHeight: "max(60px, calc(64 * var(--u)))" } },
}));

const Word = styled("span")({ fontSize: text.small });

interface KeysProps {
  readonly rows: Rows;
  readonly onType: (text: string) => void;
  readonly onErase: () => void;
  readonly onClear: () => void;
}

export function Keys({ rows, onType, onErase, onClear }: KeysProps) {
  const { say } = useSpeech();
  const narrow = (rows[0]?.length ?? 0) < 4;
  return (
    <Board data-private>
      {rows.map((row, place) => (
        <Row key={row.join("")} narrow={narrow}>
          {place === rows.length - 1 && (
            <Button kind="plain" onClick={onClear}>
              {say("receipt.erase_all")}
            </Button>
          )}
          {row.map((key) => (
            <Button key={key} kind="plain" onClick={() => onType(key)}>
              {key.length > 1 ? <Word>{key}</Word> : key}
            </Button>
          ))}
          {place === rows.length - 1 && (
            <Button kind="plain" aria-label={say("receipt.erase")} onClick={onErase}>
              <BackspaceIcon />
            </Button>
          )}
        </Row>
      ))}
    </Board>
  );
}
