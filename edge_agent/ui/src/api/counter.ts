/** The attendant's corner over HTTP: a session opened by PIN or badge, and what it may do. */

import { readBoot, RefusedError } from "./requests";
import type { CounterDeed, CounterView, LateDecline, Problem } from "./schemas";

const CALL_MS_MAX = 130_000;
const SCAN_WAIT_S = 20;

/** Every deed throws RefusedError with the code of the refusal. */
export class CounterLine {
  private secret = "";
  private token = "";

  /** The attendant's name. */
  async enter(secret: string): Promise<string> {
    this.secret = (await readBoot(AbortSignal.timeout(CALL_MS_MAX))).secret;
    const answer = await this.ask<{ token: string; name: string }>("POST", "session", { secret });
    this.token = answer.token;
    return answer.name;
  }

  async leave(): Promise<void> {
    this.token = "";
    await this.ask("POST", "leave", {});
  }

  look(code: string): Promise<CounterView> {
    return this.ask("POST", "look", { code });
  }

  act(deed: CounterDeed, code: string): Promise<CounterView> {
    return this.ask("POST", deed, { code });
  }

  late(): Promise<readonly LateDecline[]> {
    return this.ask("GET", "late");
  }

  async makeGood(payment: string, way: "recovered" | "written_off"): Promise<void> {
    await this.ask("POST", `late/${payment}`, { way });
  }

  /** The next code of the scanner; empty when none came in time. */
  async scan(signal: AbortSignal): Promise<string> {
    const answer = await this.ask<{ code: string }>(
      "GET",
      `scan?wait=${SCAN_WAIT_S}`,
      undefined,
      signal,
    );
    return answer.code;
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
    const response = await fetch(`/v1/counter/${path}`, init);
    if (response.status === 204) return undefined as T;
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    throw new RefusedError(problem.code ?? `status-${response.status}`);
  }
}
