/** What the agent says in the corner, for tests. */

import type { CaseRow, ClaimView, Entered, RollView, StatusView } from "./cornerSchemas";

export const ana: Entered = { token: "t", name: "Ana", roles: ["attendant"] };
export const teo: Entered = { token: "t", name: "Téo", roles: ["attendant", "technician"] };

export const aCase: CaseRow = {
  case: "T1-1-20-AAAAAAAA",
  code: "AAAAAAAA",
  kind: "print_in_doubt",
  todo: "Look for the paper.",
  number: "CA042",
  currency: "BRL",
  total_minor: 4500,
  reasons: ["paper_found", "served"],
};

export const voucher: ClaimView = {
  sale: "T1-1-9-ABCDEFGH",
  code: "ABCDEFGH",
  ticket: "T1-1-12-ABCDEFGH",
  number: "CA042",
  kind: "to_pay",
  state: "ISSUED",
  method: "counter",
  currency: "BRL",
  total_minor: 4500,
  opened_ms: 1_795_500_000_000,
  money: "to_pay",
  paper: "printed",
  can: ["settle", "reprint"],
  cases: [],
  priority: "80",
};
export const paid: ClaimView = { ...voucher, money: "paid_cash", can: ["serve", "reprint"] };

export const aStatus: StatusView = {
  version: "0.9.3",
  totem: "T0001",
  epoch: 1,
  online: false,
  sync_state: "offline",
  outbox: 17,
  tickets: 3,
  printing: 0,
  cases_open: 1,
  at_risk: 2,
  at_risk_minor: 9000,
  lease_days: 45,
  devices: [
    {
      name: "printer",
      driver: "escpos",
      state: "fault",
      reason: "cover_open",
      hint: "cover_open",
      paper: "ok",
      since_ms: 0,
      facts: { model: "TM-T20X", address: "tcp:10.0.0.9:9100" },
    },
  ],
};

export const aRoll: RollView = { state: "ready", reason: "", hint: "", paper: "ok", tickets_left: null };
