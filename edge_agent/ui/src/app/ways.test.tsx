/** Five taps on the brand open the corner; four, or slow ones, or with money open, do not. */

import { act, fireEvent, render, screen } from "@testing-library/react";
import { useCorner } from "./ways";

function Probe({ may }: { may: boolean }) {
  const corner = useCorner(may);
  return <button onClick={corner.close}>{corner.isOpen ? "open" : "shut"}</button>;
}

function tap(times: number, x = 40, y = 40) {
  for (let i = 0; i < times; i++) {
    fireEvent(window, new MouseEvent("pointerdown", { clientX: x, clientY: y }));
  }
}

const isOpen = () => screen.getByRole("button").textContent === "open";

afterEach(() => {
  location.hash = "";
  jest.restoreAllMocks();
});

test("five taps in the corner open it, and it closes again", () => {
  render(<Probe may />);
  tap(4);
  expect(isOpen()).toBe(false);
  tap(1);
  expect(isOpen()).toBe(true);
  fireEvent.click(screen.getByRole("button"));
  expect(isOpen()).toBe(false);
});

test("taps elsewhere, in between or too slow do not count", () => {
  render(<Probe may />);
  tap(4);
  tap(1, 600, 600);
  tap(4);
  expect(isOpen()).toBe(false);
  const now = jest.spyOn(performance, "now");
  for (const at_ms of [10_000, 11_000, 12_000, 13_001, 14_002, 15_003]) {
    now.mockReturnValue(at_ms);
    tap(1, 40, 40);
  }
  expect(isOpen()).toBe(false);
});

test("with money open nothing opens, not even the address", () => {
  location.hash = "#balcao";
  const { rerender } = render(<Probe may={false} />);
  tap(9);
  expect(isOpen()).toBe(false);
  rerender(<Probe may />);
  expect(isOpen()).toBe(true);
});

test("the address opens it as it is turned to", () => {
  render(<Probe may />);
  act(() => {
    location.hash = "#balcao";
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  });
  expect(isOpen()).toBe(true);
});
