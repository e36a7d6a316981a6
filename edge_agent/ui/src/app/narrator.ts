/**
 * Reads utterances aloud one after the other, and stops at once when told to. The next one is
 * fetched while the present one is heard.
 */

import type { Spoken } from "../api/requests";

/** What the agent speaks at once. */
const TEXT_MAX = 500;

export interface Mouth {
  /** The sound of a text; null when there is none. */
  voice(said: Spoken, signal: AbortSignal): Promise<ArrayBuffer | null>;
  play(wave: ArrayBuffer): Promise<void>;
  stop(): void;
}

export class Narrator {
  private present = new AbortController();
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly mouth: Mouth,
    private readonly told: (text: string) => void,
  ) {}

  /** Stops what is being said and reads these. */
  say(lines: readonly Spoken[]): void {
    this.stop();
    this.turn = this.read(lines, this.present.signal);
  }

  /** Once the present reading is over; a stop drops it too. */
  add(line: Spoken): void {
    const { signal } = this.present;
    this.turn = this.turn.then(() => this.read([line], signal));
  }

  private async read(whole: readonly Spoken[], signal: AbortSignal): Promise<void> {
    const lines = whole.flatMap(pieces);
    let next = this.fetch(lines[0], signal);
    for (const [place, line] of lines.entries()) {
      const wave = await next;
      if (signal.aborted) return;
      next = this.fetch(lines[place + 1], signal);
      this.told(line.text);
      if (wave === null) return;
      await this.mouth.play(wave);
      if (signal.aborted) return;
    }
    this.told("");
  }

  stop(): void {
    this.present.abort();
    this.present = new AbortController();
    this.mouth.stop();
    this.told("");
  }

  private async fetch(line: Spoken | undefined, signal: AbortSignal): Promise<ArrayBuffer | null> {
    return line === undefined ? null : this.mouth.voice(line, signal);
  }
}

/** A long text in pieces that end where sentences do. */
export function pieces(line: Spoken): Spoken[] {
  const found: string[] = [];
  for (const sentence of line.text.match(/.{1,500}(?:[.!?;](?=\s|$)|$)|.{1,500}/gs) ?? []) {
    const last = found.at(-1);
    if (last !== undefined && last.length + sentence.length <= TEXT_MAX) found.push((found.pop() ?? "") + sentence);
    else found.push(sentence);
  }
  return found.map((text) => ({ ...line, text: text.trim() })).filter(({ text }) => text !== "");
}
