/**
 * The most important screen of all: the outcome is unknown, so nobody pays twice and the code is
 * large.
 */

import HourglassIcon from "@mui/icons-material/HourglassTopRounded";
import type { PaymentView } from "../api/schemas";
import { Advice, Answer, Happened, Meaning, Sign } from "../parts/Answer";
import { Button } from "../parts/Button";
import { ClaimFacts } from "../parts/ClaimFacts";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { useSpeech } from "../words/words";

export function Checking({ state, deeds, payment }: ScreenProps & { payment: PaymentView }) {
  const { say, money } = useSpeech();
  const code = state.case?.code ?? "";
  return (
    <Frame
      middle
      next={
        code !== "" && (
          <Button kind="primary" onClick={() => void deeds.finish()}>
            {say("note.done")}
          </Button>
        )
      }
    >
      <Answer>
        <Sign tone="accent">
          <HourglassIcon />
        </Sign>
        <Happened>{say("checking.title")}</Happened>
        <Meaning>{say("checking.already")}</Meaning>
        <ClaimFacts code={code} amount={money(payment.amount_minor)} time={state.case?.at ?? ""} />
        {code !== "" && <Advice>{say("checking.keep")}</Advice>}
      </Answer>
    </Frame>
  );
}
