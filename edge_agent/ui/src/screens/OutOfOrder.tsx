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

const Corner = styled("div")({ position: "fixed", top: px(48), left: "var(--gutter)" });

const Person = styled("div")({ position: "fixed", top: px(36), right: "var(--gutter)" });

const Code = styled(CornerCode)({ top: "auto", bottom: px(32) });

export function OutOfOrder({ state }: ScreenProps) {
  const { say, sayOf, locale } = useSpeech();
  const others = languages.filter((language) => language !== locale);
  return (
    <StillPage>
      <Corner>
        <BrandMark name={state.brand.name || say("brand.fallback")} />
      </Corner>
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
      <Person>
        <HelpButton />
      </Person>
      <Code>
        {state.totem_name} · {state.reason}
      </Code>
    </StillPage>
  );
}
