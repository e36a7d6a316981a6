/**
 * The line to the agent against a small agent of the tests' own: order, restarts, quick fingers.
 */

import { aCatalogue, aState } from "./samples";
import { Agent } from "./agent";
import type { CartChoice, ScreenState } from "./schemas";

type Answer = { status?: number; body: unknown };

class TestAgent {
  secret = "one";
  version = "1";
  down = false;
  state: ScreenState = aState({ cart: [], step: "attract" });
  readonly writes: string[] = [];
  private readonly waiting = new Set<() => void>();

  readonly fetch = async (path: string, init: RequestInit): Promise<unknown> => {
    if (this.down) throw new TypeError("connection refused");
    const { status = 200, body } = await this.answer(path, init);
    return { ok: status < 400, status, json: () => Promise.resolve(body) };
  };

  change(state: Partial<ScreenState>): void {
    this.state = { ...this.state, ...state, rev: this.state.rev + 1 };
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private async answer(path: string, init: RequestInit): Promise<Answer> {
    if (path === "/v1/boot") return { body: { secret: this.secret, version: this.version } };
    if (path === "/v1/catalogue") return { body: aCatalogue };
    if (path.startsWith("/v1/state")) return this.poll(path, init);
    const secret = (init.headers as Record<string, string>)["totem-secret"];
    if (secret !== this.secret) return { status: 403, body: { code: "bad-secret" } };
    return this.write(path, init.body === undefined ? {} : JSON.parse(String(init.body)));
  }

  private async poll(path: string, init: RequestInit): Promise<Answer> {
    if (path.includes(`rev=${this.state.rev}&`)) {
      await new Promise<void>((resolve, reject) => {
        this.waiting.add(resolve);
        init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    }
    return { body: this.state };
  }

  private write(path: string, body: { lines?: CartChoice[] }): Answer {
    this.writes.push(path);
    if (path === "/v1/visit") this.change({ step: "services" });
    if (path === "/v1/visit/cart" && body.lines) this.change({ cart: body.lines.map(asLine) });
    if (path === "/v1/visit/cancel") return { status: 409, body: { code: "too-late" } };
    return { body: this.state };
  }
}

const asLine = (choice: CartChoice) => ({
  ...choice,
  options: (choice.options ?? []).map((id) => ({ id, name: { pt: "", en: "", es: "" }, from_minor: 0 })),
  off: "",
  name: { pt: "", en: "", es: "" },
  unit_minor: 0,
  total_minor: 0,
});

const add = (service: string) => (cart: readonly CartChoice[]) => [
  ...cart,
  { service, quantity: 1 },
];

async function until(holds: () => boolean): Promise<void> {
  const deadline_ms = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline_ms) throw new Error("it never happened");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let server: TestAgent;
let agent: Agent;
const reload = jest.fn();

beforeEach(async () => {
  reload.mockClear();
  server = new TestAgent();
  globalThis.fetch = server.fetch as typeof fetch;
  agent = new Agent(reload);
  void agent.run();
  await until(() => agent.look().catalogue !== null);
});

afterEach(() => agent.stop());

test("what the agent changes by itself is shown", async () => {
  server.change({ step: "out_of_order" });
  await until(() => agent.look().state?.step === "out_of_order");
});

test("no page is shown before the catalogue it is drawn from", async () => {
  agent.stop();
  agent = new Agent(reload);
  const bare: boolean[] = [];
  agent.watch(() => bare.push(agent.look().state !== null && agent.look().catalogue === null));
  void agent.run();
  await until(() => agent.look().catalogue !== null);
  expect(bare).not.toContain(true);
});

test("quick fingers lose nothing: each touch builds on the newest cart", async () => {
  await agent.start("pt");
  await Promise.all([agent.choose(add("a")), agent.choose(add("b")), agent.choose(add("c"))]);
  expect(agent.look().state?.cart.map((line) => line.service)).toEqual(["a", "b", "c"]);
});

test("a second press of the way on is not a second deed", async () => {
  await Promise.all([agent.pay("debit"), agent.pay("debit")]);
  expect(server.writes.filter((path) => path === "/v1/visit/pay")).toHaveLength(1);
});

test("a restarted agent's new secret is fetched and the touch is sent again", async () => {
  server.secret = "two";
  await agent.start("pt");
  expect(agent.look().state?.step).toBe("services");
  expect(agent.look().refused).toBeNull();
});

test("a refusal is told by its code and nothing is lost", async () => {
  await agent.cancel();
  expect(agent.look().refused).toEqual({ code: "too-late", count: 1 });
  expect(agent.look().lost).toBe(false);
});

test("an agent that goes away is waited for, and its smaller revision is believed", async () => {
  server.change({ step: "services" });
  await until(() => agent.look().state?.step === "services");
  server.down = true;
  await agent.touch();
  await until(() => agent.look().lost);
  server.state = aState({ rev: 1, step: "attract" });
  server.down = false;
  await until(() => !agent.look().lost);
  expect(agent.look().state?.step).toBe("attract");
  expect(reload).not.toHaveBeenCalled();
});

test("another version of the agent brings its own screens", async () => {
  server.down = true;
  await agent.touch();
  await until(() => agent.look().lost);
  server.version = "2";
  server.down = false;
  await until(() => reload.mock.calls.length === 1);
});
