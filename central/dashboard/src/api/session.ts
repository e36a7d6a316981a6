/**
 * Who is logged in. The access token lives in memory; the refresh token survives a reload in
 * localStorage, works once, and is exchanged by one tab at a time.
 */
import { Problem, problemOf } from "./problem";
import type { Tokens } from "./types";

const KEPT = "totem.refresh";
const EARLY_MS = 30_000;

export interface Operator {
  username: string;
  name: string;
}

interface State {
  operator: Operator | null;
  /** Whether a kept login may still turn out to be valid. */
  resuming: boolean;
}

export class Session {
  private access = "";
  private expiresAt = 0;
  private state: State = { operator: null, resuming: localStorage.getItem(KEPT) !== null };
  private readonly listeners = new Set<() => void>();
  private refreshing: Promise<string> | null = null;

  constructor(private readonly send: typeof fetch = (input, init) => fetch(input, init)) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): State => this.state;

  async login(username: string, password: string): Promise<void> {
    this.accept(await this.post("/v1/login", { username, password }));
  }

  /**
   * Try the login that an earlier page left; without one, or when it ended, nobody is logged in.
   */
  async resume(): Promise<void> {
    if (localStorage.getItem(KEPT) === null) return;
    try {
      await this.token();
    } catch {
      this.update({ operator: null, resuming: false });
    }
  }

  async logout(): Promise<void> {
    const kept = localStorage.getItem(KEPT);
    this.end();
    if (kept !== null) await this.post("/v1/logout", { refresh_token: kept }).catch(() => null);
  }

  /**
   * A valid access token, refreshed when it is about to expire. Throws Problem 401 when the login
   * has ended.
   */
  async token(stale = false): Promise<string> {
    if (!stale && Date.now() < this.expiresAt - EARLY_MS) return this.access;
    this.refreshing ??= exclusively(() => this.refresh()).finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async refresh(): Promise<string> {
    const kept = localStorage.getItem(KEPT);
    if (kept === null) {
      this.end();
      throw new Problem(401, "login-required", "");
    }
    try {
      this.accept(await this.post("/v1/refresh", { refresh_token: kept }));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.end();
      throw error;
    }
    return this.access;
  }

  private async post(path: string, body: object): Promise<Tokens> {
    const answer = await this.send(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw await problemOf(answer);
    return answer.status === 204 ? ({} as Tokens) : ((await answer.json()) as Tokens);
  }

  private accept(tokens: Tokens): void {
    this.access = tokens.access_token;
    this.expiresAt = Date.now() + tokens.expires_in_s * 1000;
    localStorage.setItem(KEPT, tokens.refresh_token);
    const operator = { username: tokens.username, name: tokens.name };
    this.update({ operator, resuming: false });
  }

  private end(): void {
    this.access = "";
    this.expiresAt = 0;
    localStorage.removeItem(KEPT);
    this.update({ operator: null, resuming: false });
  }

  private update(state: State): void {
    this.state = state;
    this.listeners.forEach((listener) => listener());
  }
}

/**
 * Only one tab exchanges the refresh token at a time, where the browser has locks (secure
 * contexts).
 */
function exclusively<T>(deed: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? locks.request("totem.refresh", deed) : deed();
}

export const session = new Session();
