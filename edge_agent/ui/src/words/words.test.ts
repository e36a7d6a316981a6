/** Every text in every language, with the same blanks to fill. */

import { desk } from "./desk";
import { en } from "./en";
import { es } from "./es";
import "./others";
import { pt as publicWords } from "./pt";
import { upkeep } from "./upkeep";
import { speechOf, type WordKey } from "./words";

type Texts = Readonly<Record<WordKey, string>>;

const pt: Texts = { ...publicWords, ...desk.pt, ...upkeep.pt };
const all: Readonly<Record<"en" | "es", Texts>> = {
  en: { ...en, ...desk.en, ...upkeep.en },
  es: { ...es, ...desk.es, ...upkeep.es },
};

const blanks = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const keys = Object.keys(pt) as WordKey[];

test.each(["en", "es"] as const)("%s has exactly the keys of pt, with the same blanks", (locale) => {
  const words = all[locale];
  expect(Object.keys(words).sort()).toEqual([...keys].sort());
  for (const key of keys) {
    expect(words[key].trim()).not.toBe("");
    expect(blanks(words[key])).toEqual(blanks(pt[key]));
  }
});

test("every decline reason and refusal of the agent has its own sentence", () => {
  const reasons =
    "card_declined go_online card_removed timeout customer_cancelled we_cancelled " +
    "card_unsupported card_error reader_error reader_gone approval_discarded limit_reached";
  for (const reason of reasons.split(" ")) expect(keys).toContain(`declined.${reason}`);
  for (const off of ["no_reader", "reader_busy", "no_price", "limit_reached", "offline_off", "no_network", "lease_over"]) {
    expect(keys).toContain(`off.${off}`);
  }
  for (const out of ["no_printer", "no_paper", "no_catalogue", "disk_full", "restored", "copy"]) {
    expect(keys).toContain(`out.${out}`);
  }
});

test("titles are seven words at most", () => {
  for (const key of keys.filter((name) => name.endsWith(".title"))) {
    expect(pt[key].split(" ").length).toBeLessThanOrEqual(7);
  }
});

test("a time is the site's, whatever zone the machine is in", () => {
  const noon = new Date("2026-11-24T12:00:00Z");
  expect(speechOf("pt", "BRL", "America/Manaus").time(noon)).toBe("08:00");
  expect(speechOf("pt", "BRL", "America/Sao_Paulo").time(noon)).toBe("09:00");
});

test("counts, money and unknown codes are spoken in the customer's language", () => {
  expect(speechOf("pt", "BRL").say("cart.count", { count: 1 })).toBe("1 item");
  expect(speechOf("pt", "BRL").say("cart.count", { count: 3 })).toBe("3 itens");
  expect(speechOf("pt", "BRL").money(123456)).toBe("R$\u00a01.234,56");
  expect(speechOf("en", "BRL").money(123456)).toBe("R$1,234.56");
  expect(speechOf("pt", "CLP").money(1500)).toContain("1.500");
  expect(speechOf("es", "BRL").sayOf("off", "new_reason")).toBe(es["off.other"]);
  expect(speechOf("es", "BRL").read({ pt: "Exame", en: "Test", es: "" })).toBe("Exame");
});
