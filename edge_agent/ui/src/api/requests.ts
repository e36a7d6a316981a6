/**
 * HTTP to the agent on this machine: JSON in and out, a deadline on every call, problems as
 * errors.
 */

import type { Boot, CatalogueView, Locale, Problem, ScreenState } from "./schemas";

const CALL_MS_MAX = 10_000;
const WAIT_S = 20;

/** The agent understood and refused; `code` says why. Tell the customer, or look again. */
export class RefusedError extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = "RefusedError";
  }
}

export interface Write {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body?: unknown;
}

export function readBoot(signal: AbortSignal): Promise<Boot> {
  return call("/v1/boot", {}, signal, CALL_MS_MAX);
}

export function readCatalogue(signal: AbortSignal): Promise<CatalogueView> {
  return call("/v1/catalogue", {}, signal, CALL_MS_MAX);
}

/** Answers when the revision is no longer `rev`, or after the long poll's own wait. */
export function readState(rev: number | null, signal: AbortSignal): Promise<ScreenState> {
  const query = rev === null ? "" : `?rev=${rev}&wait=${WAIT_S}`;
  return call(`/v1/state${query}`, {}, signal, CALL_MS_MAX + WAIT_S * 1000);
}

export function write(deed: Write, secret: string, signal: AbortSignal): Promise<ScreenState> {
  const init: RequestInit = {
    method: deed.method,
    headers: { "content-type": "application/json", "totem-secret": secret },
  };
  if (deed.body !== undefined) init.body = JSON.stringify(deed.body);
  return call(deed.path, init, signal, CALL_MS_MAX);
}

/** A text as the agent speaks it: a whole WAV file. `private` texts are not kept there. */
export interface Spoken {
  readonly text: string;
  readonly locale: Locale;
  readonly private: boolean;
}

export function readVoice(
  spoken: Spoken,
  secret: string,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const init: RequestInit = {
    method: "POST",
    headers: { "content-type": "application/json", "totem-secret": secret },
    body: JSON.stringify(spoken),
  };
  return ask("/v1/speak", init, signal, CALL_MS_MAX, (response) => response.arrayBuffer());
}

function call<T>(
  path: string,
  init: RequestInit,
  signal: AbortSignal,
  deadline_ms: number,
): Promise<T> {
  return ask(path, init, signal, deadline_ms, async (response) => (await response.json()) as T);
}

async function ask<T>(
  path: string,
  init: RequestInit,
  signal: AbortSignal,
  deadline_ms: number,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const deadline = setTimeout(() => late.abort(), deadline_ms);
  try {
    const within = AbortSignal.any([signal, late.signal]);
    const response = await fetch(path, { ...init, cache: "no-store", signal: within });
    if (response.ok) return await read(response);
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    throw new RefusedError(problem.code ?? `status-${response.status}`);
  } finally {
    clearTimeout(deadline);
  }
}
