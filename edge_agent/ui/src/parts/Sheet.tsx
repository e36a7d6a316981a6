/** What lies over a screen: at the lower edge where hands are, in the middle on a wide panel. */

import { styled } from "@mui/material/styles";
import { rise } from "../theme/motion";
import { motion, px, radius } from "../theme/tokens";

export const Sheet = styled("div")(({ theme: { look } }) => ({
  position: "absolute",
  inset: "auto var(--gutter) var(--gutter)",
  maxHeight: "calc(100% - 2 * var(--gutter))",
  overflowY: "auto",
  padding: px(64),
  borderRadius: radius.card,
  background: look.surface,
  color: look.ink,
  outline: look.outlined ? `${look.outline_px}px solid ${look.line}` : "none",
  animation: `${rise} ${motion.change}`,
  "@media (orientation: landscape)": {
    inset: "auto auto 50% 50%",
    width: px(820),
    transform: "translate(-50%, 50%)",
    animation: "none",
    padding: px(48),
  },
}));
