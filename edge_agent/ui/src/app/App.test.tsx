/** The agent restarts under the page: a calm moment that ends by itself, and what it says of money. */

import { act, render, screen } from "@testing-library/react";
import type { Agent, Seen } from "../api/agent";
import { aCatalogue, aPayment, aPix, aState, aTicket } from "../api/samples";
import type { ScreenState } from "../api/schemas";
import { App } from "./App";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

class SeenAgent {
  private seen: Seen;
  private readonly watchers = new Set<() => void>();

  constructor(state: ScreenState) {
    this.seen = { state, catalogue: aCatalogue, lost: false, refused: null };
  }

  readonly look = () => this.seen;

  readonly watch = (watcher: () => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  turn(change: Partial<Seen>): void {
    act(() => {
      this.seen = { ...this.seen, ...change };
      for (const watcher of this.watchers) watcher();
    });
  }
}

function draw(change: Partial<ScreenState>): SeenAgent {
  const agent = new SeenAgent(aState(change));
  render(<App agent={agent as unknown as Agent} />);
  return agent;
}

const AGAIN = "Não pague de novo. Já estamos conferindo.";

const LEFT = {
  number: "",
  kind: "" as const,
  services: [],
  total_minor: 4500,
  case: "7K39QXAB",
  state: "checking" as const,
  at: "14:32",
  cause: "",
  returns_in_s: 0,
};
const LATE = { ...LEFT, state: "late" as const };
const PAID = { ...LEFT, state: "to_print" as const, kind: "paid" as const };

test.each([
  ["while a cut left a doubt", { step: "recovered" as const, recovered: LEFT }],
  ["while a cut left a late Pix", { step: "recovered" as const, recovered: LATE }],
  ["while a cut left a paid ticket", { step: "recovered" as const, recovered: PAID }],
  ["while a card is read", { step: "payment" as const, payment: aPayment("reading") }],
  ["while a Pix whose code expired may come", { step: "payment" as const, payment: aPix("expired", "expired") }],
  ["while a Pix waits for a choice", { step: "payment" as const, payment: aPix("late") }],
  ["while a paid ticket is out", { step: "ticket" as const, ticket: aTicket("printing") }],
])("%s a lost agent means: do not pay again", (_name, change) => {
  const agent = draw(change);
  agent.turn({ lost: true });
  expect(screen.getByText("Um momento…")).toBeVisible();
  expect(screen.getByText(AGAIN)).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
});

test.each([
  ["before any money", { step: "review" as const }],
  ["after a card was declined", { step: "payment" as const, payment: aPayment("declined", "host_declined") }],
  ["after a card was cancelled", { step: "payment" as const, payment: aPayment("cancelled", "customer_cancelled") }],
  ["after a Pix was cancelled", { step: "payment" as const, payment: aPix("cancelled", "customer_cancelled") }],
  ["after a Pix was refused", { step: "payment" as const, payment: aPix("refused", "pix_refused") }],
  ["after a Pix was given back", { step: "payment" as const, payment: aPix("refunded", "refunded") }],
])("%s a lost agent says nothing of paying", (_name, change) => {
  const agent = draw(change);
  agent.turn({ lost: true });
  expect(screen.getByText("Um momento…")).toBeVisible();
  expect(screen.queryByText(AGAIN)).toBeNull();
});

test("the page comes back by itself to what the agent found", async () => {
  const agent = draw({ step: "payment", payment: aPayment("authorising") });
  agent.turn({ lost: true });
  agent.turn({ lost: false, state: aState({ rev: 1, step: "recovered", recovered: LEFT }) });
  expect(await screen.findByText("7K39QXAB")).toBeVisible();
  expect(screen.getByText("Não pague de novo")).toBeVisible();
});
