/**
 * The shapes of the operators' API, as central/api/views.py and central/domain/reports.py say
 * them.
 */

export type Health = "online" | "late" | "silent" | "never";

export interface Tokens {
  access_token: string;
  expires_in_s: number;
  refresh_token: string;
  username: string;
  name: string;
  scopes: string[];
}

export interface TotemRow {
  totem: string;
  name: string;
  site: string;
  site_name: string;
  /** IANA name; the totem's instants are told on its clocks. */
  timezone: string;
  health: Health;
  last_contact_at: string | null;
  epoch: number;
  held_seq: number;
  declared_seq: number;
  backlog: number;
  outstanding_minor: number;
  quarantined: number;
  cases_open: number;
  at_risk_minor: number;
  catalogue_version: number;
  business_day: string;
  sales_today: number;
  settled_today_minor: number;
}

export interface Fleet {
  currency: string;
  backlog: number;
  outstanding_minor: number;
  totems: TotemRow[];
}

export interface Summary {
  currency: string;
  business_day: string;
  sales_today: number;
  settled_today_minor: number;
  stored_minor: number;
  outstanding_minor: number;
  backlog: number;
  totems: number;
  totems_online: number;
  cases_open: number;
  quarantined: number;
  /** Of the last 24 hours. */
  incidents: number;
}

export interface SaleRow {
  sale: string;
  totem: string;
  totem_name: string;
  site: string;
  site_name: string;
  timezone: string;
  ticket_number: string;
  business_day: string;
  opened_at: string;
  method: string;
  state: string;
  payment_state: string;
  print_outcome: string;
  currency: string;
  total_minor: number;
}

export interface SaleTotals {
  count: number;
  settled_minor: number;
  stored_minor: number;
  confirmed_minor: number;
  vouchers_outstanding_minor: number;
}

export interface SalesPage {
  currency: string;
  sales: SaleRow[];
  totals: SaleTotals;
  next: string;
}

export interface SaleLine {
  service: string;
  name: string;
  quantity: number;
  unit_minor: number;
  total_minor: number;
  /** In the unit's price already; absent where nothing was picked. */
  options?: { id: string; name: string; minor: number }[];
}

export interface EventRow {
  epoch: number;
  seq: number;
  type: string;
  at: string;
  business_day: string;
  status: string;
  reason: string;
  hash: string;
  body: unknown;
}

export interface LegRow {
  seq: number;
  account: string;
  entity: string;
  currency: string;
  amount_minor: number;
}

export interface SaleDetail {
  sale: SaleRow;
  lines: SaleLine[];
  events: EventRow[];
  legs: LegRow[];
}

/** What happened and what to do. */
export interface IncidentWords {
  what: string;
  todo: string;
}

export interface IncidentRow {
  id: number;
  seen_at: string;
  totem: string;
  kind: string;
  words: Record<"pt" | "en" | "es", IncidentWords>;
}

export interface AsideRow {
  totem: string;
  epoch: number;
  seq: number;
  type: string;
  tver: number;
  at: string;
  status: string;
  reason: string;
  sale: string;
}

export interface SealRow {
  totem: string;
  business_day: string;
  epoch: number;
  seq: number;
  rows: number;
  sums: Record<string, number>;
  perpetual_minor: number;
  verdict: "confirmed" | "confirmed_with_quarantine" | "mismatch";
  detail: string;
  aside_minor: number;
}

export interface Agreement {
  currency: string;
  incidents: IncidentRow[];
  aside: AsideRow[];
  seals: SealRow[];
}

export interface SalesFilter {
  totem?: string | undefined;
  site?: string | undefined;
  method?: string | undefined;
  state?: string | undefined;
  day?: string | undefined;
  q?: string | undefined;
}
