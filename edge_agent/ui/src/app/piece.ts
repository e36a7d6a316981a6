/** A piece of the touchscreen that the first page does without. */

import { type ComponentType, createElement, use } from "react";

const AGAIN_MS = 1000;

/** Fetched once; what failed to come is asked for again, since the agent may be away. */
export class Piece<Parts> {
  private there: Parts | null = null;
  private coming: Promise<Parts> | null = null;

  constructor(private readonly load: () => Promise<Parts>) {}

  fetch(): Promise<Parts> {
    this.coming ??= this.come();
    return this.coming;
  }

  /** One of its parts. It suspends until the piece is there, and not at all when it is. */
  part<Props extends object>(pick: (parts: Parts) => ComponentType<Props>): ComponentType<Props> {
    return (props) => createElement(pick(this.there ?? use(this.fetch())), props);
  }

  private async come(): Promise<Parts> {
    for (;;) {
      try {
        this.there = await this.load();
        return this.there;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }
}
