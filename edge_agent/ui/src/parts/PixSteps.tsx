/** What to do, in order: a number and a few words each. */

import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";

const List = styled("ol")(({ theme: { look } }) => ({
  listStyle: "none",
  display: "grid",
  gap: px(20),
  fontSize: text.answer,
  "& li": { display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", alignItems: "center", gap: px(24) },
  "& b": {
    display: "grid",
    placeItems: "center",
    width: px(64),
    height: px(64),
    borderRadius: "50%",
    background: look.tint,
    color: look.primary,
    boxShadow: look.outlined ? `inset 0 0 0 3px ${look.line}` : "none",
  },
  "@media (orientation: landscape)": { gap: px(14), "& b": { width: px(52), height: px(52) } },
}));

export function PixSteps({ steps }: { steps: readonly string[] }) {
  return (
    <List>
      {steps.map((step, i) => (
        <li key={step}>
          <b aria-hidden>{i + 1}</b>
          {step}
        </li>
      ))}
    </List>
  );
}
