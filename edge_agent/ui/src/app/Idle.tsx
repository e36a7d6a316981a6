/**
 * Nobody touches: after the agent's own `idle_s` the screen asks, and after the warning ends the
 * visit.
 *
 * Touches that ask nothing of the agent still keep the visit alive there, a few times a minute.
 */

import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Deeds } from "../api/agent";
import type { ScreenState } from "../api/schemas";
import { StillThere } from "../screens/StillThere";

const TOUCH_EVERY_MS = 10_000;

/** The ticket leaves by its own clock, unless a page beside it is open; the others hold no visit. */
const TIMELESS: readonly string[] = ["attract", "ticket", "closed", "out_of_order"];

export function Idle({ state, deeds }: { state: ScreenState; deeds: Deeds }) {
  const { step, idle_s } = state;
  const beside = step === "ticket" && state.aside !== "";
  const watching = idle_s > 0 && (beside || !TIMELESS.includes(step));
  const end = () => void (beside ? deeds.finish() : deeds.cancel());
  return watching ? (
    <Watch key={`${step}/${state.payment?.step}`} idle_s={idle_s} deeds={deeds} onEnd={end} />
  ) : null;
}

interface WatchProps {
  readonly idle_s: number;
  readonly deeds: Deeds;
  readonly onEnd: () => void;
}

function Watch({ idle_s, deeds, onEnd }: WatchProps) {
  const [asking, setAsking] = useState(false);
  const [touches, setTouches] = useState(0);
  const touched = useKeepAlive(deeds);
  const onTouch = useEffectEvent(() => {
    if (asking) return;
    setTouches((count) => count + 1);
    touched();
  });
  useEffect(() => {
    const listen = () => onTouch();
    window.addEventListener("pointerdown", listen);
    window.addEventListener("keydown", listen);
    return () => {
      window.removeEventListener("pointerdown", listen);
      window.removeEventListener("keydown", listen);
    };
  }, []);
  useEffect(() => {
    if (asking) return undefined;
    const timer = setTimeout(() => setAsking(true), idle_s * 1000);
    return () => clearTimeout(timer);
  }, [asking, idle_s, touches]);
  if (!asking) return null;
  const stay = () => {
    setAsking(false);
    void deeds.touch();
  };
  return <StillThere onStay={stay} onEnd={onEnd} />;
}

/** Tells the agent of a touch, at most every ten seconds. */
function useKeepAlive(deeds: Deeds): () => void {
  const told_ms = useRef(0);
  return () => {
    const now_ms = performance.now();
    if (now_ms - told_ms.current < TOUCH_EVERY_MS) return;
    told_ms.current = now_ms;
    void deeds.touch();
  };
}
