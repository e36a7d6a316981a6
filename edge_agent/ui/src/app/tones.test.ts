/** A tone never stands alone, and never says what is not so. */

import { aPayment, aState, aTicket } from "../api/samples";
import type { PaymentStep, PrintState } from "../api/schemas";
import { toneOf } from "./tones";

const paying = (step: PaymentStep) => toneOf(aState({ step: "payment", payment: aPayment(step) }));
const ticket = (print: PrintState) => toneOf(aState({ step: "ticket", ticket: aTicket(print) }));

test("done is heard for what is done, attention for what needs it, nothing while waiting", () => {
  expect([paying("approved"), ticket("printing"), ticket("printed")]).toEqual(["done", "done", "done"]);
  expect([paying("declined"), paying("cancelled"), paying("checking"), ticket("failed")]).toEqual(
    Array(4).fill("attention"),
  );
  expect([paying("insert_card"), paying("authorising"), toneOf(aState({}))]).toEqual([null, null, null]);
});
