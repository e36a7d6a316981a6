/** The band over every screen of a totem that practises. */

import GlobalStyles from "@mui/material/GlobalStyles";
import { styled } from "@mui/material/styles";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const HEIGHT = `max(40px, ${px(48)})`;

const Band = styled("p")(({ theme: { look } }) => ({
  position: "fixed",
  insetInline: 0,
  top: 0,
  zIndex: 10,
  height: HEIGHT,
  display: "grid",
  placeItems: "center",
  background: look.accent,
  color: "#000000",
  fontSize: text.small,
  fontWeight: 700,
  textAlign: "center",
  pointerEvents: "none",
}));

export function Training() {
  const { say } = useSpeech();
  return (
    <>
      <GlobalStyles styles={{ body: { boxSizing: "border-box", paddingTop: HEIGHT } }} />
      <Band role="status">{say("training.band")}</Band>
    </>
  );
}
