/** Money, numbers and instants as people read them, in the language of the page. */
import { language, locale } from "./words";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const CLOCK = { timeStyle: "medium", hourCycle: "h23" } as const;

/** Minor units as money: 3500 BRL is "R$ 35,00". */
export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

export function count(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** "há 12 s", "há 3 h": one unit, never in the future. */
export function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000));
  const format = new Intl.RelativeTimeFormat(locale(), { style: "narrow", numeric: "always" });
  const [unit, size] = STEPS.find(([, step]) => seconds >= step) ?? ["second", 1];
  const said = format.format(-Math.floor(seconds / size), unit);
  return language() === "pt" ? said.replace(/^(\d.*) atrás$/, "há $1") : said;
}

export function exact(at: Date): string {
  return new Intl.DateTimeFormat(locale(), { ...CLOCK, dateStyle: "medium" }).format(at);
}

export function clock(at: Date): string {
  return new Intl.DateTimeFormat(locale(), CLOCK).format(at);
}

/** "10 jun. 14:02" for tables. */
export function short(at: Date): string {
  const day = new Intl.DateTimeFormat(locale(), { day: "2-digit", month: "short" }).format(at);
  return `${day.replace(" de ", " ")} ${clock(at)}`;
}
