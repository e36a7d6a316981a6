/**
 * Which moment has a tone. A tone never stands alone: each of these screens says the same in its
 * title.
 */

import { useEffect, useEffectEvent } from "react";
import type { ScreenState } from "../api/schemas";
import type { Tone } from "./player";

export function toneOf({ step, payment, ticket }: ScreenState): Tone | null {
  if (step === "ticket") {
    const noted = ["failed", "unknown", "shown"].includes(ticket?.print ?? "");
    return noted ? "attention" : "done";
  }
  if (step !== "payment" || payment === null) return null;
  if (payment.step === "approved") return "done";
  return ["declined", "cancelled", "checking"].includes(payment.step) ? "attention" : null;
}

/** Sounds each moment's tone once, when it begins. */
export function useTones(state: ScreenState | null, sound: (tone: Tone) => void): void {
  const tone = state === null ? null : toneOf(state);
  const onTone = useEffectEvent(sound);
  useEffect(() => {
    if (tone !== null) onTone(tone);
  }, [tone]);
}
