/** The corner over HTTP: a session opened by PIN or badge, and what it may do. */

import type {
  ActView,
  CaseRow,
  ClaimView,
  CloseReason,
  CounterDeed,
  Entered,
  Finding,
  LateDecline,
  RollView,
  StatusView,
  WaitingCopy,
} from "./cornerSchemas";
import { readBoot, RefusedError } from "./requests";
import type { Problem } from "./schemas";

const CALL_MS_MAX = 130_000;
const SCAN_WAIT_S = 20;

/** Every deed throws RefusedError with the code of the refusal. */
export class CornerLine {
  private secret = "";
  private token = "";

  async enter(secret: string): Promise<Entered> {
    await this.boot();
    return this.take(await this.post<Entered>("counter/session", { secret }));
  }

  /** Somebody with a badge; null when nobody came in time. */
  async badge(signal: AbortSignal): Promise<Entered | null> {
    await this.boot();
    const path = `counter/badge?wait=${SCAN_WAIT_S}`;
    const came = await this.ask<Entered>("POST", path, {}, signal);
    return came.token === "" ? null : this.take(came);
  }

  async leave(): Promise<void> {
    this.token = "";
    await this.post("counter/leave", {});
  }

  claim(code: string): Promise<ClaimView> {
    return this.post("counter/claim", { code });
  }

  act(deed: CounterDeed, ticket: string): Promise<unknown> {
    return this.post(`counter/${deed}`, { code: ticket });
  }

  reprint(ticket: string): Promise<unknown> {
    return this.post("counter/reprint", { code: ticket });
  }

  cases(): Promise<readonly CaseRow[]> {
    return this.ask("GET", "counter/cases");
  }

  close(name: string, reason: CloseReason): Promise<unknown> {
    return this.post(`counter/cases/${name}`, { reason });
  }

  late(): Promise<readonly LateDecline[]> {
    return this.ask("GET", "counter/late");
  }

  makeGood(payment: string, way: "recovered" | "written_off"): Promise<unknown> {
    return this.post(`counter/late/${payment}`, { way });
  }

  roll(): Promise<RollView> {
    return this.ask("GET", "counter/printer");
  }

  testPrint(): Promise<readonly Finding[]> {
    return this.post("counter/printer/test", {});
  }

  waiting(): Promise<readonly WaitingCopy[]> {
    return this.ask("GET", "counter/waiting");
  }

  status(): Promise<StatusView> {
    return this.ask("GET", "upkeep/status");
  }

  acts(): Promise<readonly ActView[]> {
    return this.ask("GET", "upkeep/acts");
  }

  test(device: string): Promise<readonly Finding[]> {
    return this.post(`upkeep/${device}/test`, {});
  }

  noted(deed: "touch test" | "screen restarted", cells_missed = 0): Promise<unknown> {
    return this.post("upkeep/noted", { deed, cells_missed });
  }

  /** The next code of the scanner; empty when none came in time. */
  async scan(signal: AbortSignal): Promise<string> {
    const path = `counter/scan?wait=${SCAN_WAIT_S}`;
    return (await this.ask<{ code: string }>("GET", path, undefined, signal)).code;
  }

  private async boot(): Promise<void> {
    this.secret = (await readBoot(AbortSignal.timeout(CALL_MS_MAX))).secret;
  }

  private take(entered: Entered): Entered {
    this.token = entered.token;
    return entered;
  }

  private post<T>(path: string, body: unknown): Promise<T> {
    return this.ask("POST", path, body);
  }

  private async ask<T>(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(CALL_MS_MAX);
    const init: RequestInit = {
      method,
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      headers: {
        "content-type": "application/json",
        "totem-secret": this.secret,
        "totem-counter": this.token,
      },
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`/v1/${path}`, init);
    if (response.status === 204) return undefined as T;
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    throw new RefusedError(problem.code ?? `status-${response.status}`);
  }
}
