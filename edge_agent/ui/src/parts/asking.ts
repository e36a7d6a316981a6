/** What every page of the corner is given, and how it asks the agent. */

import { useCallback, useEffect, useEffectEvent, useState } from "react";
import type { CornerLine } from "../api/corner";

const REST_MS = 50;
const TROUBLE_MS = 1500;

export interface DeskProps {
  readonly line: CornerLine;
  /** What the agent refused: told to the person, and no session means back to the door. */
  readonly refuse: (error: unknown) => void;
  readonly back: () => void;
}

/** The answer once it is there, and a way to ask again. `every_ms` keeps it fresh. */
export function useAnswer<T>(
  ask: () => Promise<T>,
  refuse: (error: unknown) => void,
  every_ms: number | null = null,
): readonly [T | null, () => void] {
  const [answer, setAnswer] = useState<T | null>(null);
  const read = useEffectEvent(() => void ask().then(setAnswer, refuse));
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    read();
    if (every_ms === null) return undefined;
    const timer = setInterval(() => read(), every_ms);
    return () => clearInterval(timer);
  }, [every_ms, turn]);
  const again = useCallback(() => setTurn((count) => count + 1), []);
  return [answer, again];
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
