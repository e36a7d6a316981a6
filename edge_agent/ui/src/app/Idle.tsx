/**
 * Nobody touches: after the agent's own `idle_s` the screen asks, and after the warning ends the
 * visit.
 *
 * Touches that ask nothing of the agent still keep the visit alive there, a few times a minute.
 */

import { Suspense, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Deeds } from "../api/agent";
import type { ScreenState } from "../api/schemas";
import { MORE_TIME } from "../parts/screen";
import { StillThere } from "./pieces";

const TOUCH_EVERY_MS = 10_000;
const WARNING_S = 20;

/** Nobody is being served; what is chosen here is kept for whoever is still reading. */
const RESTING: readonly string[] = ["attract", "recovered", "closed", "out_of_order"];
/** The ticket leaves by its own clock, unless a page beside it is open. */
const TIMELESS: readonly string[] = ["attract", "ticket", "closed", "out_of_order"];

/** Money that nobody may cancel: its customer leaves with the code. */
const OPEN: readonly string[] = ["checking", "late"];

interface IdleProps {
  readonly state: ScreenState;
  readonly deeds: Deeds;
  /** The screen has begun to ask. */
  readonly onAsk?: () => void;
}

export function Idle({ state, deeds, onAsk }: IdleProps) {
  const { step, aside, idle_s, access } = state;
  const warning_s = access.slow ? MORE_TIME * WARNING_S : WARNING_S;
  const claiming = aside === "pix_claim";
  const beside = step === "ticket" && aside !== "";
  const watching = idle_s > 0 && (claiming || beside || !TIMELESS.includes(step));
  const inDoubt = OPEN.includes(state.payment?.step ?? "");
  const onEnd = () =>
    void (claiming ? deeds.open("") : beside || inDoubt ? deeds.finish() : deeds.cancel());
  if (!watching && RESTING.includes(step) && Object.values(access).some(Boolean)) {
    return <Linger deeds={deeds} />;
  }
  return watching ? (
    <Watch key={`${step}/${state.payment?.step}`} {...{ idle_s, warning_s, deeds, onAsk, onEnd }} />
  ) : null;
}

interface WatchProps extends Pick<IdleProps, "deeds"> {
  readonly idle_s: number;
  readonly warning_s: number;
  readonly onAsk: (() => void) | undefined;
  readonly onEnd: () => void;
}

function Watch({ idle_s, warning_s, deeds, onAsk, onEnd }: WatchProps) {
  const [asking, setAsking] = useState(false);
  const [touches, setTouches] = useState(0);
  const touched = useKeepAlive(deeds);
  const onTouch = () => {
    if (asking) return;
    setTouches((count) => count + 1);
    touched();
  };
  useTouches(onTouch);
  const ask = useEffectEvent(() => {
    setAsking(true);
    onAsk?.();
  });
  useEffect(() => {
    if (asking) return undefined;
    const timer = setTimeout(() => ask(), idle_s * 1000);
    return () => clearTimeout(timer);
  }, [asking, idle_s, touches]);
  if (!asking) return null;
  const stay = () => {
    setAsking(false);
    void deeds.touch();
  };
  return (
    <Suspense>
      <StillThere warning_s={warning_s} onStay={stay} onEnd={onEnd} />
    </Suspense>
  );
}

/** Somebody who is not being served yet has chosen an aid: each touch keeps it a while longer. */
function Linger({ deeds }: Pick<IdleProps, "deeds">) {
  const touched = useKeepAlive(deeds);
  useTouches(touched);
  return null;
}

function useTouches(touched: () => void): void {
  const onTouch = useEffectEvent(touched);
  useEffect(() => {
    const listen = () => onTouch();
    window.addEventListener("pointerdown", listen);
    window.addEventListener("keydown", listen);
    return () => {
      window.removeEventListener("pointerdown", listen);
      window.removeEventListener("keydown", listen);
    };
  }, []);
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
