/** How many: one less, the number, one more. */

import AddIcon from "@mui/icons-material/AddRounded";
import RemoveIcon from "@mui/icons-material/RemoveRounded";
import { styled } from "@mui/material/styles";
import { px, radius, target, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";

export const QUANTITY_MAX = 99;

const Row = styled("div")({
  display: "grid",
  gridTemplateColumns: "auto 2.2em auto",
  gap: px(4),
  alignItems: "center",
  textAlign: "center",
  fontSize: text.answer,
  fontWeight: 700,
});

const StepButton = styled(Touchable)(({ theme: { look } }) => ({
  width: target.any,
  height: target.any,
  borderRadius: radius.button,
  background: look.tint,
  color: look.primary,
  boxShadow: look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : "none",
  "&:active": { background: look.line },
  "&.Mui-disabled": { background: look.paper, color: look.soft, opacity: 0.5 },
}));

interface StepperProps {
  readonly name: string;
  readonly quantity: number;
  readonly onChange: (change: 1 | -1) => void;
}

export function Stepper({ name, quantity, onChange }: StepperProps) {
  const { say } = useSpeech();
  return (
    <Row role="group" aria-label={name}>
      <StepButton
        aria-label={say("review.fewer", { name })}
        disabled={quantity <= 1}
        onClick={() => onChange(-1)}
      >
        <RemoveIcon />
      </StepButton>
      <span aria-live="polite">{quantity}</span>
      <StepButton
        aria-label={say("review.more", { name })}
        disabled={quantity >= QUANTITY_MAX}
        onClick={() => onChange(1)}
      >
        <AddIcon />
      </StepButton>
    </Row>
  );
}
