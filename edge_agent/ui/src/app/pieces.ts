/** What is fetched after the first page stands. */

import { Piece } from "./piece";

const pages = new Piece(() => import("./Pages"));
const aids = new Piece(() => import("../screens/Access"));
const speech = new Piece(() => import("./Spoken"));
const corner = new Piece(() => import("./Corner"));

export const Page = pages.part((it) => it.Page);
export const Help = pages.part((it) => it.Help);
export const StillThere = pages.part((it) => it.StillThere);
export const Access = aids.part((it) => it.Access);
export const Spoken = speech.part((it) => it.Spoken);
export const Corner = corner.part((it) => it.Corner);

/** All that anybody may ask for next, before they do. */
export async function fetchPieces(): Promise<void> {
  await Promise.all([pages, aids, speech, corner].map((piece) => piece.fetch()));
}
