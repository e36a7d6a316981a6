/** The paper did not come: the screen is the ticket until the customer says "I have it". */

import PrintIcon from "@mui/icons-material/PrintRounded";
import ReceiptIcon from "@mui/icons-material/ReceiptLongRounded";
import { styled } from "@mui/material/styles";
import type { ScreenState, TicketView } from "../api/schemas";
import { Beside } from "../parts/Beside";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { ClaimCode } from "../parts/ClaimCode";
import { useCountdown } from "../parts/clock";
import { HeroNumber } from "../parts/HeroNumber";
import { Frame } from "../parts/Frame";
import { Qr } from "../parts/Qr";
import { MORE_TIME, type ScreenProps } from "../parts/screen";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const NOTE_S = 120;

const Layout = styled("div")({
  display: "grid",
  justifyItems: "center",
  gap: px(44),
  textAlign: "center",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) auto",
    alignItems: "center",
    columnGap: px(56),
    rowGap: px(20),
  },
});

const What = styled("p")(({ theme: { look } }) => ({
  maxWidth: "24em",
  fontSize: text.body,
  color: look.soft,
  "& strong": { display: "block", fontSize: text.answer, color: look.ink },
}));

const Claim = styled("div")({ width: "100%", "@media (orientation: landscape)": { gridColumn: 1 } });

const Scan = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  justifyItems: "center",
  gap: px(16),
  padding: px(32),
  borderRadius: radius.card,
  background: "#FFFFFF",
  color: "#14213D",
  boxShadow: look.outlined ? "none" : look.shadow,
  fontSize: text.small,
  "@media (orientation: landscape)": { gridColumn: 2, gridRow: "1 / 4", padding: px(24) },
}));

export function NoteTicket({ state, deeds, access, ticket }: ScreenProps & { ticket: TicketView }) {
  const { say, read, money } = useSpeech();
  const whole_s = access.slow ? MORE_TIME * NOTE_S : NOTE_S;
  const beside = state.aside !== "" || state.help !== null;
  useCountdown(beside ? null : whole_s, ticket.print, () => void (late || deeds.finish()));
  const late = ticket.print === "late";
  const next =
    ticket.kind === "to_pay"
      ? `${say("ticket.title.to_pay")}: ${money(ticket.total_minor)}`
      : [
          say("ticket.next"),
          ticket.estimate_minutes > 0 && say("ticket.wait", { count: ticket.estimate_minutes }),
        ]
          .filter(Boolean)
          .join(" ");
  return (
    <Frame
      title={say("note.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={
        ticket.print !== "shown" &&
        !late && (
          <Button kind="plain" onClick={() => void deeds.reprint()}>
            <PrintIcon />
            {say("note.reprint")}
          </Button>
        )
      }
      aside={
        !late && (
          <Button kind="quiet" onClick={() => void deeds.open("rights")}>
            {say("rights.link")}
          </Button>
        )
      }
      between={!late && <ReceiptWay state={state} onTouch={() => void deeds.open("receipt")} />}
      next={
        !late && (
          <Button kind="primary" onClick={() => void deeds.finish()}>
            {say("note.done")}
          </Button>
        )
      }
    >
      <Layout>
        <HeroNumber number={ticket.number} />
        <What role="status">
          <strong>{next}</strong>
          {ticket.services.map(read).join(" · ")}
          <br />
          {say(whyOf(ticket))}
        </What>
        <Scan>
          <Qr text={ticket.qr} label={say("note.scan")} size={`max(260px, ${px(420)})`} />
          {say("note.scan")}
        </Scan>
        {state.case !== null && (
          <Claim>
            <ClaimCode code={state.case.code} />
          </Claim>
        )}
      </Layout>
    </Frame>
  );
}

interface ReceiptWayProps {
  readonly state: ScreenState;
  readonly onTouch: () => void;
}

/** A receipt otherwise than by the code that is on this page already. */
function ReceiptWay({ state, onTouch }: ReceiptWayProps) {
  const { say } = useSpeech();
  if (!state.receipt.offers.some((offer) => offer !== "qr")) return null;
  return (
    <Beside>
      <Button kind="quiet" onClick={onTouch}>
        <ReceiptIcon />
        {say("receipt.ask")}
      </Button>
    </Beside>
  );
}

function whyOf({ print, cause }: TicketView) {
  if (print === "late") return "note.late";
  if (print === "unknown") return "note.unknown";
  return cause === "paper_end" ? "note.failed.paper_end" : "note.failed";
}
