/** One sentence that stays a few seconds: why the last touch did nothing. */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import { rise } from "../theme/motion";
import { motion, px, radius, text } from "../theme/tokens";
import { useCountdown } from "./clock";

const SHOWN_S = 5;

const Box = styled("p")(({ theme: { look } }) => ({
  position: "fixed",
  left: "var(--gutter)",
  right: "var(--gutter)",
  bottom: `calc(var(--bar) + ${px(24)})`,
  padding: `${px(28)} ${px(36)}`,
  borderRadius: radius.button,
  background: look.ink,
  color: look.paper,
  fontSize: text.body,
  textAlign: "center",
  pointerEvents: "none",
  zIndex: 10,
  animation: `${rise} ${motion.change}`,
}));

/** Mount it anew (by key) for each refusal. */
export function Notice({ text: words }: { text: string }) {
  const [shown, setShown] = useState(true);
  useCountdown(SHOWN_S, words, () => setShown(false));
  return shown ? <Box role="status">{words}</Box> : null;
}
