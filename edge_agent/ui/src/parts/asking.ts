/** What every page of the corner is given, and how it asks the agent. */

import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { CornerLine } from "../api/corner";

const REST_MS = 50;
const TROUBLE_MS = 1500;

export interface DeskProps {
  readonly line: CornerLine;
  /** What the agent refused: told to the person, and no session means back to the door. */
  readonly refuse: (error: unknown) => void;
  readonly back: () => void;
}

/**
 * The answer once it is there, and a way to ask again, over when the next answer is there.
 * `every_ms` keeps it fresh.
 */
export function useAnswer<T>(
  ask: () => Promise<T>,
  refuse: (error: unknown) => void,
  every_ms: number | null = null,
): readonly [T | null, () => Promise<void>] {
  const [answer, setAnswer] = useState<T | null>(null);
  const waiting = useRef<(() => void)[]>([]);
  const answered = () => waiting.current.splice(0).forEach((told) => told());
  const read = useEffectEvent(() => void ask().then(setAnswer, refuse).finally(answered));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    read();
    if (every_ms === null) return undefined;
    const timer = setInterval(() => read(), every_ms);
    return () => clearInterval(timer);
  }, [every_ms, turn]);
  const again = useCallback(
    () =>
      new Promise<void>((told) => {
        waiting.current.push(told);
        setTurn((count) => count + 1);
      }),
    [],
  );
  return [answer, again];
}

/** One deed at a time: its name while it is under way. A touch meanwhile does nothing. */
export function useDeed<Name extends string>(
  refuse: (error: unknown) => void,
): readonly [Name | null, (name: Name, deed: () => Promise<unknown>) => void] {
  const busy = useRef(false);
  const [running, setRunning] = useState<Name | null>(null);
  const turn = (name: Name | null) => {
    busy.current = name !== null;
    setRunning(name);
  };
  const run = (name: Name, deed: () => Promise<unknown>) => {
    if (busy.current) return;
    turn(name);
    void deed()
      .catch(refuse)
      .finally(() => turn(null));
  };
  return [running, run];
}

/** Hand on what the scanner reads, one after the other, until the page is gone. */
export function useScans<T>(
  next: (signal: AbortSignal) => Promise<T>,
  take: (found: T) => void,
  failed: (error: unknown) => void = () => undefined,
): void {
  const ask = useEffectEvent(next);
  const found = useEffectEvent(take);
  const refused = useEffectEvent(failed);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () => {
      void ask(gone.signal).then(
        (code) => {
          if (gone.signal.aborted) return;
          found(code);
          timer = setTimeout(next, REST_MS);
        },
        (error: unknown) => {
          if (gone.signal.aborted) return;
          refused(error);
          timer = setTimeout(next, TROUBLE_MS);
        },
      );
    };
    next();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, []);
}
