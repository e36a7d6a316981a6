import { ThemeProvider } from "@mui/material/styles";
import { act, fireEvent, render, screen } from "@testing-library/react";
import type { Deeds } from "../api/agent";
import type { ScreenState } from "../api/schemas";
import { aPayment, aPix, aState, noAids } from "../api/samples";
import { themeOf } from "../theme/theme";
import { Idle } from "./Idle";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

function leaveAlone(state: Partial<ScreenState>) {
  const deeds = { cancel: jest.fn(), touch: jest.fn(), finish: jest.fn(), open: jest.fn() };
  render(
    <ThemeProvider theme={themeOf()}>
      <Idle state={aState(state)} deeds={deeds as unknown as Deeds} />
    </ThemeProvider>,
  );
  return deeds;
}

const pass = (duration_s: number) => act(() => jest.advanceTimersByTime(duration_s * 1000));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("after the agent's own limit the screen asks, and twenty seconds later ends the visit", () => {
  const deeds = leaveAlone({ idle_s: 45 });
  pass(44);
  expect(screen.queryByText("Você ainda está aí?")).toBeNull();
  pass(2);
  expect(screen.getByText("Você ainda está aí?")).toBeVisible();
  expect(screen.getByRole("button", { name: "Continuar" })).toHaveFocus();
  pass(18);
  expect(deeds.cancel).not.toHaveBeenCalled();
  pass(3);
  expect(deeds.cancel).toHaveBeenCalledTimes(1);
});

test("with more time the warning lasts sixty seconds", () => {
  const access = { ...noAids, slow: true };
  const deeds = leaveAlone({ idle_s: 135, access });
  pass(136);
  expect(screen.getByText("Você ainda está aí?")).toBeVisible();
  pass(58);
  expect(deeds.cancel).not.toHaveBeenCalled();
  pass(3);
  expect(deeds.cancel).toHaveBeenCalledTimes(1);
});

test.each(["attract", "recovered", "closed", "out_of_order"] as const)(
  "where nobody is served yet (%s) touches keep the chosen aids",
  (step) => {
    const deeds = leaveAlone({ step, idle_s: 0, access: { ...noAids, large: true } });
    pass(11);
    fireEvent.pointerDown(window);
    expect(deeds.touch).toHaveBeenCalledTimes(1);
  },
);

test("the page for a PIX code asks before it makes room for the next customer", () => {
  const deeds = leaveAlone({ step: "attract", aside: "pix_claim", idle_s: 45 });
  pass(46);
  expect(screen.getByText("Você ainda está aí?")).toBeVisible();
  expect(deeds.open).not.toHaveBeenCalled();
  pass(21);
  expect(deeds.open).toHaveBeenCalledWith("");
  expect(deeds.cancel).not.toHaveBeenCalled();
});

test("a touch starts the time again", () => {
  leaveAlone({ idle_s: 45 });
  pass(40);
  fireEvent.pointerDown(window);
  pass(40);
  expect(screen.queryByText("Você ainda está aí?")).toBeNull();
});

test("staying is one touch, as often as needed", () => {
  const deeds = leaveAlone({ idle_s: 45 });
  for (let times = 1; times <= 10; times += 1) {
    pass(46);
    fireEvent.click(screen.getByRole("button", { name: "Continuar" }));
    expect(deeds.touch).toHaveBeenCalledTimes(times);
  }
  expect(deeds.cancel).not.toHaveBeenCalled();
});

test.each(["attract", "ticket", "closed", "out_of_order"] as const)("%s is never asked", (step) => {
  leaveAlone({ step, idle_s: 45 });
  pass(600);
  expect(screen.queryByText("Você ainda está aí?")).toBeNull();
});

test("no limit while the card is with the reader", () => {
  leaveAlone({ step: "payment", idle_s: 0 });
  pass(600);
  expect(screen.queryByText("Você ainda está aí?")).toBeNull();
});

test.each([
  ["a card in doubt", aPayment("checking")],
  ["a Pix in doubt", { ...aPix("lost"), step: "checking" as const }],
  ["a late Pix", { ...aPix("late"), step: "late" as const }],
])("%s is asked too, kept by touches, and left with its code", (_name, payment) => {
  const deeds = leaveAlone({ step: "payment", idle_s: 45, payment });
  pass(40);
  fireEvent.pointerDown(window);
  expect(deeds.touch).toHaveBeenCalledTimes(1);
  pass(46);
  expect(screen.getByText("Você ainda está aí?")).toBeVisible();
  pass(21);
  expect(deeds.finish).toHaveBeenCalledTimes(1);
  expect(deeds.cancel).not.toHaveBeenCalled();
});

test("a page left open beside the ticket is asked, and then the ticket's visit ends", () => {
  const deeds = leaveAlone({ step: "ticket", idle_s: 45, aside: "receipt_email" });
  pass(46);
  expect(screen.getByText("Você ainda está aí?")).toBeVisible();
  pass(21);
  expect(deeds.finish).toHaveBeenCalledTimes(1);
  expect(deeds.cancel).not.toHaveBeenCalled();
});
