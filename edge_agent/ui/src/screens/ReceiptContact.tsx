/**
 * Where headquarters is to send the receipt. What is typed lives on this page alone until it is
 * sent, and goes with it.
 */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { ReceiptChannel } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { Button } from "../parts/Button";
import { emailRows, Keys, phoneRows } from "../parts/Keys";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const EMAIL_MOST = 254;
const PHONE_MOST = 15;
const PHONE_LEAST = 10;

const Page = styled("div")({
  display: "grid",
  justifyItems: "center",
  gap: px(36),
  "@media (orientation: landscape)": { gap: px(16) },
});

const Typed = styled("output")(({ theme: { look } }) => ({
  display: "block",
  width: "100%",
  minHeight: "2em",
  padding: `${px(20)} ${px(32)}`,
  borderRadius: radius.button,
  background: look.surface,
  boxShadow: edge(look),
  fontSize: text.answer,
  fontWeight: 600,
  overflowWrap: "anywhere",
  "&:empty::before": { content: '"\\00a0"' },
}));

const Purpose = styled("p")(({ theme: { look } }) => ({
  fontSize: text.small,
  color: look.soft,
}));

export function ReceiptContact({ deeds, channel }: ScreenProps & { channel: ReceiptChannel }) {
  const { say } = useSpeech();
  const [typed, setTyped] = useState("");
  const most = channel === "email" ? EMAIL_MOST : PHONE_MOST;
  return (
    <Frame
      title={say(`receipt.${channel}.title`)}
      back={<BackButton onTouch={() => void deeds.open("receipt")} />}
      next={
        <Button
          kind="primary"
          disabled={!looksWhole(channel, typed)}
          onClick={() => void deeds.sendReceipt(channel, typed)}
        >
          {say("receipt.send")}
        </Button>
      }
    >
      <Page>
        <Typed data-private aria-label={say(`receipt.${channel}.title`)}>{typed}</Typed>
        <Purpose>{say("receipt.purpose")}</Purpose>
        <Keys
          rows={channel === "email" ? emailRows : phoneRows}
          onType={(more) => setTyped((before) => (before + more).slice(0, most))}
          onErase={() => setTyped((before) => before.slice(0, -1))}
          onClear={() => setTyped("")}
        />
      </Page>
    </Frame>
  );
}

/** Enough to try; the agent has the last word. */
function looksWhole(channel: ReceiptChannel, typed: string): boolean {
  return channel === "email" ? /^.+@.+\..{2,}$/.test(typed) : typed.length >= PHONE_LEAST;
}
