/**
 * Who is served first, by law: four answers of equal size, and never a reason. Asked before the
 * services, or reached from them.
 */

import CloseIcon from "@mui/icons-material/CloseRounded";
import { styled } from "@mui/material/styles";
import type { Priority as Answer } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { ChoiceRow } from "../parts/ChoiceRow";
import { Frame } from "../parts/Frame";
import { LanguageChoice } from "../parts/LanguageChoice";
import type { ScreenProps } from "../parts/screen";
import { text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Rows = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: "var(--gap)",
  "& > p": { fontSize: text.small, color: look.soft },
  "@media (orientation: landscape)": {
    width: "min(100%, 70em)",
    margin: "0 auto",
    gap: "max(16px, calc(16 * var(--u)))",
  },
}));

const answers: readonly [Answer, string][] = [
  ["80", "elderly"],
  ["priority", "accessible"],
  ["donor", "bloodtype"],
  ["", "person"],
];

export function Priority({ state, deeds }: ScreenProps) {
  const { say } = useSpeech();
  const isFirst = state.asks.priority === "ask" && state.cart.length === 0;
  return (
    <Frame
      title={say("priority.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      aside={<LanguageChoice onChoose={(locale) => void deeds.speak(locale)} />}
      middle
      back={
        isFirst ? (
          <Button kind="plain" onClick={() => void deeds.cancel()}>
            <CloseIcon />
            {say("action.exit")}
          </Button>
        ) : (
          <BackButton onTouch={() => void deeds.go("services")} />
        )
      }
    >
      <Rows>
        <p>{say("priority.why")}</p>
        {answers.map(([answer, icon]) => (
          <ChoiceRow
            key={answer}
            icon={icon}
            name={say(`priority.${answer || "none"}`)}
            who={say(`priority.${answer || "none"}.who`)}
            chosen={answer !== "" && answer === state.priority}
            onTouch={() => void deeds.prefer(answer)}
          />
        ))}
      </Rows>
    </Frame>
  );
}
