/**
 * The corner's shapes, name for name: edge_agent/api/counter.py, upkeep.py and what they answer
 * with. Amounts are minor units.
 */

import type { Priority, TicketKind } from "./schemas";

export type Role = "attendant" | "technician";

/** `token` is empty when nobody came. */
export interface Entered {
  readonly token: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export type CounterDeed = "settle" | "serve" | "void";
export type ClaimDeed = CounterDeed | "reprint";

export type CloseReason = "paper_found" | "ticket_given" | "served" | "nothing_due";

/** An open case; `reasons` are those for which it may be closed here. */
export interface CaseRow {
  readonly case: string;
  readonly code: string;
  readonly kind: string;
  readonly todo: string;
  readonly number: string;
  readonly currency: string;
  readonly total_minor: number;
  readonly reasons: readonly CloseReason[];
}

/** What happened to a sale; `money` and `paper` are words keys, `can` what may be done now. */
export interface ClaimView {
  readonly sale: string;
  readonly code: string;
  readonly ticket: string;
  readonly number: string;
  readonly kind: TicketKind | "";
  readonly state: string;
  readonly method: string;
  readonly currency: string;
  readonly total_minor: number;
  readonly opened_ms: number;
  readonly money: string;
  readonly paper: string;
  readonly can: readonly ClaimDeed[];
  readonly cases: readonly CaseRow[];
  readonly priority: Priority;
}

/** A stored card that the acquirer refused after the ticket was out. */
export interface LateDecline {
  readonly payment: string;
  readonly number: string;
  readonly currency: string;
  readonly amount_minor: number;
  readonly masked_pan: string;
  readonly reason: string;
}

/** A valid ticket whose paper did not come out, or may not have. */
export interface WaitingCopy {
  readonly ticket: string;
  readonly number: string;
  readonly kind: TicketKind;
  readonly currency: string;
  readonly total_minor: number;
}

/** The printer while its roll is changed; `hint` is a words key, `tickets_left` at most about so many. */
export interface RollView {
  readonly state: string;
  readonly reason: string;
  readonly hint: string;
  readonly paper: string;
  readonly tickets_left: number | null;
}

export interface Finding {
  readonly what: string;
  readonly said: string;
  readonly is_well: boolean;
}

export interface DeviceLine {
  readonly name: "printer" | "reader" | "scanner";
  readonly driver: string;
  readonly state: string;
  readonly reason: string;
  readonly hint: string;
  readonly paper: string;
  readonly since_ms: number;
  readonly facts: Readonly<Record<string, string>>;
}

export interface StatusView {
  readonly version: string;
  readonly totem: string;
  readonly epoch: number;
  readonly online: boolean;
  readonly sync_state: string;
  readonly outbox: number;
  readonly tickets: number;
  readonly printing: number;
  readonly cases_open: number;
  readonly at_risk: number;
  readonly at_risk_minor: number;
  readonly lease_days: number;
  readonly devices: readonly DeviceLine[];
}

export interface ActView {
  readonly at_ms: number;
  readonly by: string;
  readonly deed: string;
  readonly about: string;
}
