import { ago, clock, exact, money, short } from "./format";
import { en } from "./en";
import { es } from "./es";
import { pt } from "./pt";
import { speak, wordFor } from "./words";

type Tree = { [key: string]: string | Tree };

/** Each text by its path, with the names of its placeholders. */
function placeholders(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string"
      ? [[`${path}${key}`, (value.match(/{{\w+}}/g) ?? []).sort().join()]]
      : placeholders(value, `${path}${key}.`),
  );
}

afterEach(() => speak("pt"));

test.each([
  ["en", en],
  ["es", es],
])("%s has every text of pt with the same placeholders", (_, tree) => {
  expect(placeholders(tree)).toEqual(placeholders(pt));
});

test("money follows the currency and is written in the page's language", () => {
  expect(money(123456, "BRL")).toBe("R$\u00a01.234,56");
  expect(money(-5, "BRL")).toBe("-R$\u00a00,05");
  speak("en");
  expect(money(123456, "BRL")).toBe("R$1,234.56");
  expect(money(500, "JPY")).toBe("¥500");
});

test("times are told in one unit and never in the future", () => {
  const now = new Date("2026-06-10T12:00:00Z");
  const before = (seconds: number) => ago(new Date(now.getTime() - seconds * 1000), now);
  speak("en");
  expect([before(-3), before(59), before(60), before(7_300), before(200_000)]).toEqual([
    "0s ago",
    "59s ago",
    "1m ago",
    "2h ago",
    "2d ago",
  ]);
});

test("instants are told on the clock of the place, with the name of that clock", () => {
  const at = new Date("2026-06-10T02:00:09Z");
  expect(exact(at, "America/Sao_Paulo")).toBe("9 jun. 2026, 23:00:09 BRT");
  expect(exact(at, "America/Manaus")).toBe("9 jun. 2026, 22:00:09 AMT");
  expect(short(at, "America/Sao_Paulo")).toBe("09 jun. 23:00:09");
  speak("en");
  expect(exact(at, "America/Sao_Paulo")).toContain("23:00:09 GMT-3");
});

test("a zone that the browser does not know is told in UTC and says so", () => {
  const at = new Date("2026-06-10T02:00:09Z");
  expect(clock(at, "Mars/Olympus")).toBe("02:00:09");
  expect(exact(at, "Mars/Olympus")).toContain("02:00:09 UTC");
});

test("a code without a word is shown as it is", () => {
  expect(wordFor("event", "SaleOpened")).toBe("Cliente começou a venda");
  expect(wordFor("event", "SaleTeleported")).toBe("SaleTeleported");
});
