/** A PIX goes back to where it came from: there is nothing to do, and one touch ends the page. */

import BackIcon from "@mui/icons-material/CurrencyExchangeRounded";
import { useSpeech } from "../words/words";
import { Advice, Answer, Happened, Sign } from "./Answer";
import { Button } from "./Button";
import { Frame } from "./Frame";

export function PixReturns({ onEnd }: { onEnd: () => void }) {
  const { say } = useSpeech();
  return (
    <Frame
      middle
      next={
        <Button kind="primary" onClick={onEnd}>
          {say("pix.end")}
        </Button>
      }
    >
      <Answer>
        <Sign tone="primary">
          <BackIcon />
        </Sign>
        <Happened>{say("pix.refunded.title")}</Happened>
        <Advice>{say("pix.refunded.body")}</Advice>
      </Answer>
    </Frame>
  );
}
