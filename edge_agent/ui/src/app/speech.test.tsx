/** Every screen can be heard whole, in each language, in the order the focus walks. */

import { cleanup, screen } from "@testing-library/react";
import { aState, everyMoment } from "../api/samples";
import type { Locale } from "../api/schemas";
import { languages, speechOf } from "../words/words";
import { isAfter, isSeen, reachable, sceneOf, titleOf } from "./scene";
import { aBench, stage } from "./stageBench";
import { announcement, transcript } from "./speech";

const plain = (text: string) => text.replace(/[\s\u00a0,]+/g, "");

/** Through headphones, where nothing is left out. */
function heard(locale: Locale, headphones = true) {
  return transcript(sceneOf(stage()), speechOf(locale, "BRL").say, headphones);
}

/** What takes the focus, from the title on and around. */
function walked(): HTMLElement[] {
  const scene = sceneOf(stage());
  const title = titleOf(scene);
  const places = reachable(scene);
  const start = places.findIndex((one) => title !== null && isAfter(one, title));
  return [...places.slice(start), ...places.slice(0, start)];
}

/** The name of every button, as an assistive technology computes it. */
function names(): string[] {
  const found: string[] = [];
  const name = (one: string, button: Element) => {
    if (isSeen(button)) found.push(one);
    return false;
  };
  screen.queryAllByRole("button", { name });
  return found;
}

function html(markup: string): Element {
  const place = document.createElement("div");
  place.innerHTML = markup;
  document.body.append(place);
  return place;
}

afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});

describe.each(languages)("in %s", (locale) => {
  test.each(Object.entries(everyMoment))("%s is said whole", async (_name, state) => {
    await aBench(state, locale);
    const lines = heard(locale);
    const said = plain(lines.map(({ text }) => text).join(" "));
    expect(lines[0]?.text).toBe(titleOf(sceneOf(stage()))?.textContent);
    for (const name of names()) expect(said).toContain(plain(name));
    for (const [price] of (sceneOf(stage()).textContent ?? "").matchAll(/R\$\s?\d+[.,]\d\d/g)) {
      expect(said).toContain(plain(price));
    }
    if (state.ticket && state.aside === "") expect(said).toContain(state.ticket.number);
    if (state.case) expect(said).toContain(state.case.code);
  });

  test.each(Object.entries(everyMoment))("%s is said in the order of the focus", async (_name, state) => {
    await aBench(state, locale);
    const acting = heard(locale).filter(({ acts }) => acts);
    expect(acting.map(({ target }) => target)).toEqual(walked());
  });
});

test("what is chosen, off or switched says so", () => {
  const { say } = speechOf("pt", "BRL");
  const place = html(
    "<button aria-pressed='true'>Exame</button><button disabled>Pagar</button>" +
      "<button role='switch' aria-checked='false'>Alto contraste</button>",
  );
  expect(transcript(place, say, false).map(({ text }) => text)).toEqual([
    "Exame, escolhido, botão",
    "Pagar, indisponível",
    "Alto contraste, Desligado, botão",
  ]);
});

test("an error, a timer and a picture are said by their names", () => {
  const { say } = speechOf("pt", "BRL");
  const place = html(
    "<p role='alert'>O cartão saiu antes da hora</p><svg role='timer' aria-label='Restam 20'></svg>" +
      "<img alt='Código para fotografar'><i aria-hidden='true'>não</i>",
  );
  expect(transcript(place, say, false).map(({ text }) => text)).toEqual([
    "O cartão saiu antes da hora",
    "Restam 20",
    "Código para fotografar",
  ]);
});

test("personal data is heard by headphones only, and is marked so that nobody keeps it", () => {
  const { say } = speechOf("pt", "BRL");
  const place = html(
    "<h1>Seu CPF</h1><p data-private>529.982.247-25</p><button>Continuar</button>" +
      "<button>Corrigir <b data-private>529</b></button>",
  );
  const aloud = transcript(place, say, false);
  expect(aloud.map(({ text }) => text).join()).not.toMatch(/\d/);
  expect(aloud[1]?.text).toBe("Dado pessoal. Use fones para ouvir.");
  const alone = transcript(place, say, true);
  expect(alone[1]).toMatchObject({ text: "529.982.247-25", private: true });
  expect(alone[2]).toMatchObject({ text: "Continuar, botão", private: false });
});

test("what is typed for a receipt, and the keys it is typed with, stay out of the loudspeaker", async () => {
  const state = everyMoment["receipt by phone"];
  await aBench(state ?? aState({}));
  const { say } = speechOf("pt", "BRL");
  const aloud = transcript(stage(), say, false).map(({ text }) => text);
  expect(aloud.filter((text) => text === say("access.say.private"))).toHaveLength(2);
  expect(aloud.join()).not.toMatch(/\d/);
});

test("a private live region says nothing of itself by loudspeaker", () => {
  const { say } = speechOf("pt", "BRL");
  const region = html("<p role='status' data-private>529</p>").querySelector("p");
  expect(region && announcement(region, say, false)).toBe("");
});

test("the sentences of a live region follow each other with one stop between them", () => {
  const { say } = speechOf("pt", "BRL");
  const region = html("<div role='status'><p>Aguarde.</p><p>Retire o papel</p><p>Já</p></div>");
  expect(announcement(region, say, false)).toBe("Aguarde. Retire o papel. Já");
});

test("a sheet on top is all that is heard, its own title first", () => {
  const { say } = speechOf("pt", "BRL");
  const place = html(
    "<h1>Está tudo certo?</h1><div role='dialog' aria-labelledby='ask'><button>Continuar</button>" +
      "<h2 id='ask'>Você ainda está aí?</h2></div>",
  );
  expect(transcript(sceneOf(place), say, false).map(({ text }) => text)).toEqual([
    "Você ainda está aí?",
    "Continuar, botão",
  ]);
});
