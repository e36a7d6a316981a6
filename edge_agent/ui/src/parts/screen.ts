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

/** Large text and high contrast, for this visit only. */
export interface Access {
  readonly on: boolean;
  toggle(): void;
}
