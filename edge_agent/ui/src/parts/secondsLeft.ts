/** Seconds that run down by this machine's own clock, set anew whenever the agent says how many. */

import { useEffect, useState } from "react";

const TICK_MS = 250;

export function useSecondsLeft(from_s: number): number {
  const [left_s, setLeft] = useState(from_s);
  useEffect(() => {
    const end_ms = performance.now() + from_s * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end_ms - performance.now()) / 1000)));
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [from_s]);
  return left_s;
}
