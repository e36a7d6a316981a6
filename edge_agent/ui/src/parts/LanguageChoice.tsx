/** The other languages as words, for whoever touched the wrong one first. */

import { styled } from "@mui/material/styles";
import type { Locale } from "../api/schemas";
import { px } from "../theme/tokens";
import { languageNames, languages, tags, useSpeech } from "../words/words";
import { Button } from "./Button";

const Row = styled("div")({ display: "flex", gap: `max(16px, ${px(16)})`, marginRight: px(-16) });

export function LanguageChoice({ onChoose }: { onChoose: (locale: Locale) => void }) {
  const { locale } = useSpeech();
  return (
    <Row>
      {languages
        .filter((language) => language !== locale)
        .map((language) => (
          <Button
            key={language}
            kind="quiet"
            lang={tags[language]}
            onClick={() => onChoose(language)}
          >
            {languageNames[language]}
          </Button>
        ))}
    </Row>
  );
}
