/** How far a visit is, as far as the pages differ by it. */

import type { PaymentView, PixView, ScreenState } from "../api/schemas";

/** Ends of a payment that nothing moves any more; a PIX may still come after its code expired. */
const SETTLED: readonly string[] = ["declined", "cancelled", "refused", "refunded"];
const OPEN: readonly string[] = ["checking", "late"];

/** The first page itself, not one that was opened from it. */
export function isFirst(state: ScreenState): boolean {
  return state.step === "attract" && state.aside === "";
}

/** A customer who may have paid must not be left to think that they did not. */
export function isMoneyOpen(state: ScreenState | null): boolean {
  if (state === null) return false;
  const { step, payment, ticket, recovered } = state;
  if (step === "payment") return payment === null || !SETTLED.includes(stage(payment));
  if (step === "ticket") return ticket?.kind === "paid";
  return recovered !== null && (OPEN.includes(recovered.state) || recovered.kind === "paid");
}

/** One page a question: the steps of a card payment share theirs, paper or no paper does not. */
export function pageOf({ step, payment, ticket, recovered, aside, asks }: ScreenState): string {
  if (aside !== "") return aside;
  if (step === "recovered" && recovered !== null) return `recovered/${recovered.state}`;
  if (step === "identify") return `identify/${asks.question}`;
  if (step === "payment" && payment !== null) return `payment/${stage(payment)}`;
  if (step === "ticket" && ticket !== null) return `ticket/${onPaper(ticket.print)}`;
  return step;
}

export function isUp({ state }: PixView): boolean {
  return state === "making" || state === "waiting" || state === "checking" || state === "paid";
}

export function onPaper(print: string): boolean {
  return print === "printing" || print === "printed" || print === "likely";
}

function stage({ step, pix }: PaymentView): string {
  if (pix !== null) return isUp(pix) ? "pix" : pix.state;
  if (step === "checking") return "checking";
  return step === "declined" || step === "cancelled" ? "declined" : "card";
}
