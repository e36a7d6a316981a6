/** The agent restarts under the page: a calm moment that ends by itself, and what it says of money. */

import { act, render, screen, waitFor } from "@testing-library/react";
import type { Agent, Seen } from "../api/agent";
import type { Spoken } from "../api/requests";
import { aCatalogue, aPayment, aPix, aState, aTicket, noAids } from "../api/samples";
import type { ScreenState } from "../api/schemas";
import { App } from "./App";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

class SeenAgent {
  private seen: Seen;
  private readonly watchers = new Set<() => void>();
  readonly spoken: Spoken[] = [];

  readonly voice = async (said: Spoken) => {
    this.spoken.push(said);
    return new ArrayBuffer(0);
  };

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

async function drawSpoken(change: Partial<ScreenState>): Promise<SeenAgent> {
  const agent = draw({ ...change, access: { ...noAids, speech: true } });
  await waitFor(() => expect(agent.spoken.length).toBeGreaterThan(0));
  return agent;
}

const texts = (agent: SeenAgent) => agent.spoken.map(({ text }) => text);

test("a refusal is heard at once by whoever has the screen read", async () => {
  const agent = await drawSpoken({ step: "review" });
  agent.turn({ refused: { code: "sold-out", count: 1 } });
  await waitFor(() => expect(texts(agent).at(-1)).toBe("Acabou de esgotar. Nada foi cobrado."));
  agent.turn({ refused: { code: "bad-contact", count: 2 } });
  await waitFor(() => expect(texts(agent).at(-1)).toBe("Confira o que você digitou."));
});

test("a refusal is heard over a sheet too", async () => {
  const help = { is_told: true, phone: "", tel: "", shown_s: 600 };
  const agent = await drawSpoken({ step: "review", help });
  agent.turn({ refused: { code: "method-unavailable", count: 1 } });
  await waitFor(() =>
    expect(texts(agent).at(-1)).toBe("Esta forma não está disponível agora."),
  );
});

test("a voice that fails is written and not spoken again", async () => {
  const agent = await drawSpoken({ step: "review" });
  agent.turn({ refused: { code: "voice-failed", count: 1 } });
  expect(screen.getByText("A voz falhou. Toque para ouvir de novo.")).toBeVisible();
  await act(() => new Promise((done) => setTimeout(done)));
  expect(texts(agent)).not.toContain("A voz falhou. Toque para ouvir de novo.");
});
