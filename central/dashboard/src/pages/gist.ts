/** One line that says what an event recorded, from its body, for a person. */
import type { EventRow } from "../api/types";
import type { Tone } from "../parts/Tag";
import { money } from "../words/format";
import { LANGUAGES, wordFor } from "../words/words";

type Body = Record<string, unknown>;

const GOOD = ["PaymentConfirmed", "PaymentForwarded", "VoucherSettled", "PixConfirmed", "PixHonoured", "SaleSettled", "SaleFulfilled", "SaleClosed", "TicketIssued", "CaseClosed"];
const WAITING = [
  "PaymentStoredOffline",
  "PaymentUnknown",
  "PaymentForwarding",
  "VoucherIssued",
  "RefundRequested",
  "PixPaidLate",
  "PixRefundRequested",
  "PixSurplusPaid",
  "CaseOpened",
];
const BAD = ["PaymentDeclined", "PaymentDeclinedLate", "PaymentWrittenOff", "RefundFailed"];

export function gist({ type, body }: EventRow, currency: string): string {
  if (typeof body !== "object" || body === null) return "";
  const said = parts(type, body as Body, currency);
  return said.filter(Boolean).join(" · ");
}

export function tone({ type, status, body }: EventRow): Tone {
  if (status === "quarantined" || BAD.includes(type)) return "bad";
  if (status === "parked" || WAITING.includes(type)) return "waiting";
  const outcome = type === "PrintFinished" ? text((body as Body | null)?.outcome) : "";
  if (outcome === "failed") return "bad";
  if (outcome === "unknown" || outcome === "shown") return "waiting";
  return GOOD.includes(type) || outcome ? "good" : "quiet";
}

function parts(type: string, body: Body, currency: string): string[] {
  const amount = (minor: unknown) => (typeof minor === "number" ? money(minor, currency) : "");
  const method = body.method ? wordFor("method", text(body.method)) : "";
  switch (type) {
    case "SaleOpened":
      return [languageName(text(body.locale))];
    case "SalePriced":
    case "SaleSettled":
      return [method, amount(body.total_minor)];
    case "PaymentRequested":
    case "VoucherIssued":
      return [method, amount(body.amount_minor), text(body.device)];
    case "PaymentStoredOffline":
    case "PaymentAuthorised":
      return [method, amount(body.amount_minor), card(body.proof)];
    case "PaymentConfirmed":
    case "PaymentForwarded":
    case "VoucherSettled":
    case "PaymentRefunded":
      return [amount(body.amount_minor), text(body.by)];
    case "PixRequested":
      return [text(body.txid)];
    case "PixConfirmed":
    case "PixPaidLate":
    case "PixSurplusPaid":
      return [amount(body.amount_minor), text(body.end_to_end_id)];
    case "PixHonoured":
    case "PixRefundRequested":
    case "PaymentDeclinedLate":
    case "RefundRequested":
      return [amount(body.amount_minor), text(body.reason)];
    case "TicketIssued":
      return [text(body.number), wordFor("priority", text(body.priority))];
    case "PrintFinished":
      return [wordFor("print", text(body.outcome)), text(body.cause)];
    case "CaseOpened":
      return [text(body.todo)];
    default:
      return [text(body.reason) || text(body.resolution) || text(body.printer)];
  }
}

function card(proof: unknown): string {
  const { brand, masked_pan } = (proof ?? {}) as Body;
  return [text(brand), text(masked_pan)].filter(Boolean).join(" ");
}

function languageName(code: string): string {
  return (LANGUAGES as Record<string, string>)[code] ?? code;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
