/** Tones, against a browser that holds sound back until somebody touched. */

import { Player } from "./player";

const resume = jest.fn(() => new Promise<void>(() => undefined));
const begun = jest.fn();

class HeldBack {
  readonly state = "suspended";
  readonly resume = resume;
  readonly createOscillator = begun;
}

test("a tone before the first touch is dropped, and waits for nothing", async () => {
  Object.assign(globalThis, { AudioContext: HeldBack });
  Object.assign(navigator, { userActivation: { hasBeenActive: false } });
  await new Player().sound("done");
  expect(resume).not.toHaveBeenCalled();
  expect(begun).not.toHaveBeenCalled();
});
