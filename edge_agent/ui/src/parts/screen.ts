/** What every screen is given: the state to draw and the deeds a touch may ask for. */

import type { Deeds } from "../api/agent";
import type { CatalogueView, ScreenState } from "../api/schemas";

export interface ScreenProps {
  readonly state: ScreenState;
  readonly catalogue: CatalogueView | null;
  readonly deeds: Deeds;
  readonly access: Access;
  /** The newest refusal; `count` tells one from the next. */
  readonly refused?: Refused | null;
}

export interface Refused {
  readonly code: string;
  readonly count: number;
}

/** How much longer every limit is for whoever needs more time. */
export const MORE_TIME = 3;

/** What the customer needs: `on` when any aid is, `slow` when every limit is longer. */
export interface Access {
  readonly on: boolean;
  readonly slow: boolean;
  /** Show the choices. */
  open(): void;
  /** Turn speech on or off at once, for whoever cannot see the choices. */
  listen(): void;
}
