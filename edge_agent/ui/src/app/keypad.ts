/**
 * The whole screen by a keypad: arrows walk in reading order, Enter acts, Escape goes back, F1 says
 * it again. The keys are those of a tactile keypad (EZ Access and alike) as a keyboard sends them.
 */

import { useEffect, useEffectEvent } from "react";
import { focusOn, isAfter, reachable, sceneOf, STAGE } from "./scene";

const STEPS: Readonly<Record<string, 1 | -1>> = {
  ArrowDown: 1,
  ArrowRight: 1,
  ArrowUp: -1,
  ArrowLeft: -1,
};

export interface Keys {
  /** Another part walks by itself, as speech does; true when it has. */
  readonly walk?: (step: 1 | -1) => boolean;
  readonly repeat: () => void;
}

export function useKeypad(keys: Keys): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    document.documentElement.dataset.keys = "";
    const stage = document.getElementById(STAGE);
    if (stage === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (step !== undefined && !(isTyping(event.target) && /Left|Right/.test(event.key))) {
      event.preventDefault();
      if (keys.walk?.(step) !== true) walk(sceneOf(stage), step);
    } else if (event.key === "F1") {
      event.preventDefault();
      keys.repeat();
    } else if (event.key === "Escape") {
      goBack(sceneOf(stage), stage);
    }
  });
  useEffect(() => {
    const key = (event: KeyboardEvent) => onKey(event);
    const touch = () => delete document.documentElement.dataset.keys;
    addEventListener("keydown", key);
    addEventListener("pointerdown", touch);
    return () => {
      removeEventListener("keydown", key);
      removeEventListener("pointerdown", touch);
    };
  }, []);
}

/** The next thing that takes a touch, after the last the first again. */
export function walk(scene: Element, step: 1 | -1): void {
  const places = reachable(scene);
  const { activeElement } = document;
  const here = scene.contains(activeElement) ? activeElement : null;
  const next =
    step > 0
      ? (places.find((one) => here === null || isAfter(one, here)) ?? places[0])
      : (places.findLast((one) => here !== null && isAfter(here, one)) ?? places.at(-1));
  if (next !== undefined) focusOn(next);
}

/** A sheet closes by itself; on a page the way back is pressed, any other way out only found. */
function goBack(scene: Element, stage: Element): void {
  if (scene !== stage) return;
  const back = stage.querySelector<HTMLElement>("[data-back]");
  if (back !== null) back.click();
  else stage.querySelector<HTMLElement>("footer button:not([data-access])")?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
