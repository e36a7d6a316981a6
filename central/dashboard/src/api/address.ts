/** Addresses inside the dashboard, so that every number can lead to what it is made of. */
import { search } from "./client";
import type { Health, SalesFilter } from "./types";

export interface FleetSearch {
  health?: Health | undefined;
}

export const VIEWS = ["incidents", "aside", "days"] as const;
export type View = (typeof VIEWS)[number];

/** What the two ends do not agree on: of one totem, or of all. */
export interface AgreementSearch {
  view?: View | undefined;
  totem?: string | undefined;
}

/** A filter of sales, and the sale that is open beside the table. */
export interface SalesSearch extends SalesFilter {
  sale?: string | undefined;
}

export const fleetHref = (wanted: FleetSearch = {}): string => `#/fleet${search({ ...wanted })}`;
export const agreementHref = (wanted: AgreementSearch = {}): string =>
  `#/agreement${search({ ...wanted })}`;
export const salesHref = (wanted: SalesSearch = {}): string => `#/sales${search({ ...wanted })}`;
