/** A line of the cart as it is asked for, and which line it is. */

import type { CartChoice, CartLine } from "./schemas";

/** Lines without options say nothing of them. */
export function choiceOf({ service, quantity, options }: CartLine): CartChoice {
  const picked = options.map(({ id }) => id);
  return picked.length === 0 ? { service, quantity } : { service, quantity, options: picked };
}

/** The same service with the same options is the same line. */
export function isSame(line: CartLine, choice: CartChoice): boolean {
  const picked = choice.options ?? [];
  return (
    line.service === choice.service &&
    line.options.length === picked.length &&
    line.options.every(({ id }) => picked.includes(id))
  );
}
