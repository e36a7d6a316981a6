/**
 * The QR is over: unpaid, cancelled, out of reach, or paid late. What happened, what it means for
 * your money, what to do.
 */

import ExpiredIcon from "@mui/icons-material/TimerOffRounded";
import LostIcon from "@mui/icons-material/HourglassTopRounded";
import RefusedIcon from "@mui/icons-material/QrCode2Rounded";
import SafeIcon from "@mui/icons-material/VerifiedUserRounded";
import type { ReactNode } from "react";
import type { PaymentView, PixView } from "../api/schemas";
import { Advice, Answer, CornerCode, Happened, Meaning, Safe, Sign } from "../parts/Answer";
import { Beside } from "../parts/Beside";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { PixCode } from "../parts/PixCode";
import { PixLate } from "../parts/PixLate";
import { PixReturns } from "../parts/PixReturns";
import type { ScreenProps } from "../parts/screen";
import { useSpeech } from "../words/words";

type Props = ScreenProps & { payment: PaymentView; pix: PixView };

export function PixOver(props: Props) {
  switch (props.pix.state) {
    case "lost":
      return <Lost {...props} />;
    case "late":
      return <Late {...props} />;
    case "refunded":
      return <PixReturns onEnd={() => void props.deeds.cancel()} />;
    default:
      return <Unpaid {...props} />;
  }
}

function Lost({ deeds, payment, pix }: Props) {
  const { say, money } = useSpeech();
  return (
    <Frame
      middle
      next={
        <Button kind="primary" onClick={() => void deeds.finish()}>
          {say("note.done")}
        </Button>
      }
    >
      <Answer>
        <Sign tone="accent">
          <LostIcon />
        </Sign>
        <Happened>{say("pix.lost.title")}</Happened>
        <Meaning>{say("pix.lost.body")}</Meaning>
        <PixCode label={say("pix.code")} code={pix.code} amount={money(payment.amount_minor)} />
        <Advice>{say("pix.lost.keep")}</Advice>
      </Answer>
    </Frame>
  );
}

function Late({ deeds, payment, pix }: Props) {
  const { say } = useSpeech();
  return (
    <PixLate
      why={say("pix.late.body")}
      code={pix.code}
      amount_minor={payment.amount_minor}
      returns_in_s={pix.returns_in_s}
      onTake={() => void deeds.claimPix()}
      onRefund={() => void deeds.refundPix()}
    />
  );
}

function Unpaid({ state, deeds, payment, pix }: Props) {
  const { say, sayOf } = useSpeech();
  const again = state.methods.some(({ method, available }) => method === "pix" && available);
  const another = () => void deeds.go("method");
  const expired = pix.state === "expired";
  const icons: Readonly<Record<string, ReactNode>> = { expired: <ExpiredIcon /> };
  const titles = { expired: say("pix.expired.title"), cancelled: say("pix.cancelled.title") };
  const title = titles[pix.state as keyof typeof titles] ?? sayOf("pix.no", payment.reason);
  return (
    <Frame
      middle
      back={
        <Button kind="plain" onClick={() => void deeds.cancel()}>
          {say("pix.end")}
        </Button>
      }
      between={
        again && (
          <Beside>
            <Button kind="plain" onClick={another}>
              {say("pix.other")}
            </Button>
          </Beside>
        )
      }
      next={
        <Button kind="primary" onClick={again ? () => void deeds.pay("pix") : another}>
          {say(again ? "pix.new" : "pix.other")}
        </Button>
      }
    >
      <Answer>
        <Sign tone={pix.state === "cancelled" ? "primary" : "accent"}>
          {icons[pix.state] ?? <RefusedIcon />}
        </Sign>
        <Happened>{title}</Happened>
        {!expired && payment.reason !== "wrong_amount" && (
          <Safe>
            <SafeIcon />
            {say("declined.nothing")}
          </Safe>
        )}
        <Advice>{say(expired ? "pix.expired.next" : again ? "pix.next" : "declined.next.other")}</Advice>
        {pix.state === "refused" && (
          <CornerCode>
            {say("declined.code")} {payment.reason}
          </CornerCode>
        )}
      </Answer>
    </Frame>
  );
}
