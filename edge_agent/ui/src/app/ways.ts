/**
 * The ways into the corner: five taps on the upper left corner within three seconds, or the page's
 * own address for a counter that has a screen of its own.
 */

import { useEffect, useEffectEvent, useState } from "react";

const ADDRESS = "#balcao";
const TAPS = 5;
const WITHIN_MS = 3000;
const CORNER_PX = 120;
const CORNER_SHARE = 0.16;

export interface CornerWay {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** `may` is false while money is open: then no tap counts. */
export function useCorner(may: boolean): CornerWay {
  const [addressed, setAddressed] = useState(() => location.hash === ADDRESS);
  const [tapped, setTapped] = useState(false);
  useEffect(() => {
    const turn = () => setAddressed(location.hash === ADDRESS);
    addEventListener("hashchange", turn);
    return () => removeEventListener("hashchange", turn);
  }, []);
  useTaps(() => may && setTapped(true));
  const close = () => {
    setTapped(false);
    if (location.hash === ADDRESS) location.hash = "";
  };
  return { isOpen: may && (addressed || tapped), close };
}

function useTaps(onTaps: () => void): void {
  const told = useEffectEvent(onTaps);
  useEffect(() => {
    let taps: number[] = [];
    const tap = (event: PointerEvent) => {
      const size = Math.max(CORNER_PX, CORNER_SHARE * Math.min(innerWidth, innerHeight));
      if (event.clientX > size || event.clientY > size) {
        taps = [];
        return;
      }
      const now_ms = performance.now();
      taps = [...taps, now_ms].filter((at_ms) => now_ms - at_ms <= WITHIN_MS);
      if (taps.length < TAPS) return;
      taps = [];
      told();
    };
    addEventListener("pointerdown", tap, true);
    return () => removeEventListener("pointerdown", tap, true);
  }, []);
}

/** As `useUntouched`, while it is on the page. */
export function Untouched({ after_s, then }: { after_s: number; then: () => void }) {
  useUntouched(after_s, then);
  return null;
}

/** `then` is called once nobody touched for so long. */
export function useUntouched(after_s: number, then: () => void): void {
  const over = useEffectEvent(then);
  useEffect(() => {
    let timer = setTimeout(() => over(), after_s * 1000);
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => over(), after_s * 1000);
    };
    addEventListener("pointerdown", again, true);
    addEventListener("keydown", again, true);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointerdown", again, true);
      removeEventListener("keydown", again, true);
    };
  }, [after_s]);
}
