/**
 * Which screen draws which state. Mounted anew for each, so that nothing of one customer stays for
 * the next.
 */

import { lazy, Suspense } from "react";
import type { PaymentView, PixView, ScreenState } from "../api/schemas";
import { AroundProvider } from "../parts/around";
import type { ScreenProps } from "../parts/screen";
import { Attract } from "../screens/Attract";
import { CardPayment } from "../screens/CardPayment";
import { Checking } from "../screens/Checking";
import { Closed } from "../screens/Closed";
import { Declined } from "../screens/Declined";
import { Help } from "../screens/Help";
import { Instalments } from "../screens/Instalments";
import { Method } from "../screens/Method";
import { Moment } from "../screens/Moment";
import { NoteTicket } from "../screens/NoteTicket";
import { Options } from "../screens/Options";
import { OutOfOrder } from "../screens/OutOfOrder";
import { Pix } from "../screens/Pix";
import { PixOver } from "../screens/PixOver";
import { Priority } from "../screens/Priority";
import { Review } from "../screens/Review";
import { Services } from "../screens/Services";
import { Ticket } from "../screens/Ticket";

const Recovered = lazy(() =>
  import("../screens/Recovered").then((it) => ({ default: it.Recovered })),
);
const Receipt = lazy(() => import("../screens/Receipt").then((it) => ({ default: it.Receipt })));
const ReceiptCode = lazy(() =>
  import("../screens/Receipt").then((it) => ({ default: it.ReceiptCode })),
);
const ReceiptContact = lazy(() =>
  import("../screens/ReceiptContact").then((it) => ({ default: it.ReceiptContact })),
);
const PixClaim = lazy(() => import("../screens/PixClaim").then((it) => ({ default: it.PixClaim })));
const Rights = lazy(() => import("../screens/Rights").then((it) => ({ default: it.Rights })));
const Identify = lazy(() =>
  import("../screens/Identify").then((it) => ({ default: it.Identify })),
);

export function Present(props: ScreenProps) {
  const { state, deeds } = props;
  return (
    <AroundProvider value={{ logo: state.brand.logo, call: () => void deeds.call() }}>
      <Suspense fallback={null}>
        <Screen key={pageOf(state)} {...props} />
      </Suspense>
      {state.help !== null && (
        <Help
          help={state.help}
          claim={state.case}
          slow={props.access.slow}
          onClose={() => void deeds.open("")}
        />
      )}
    </AroundProvider>
  );
}

function Screen(props: ScreenProps) {
  switch (props.state.aside) {
    case "receipt":
      return <Receipt {...props} />;
    case "receipt_qr":
      return <ReceiptCode {...props} />;
    case "receipt_email":
      return <ReceiptContact {...props} channel="email" />;
    case "receipt_phone":
      return <ReceiptContact {...props} channel="phone" />;
    case "pix_claim":
      return <PixClaim {...props} />;
    case "rights":
      return <Rights {...props} />;
    default:
      return <Stepped {...props} />;
  }
}

function Stepped(props: ScreenProps) {
  const { step, payment, ticket, choosing } = props.state;
  switch (step) {
    case "attract":
      return <Attract {...props} />;
    case "priority":
      return <Priority {...props} />;
    case "services":
      return <Services {...props} />;
    case "options":
      return choosing === null ? (
        <Moment paying={false} />
      ) : (
        <Options {...props} choosing={choosing} />
      );
    case "review":
      return <Review {...props} />;
    case "identify":
      return <Identify {...props} />;
    case "method":
      return <Method {...props} />;
    case "instalments":
      return <Instalments {...props} />;
    case "payment":
      return payment === null ? <Moment paying /> : <Paying {...props} payment={payment} />;
    case "ticket":
      if (ticket === null) return <Moment paying />;
      return onPaper(ticket.print) ? (
        <Ticket {...props} ticket={ticket} />
      ) : (
        <NoteTicket {...props} ticket={ticket} />
      );
    case "recovered":
      return (
        <Suspense fallback={<Moment paying />}>
          {props.state.recovered !== null && (
            <Recovered {...props} left={props.state.recovered} />
          )}
        </Suspense>
      );
    case "closed":
      return <Closed {...props} />;
    case "out_of_order":
      return <OutOfOrder {...props} />;
  }
}

function Paying(props: ScreenProps & { payment: PaymentView }) {
  const { payment } = props;
  const { step, pix } = payment;
  if (pix !== null && isUp(pix)) return <Pix {...props} pix={pix} />;
  if (pix !== null) return <PixOver {...props} pix={pix} />;
  if (step === "checking") return <Checking {...props} />;
  if (step === "declined" || step === "cancelled") return <Declined {...props} />;
  if (step === "scan" || step === "late") return <Moment paying />;
  return <CardPayment {...props} payment={{ ...payment, step }} />;
}

/** One page a question: the steps of a card payment share theirs, paper or no paper does not. */
function pageOf({ step, payment, ticket, recovered, aside, asks }: ScreenState): string {
  if (aside !== "" && aside !== "help") return aside;
  if (step === "recovered" && recovered !== null) return `recovered/${recovered.state}`;
  if (step === "identify") return `identify/${asks.question}`;
  if (step === "payment" && payment !== null) return `payment/${stage(payment)}`;
  if (step === "ticket" && ticket !== null) return `ticket/${onPaper(ticket.print)}`;
  return step;
}

function stage({ step, pix }: PaymentView): string {
  if (pix !== null) return isUp(pix) ? "pix" : pix.state;
  if (step === "checking") return "checking";
  return step === "declined" || step === "cancelled" ? "declined" : "card";
}

function isUp({ state }: PixView): boolean {
  return state === "making" || state === "waiting" || state === "checking" || state === "paid";
}

function onPaper(print: string): boolean {
  return print === "printing" || print === "printed" || print === "likely";
}
