/**
 * The line to the agent: what the screens draw, and every deed a touch asks for.
 *
 * Promises: the newest answer wins, whatever order answers arrive in; touches run one after the
 * other, each built from the newest state, so quick fingers lose nothing; while a deed that
 * changes the page is under way no second one starts. When the agent is gone, `lost` is true until
 * it answers again with a new secret.
 */

import { choiceOf } from "./cart";
import {
  readBoot,
  readCatalogue,
  readState,
  readVoice,
  RefusedError,
  type Spoken,
  write,
  type Write,
} from "./requests";
import type {
  AccessView,
  Aside,
  CartChoice,
  CatalogueView,
  ChoosingView,
  Locale,
  Method,
  Priority,
  Question,
  ReceiptChannel,
  ScreenState,
} from "./schemas";

const RETRY_MS = 1000;
/** Refusals that say the catalogue on show is not what can be had now. */
const STALE = ["unknown-service", "sold-out", "closed-now"];

/**
 * What the screens know. `refused` is the code of the last touch's refusal, with a count so that it
 * shows again; the next touch that is done ends it.
 */
export interface Seen {
  readonly state: ScreenState | null;
  readonly catalogue: CatalogueView | null;
  readonly lost: boolean;
  readonly refused: { readonly code: string; readonly count: number } | null;
}

/** The pages a customer walks between before paying. */
export type Walk =
  | "priority"
  | "services"
  | "options"
  | "review"
  | "identify"
  | "method"
  | "instalments";

/** Every touch. Each returns once the agent has answered; none throws. */
export interface Deeds {
  start(locale: Locale): Promise<void>;
  speak(locale: Locale): Promise<void>;
  choose(change: (cart: readonly CartChoice[]) => readonly CartChoice[]): Promise<void>;
  /** `service`: whose options, for the step `options`. */
  go(step: Walk, service?: string): Promise<void>;
  /** What is picked of the options, newest last, and how many. */
  pick(change: (choosing: ChoosingView) => Picks): Promise<void>;
  /** Put what was picked into the cart. */
  add(): Promise<void>;
  pay(method: Method, instalments?: number): Promise<void>;
  prefer(priority: Priority): Promise<void>;
  /** What was typed for the open question; empty passes it over. */
  answer(question: Question, value: string): Promise<void>;
  cancel(): Promise<void>;
  finish(): Promise<void>;
  reprint(): Promise<void>;
  touch(): Promise<void>;
  /** The ticket that a power cut kept from the paper. */
  printRecovered(): Promise<void>;
  leaveRecovered(): Promise<void>;
  open(aside: Aside): Promise<void>;
  call(): Promise<void>;
  leaveHelp(): Promise<void>;
  printReceipt(): Promise<void>;
  sendReceipt(channel: ReceiptChannel, contact: string): Promise<void>;
  checkPix(): Promise<void>;
  claimPix(code?: string): Promise<void>;
  refundPix(code?: string): Promise<void>;
}

/** Everything picked on the page of options. */
export interface Picks {
  readonly options: readonly string[];
  readonly quantity: number;
}

export class Agent implements Deeds {
  private seen: Seen = { state: null, catalogue: null, lost: false, refused: null };
  private readonly watchers = new Set<() => void>();
  private readonly stopping = new AbortController();
  private following = new AbortController();
  private secret = "";
  private version = "";
  private turn: Promise<void> = Promise.resolve();
  private walking = false;

  /** `reload` is called when the agent comes back as another version: its screens may be others. */
  constructor(private readonly reload: () => void) {}

  readonly look = (): Seen => this.seen;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Follow the agent until `stop`. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.boot();
        await this.follow();
      } catch {
        if (this.stopping.signal.aborted) return;
        this.show({ lost: true });
        await pause(RETRY_MS);
      }
    }
  }

  stop(): void {
    this.stopping.abort();
  }

  start(locale: Locale): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit", body: { locale } });
  }

  speak(locale: Locale): Promise<void> {
    return this.queue(() => ({ method: "PUT", path: "/v1/visit/locale", body: { locale } }));
  }

  choose(change: (cart: readonly CartChoice[]) => readonly CartChoice[]): Promise<void> {
    return this.queue((state) => {
      const cart = state.cart.map(choiceOf);
      return { method: "PUT", path: "/v1/visit/cart", body: { lines: change(cart) } };
    });
  }

  go(step: Walk, service = ""): Promise<void> {
    return this.walk({ method: "PUT", path: "/v1/visit/step", body: { step, service } });
  }

  pick(change: (choosing: ChoosingView) => Picks): Promise<void> {
    return this.queue(({ choosing }) => {
      const body = choosing === null ? { options: [], quantity: 1 } : change(choosing);
      return { method: "PUT", path: "/v1/visit/choosing", body };
    });
  }

  add(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/choosing" });
  }

  pay(method: Method, instalments = 1): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/pay", body: { method, instalments } });
  }

  prefer(priority: Priority): Promise<void> {
    return this.walk({ method: "PUT", path: "/v1/visit/priority", body: { priority } });
  }

  answer(question: Question, value: string): Promise<void> {
    return this.walk({ method: "PUT", path: "/v1/visit/identify", body: { question, value } });
  }

  cancel(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/cancel" });
  }

  finish(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/finish" });
  }

  reprint(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/reprint" });
  }

  touch(): Promise<void> {
    return this.queue(() => ({ method: "POST", path: "/v1/visit/touch" }));
  }

  printRecovered(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/recovered/print" });
  }

  leaveRecovered(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/recovered/leave" });
  }

  open(aside: Aside): Promise<void> {
    return this.walk({ method: "PUT", path: "/v1/visit/aside", body: { aside } });
  }

  call(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/help" });
  }

  leaveHelp(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/help/leave" });
  }

  printReceipt(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/receipt/paper" });
  }

  sendReceipt(channel: ReceiptChannel, contact: string): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/receipt", body: { channel, contact } });
  }

  checkPix(): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/pix/check" });
  }

  claimPix(code = ""): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/pix/claim", body: { code } });
  }

  refundPix(code = ""): Promise<void> {
    return this.walk({ method: "POST", path: "/v1/visit/pix/refund", body: { code } });
  }

  /** What this customer needs to use the screen. */
  aid(change: Partial<AccessView>): Promise<void> {
    return this.queue((state) => ({
      method: "PUT",
      path: "/v1/access",
      body: { ...state.access, ...change },
    }));
  }

  /** The sound of a text; null when this totem has no voice now, which the customer is told. */
  async voice(spoken: Spoken, signal: AbortSignal): Promise<ArrayBuffer | null> {
    try {
      return await readVoice(spoken, this.secret, AbortSignal.any([signal, this.stopping.signal]));
    } catch (error) {
      if (error instanceof RefusedError && error.code !== "bad-secret") await this.refuse(error.code);
      return null;
    }
  }

  private async boot(): Promise<void> {
    const { signal } = this.stopping;
    const [{ secret, version }, state, catalogue] = await Promise.all([
      readBoot(signal),
      readState(null, signal),
      readCatalogue(signal),
    ]);
    if (this.version !== "" && this.version !== version) this.reload();
    this.secret = secret;
    this.version = version;
    this.show({ state, catalogue, lost: false });
  }

  private async follow(): Promise<void> {
    this.following = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.following.signal]);
    while (!signal.aborted) {
      const asked = this.seen.state?.rev ?? null;
      this.take(await readState(asked, signal), asked);
    }
  }

  private async walk(deed: Write): Promise<void> {
    if (this.walking) return;
    this.walking = true;
    await this.queue(() => deed);
    this.walking = false;
  }

  private queue(build: (state: ScreenState) => Write): Promise<void> {
    this.turn = this.turn.then(() => this.send(build));
    return this.turn;
  }

  private async send(build: (state: ScreenState) => Write): Promise<void> {
    const { state } = this.seen;
    if (state === null) return;
    try {
      const asked = state.rev;
      this.take(await this.written(build(state)), asked);
      if (this.seen.refused !== null) this.show({ refused: null });
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      if (error instanceof RefusedError) await this.refuse(error.code);
      else this.following.abort();
    }
  }

  /** A restarted agent has a new secret: ask for it and write once more. */
  private async written(deed: Write): Promise<ScreenState> {
    try {
      return await write(deed, this.secret, this.stopping.signal);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== "bad-secret") throw error;
      this.secret = (await readBoot(this.stopping.signal)).secret;
      return write(deed, this.secret, this.stopping.signal);
    }
  }

  private async refuse(code: string): Promise<void> {
    this.show({ refused: { code, count: (this.seen.refused?.count ?? 0) + 1 } });
    if (STALE.includes(code)) await this.readCatalogue().catch(() => undefined);
  }

  private async readCatalogue(): Promise<void> {
    this.show({ catalogue: await readCatalogue(this.stopping.signal) });
  }

  /**
   * `asked` is the revision on show when the question was put: an answer to an older question, and
   * no newer itself, is dropped. An answer with a smaller revision is a restarted agent's.
   */
  private take(state: ScreenState, asked: number | null): void {
    const shown = this.seen.state;
    if (shown !== null && asked !== shown.rev && state.rev <= shown.rev) return;
    this.show({ state, lost: false });
    if (shown?.step === "attract" && state.step !== "attract") {
      void this.readCatalogue().catch(() => undefined);
    }
  }

  private show(change: Partial<Seen>): void {
    this.seen = { ...this.seen, ...change };
    for (const watcher of this.watchers) watcher();
  }
}

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration_ms));
}
