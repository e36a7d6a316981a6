/** The spoken mode: pages are read, a touch finds, two touches act, keys walk. */

import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { aPayment, aState, everyMoment, noAids } from "../api/samples";
import type { ScreenState } from "../api/schemas";
import { pieces } from "./narrator";
import { fetchPieces } from "./pieces";
import { aBench, stage } from "./stageBench";

/** Loaded once, so that no test waits for it. */
beforeAll(fetchPieces);

/** Two touches are quick however slow the machine is. */
beforeEach(() => jest.spyOn(performance, "now").mockReturnValue(1_000));
afterEach(() => jest.restoreAllMocks());

const speaking = (state: ScreenState | undefined, headphones = false): ScreenState => ({
  ...(state ?? aState({})),
  access: { ...noAids, speech: true, headphones },
});

async function aSpokenBench(state: ScreenState) {
  const bench = await aBench(state);
  await screen.findByRole("button", { name: "Parar" });
  await waitFor(() => expect(bench.spoken.length).toBeGreaterThan(0));
  return bench;
}

/** A finger on an element; jsdom lays nothing out, so where it is is told. */
function touch(target: Element) {
  document.elementFromPoint = () => target;
  fireEvent.pointerDown(target);
  fireEvent.pointerUp(target);
}

test("a page is read when it comes, title first, and the next page after it", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.services));
  expect(bench.spoken[0]).toEqual({ text: "O que você precisa?", locale: "pt", private: false });
  await bench.show(speaking(everyMoment.method));
  await waitFor(() =>
    expect(bench.spoken.map(({ text }) => text)).toContain("Como você quer pagar?"),
  );
});

test("one touch says and focuses, two quick ones act", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.services));
  const flu = screen.getByRole("button", { name: /Vacina da gripe/ });
  touch(flu);
  await waitFor(() =>
    expect(bench.spoken.at(-1)?.text).toBe("Vacina da gripe, R$ 89,00, 15 min, botão"),
  );
  expect(flu).toHaveFocus();
  expect(bench.deeds.choose).not.toHaveBeenCalled();
  touch(flu);
  expect(bench.deeds.choose).toHaveBeenCalledTimes(1);
});

test("a sliding finger says what it comes over", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.services));
  touch(screen.getByRole("heading", { level: 1 }));
  const flu = screen.getByRole("button", { name: /Vacina da gripe/ });
  document.elementFromPoint = () => flu;
  fireEvent.pointerMove(flu, { buttons: 1 });
  await waitFor(() => expect(bench.spoken.at(-1)?.text).toContain("Vacina da gripe"));
});

test("arrows walk through all that can be heard, and F1 says it again", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.declined));
  fireEvent.keyDown(document.body, { key: "ArrowDown" });
  await waitFor(() => expect(bench.spoken.at(-1)?.text).toBe("Nada foi cobrado."));
  expect(screen.getByText("Nada foi cobrado.")).toHaveFocus();
  const before = bench.spoken.length;
  fireEvent.keyDown(document.body, { key: "F1" });
  await waitFor(() => expect(bench.spoken[before]?.text).toBe("O banco não aprovou o cartão"));
});

test("what a payment is doing is told as it changes", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.card));
  await bench.show(speaking(aState({ step: "payment", payment: aPayment("enter_pin") })));
  await waitFor(() =>
    expect(bench.spoken.some(({ text }) => text.startsWith("Digite a senha do cartão"))).toBe(true),
  );
});

test("what was chosen says so at once, and when it no longer is", async () => {
  const services = everyMoment.services ?? aState({});
  const chosen = speaking(services);
  const none = { ...chosen, cart: [] };
  const bench = await aSpokenBench(none);
  touch(screen.getByRole("button", { name: /Exame de sangue/ }));
  await bench.show(chosen);
  await waitFor(() =>
    expect(bench.spoken.map(({ text }) => text)).toContain(
      "Exame de sangue, a partir de R$ 45,00, 15 min, escolhido, botão",
    ),
  );
  await bench.show(none);
  await waitFor(() =>
    expect(bench.spoken.at(-1)?.text).toMatch(/^Exame de sangue, .*, não está mais escolhido$/),
  );
});

test("a button that comes later than its page is told", async () => {
  const bench = await aSpokenBench(speaking(everyMoment.declined));
  const page = document.querySelector("main");
  const late = document.createElement("button");
  late.textContent = "Recibo";
  await act(async () => page?.append(late));
  await waitFor(() => expect(bench.spoken.at(-1)?.text).toBe("Recibo, botão"));
});

test("stop stops, and what is being said is written", async () => {
  await aSpokenBench(speaking(everyMoment.services));
  await act(async () => screen.getByRole("button", { name: "Parar" }).click());
  expect(stage()).toHaveTextContent("Toque para ouvir. Dois toques para escolher.");
});

const curtain = () => document.querySelector("[data-curtain]");
const lift = () => screen.getByRole("button", { name: /^Tela apagada/, hidden: true });

describe("with the picture off", () => {
  const blank = (state: ScreenState | undefined): ScreenState => ({
    ...speaking(state),
    access: { ...noAids, speech: true, blank: true },
  });

  test("a curtain hides the page from eyes and takes no touch, and the page is read as before", async () => {
    const bench = await aSpokenBench(blank(everyMoment.services));
    expect(curtain()).toHaveStyle({ pointerEvents: "none", position: "fixed" });
    expect(curtain()).toHaveAttribute("aria-hidden", "true");
    const flu = screen.getByRole("button", { name: /Vacina da gripe/ });
    touch(flu);
    await waitFor(() => expect(bench.spoken.at(-1)?.text).toContain("Vacina da gripe"));
    touch(flu);
    expect(bench.deeds.choose).toHaveBeenCalledTimes(1);
  });

  test("the way back is told with every page, and two touches on it bring the picture", async () => {
    const bench = await aSpokenBench(blank(everyMoment.declined));
    const told = "Tela apagada. Toque duas vezes aqui para acender, botão";
    await waitFor(() => expect(bench.spoken.map(({ text }) => text)).toContain(told));
    touch(lift());
    expect(bench.aided).toEqual([]);
    touch(lift());
    expect(bench.aided).toEqual([{ blank: false }]);
    await bench.show(speaking(everyMoment.declined));
    expect(curtain()).toBeNull();
  });

  test("the way back is there over a sheet too", async () => {
    const bench = await aSpokenBench(blank(everyMoment.services));
    await act(async () => document.querySelector<HTMLElement>("[data-access]")?.click());
    expect(screen.getByRole("dialog")).toBeInTheDocument();
    touch(lift());
    touch(lift());
    expect(bench.aided).toEqual([{ blank: false }]);
  });

  test("it is offered only to whoever has the screen read, and goes with the voice", async () => {
    const bench = await aBench(everyMoment.services as ScreenState);
    await act(async () => document.querySelector<HTMLElement>("[data-access]")?.click());
    const offered = () => screen.queryByRole("switch", { name: /Apagar a tela/ });
    expect(offered()).toBeNull();
    await bench.show(speaking(everyMoment.services));
    await act(async () => offered()?.click());
    expect(bench.aided).toEqual([{ blank: true }]);
    await bench.show({ ...blank(everyMoment.services), access: { ...noAids, blank: true } });
    expect(curtain()).toBeNull();
  });
});

test("a long text is asked for in pieces that end where sentences do", () => {
  const text = `${"Um direito seu. ".repeat(60)}Fim.`;
  const found = pieces({ text, locale: "pt", private: false });
  expect(found.length).toBeGreaterThan(1);
  expect(found.every((one) => one.text.length <= 500 && one.text.endsWith("."))).toBe(true);
  expect(found.map((one) => one.text).join(" ")).toBe(text);
});
