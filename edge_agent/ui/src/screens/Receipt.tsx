/** How would you like your receipt? Each way tells here what became of it. */

import ChevronRightIcon from "@mui/icons-material/ChevronRightRounded";
import DoneIcon from "@mui/icons-material/CheckCircleRounded";
import { styled } from "@mui/material/styles";
import type { ReceiptChannel, ScreenState } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { IconTile } from "../parts/IconTile";
import { Name, Row, Rows } from "../parts/MethodRow";
import { Qr } from "../parts/Qr";
import type { ScreenProps } from "../parts/screen";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Code = styled("div")({
  display: "grid",
  justifyItems: "center",
  gap: px(32),
  textAlign: "center",
  fontSize: text.body,
  "& > div": { padding: px(24), background: "#FFFFFF", borderRadius: radius.card },
});

type Offer = "paper" | "qr" | ReceiptChannel;
const ORDER: readonly Offer[] = ["paper", "qr", "email", "phone"];
const ICONS: Readonly<Record<Offer, string>> = {
  paper: "print",
  qr: "photo_camera",
  email: "description",
  phone: "support_agent",
};

export function Receipt({ state, deeds }: ScreenProps) {
  const { say } = useSpeech();
  const { receipt } = state;
  const shown = ORDER.filter((it) => receipt.offers.includes(it) || isTold(state, it));
  const choose = (offer: Offer) =>
    void (offer === "paper" ? deeds.printReceipt() : deeds.open(`receipt_${offer}`));
  return (
    <Frame
      title={say("receipt.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={<BackButton onTouch={() => void deeds.open("")} />}
    >
      <Rows>
        {shown.map((offer) => (
          <Way key={offer} offer={offer} state={state} onTouch={() => choose(offer)} />
        ))}
      </Rows>
    </Frame>
  );
}

interface WayProps {
  readonly offer: Offer;
  readonly state: ScreenState;
  readonly onTouch: () => void;
}

function Way({ offer, state, onTouch }: WayProps) {
  const { say } = useSpeech();
  const open = state.receipt.offers.includes(offer);
  const where = say(`where.${state.panel.paper}`);
  return (
    <Row disabled={!open} onClick={onTouch}>
      <IconTile icon={ICONS[offer]} tone={open ? "primary" : "off"} />
      <Name>
        {say(`receipt.${offer}`)}
        <small role={isTold(state, offer) ? "status" : undefined}>{say(told(state, offer), { where })}</small>
      </Name>
      {open ? <ChevronRightIcon aria-hidden /> : <DoneIcon aria-hidden />}
    </Row>
  );
}

/** Something is to be said of it, though it cannot be asked again now. */
function isTold({ receipt }: ScreenState, offer: Offer): boolean {
  if (offer === "paper") return receipt.paper !== "";
  return offer !== "qr" && receipt.asked.includes(offer);
}

function told(state: ScreenState, offer: Offer) {
  if (!isTold(state, offer)) return `receipt.${offer}.how` as const;
  if (offer !== "paper") return state.online ? "receipt.queued" : "receipt.queued.offline";
  const { paper } = state.receipt;
  if (paper === "printing") return "receipt.paper.printing";
  return paper === "printed" || paper === "likely"
    ? "receipt.paper.printed"
    : "receipt.paper.failed";
}

/** The ticket's own code, as large as a photograph needs it. */
export function ReceiptCode({ state, deeds }: ScreenProps) {
  const { say } = useSpeech();
  return (
    <Frame
      title={say("receipt.qr.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={<BackButton onTouch={() => void deeds.open("receipt")} />}
      next={
        <Button kind="primary" onClick={() => void deeds.open("")}>
          {say("receipt.back")}
        </Button>
      }
    >
      <Code>
        <div>
          <Qr
            text={state.ticket?.qr ?? ""}
            label={say("receipt.qr.title")}
            size={`min(${px(720)}, 52vh)`}
          />
        </div>
        <p>{say("receipt.qr.why")}</p>
      </Code>
    </Frame>
  );
}
