/**
 * The card is with the reader: how much, what to do now, how far it is, and the way out while
 * there is one.
 */

import CloseIcon from "@mui/icons-material/CloseRounded";
import { styled } from "@mui/material/styles";
import type { PaymentStep, PaymentView } from "../api/schemas";
import { Button } from "../parts/Button";
import { CardDrawing } from "../parts/CardDrawing";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { Stages } from "../parts/Stages";
import { Unseen } from "../parts/Unseen";
import { rise } from "../theme/motion";
import { motion, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

type Waiting = Exclude<PaymentStep, "declined" | "cancelled" | "checking" | "scan" | "late">;

const stageOf: Readonly<Record<Waiting, number>> = {
  starting: 0,
  insert_card: 0,
  reading: 0,
  enter_pin: 1,
  authorising: 2,
  approved: 3,
};

const Layout = styled("div")({
  height: "100%",
  display: "grid",
  gridTemplateRows: "auto minmax(0, 1fr) auto auto",
  justifyItems: "center",
  gap: px(44),
  textAlign: "center",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 0.85fr)",
    gridTemplateRows: "1fr auto auto auto 1fr",
    "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
    columnGap: px(72),
    rowGap: px(32),
    textAlign: "left",
    justifyItems: "start",
  },
});

const Amount = styled("p")(({ theme: { look } }) => ({
  display: "grid",
  fontSize: text.answer,
  color: look.soft,
  "& strong": {
    fontSize: `calc(1.25 * ${text.display})`,
    lineHeight: 1.1,
    letterSpacing: "-0.025em",
    color: look.ink,
  },
  "@media (orientation: landscape)": { gridRow: 2, "& strong": { fontSize: text.display } },
}));

const Drawing = styled("div")({
  "html[data-large][data-low] &": { display: "none" },
  width: "100%",
  maxWidth: px(620),
  minHeight: 0,
  "@media (orientation: landscape)": {
    gridColumn: 2,
    gridRow: "1 / -1",
    justifySelf: "center",
    maxHeight: "100%",
    "html[data-large] &": { display: "none" },
  },
});

const Now = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(12),
  animation: `${rise} ${motion.change}`,
  "& h2": { fontSize: text.title, fontWeight: 700, lineHeight: 1.12, letterSpacing: "-0.015em" },
  "& p": { fontSize: text.answer, color: look.soft },
  "@media (orientation: landscape)": { gridRow: 3 },
}));

const Progress = styled("div")({
  width: "100%",
  display: "grid",
  justifyItems: "center",
  gap: px(36),
  "@media (orientation: landscape)": { gridRow: 4, justifyItems: "start", gap: px(24) },
});

const Reader = styled("p")(({ theme: { look } }) => ({
  minHeight: "2em",
  display: "flex",
  alignItems: "center",
  gap: px(20),
  padding: `${px(10)} ${px(28)}`,
  borderRadius: radius.button,
  background: look.tint,
  fontSize: text.small,
  "& strong": { letterSpacing: "0.02em" },
  "&[data-shown=false]": { visibility: "hidden" },
}));

export function CardPayment({
  state,
  deeds,
  payment,
}: ScreenProps & { payment: PaymentView & { step: Waiting } }) {
  const { say, money } = useSpeech();
  const { step, message, cancellable } = payment;
  const { reader } = state.panel;
  const shown = step === "approved" ? "" : message.trim().replace(/\s+/g, " ");
  const stages = [say("pay.stage.card"), say("pay.stage.pin"), say("pay.stage.confirm")];
  return (
    <Frame
      back={
        cancellable && (
          <Button kind="plain" onClick={() => void deeds.cancel()}>
            <CloseIcon />
            {say("pay.cancel")}
          </Button>
        )
      }
    >
      <Unseen>{say("access.paying")}</Unseen>
      <Layout>
        <Amount>
          {say(`method.${payment.method}`)}
          <strong>{money(payment.amount_minor)}</strong>
        </Amount>
        <Drawing>
          <CardDrawing step={step} reader={reader} />
        </Drawing>
        <Now key={step} role="status">
          <h2>{say(`pay.${step}`)}</h2>
          <p>{say(`pay.${step}.hint`, { where: say(`where.${reader}`) })}</p>
        </Now>
        <Progress>
          <Stages names={stages} present={stageOf[step]} />
          <Reader data-shown={shown !== ""}>
            {say("pay.reader")}
            <strong>{shown}</strong>
          </Reader>
        </Progress>
      </Layout>
    </Frame>
  );
}
