/** The code by which the team finds this customer's money, large enough to be noted. */

import { styled } from "@mui/material/styles";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Box = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  alignItems: "center",
  columnGap: px(40),
  width: "100%",
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)", "& strong": { overflowWrap: "anywhere" } },
  padding: `${px(24)} ${px(36)}`,
  borderRadius: radius.card,
  background: look.accentTint,
  boxShadow: look.outlined ? edge(look) : "none",
  color: look.ink,
  textAlign: "left",
  fontSize: text.small,
  "& strong": {
    display: "block",
    fontSize: text.title,
    fontWeight: 800,
    lineHeight: 1.1,
    letterSpacing: "0.02em",
  },
}));

export function ClaimCode({ code }: { code: string }) {
  const { say } = useSpeech();
  return (
    <Box>
      <p>
        {say("claim.code")}
        <strong>{code}</strong>
      </p>
      <p>{say("claim.keep")}</p>
    </Box>
  );
}
