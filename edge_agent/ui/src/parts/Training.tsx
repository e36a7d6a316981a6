/** The band over every screen of a totem that practises. */

import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Band = styled("p")(({ theme: { look } }) => ({
  position: "fixed",
  insetInline: 0,
  top: 0,
  zIndex: 10,
  padding: px(10),
  background: look.accent,
  color: "#000000",
  fontSize: text.small,
  fontWeight: 700,
  textAlign: "center",
  pointerEvents: "none",
}));

export function Training() {
  const { say } = useSpeech();
  return <Band role="status">{say("training.band")}</Band>;
}
