/** Ten digits, a way to correct and a way on. What is typed is never shown. */

import BackspaceIcon from "@mui/icons-material/BackspaceRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button } from "./Button";

const DIGITS_MAX = 8;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

const Pad = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(3, 1fr)",
  gap: "max(16px, calc(20 * var(--u)))",
  width: "100%",
  maxWidth: px(620),
  "& button": { minWidth: 0, fontSize: text.title, justifyContent: "center" },
});

const Dots = styled("output")({
  minHeight: "1.2em",
  fontSize: text.display,
  letterSpacing: "0.2em",
  textAlign: "center",
});

export function PinPad({ onDone }: { onDone: (pin: string) => void }) {
  const { say } = useSpeech();
  const [pin, setPin] = useState("");
  const type = (digit: string) => setPin((typed) => (typed + digit).slice(0, DIGITS_MAX));
  const done = () => {
    onDone(pin);
    setPin("");
  };
  return (
    <>
      <Dots aria-label={say("desk.pin.typed", { count: pin.length })}>
        {"•".repeat(pin.length)}
      </Dots>
      <Pad>
        {KEYS.map((digit) => (
          <Button key={digit} kind="plain" onClick={() => type(digit)}>
            {digit}
          </Button>
        ))}
        <Button
          kind="plain"
          aria-label={say("desk.pin.clear")}
          onClick={() => setPin((typed) => typed.slice(0, -1))}
        >
          <BackspaceIcon />
        </Button>
        <Button kind="plain" onClick={() => type("0")}>
          0
        </Button>
        <Button kind="primary" disabled={pin.length < 4} onClick={done}>
          OK
        </Button>
      </Pad>
    </>
  );
}
