/**
 * What the customer is looking at: the sheet on top if there is one, else the page; its title; and
 * what in it can be reached.
 */

import { useEffect, useEffectEvent, useRef } from "react";

export const STAGE = "stage";

const FOCUSABLE =
  'button, a[href], input, select, textarea, [role="button"], [role="switch"], [tabindex="0"]';

/** The topmost sheet, else everything. */
export function sceneOf(stage: Element): Element {
  return [...stage.querySelectorAll('[role="dialog"]')].at(-1) ?? stage;
}

export function titleOf(scene: Element): HTMLElement | null {
  const named = scene.getAttribute("aria-labelledby");
  return scene.querySelector<HTMLElement>(named === null ? "h1" : `#${named}`);
}

/** What takes a touch, in reading order. */
export function reachable(scene: Element): HTMLElement[] {
  return [...scene.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (one) => !isOff(one) && isSeen(one),
  );
}

export function isOff(one: Element): boolean {
  return (one as HTMLButtonElement).disabled === true || one.getAttribute("aria-disabled") === "true";
}

export function isSeen(one: Element): boolean {
  if (one.closest('[aria-hidden="true"], [hidden]')) return false;
  return typeof one.checkVisibility !== "function" || one.checkVisibility({ visibilityProperty: true });
}

/** Whether `one` comes after `other` in the order of the page, and is not in it. */
export function isAfter(one: Node, other: Node): boolean {
  const where = other.compareDocumentPosition(one);
  return (where & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/** Focuses what by itself takes no focus, like a title. */
export function focusOn(one: HTMLElement): void {
  if (!one.matches(FOCUSABLE)) one.tabIndex = -1;
  one.focus();
}

export interface Looking {
  /** The customer looks at something new. */
  readonly arrived: (scene: Element, title: HTMLElement) => void;
  /** A live region changed. */
  readonly told?: (region: Element) => void;
  /** Something was chosen, or no longer is. */
  readonly turned?: (one: Element) => void;
  /** These came later than their page. */
  readonly came?: (added: readonly Element[]) => void;
}

/** Tells of the page as it changes; what changes with a new page is told by that page alone. */
export function useScene(looking: Looking): void {
  const onArrival = useEffectEvent(looking.arrived);
  const onChange = useEffectEvent((changes: readonly MutationRecord[]) => {
    for (const { type, target } of changes)
      if (type === "attributes") looking.turned?.(target as Element);
    for (const region of regionsOf(changes)) looking.told?.(region);
    const added = changes
      .flatMap(({ addedNodes }) => [...addedNodes])
      .filter((one) => one instanceof Element)
      .filter((one) => one.closest(LIVE) === null);
    if (added.length > 0) looking.came?.(added);
  });
  useEffect(() => {
    const stage = document.getElementById(STAGE);
    if (stage === null) return undefined;
    let title: HTMLElement | null = null;
    let words = "";
    const look = (changes: readonly MutationRecord[]) => {
      const scene = sceneOf(stage);
      const now = titleOf(scene);
      if (now !== null && (now !== title || now.textContent !== words)) {
        title = now;
        words = now.textContent;
        onArrival(scene, now);
      } else {
        onChange(changes);
      }
    };
    look([]);
    const observer = new MutationObserver(look);
    observer.observe(stage, {
      childList: true,
      subtree: true,
      characterData: true,
      attributeFilter: ["aria-pressed", "aria-checked"],
    });
    return () => observer.disconnect();
  }, []);
}

/** A new page starts at its title, unless it has put the focus somewhere itself. */
export function useArrival(): void {
  const last = useRef<HTMLElement>(null);
  useScene({
    arrived: (scene, title) => {
      if (scene.id !== STAGE || title === last.current) return;
      last.current = title;
      const chosen = document.activeElement?.closest("main, [role=dialog]") ?? null;
      if (chosen === null) focusOn(title);
    },
  });
}

const LIVE = 'output, [role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]';

function regionsOf(changes: readonly MutationRecord[]): Set<Element> {
  const regions = new Set<Element>();
  for (const { type, target, addedNodes } of changes) {
    if (type === "attributes") continue;
    const changed = target instanceof Element ? target : target.parentElement;
    const around = changed?.closest(LIVE);
    if (around) regions.add(around);
    for (const node of addedNodes) {
      if (!(node instanceof Element)) continue;
      for (const one of node.matches(LIVE) ? [node] : node.querySelectorAll(LIVE)) regions.add(one);
    }
  }
  return regions;
}
