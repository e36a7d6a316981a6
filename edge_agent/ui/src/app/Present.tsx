/**
 * Which screen draws which state. Mounted anew for each, so that nothing of one customer stays for
 * the next.
 */

import type { PaymentStep, PaymentView, ScreenState } from "../api/schemas";
import type { ScreenProps } from "../parts/screen";
import { Attract } from "../screens/Attract";
import { CardPayment } from "../screens/CardPayment";
import { Checking } from "../screens/Checking";
import { Declined } from "../screens/Declined";
import { Instalments } from "../screens/Instalments";
import { Method } from "../screens/Method";
import { Moment } from "../screens/Moment";
import { NoteTicket } from "../screens/NoteTicket";
import { OutOfOrder } from "../screens/OutOfOrder";
import { Review } from "../screens/Review";
import { Services } from "../screens/Services";
import { Ticket } from "../screens/Ticket";

export function Present(props: ScreenProps) {
  return <Screen key={pageOf(props.state)} {...props} />;
}

function Screen(props: ScreenProps) {
  const { step, payment, ticket } = props.state;
  switch (step) {
    case "attract":
      return <Attract {...props} />;
    case "services":
      return <Services {...props} />;
    case "review":
      return <Review {...props} />;
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
    case "out_of_order":
      return <OutOfOrder {...props} />;
  }
}

function Paying(props: ScreenProps & { payment: PaymentView }) {
  const { payment } = props;
  const { step } = payment;
  if (step === "checking") return <Checking {...props} />;
  if (step === "declined" || step === "cancelled") return <Declined {...props} />;
  return <CardPayment {...props} payment={{ ...payment, step }} />;
}

/** One page a question: the steps of a card payment share theirs, paper or no paper does not. */
function pageOf({ step, payment, ticket }: ScreenState): string {
  if (step === "payment" && payment !== null) return `payment/${stage(payment.step)}`;
  if (step === "ticket" && ticket !== null) return `ticket/${onPaper(ticket.print)}`;
  return step;
}

function stage(step: PaymentStep): string {
  if (step === "checking") return "checking";
  return step === "declined" || step === "cancelled" ? "declined" : "card";
}

function onPaper(print: string): boolean {
  return print === "printing" || print === "printed" || print === "likely";
}
