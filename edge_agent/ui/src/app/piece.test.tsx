/** A piece that did not come is asked for again, and meanwhile the page stands. */

import { act, render, screen } from "@testing-library/react";
import { Suspense } from "react";
import { Piece } from "./piece";

const parts = { Sign: () => "Senha" };

function draw(piece: Piece<typeof parts>): void {
  const Sign = piece.part((it) => it.Sign);
  render(
    <Suspense fallback="Um momento…">
      <Sign />
    </Suspense>,
  );
}

test("what failed to come is there once it comes", async () => {
  jest.useFakeTimers();
  const load = jest.fn<Promise<typeof parts>, []>();
  load.mockRejectedValueOnce(new TypeError("the agent is away")).mockResolvedValue(parts);
  await act(async () => draw(new Piece(load)));
  expect(screen.getByText("Um momento…")).toBeVisible();
  await act(() => jest.advanceTimersByTimeAsync(1000));
  expect(screen.getByText("Senha")).toBeVisible();
  expect(load).toHaveBeenCalledTimes(2);
  jest.useRealTimers();
});

test("what is there already is drawn at once", async () => {
  const piece = new Piece(async () => parts);
  await piece.fetch();
  draw(piece);
  expect(screen.getByText("Senha")).toBeVisible();
});
