/** Tap every cell: a cell that stays white is a place where this panel does not feel a finger. */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import { Button } from "../../parts/Button";
import { edge, px, radius, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

const SHORT = 6;
const LONG = 10;
const CELLS = SHORT * LONG;

const Grid = styled("div")(({ theme: { look } }) => ({
  position: "fixed",
  inset: 0,
  display: "grid",
  gridTemplateColumns: `repeat(${SHORT}, 1fr)`,
  gridTemplateRows: `repeat(${LONG}, 1fr)`,
  "@media (orientation: landscape)": {
    gridTemplateColumns: `repeat(${LONG}, 1fr)`,
    gridTemplateRows: `repeat(${SHORT}, 1fr)`,
  },
  background: look.line,
  gap: 2,
}));

const Cell = styled("div")(({ theme: { look } }) => ({
  background: look.surface,
  touchAction: "none",
  "&[data-felt=true]": { background: look.primary },
}));

const Middle = styled("div")(({ theme: { look } }) => ({
  position: "fixed",
  left: "50%",
  top: "50%",
  transform: "translate(-50%, -50%)",
  display: "grid",
  gap: px(20),
  justifyItems: "center",
  width: "max-content",
  maxWidth: `calc(100% - ${px(96)})`,
  padding: px(36),
  borderRadius: radius.card,
  background: look.paper,
  boxShadow: edge(look),
  textAlign: "center",
  fontSize: text.body,
  "& strong": { fontSize: text.answer },
}));

export function TouchGrid({ onDone }: { onDone: (cells_missed: number) => void }) {
  const { say } = useSpeech();
  const [felt, setFelt] = useState<ReadonlySet<number>>(new Set());
  const feel = (cell: number) => setFelt((before) => new Set([...before, cell]));
  const left = CELLS - felt.size;
  return (
    <>
      <Grid>
        {Array.from({ length: CELLS }, (_, cell) => (
          <Cell
            key={cell}
            data-testid="cell"
            data-felt={felt.has(cell)}
            onPointerDown={() => feel(cell)}
            onPointerEnter={(event) => event.buttons > 0 && feel(cell)}
          />
        ))}
      </Grid>
      <Middle style={{ pointerEvents: "none" }}>
        <strong>{say("desk.touch.how")}</strong>
        <span role="status">
          {left === 0 ? say("desk.touch.all") : say("desk.touch.left", { count: left })}
        </span>
        <Button
          kind="plain"
          style={{ pointerEvents: "auto" }}
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => onDone(left)}
        >
          {say("ticket.done")}
        </Button>
      </Middle>
    </>
  );
}
