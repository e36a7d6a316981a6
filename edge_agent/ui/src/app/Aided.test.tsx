/** The sheet of aids belongs to one customer: it goes with them. */

import { act, fireEvent, screen } from "@testing-library/react";
import { aState } from "../api/samples";
import { fetchPieces } from "./pieces";
import { aBench } from "./stageBench";

beforeAll(fetchPieces);
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const attract = aState({ step: "attract", cart: [] });
const review = aState({ step: "review" });
const sheet = () => screen.queryByRole("dialog");

async function open() {
  const button = document.querySelector("[data-access]");
  await act(async () => fireEvent.click(button as Element));
  expect(sheet()).toBeVisible();
}

test("the sheet of aids closes when the visit ends, and stays closed for the next", async () => {
  const bench = await aBench(review);
  await open();
  await bench.show(aState({ step: "method" }));
  expect(sheet()).toBeVisible();
  await bench.show(attract);
  expect(sheet()).toBeNull();
  await bench.show(review);
  expect(sheet()).toBeNull();
});

test.each([
  ["a minute", false, 60],
  ["with more time three", true, 180],
])("the sheet of aids closes after %s untouched", async (_name, slow, after_s) => {
  const aids = { ...attract.access, slow };
  await aBench(aState({ step: "attract", cart: [], access: aids }));
  await open();
  act(() => jest.advanceTimersByTime((after_s - 1) * 1000));
  fireEvent.pointerDown(window);
  act(() => jest.advanceTimersByTime((after_s - 1) * 1000));
  expect(sheet()).toBeVisible();
  act(() => jest.advanceTimersByTime(2000));
  expect(sheet()).toBeNull();
});
