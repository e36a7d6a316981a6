/** The whole screen by a keypad, and the focus where the question is. */

import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { everyMoment, noAids } from "../api/samples";
import type { ScreenState } from "../api/schemas";
import { reachable, sceneOf } from "./scene";
import { aBench, stage } from "./stageBench";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

const moment = (name: string): ScreenState => {
  const found = everyMoment[name];
  if (found === undefined) throw new Error(`No moment is called ${name}.`);
  return found;
};

const key = (name: string) =>
  act(() => void fireEvent.keyDown(document.activeElement ?? document.body, { key: name }));

test("a new page has its title in focus", async () => {
  const bench = await aBench(moment("services"));
  expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  await bench.show(moment("review"));
  await waitFor(() => expect(screen.getByRole("heading", { name: "Está tudo certo?" })).toHaveFocus());
});

test.each(Object.keys(everyMoment))("on %s arrows reach every button in order and come round", async (name) => {
  await aBench(moment(name));
  const places = reachable(sceneOf(stage()));
  const walked = (name: string) =>
    places.map(() => {
      key(name);
      return document.activeElement;
    });
  key("ArrowDown");
  const start = places.findIndex((one) => one === document.activeElement);
  const onward = [...places.slice(start + 1), ...places.slice(0, start + 1)];
  expect(walked("ArrowDown")).toEqual(onward);
  expect(walked("ArrowUp")).toEqual([...onward.slice(0, -1)].reverse().concat(onward.slice(-1)));
});

test("Enter acts on what has the focus", async () => {
  const bench = await aBench(moment("method"));
  key("ArrowDown");
  await userEvent.keyboard("{Enter}");
  expect(bench.deeds.pay).toHaveBeenCalledWith("debit");
});

test("Escape goes back where there is a way back, and only finds the way out elsewhere", async () => {
  const bench = await aBench(moment("review"));
  key("Escape");
  expect(bench.deeds.go).toHaveBeenCalledWith("services");
  await bench.show(moment("services"));
  key("Escape");
  expect(bench.deeds.cancel).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Sair" })).toHaveFocus();
});

test("the help key turns speech on for whoever sees nothing", async () => {
  const bench = await aBench(moment("attract"));
  key("F1");
  expect(bench.aided).toEqual([{ speech: true }]);
});

const pages = Object.keys(everyMoment).filter((name) => name !== "help");

test.each(pages)("%s has one title, one main part and a way to the aids", async (name) => {
  await aBench(moment(name));
  expect(screen.getAllByRole("heading", { level: 1 })).toHaveLength(1);
  expect(screen.getAllByRole("main")).toHaveLength(1);
  expect(screen.getAllByRole("button", { name: "Acessibilidade" })).toHaveLength(1);
});

describe("the sheet of aids", () => {
  beforeAll(() => import("../screens/Access"));

  const open = async (state = moment("services")) => {
    const bench = await aBench(state);
    await userEvent.click(screen.getByRole("button", { name: "Acessibilidade" }));
    await screen.findByRole("dialog", { name: "Como fica melhor para você?" });
    return bench;
  };

  test("each aid is one switch, told to the agent", async () => {
    const bench = await open();
    const switches = screen.getAllByRole("switch");
    expect(switches).toHaveLength(5);
    for (const one of switches) await userEvent.click(one);
    expect(bench.aided).toEqual([
      { low: true },
      { contrast: true },
      { large: true },
      { slow: true },
      { speech: true },
    ]);
  });

  test("a panel that lies is not offered to be lower", async () => {
    const asked = (query: string) => ({ matches: query === "(orientation: landscape)" });
    Object.defineProperty(window, "matchMedia", { value: asked, configurable: true });
    try {
      await open();
      expect(screen.getByRole("switch", { name: /Alto contraste/ })).toHaveFocus();
      expect(screen.queryByRole("switch", { name: /Tela mais baixa/ })).toBeNull();
    } finally {
      Reflect.deleteProperty(window, "matchMedia");
    }
  });

  test("what is on is shown, and one touch puts all back", async () => {
    const bench = await open({ ...moment("services"), access: { ...noAids, contrast: true } });
    expect(screen.getByRole("switch", { name: /Alto contraste/ })).toBeChecked();
    await userEvent.click(screen.getByRole("button", { name: "Voltar ao normal" }));
    expect(bench.aided).toEqual([noAids]);
  });

  test("the focus is in it, arrows stay in it, one touch closes it", async () => {
    await open();
    expect(screen.getByRole("switch", { name: /Tela mais baixa/ })).toHaveFocus();
    key("ArrowUp");
    expect(screen.getByRole("button", { name: "Pronto" })).toHaveFocus();
    await userEvent.click(screen.getByRole("button", { name: "Pronto" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByRole("button", { name: "Acessibilidade" })).toHaveFocus();
  });

  test("held for two seconds the button turns speech on instead", async () => {
    jest.useFakeTimers();
    const bench = await aBench(moment("services"));
    const button = screen.getByRole("button", { name: "Acessibilidade" });
    fireEvent.pointerDown(button);
    jest.advanceTimersByTime(1900);
    expect(bench.aided).toEqual([]);
    jest.advanceTimersByTime(200);
    fireEvent.pointerUp(button);
    fireEvent.click(button);
    expect(bench.aided).toEqual([{ speech: true }]);
    expect(screen.queryByRole("dialog")).toBeNull();
    jest.useRealTimers();
  });
});
