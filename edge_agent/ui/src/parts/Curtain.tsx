/**
 * The picture off, for who hears the screen: nothing can be read, everything is touched, focused and
 * spoken as before. What is drawn on it is the one line that brings the picture back.
 */

import { styled } from "@mui/material/styles";
import { px, radius, target, text } from "../theme/tokens";
import { Touchable } from "./Button";

const NIGHT = "#0b0b0b";

/** Over the whole panel, also where the stage is only a part of it. */
export const Curtain = styled("div")(({ theme: { zIndex } }) => ({
  position: "fixed",
  inset: 0,
  zIndex: zIndex.tooltip,
  background: NIGHT,
  boxShadow: `0 0 0 100vmax ${NIGHT}`,
  pointerEvents: "none",
}));

export const Lift = styled(Touchable)(({ theme: { zIndex } }) => ({
  flex: 1,
  minWidth: 0,
  minHeight: target.any,
  padding: `0 ${px(16)}`,
  zIndex: zIndex.tooltip + 1,
  borderRadius: radius.button,
  background: NIGHT,
  color: "#b8b8b8",
  fontSize: text.small,
  lineHeight: 1.15,
  textAlign: "center",
  whiteSpace: "normal",
  "html[data-large] &": { flexBasis: "100%", order: -1 },
}));
