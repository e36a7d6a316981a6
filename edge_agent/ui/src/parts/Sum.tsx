/** An amount with its small name, as the bar and the payment screens show it. */

import { styled } from "@mui/material/styles";
import { text } from "../theme/tokens";

const Stack = styled("p", { shouldForwardProp: (name) => name !== "align" })<{
  align: "left" | "right" | "center";
}>(({ theme: { look }, align }) => ({
  display: "grid",
  textAlign: align,
  lineHeight: 1.1,
  whiteSpace: "nowrap",
  "& span": { fontSize: text.small, color: look.soft },
  "& strong": { fontSize: text.answer, fontWeight: 700, letterSpacing: "-0.01em" },
}));

interface SumProps {
  readonly label: string;
  readonly amount: string;
  readonly align?: "left" | "right" | "center";
}

export function Sum({ label, amount, align = "right" }: SumProps) {
  return (
    <Stack align={align}>
      <span>{label}</span>
      <strong>{amount}</strong>
    </Stack>
  );
}
