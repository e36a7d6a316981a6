/** Somebody comes back with the code of a PIX that nobody knew the end of. */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import { BackButton } from "../parts/BackButton";
import { Button } from "../parts/Button";
import { codeRows, Keys } from "../parts/Keys";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const CODE_LENGTH = 8;

const Page = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr)",
  justifyItems: "center",
  gap: px(36),
  fontSize: text.body,
  color: look.soft,
  "@media (orientation: landscape)": { gap: px(16) },
}));

const Typed = styled("output")(({ theme: { look } }) => ({
  display: "block",
  minWidth: "min(100%, 9em)",
  padding: `${px(20)} ${px(32)}`,
  borderRadius: radius.button,
  background: look.surface,
  boxShadow: edge(look),
  color: look.ink,
  fontSize: text.title,
  fontWeight: 800,
  letterSpacing: "0.08em",
  textAlign: "center",
  "&:empty::before": { content: '"\\00a0"' },
}));

export function PixClaim({ deeds }: ScreenProps) {
  const { say } = useSpeech();
  const [typed, setTyped] = useState("");
  return (
    <Frame
      title={say("pix.claim.title")}
      back={<BackButton onTouch={() => void deeds.open("")} />}
      next={
        <Button
          kind="primary"
          disabled={typed.length < CODE_LENGTH}
          onClick={() => void deeds.claimPix(typed)}
        >
          {say("pix.claim.take")}
        </Button>
      }
    >
      <Page>
        <p>{say("pix.claim.body")}</p>
        <Typed aria-label={say("pix.claim.title")}>{typed}</Typed>
        <Keys
          rows={codeRows}
          onType={(more) => setTyped((before) => (before + more).slice(0, CODE_LENGTH))}
          onErase={() => setTyped((before) => before.slice(0, -1))}
          onClear={() => setTyped("")}
        />
      </Page>
    </Frame>
  );
}
