/**
 * What a screen says to whoever does not see it: the page read from its own names, from the title
 * on in the order of the page, which is the order of the focus, and at the end what stands above it.
 *
 * Pure: from elements to texts. What stands in `data-private` is said to headphones only; by
 * loudspeaker there is one sentence in its place.
 */

import type { Speech } from "../words/words";
import { isAfter, isOff, isSeen, titleOf } from "./scene";

export interface Utterance {
  readonly text: string;
  readonly target: HTMLElement;
  /** A double tap does something. */
  readonly acts: boolean;
  /** Personal data: not to be kept anywhere. */
  readonly private: boolean;
}

const ACTING =
  'button, a[href], input, select, textarea, [role="button"], [role="switch"], [role="radio"]';
const PICTURE = 'img, [role="img"], [role="timer"]';
const INLINE = new Set(["SPAN", "STRONG", "SMALL", "B", "I", "EM", "BR", "A", "LABEL"]);

export function transcript(scene: Element, say: Speech["say"], headphones: boolean): Utterance[] {
  const found: Utterance[] = [];
  const title = titleOf(scene);
  new Reader(found, say, headphones, title).read(scene);
  if (title === null) return found;
  const below = found.filter(({ target }) => isAfter(target, title));
  const above = found.filter(({ target }) => !isAfter(target, title));
  return [...heard(title, textOf(title)), ...below, ...above];
}

/** The text of a live region as it is said when it changes; empty when it has nothing to say. */
export function announcement(region: Element, say: Speech["say"], headphones: boolean): string {
  if (!isSeen(region) || (region.closest("[data-private]") && !headphones)) return "";
  const found: Utterance[] = [];
  new Reader(found, say, headphones, null).read(region);
  return found.map(({ text }) => text).join(". ").replace(/([.!?…])\. /g, "$1 ");
}

class Reader {
  private run = "";

  constructor(
    private readonly found: Utterance[],
    private readonly say: Speech["say"],
    private readonly headphones: boolean,
    private readonly title: Element | null,
  ) {}

  read(scene: Element): void {
    this.within(scene);
    this.flush(scene);
  }

  private within(parent: Element): void {
    for (const node of parent.childNodes) {
      if (node instanceof Text) this.run += node.data;
      else if (node instanceof HTMLElement || node instanceof SVGElement) this.one(node, parent);
    }
  }

  private one(element: HTMLElement | SVGElement, parent: Element): void {
    if (element === this.title || !isSeen(element)) return;
    if (isPrivate(element) && !this.headphones) {
      this.put(element, this.say("access.say.private"), parent);
    } else if (element.matches(ACTING)) {
      this.put(element, this.described(element), parent);
    } else if (element.matches(PICTURE)) {
      this.put(element, nameOf(element), parent);
    } else if (INLINE.has(element.tagName)) {
      this.run += " ";
      this.within(element);
      this.run += " ";
    } else if (element instanceof HTMLElement) {
      this.flush(parent);
      this.within(element);
      if (element.getAttribute("aria-current") === "step") {
        this.run += `, ${this.say("access.say.now")}`;
      }
      this.flush(element);
    }
  }

  private put(element: Element, text: string, parent: Element): void {
    this.flush(parent);
    this.found.push(...heard(element, text));
  }

  private flush(element: Element): void {
    this.found.push(...heard(element, clean(this.run)));
    this.run = "";
  }

  private described(element: Element): string {
    const parts = [nameOf(element), clean(element.getAttribute("aria-description") ?? "")];
    if (element instanceof HTMLInputElement) parts.push(element.value);
    if (element.getAttribute("aria-pressed") === "true") parts.push(this.say("access.say.pressed"));
    const checked = element.getAttribute("aria-checked");
    if (checked !== null) parts.push(this.say(checked === "true" ? "access.on" : "access.off"));
    if (isOff(element)) parts.push(this.say("access.say.disabled"));
    else if (!(element instanceof HTMLInputElement)) parts.push(this.say("access.say.button"));
    return parts.filter((part) => part !== "").join(", ");
  }
}

function heard(target: Element, text: string): Utterance[] {
  if (text === "") return [];
  return [
    {
      text,
      target: target as HTMLElement,
      acts: target.matches(ACTING) && !isOff(target),
      private: isPrivate(target),
    },
  ];
}

/** Stands in something private, or is something to touch that shows it. */
function isPrivate(element: Element): boolean {
  const shows = element.matches(ACTING) && element.querySelector("[data-private]") !== null;
  return shows || element.closest("[data-private]") !== null;
}

/** The name an element goes by: its label, or what is written in it. */
export function nameOf(element: Element): string {
  const by = element.getAttribute("aria-labelledby");
  const labels = by?.split(" ").map((id) => document.getElementById(id));
  if (labels?.some(Boolean)) return labels.map((one) => (one ? textOf(one) : "")).join(" ");
  return clean(element.getAttribute("aria-label") ?? element.getAttribute("alt") ?? "") ||
    textOf(element) || clean(element.getAttribute("placeholder") ?? "");
}

/** Everything written in an element, its parts set apart by a pause. */
function textOf(element: Element): string {
  let words = "";
  for (const node of element.childNodes) {
    if (node instanceof Text) words += node.data;
    else if (node instanceof Element && isSeen(node)) words += `, ${nameOf(node)}, `;
  }
  return clean(words);
}

function clean(words: string): string {
  return words
    .replace(/[\s\u00a0]+/g, " ")
    .replace(/(?:\s*,)+(?=\s*[,.:;?!]|\s*$)/g, "")
    .replace(/^[\s,·]+/, "")
    .trim();
}
