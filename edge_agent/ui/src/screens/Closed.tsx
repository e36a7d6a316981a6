/** Out of hours: when it opens again, in all three languages, since nobody can choose one here. */

import BedtimeIcon from "@mui/icons-material/BedtimeRounded";
import { styled } from "@mui/material/styles";
import { Answer, Happened, Meaning, Sign, StillPage } from "../parts/Answer";
import { BrandMark } from "../parts/BrandMark";
import { HelpButton } from "../parts/HelpButton";
import type { ScreenProps } from "../parts/screen";
import { px, text } from "../theme/tokens";
import { languages, type Speech, speechOf, tags, useSpeech } from "../words/words";

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

export function Closed({ state }: ScreenProps) {
  const speech = useSpeech();
  const others = languages.filter((language) => language !== speech.locale);
  return (
    <StillPage>
      <Corners>
        <BrandMark name={state.brand.name || speech.say("brand.fallback")} />
        <HelpButton />
      </Corners>
      <Answer>
        <Sign tone="primary">
          <BedtimeIcon />
        </Sign>
        <Happened>{speech.say("closed.title")}</Happened>
        <Meaning>{opening(speech, state.reopens)}</Meaning>
        <Others>
          {others.map((language) => {
            const other = speechOf(language, state.currency);
            return (
              <p key={language} lang={tags[language]}>
                {other.say("closed.title")}. {opening(other, state.reopens)}
              </p>
            );
          })}
        </Others>
      </Answer>
    </StillPage>
  );
}

/** The agent's `08:00`, `mon 08:00` or `28/12 08:00` as a sentence. */
function opening({ say, sayOf }: Speech, reopens: string): string {
  const [time = "", day = ""] = reopens.split(" ").reverse();
  if (time === "") return say("closed.later");
  if (day === "") return say("closed.opens.today", { time });
  const [date = "", month] = day.split("/");
  const when =
    month === undefined ? sayOf("closed.on", day) : say("closed.on.date", { day: date, month });
  return say("closed.opens", { when, time });
}
