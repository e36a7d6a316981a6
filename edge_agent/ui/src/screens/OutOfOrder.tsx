/**
 * Nothing can be sold now: whom to ask, in all three languages, since nobody can choose one here.
 */

import PauseIcon from "@mui/icons-material/PauseRounded";
import { styled } from "@mui/material/styles";
import { Advice, Answer, CornerCode, Happened, Meaning, Sign, StillPage } from "../parts/Answer";
import { BrandMark } from "../parts/BrandMark";
import { HelpButton } from "../parts/HelpButton";
import type { ScreenProps } from "../parts/screen";
import { px, text } from "../theme/tokens";
import { languages, speechOf, tags, useSpeech } from "../words/words";

const Others = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(20),
  marginTop: px(24),
  paddingTop: px(48),
  borderTop: `2px solid ${look.line}`,
  fontSize: text.body,
  color: look.soft,
}));

const Corners = styled("div")({
  position: "fixed",
  inset: `${px(48)} var(--gutter) auto`,
  display: "flex",
  justifyContent: "space-between",
  alignItems: "center",
});

const Code = styled(CornerCode)({
  position: "fixed",
  right: "var(--gutter)",
  bottom: px(32),
  "html[data-large] &": { position: "static", marginTop: px(24), textAlign: "center" },
});

export function OutOfOrder({ state }: ScreenProps) {
  const { say, sayOf, locale } = useSpeech();
  const others = languages.filter((language) => language !== locale);
  return (
    <StillPage>
      <Corners>
        <BrandMark name={state.brand.name || say("brand.fallback")} />
        <HelpButton />
      </Corners>
      <Answer>
        <Sign tone="accent">
          <PauseIcon />
        </Sign>
        <Happened>{say("out.title")}</Happened>
        <Meaning>{say("out.ask")}</Meaning>
        <Advice>{sayOf("out", state.reason)}</Advice>
        <Others>
          {others.map((language) => {
            const speech = speechOf(language, state.currency);
            return (
              <p key={language} lang={tags[language]}>
                {speech.say("out.title")}. {speech.say("out.ask")}
              </p>
            );
          })}
        </Others>
      </Answer>
      <Code>
        {state.totem_name} · {state.reason}
      </Code>
    </StillPage>
  );
}
