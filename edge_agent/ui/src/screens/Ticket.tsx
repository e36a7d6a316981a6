/** Done: the number is the hero on the paper that comes out; one line says what to do next. */

import MoreTimeIcon from "@mui/icons-material/MoreTimeRounded";
import ReceiptIcon from "@mui/icons-material/ReceiptLongRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { TicketView } from "../api/schemas";
import { BrandMark } from "../parts/BrandMark";
import { Beside } from "../parts/Beside";
import { Button } from "../parts/Button";
import { useCountdown } from "../parts/clock";
import { Frame } from "../parts/Frame";
import { type Access, MORE_TIME, type ScreenProps } from "../parts/screen";
import { TicketPaper } from "../parts/TicketPaper";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const PROVEN_S = 8;
const LIKELY_S = 20;

const Layout = styled("div")({
  display: "grid",
  gap: px(64),
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1.75fr) minmax(0, 1fr)",
    gap: `${px(28)} ${px(56)}`,
    "& > section": { gridRow: "1 / 3" },
  },
});

const Title = styled("h1")({
  fontSize: text.title,
  fontWeight: 700,
  lineHeight: 1.12,
  letterSpacing: "-0.015em",
  textAlign: "center",
  "@media (orientation: landscape)": { alignSelf: "end", textAlign: "left" },
});

const Next = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(20),
  textAlign: "center",
  fontSize: text.answer,
  "& strong": { fontWeight: 700 },
  "& p": { textWrap: "balance" },
  "& p:last-child": { fontSize: text.body, color: look.soft },
  "@media (orientation: landscape)": { textAlign: "left", alignContent: "start" },
}));

const Due = styled("p")({
  display: "grid",
  fontSize: text.body,
  "& strong": { fontSize: text.title, lineHeight: 1.1, fontWeight: 800 },
});

const Names = styled("p")({
  display: "-webkit-box",
  WebkitBoxOrient: "vertical",
  WebkitLineClamp: 2,
  "html[data-large] &": { WebkitLineClamp: "none" },
  overflow: "hidden",
});

export function Ticket({ state, deeds, access, ticket }: ScreenProps & { ticket: TicketView }) {
  const { say, read } = useSpeech();
  const [asked, setAsked] = useState(0);
  const where = say(`where.${state.panel.paper}`);
  const waits_s = waitOf(ticket, access);
  const beside = state.aside !== "" || state.help !== null;
  const key = `${ticket.print}/${asked}`;
  const left_s = useCountdown(beside ? null : waits_s, key, () => void deeds.finish());
  return (
    <Frame
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={
        waits_s !== null &&
        state.receipt.offers.length > 0 && (
          <Button kind="plain" onClick={() => void deeds.open("receipt")}>
            <ReceiptIcon />
            {say("receipt.ask")}
          </Button>
        )
      }
      between={
        <Beside>
          {access.on && waits_s !== null && (
            <Button
              kind="quiet"
              onClick={() => {
                setAsked(asked + 1);
                void deeds.touch();
              }}
            >
              <MoreTimeIcon aria-hidden />
              {say("access.more")}
            </Button>
          )}
          <Button kind="quiet" onClick={() => void deeds.open("rights")}>
            {say("rights.link")}
          </Button>
        </Beside>
      }
      next={
        waits_s !== null && (
          <Button kind="primary" onClick={() => void deeds.finish()}>
            {say("ticket.done")} · {Math.ceil(left_s)}
          </Button>
        )
      }
    >
      <Layout>
        <Title>{say(`ticket.title.${ticket.kind}`)}</Title>
        <TicketPaper label={say("ticket.label")} number={ticket.number}>
          <Names>{ticket.services.map(read).join(" · ")}</Names>
          {ticket.kind !== "free" && <Total ticket={ticket} />}
        </TicketPaper>
        <Next role="status">
          <strong>{say(ticket.kind === "to_pay" ? "ticket.next.to_pay" : "ticket.next")}</strong>
          {ticket.estimate_minutes > 0 && (
            <span>{say("ticket.wait", { count: ticket.estimate_minutes })}</span>
          )}
          <p>{say(ticket.print === "printing" ? "ticket.printing" : "ticket.printed", { where })}</p>
        </Next>
      </Layout>
    </Frame>
  );
}

function Total({ ticket }: { ticket: TicketView }) {
  const { say, money } = useSpeech();
  return (
    <Due>
      {say(ticket.kind === "to_pay" ? "ticket.total.to_pay" : "ticket.total.paid")}
      <strong>{money(ticket.total_minor)}</strong>
    </Due>
  );
}

/** Paper that is proven lets the next customer come soon; nobody with an aid on is hurried. */
function waitOf(ticket: TicketView, { on, slow }: Access): number | null {
  if (ticket.print === "printing") return null;
  if (ticket.print === "printed" && !on) return PROVEN_S;
  return slow ? MORE_TIME * LIKELY_S : LIKELY_S;
}
