/** It did not work: what happened, that nothing was charged, and three ways on. */

import ErrorIcon from "@mui/icons-material/CreditCardOffRounded";
import SafeIcon from "@mui/icons-material/VerifiedUserRounded";
import type { PaymentView } from "../api/schemas";
import { Advice, Answer, CornerCode, Happened, Safe, Sign } from "../parts/Answer";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { Beside } from "../parts/Beside";
import type { ScreenProps } from "../parts/screen";
import { useSpeech } from "../words/words";

export function Declined({ state, deeds, payment }: ScreenProps & { payment: PaymentView }) {
  const { say, sayOf } = useSpeech();
  const again = state.methods.some(
    ({ method, available }) => method === payment.method && available,
  );
  const byChoice = payment.reason === "customer_cancelled";
  const another = () => void deeds.go("method");
  return (
    <Frame
      middle
      aside={
        <CornerCode>
          {say("declined.code")} {payment.reason}
        </CornerCode>
      }
      back={
        <Button kind="plain" onClick={() => void deeds.cancel()}>
          {say("declined.end")}
        </Button>
      }
      between={
        again && (
          <Beside>
            <Button kind="plain" onClick={another}>
              {say("declined.method")}
            </Button>
          </Beside>
        )
      }
      next={
        <Button kind="primary" onClick={again ? () => void deeds.pay(payment.method, payment.instalments) : another}>
          {say(again ? "declined.again" : "declined.method")}
        </Button>
      }
    >
      <Answer>
        <Sign tone={byChoice ? "primary" : "error"}>
          <ErrorIcon />
        </Sign>
        <Happened>{sayOf("declined", payment.reason)}</Happened>
        <Safe>
          <SafeIcon />
          {say("declined.nothing")}
        </Safe>
        <Advice>{say(again ? "declined.next" : "declined.next.other")}</Advice>
      </Answer>
    </Frame>
  );
}
