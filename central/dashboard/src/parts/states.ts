/**
 * How good each state is: what is done, what waits for somebody, what went wrong, what is simply
 * over.
 */
import type { Tone } from "./Tag";

const SALES: Record<string, Tone> = {
  SETTLED: "good",
  FULFILLED: "good",
  CLOSED: "good",
  AWAITING_PAYMENT: "waiting",
  AWAITING_DELIVERY: "waiting",
  REFUND_DUE: "waiting",
};

const PAYMENTS: Record<string, Tone> = {
  CONFIRMED: "good",
  COUNTER_SETTLED: "good",
  RECOVERED: "good",
  HONOURED: "good",
  ACTIVE: "waiting",
  PAID_LATE: "waiting",
  STORED_OFFLINE: "waiting",
  VOUCHER_ISSUED: "waiting",
  UNKNOWN: "waiting",
  AUTHORISED: "waiting",
  FORWARDING: "waiting",
  MANUAL_REVIEW: "waiting",
  REFUND_REQUESTED: "waiting",
  REQUESTED: "waiting",
  DECLINED: "bad",
  DECLINED_LATE: "bad",
  REFUND_FAILED: "bad",
  WRITTEN_OFF: "bad",
};

const PRINTS: Record<string, Tone> = {
  printed: "quiet",
  likely: "quiet",
  shown: "waiting",
  unknown: "waiting",
  failed: "bad",
};

export const saleTone = (state: string): Tone => SALES[state] ?? "quiet";
export const paymentTone = (state: string): Tone => PAYMENTS[state] ?? "quiet";
export const printTone = (outcome: string): Tone => PRINTS[outcome] ?? "quiet";
