/**
 * One sentence that stays a few seconds: why the last touch did nothing. Whoever has the screen
 * read hears it at once.
 */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import { rise } from "../theme/motion";
import { motion, px, radius, text } from "../theme/tokens";
import { useCountdown } from "./clock";
import { MORE_TIME } from "./screen";

const SHOWN_S = 5;

const Box = styled("p")(({ theme: { look, zIndex } }) => ({
  position: "absolute",
  gridArea: "1 / 1 / 2 / 2",
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
  zIndex: zIndex.snackbar,
  animation: `${rise} ${motion.change}`,
}));

interface NoticeProps {
  readonly text: string;
  readonly slow?: boolean;
  /** What says that nothing can be said is only written. */
  readonly mute?: boolean;
}

/** Mount it anew (by key) for each refusal. */
export function Notice({ text: words, slow = false, mute = false }: NoticeProps) {
  const [shown, setShown] = useState(true);
  useCountdown(slow ? MORE_TIME * SHOWN_S : SHOWN_S, words, () => setShown(false));
  return shown ? <Box role={mute ? undefined : "alert"}>{words}</Box> : null;
}
