import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";

import type { EventRow, LegRow } from "../api/types";
import { theme } from "../theme/theme";
import "../words/words";
import { gist, tone } from "./gist";
import { Postings } from "./Postings";

function event(type: string, body: unknown, status = "posted"): EventRow {
  return {
    epoch: 1,
    seq: 1,
    type,
    at: "2026-06-10T12:00:00Z",
    business_day: "",
    status,
    reason: "",
    hash: "",
    body,
  };
}

function leg(account: string, amount_minor: number): LegRow {
  return { seq: 4, account, entity: "", currency: "BRL", amount_minor };
}

function postings(legs: LegRow[]) {
  render(
    <ThemeProvider theme={theme}>
      <Postings legs={legs} />
    </ThemeProvider>,
  );
}

test("postings that sum to zero are said to balance", () => {
  postings([leg("customer_due", 3500), leg("revenue", -2000), leg("revenue", -1500)]);
  expect(screen.getByText("fecha em zero")).toBeInTheDocument();
  expect(screen.getAllByText(/35,00/)).toHaveLength(3);
});

test("postings that do not sum to zero are never called balanced", () => {
  postings([leg("customer_due", 3500), leg("revenue", -3499)]);
  expect(screen.getByText("não fecha")).toBeInTheDocument();
});

test("an event is told in one line", () => {
  const stored = {
    method: "debit",
    amount_minor: 3500,
    proof: { brand: "Visa", masked_pan: "4111**1111" },
  };
  expect(gist(event("PaymentStoredOffline", stored), "BRL")).toBe(
    "Débito · R$\u00a035,00 · Visa 4111**1111",
  );
  expect(gist(event("TicketIssued", { number: "CA042", priority: "80" }), "BRL")).toBe(
    "CA042 · Preferencial 80+",
  );
  expect(gist(event("TicketIssued", { number: "CA043" }), "BRL")).toBe("CA043");
  expect(gist(event("PrintFinished", { outcome: "failed", cause: "paper_out" }), "BRL")).toBe(
    "Falhou · paper_out",
  );
});

test("a body that cannot be read is no reason to fail", () => {
  expect(gist(event("SalePriced", "not json", "quarantined"), "BRL")).toBe("");
  expect(tone(event("PrintFinished", "not json", "quarantined"))).toBe("bad");
  expect(tone(event("PrintFinished", null))).toBe("quiet");
});
