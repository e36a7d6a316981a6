/** Time as the screens feel it: seconds left until something happens by itself. */

import { useEffect, useEffectEvent, useState } from "react";

const TICK_MS = 250;

/**
 * Counts down from `whole_s` and calls `over` once; `null` when there is nothing to wait for. A new
 * `key` starts again.
 */
export function useCountdown(whole_s: number | null, key: string, over: () => void): number {
  const [left_s, setLeft] = useState(whole_s ?? 0);
  const ended = useEffectEvent(over);
  useEffect(() => {
    if (whole_s === null) return undefined;
    const end_ms = performance.now() + whole_s * 1000;
    const tick = () => {
      const left_ms = end_ms - performance.now();
      setLeft(Math.max(0, left_ms / 1000));
      if (left_ms <= 0) {
        clearInterval(timer);
        ended();
      }
    };
    const timer = setInterval(tick, TICK_MS);
    tick();
    return () => clearInterval(timer);
  }, [whole_s, key]);
  return left_s;
}
