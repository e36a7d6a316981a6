/** How far something is: a few named dots, the present one filled. */

import CheckIcon from "@mui/icons-material/CheckRounded";
import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";

const List = styled("ol")({
  listStyle: "none",
  display: "grid",
  gridAutoFlow: "column",
  gridAutoColumns: "minmax(0, 1fr)",
  width: "100%",
  "html[data-large] &": { gridAutoFlow: "row", gap: px(12) },
});

const Stage = styled("li")(({ theme: { look } }) => ({
  position: "relative",
  display: "grid",
  justifyItems: "center",
  gap: px(12),
  fontSize: text.small,
  color: look.soft,
  "& i": {
    zIndex: 1,
    display: "grid",
    placeItems: "center",
    width: px(48),
    height: px(48),
    borderRadius: "50%",
    background: look.paper,
    boxShadow: `inset 0 0 0 4px ${look.line}`,
    "& svg": { fontSize: px(32) },
  },
  "&[data-at=now] i": { boxShadow: `inset 0 0 0 ${px(14)} ${look.primary}` },
  "&[data-at=done] i": { background: look.primary, color: look.onPrimary, boxShadow: "none" },
  "&[data-at=now], &[data-at=done]": { color: look.ink, fontWeight: 600 },
  "html[data-large] &": { gridTemplateColumns: "auto 1fr", justifyItems: "start", alignItems: "center" },
  "html[data-large] & + &::before": { display: "none" },
  "& + &::before": {
    content: '""',
    position: "absolute",
    top: px(22),
    right: "50%",
    width: "100%",
    height: 4,
    background: look.line,
  },
  "& + &[data-at=now]::before, & + &[data-at=done]::before": { background: look.primary },
}));

export function Stages({ names, present }: { names: readonly string[]; present: number }) {
  return (
    <List>
      {names.map((name, i) => (
        <Stage
          key={name}
          data-at={i < present ? "done" : i === present ? "now" : "later"}
          aria-current={i === present ? "step" : undefined}
        >
          <i>{i < present && <CheckIcon />}</i>
          {name}
        </Stage>
      ))}
    </List>
  );
}
