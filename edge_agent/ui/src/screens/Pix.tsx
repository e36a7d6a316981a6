/**
 * The QR is up: scan it with the phone. How much, how long, three steps, and "I paid already" that
 * looks now. The ticket comes by itself.
 */

import CheckIcon from "@mui/icons-material/CheckCircleRounded";
import CloseIcon from "@mui/icons-material/CloseRounded";
import { styled } from "@mui/material/styles";
import type { PaymentView, PixView } from "../api/schemas";
import { Button } from "../parts/Button";
import { useSecondsLeft } from "../parts/secondsLeft";
import { Frame } from "../parts/Frame";
import { PixSteps } from "../parts/PixSteps";
import { Qr } from "../parts/Qr";
import { Ring } from "../parts/Ring";
import type { ScreenProps } from "../parts/screen";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const QR_SIZE = "var(--qr)";

const Layout = styled("div")({
  "--qr": `max(480px, ${px(744)})`,
  minHeight: "100%",
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  gridTemplateRows: "auto 1fr auto",
  alignItems: "center",
  gap: `${px(40)} ${px(40)}`,
  "@media (orientation: landscape)": {
    "--qr": `max(480px, ${px(600)})`,
    gridTemplateColumns: "auto minmax(0, 1fr) auto",
    gridTemplateRows: "auto auto 1fr",
    columnGap: px(72),
    rowGap: px(24),
  },
});

const Ask = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(12),
  "& h1": { fontSize: text.title, fontWeight: 700, lineHeight: 1.12, letterSpacing: "-0.015em" },
  "& p": { fontSize: text.answer, color: look.soft },
  "& strong": { fontSize: text.display, lineHeight: 1.1, letterSpacing: "-0.025em", color: look.ink },
  "@media (orientation: landscape)": { gridColumn: 2, gridRow: 1 },
}));

const Clock = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  justifyItems: "center",
  gap: px(8),
  fontSize: text.small,
  color: look.soft,
  "@media (orientation: landscape)": { gridColumn: 3, gridRow: 1 },
}));

const Sheet = styled("div")(({ theme: { look } }) => ({
  gridColumn: "1 / -1",
  justifySelf: "center",
  display: "grid",
  placeItems: "center",
  width: QR_SIZE,
  height: QR_SIZE,
  borderRadius: radius.card,
  background: "#FFFFFF",
  boxShadow: edge(look),
  transition: "opacity 200ms ease-out",
  color: look.primary,
  "& > svg.MuiSvgIcon-root": { fontSize: px(280) },
  "&[data-quiet=true]": { opacity: 0.25 },
  "@media (orientation: landscape)": { gridColumn: 1, gridRow: "1 / -1", alignSelf: "center" },
}));

const Below = styled("div")({
  gridColumn: "1 / -1",
  display: "grid",
  gap: px(32),
  "@media (orientation: landscape)": { gridColumn: "2 / -1", gridRow: "2", gap: px(24) },
});

const Now = styled("p")(({ theme: { look } }) => ({
  minHeight: "1.3em",
  fontSize: text.body,
  color: look.soft,
  "&[data-paid=true]": { color: look.primary, fontWeight: 700 },
}));

export function Pix({ deeds, payment, pix }: ScreenProps & { payment: PaymentView; pix: PixView }) {
  const { say, money } = useSpeech();
  const { state, br_code, expires_in_s, whole_s } = pix;
  const left_s = useSecondsLeft(expires_in_s);
  const amount = money(payment.amount_minor);
  const steps = [say("pix.step.open"), say("pix.step.scan"), say("pix.step.confirm")];
  const isOpen = state !== "paid";
  return (
    <Frame
      back={
        isOpen &&
        payment.cancellable && (
          <Button kind="plain" onClick={() => void deeds.cancel()}>
            <CloseIcon />
            {say("pix.cancel")}
          </Button>
        )
      }
      next={
        isOpen && (
          <Button kind="primary" disabled={state !== "waiting"} onClick={() => void deeds.checkPix()}>
            {say("pix.check")}
          </Button>
        )
      }
    >
      <Layout>
        <Ask>
          <h1>{say(isOpen ? "pix.title" : "pix.paid.title")}</h1>
          <p>
            <strong>{amount}</strong>
          </p>
        </Ask>
        <Clock>
          {isOpen && left_s > 0 && (
            <>
              <Ring left_s={left_s} whole_s={whole_s} size={px(168)} label={inMinutes(left_s)} />
              {say("pix.left")}
            </>
          )}
        </Clock>
        <Sheet data-quiet={state === "checking"}>
          {!isOpen && <CheckIcon />}
          {br_code !== "" && <Qr text={br_code} label={say("pix.qr", { amount })} size={QR_SIZE} />}
        </Sheet>
        <Below>
          {isOpen && <PixSteps steps={steps} />}
          <Now role="status" data-paid={!isOpen}>
            {say(`pix.${state as "making" | "waiting" | "checking" | "paid"}`)}
          </Now>
        </Below>
      </Layout>
    </Frame>
  );
}

function inMinutes(left_s: number): string {
  const whole = Math.max(0, Math.ceil(left_s));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
