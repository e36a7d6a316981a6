/**
 * A touch in the spoken mode: the first one, and a finger that slides, only find; two quick ones
 * act on what was found. Keys and a switch device keep acting at once.
 */

import { useEffect, useEffectEvent } from "react";

const TWICE_MS = 700;

export interface Finger {
  /** Something is under the finger. */
  readonly found: (at: Element) => void;
  readonly act: () => void;
  /** Between the two taps. */
  readonly patience: number;
}

export function useExploring(finger: Finger): void {
  const onFind = useEffectEvent(finger.found);
  const onAct = useEffectEvent(finger.act);
  const within_ms = finger.patience * TWICE_MS;
  useEffect(() => {
    let tapped_ms = Number.NEGATIVE_INFINITY;
    let under: Element | null = null;
    const find = (event: PointerEvent) => {
      const at = document.elementFromPoint(event.clientX, event.clientY);
      if (at === null || at === under) return;
      under = at;
      onFind(at);
    };
    const down = (event: PointerEvent) => {
      const now_ms = performance.now();
      const again = now_ms - tapped_ms < within_ms;
      tapped_ms = again ? Number.NEGATIVE_INFINITY : now_ms;
      if (again) {
        onAct();
      } else {
        under = null;
        find(event);
      }
    };
    const slide = (event: PointerEvent) => {
      if (event.buttons !== 0) find(event);
    };
    /** A finger's own click; what `act` clicks is not trusted, what a key clicks has no detail. */
    const swallow = (event: MouseEvent) => {
      if (!event.isTrusted || event.detail === 0) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const options = { capture: true };
    addEventListener("pointerdown", down, options);
    addEventListener("pointermove", slide, options);
    addEventListener("click", swallow, options);
    return () => {
      removeEventListener("pointerdown", down, options);
      removeEventListener("pointermove", slide, options);
      removeEventListener("click", swallow, options);
    };
  }, [within_ms]);
}
