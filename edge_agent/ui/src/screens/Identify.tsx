/**
 * What a customer may say of themselves, one question a page: why it is asked, a keyboard of our own,
 * and a way round it as large as the way on. What is typed goes to the agent once and is gone with
 * this page.
 */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { Question } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { Keyboard } from "../parts/Keyboard";
import { isWhole, kept, shown } from "../parts/masks";
import type { ScreenProps } from "../parts/screen";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Desk = styled("div")({
  display: "grid",
  gap: px(32),
  justifyItems: "center",
  "@media (orientation: landscape)": { gap: `max(16px, ${px(18)})`, width: "min(100%, 60em)", margin: "0 auto" },
});

const Why = styled("p")(({ theme: { look } }) => ({
  fontSize: text.body,
  color: look.soft,
  textAlign: "center",
  "@media (orientation: landscape)": { fontSize: text.small },
}));

const Field = styled("input")(({ theme: { look } }) => ({
  width: "100%",
  maxWidth: px(860),
  minHeight: "var(--any-target)",
  padding: `${px(24)} ${px(16)}`,
  fontFamily: "inherit",
  fontSize: text.title,
  fontWeight: 700,
  fontVariantNumeric: "tabular-nums",
  textAlign: "center",
  letterSpacing: "0.06em",
  caretColor: "transparent",
  color: look.ink,
  background: look.surface,
  border: 0,
  borderRadius: radius.button,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  "@media (orientation: landscape)": { padding: px(10), fontSize: text.answer },
}));

/** Both ways on, of one size. */
const Ways = styled("div")({
  display: "grid",
  gridTemplateColumns: "1fr 1fr",
  gap: "max(16px, calc(16 * var(--u)))",
  "& button": { minWidth: px(300), justifyContent: "center", fontSize: text.answer },
});

const Wrong = styled("p")(({ theme: { look } }) => ({
  fontSize: text.body,
  fontWeight: 700,
  color: look.error,
  textAlign: "center",
  "@media (orientation: landscape)": { fontSize: text.small },
}));

export function Identify(props: ScreenProps) {
  const { question } = props.state.asks;
  return question === "" ? null : <Asked {...props} question={question} />;
}

function Asked({ state, deeds, question, refused }: ScreenProps & { question: Question }) {
  const { say, sayOf } = useSpeech();
  const [typed, setTyped] = useState("");
  const refusals = refused?.count ?? 0;
  const [heard, setHeard] = useState(refusals);
  const { identify } = state.asks;
  const whole = isWhole(question, typed);
  const change = (to: (before: string) => string) => {
    setTyped(to);
    setHeard(refusals);
  };
  const type = (character: string) => change((before) => kept(question, before + character));
  const clear = () => change((before) => before.slice(0, -1));
  const confirm = () => whole && void deeds.answer(question, typed);
  return (
    <Frame
      title={say(`identify.${question}.title`)}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      aside={identify.length > 1 ? <Why>{say("identify.of", placeOf(question, identify))}</Why> : undefined}
      middle
      back={<BackButton onTouch={() => void deeds.go("review")} />}
      next={
        <Ways>
          <Button kind="plain" onClick={() => void deeds.answer(question, "")}>
            {say("identify.skip")}
          </Button>
          <Button kind="primary" disabled={!whole} onClick={confirm}>
            {say("identify.next")}
          </Button>
        </Ways>
      }
    >
      <Desk>
        {refused && refusals > heard ? (
          <Wrong role="alert">{sayOf("refused", refused.code)}</Wrong>
        ) : (
          <Why>{say(`identify.${question}.why`)}</Why>
        )}
        <Field
          data-private
          aria-label={say(`identify.${question}.label`)}
          inputMode="none"
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          value={shown(question, typed)}
          readOnly
          onKeyDown={(event) => {
            if (event.key === "Enter") confirm();
            else if (event.key === "Backspace") clear();
            else if (event.key.length === 1) type(event.key);
          }}
        />
        <Keyboard
          kind={question === "name" ? "letters" : "digits"}
          onKey={type}
          onClear={clear}
        />
      </Desk>
    </Frame>
  );
}

function placeOf(question: Question, asked: readonly Question[]) {
  return { place: asked.indexOf(question) + 1, count: asked.length };
}
