/** Money, numbers and instants as people read them, in the language of the page. */
import { language, locale } from "./words";

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;

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

/** "10 jun. 2026, 14:02:09 BRT": the clock of the place, and which clock that is. */
export function exact(at: Date, zone: string): string {
  const day = { day: "numeric", month: "short", year: "numeric" } as const;
  return `${told(at, zone, day).replaceAll(" de ", " ")}, ${clock(at, zone)} ${zoneName(at, zone)}`;
}

export function clock(at: Date, zone?: string): string {
  return told(at, zone, CLOCK);
}

/** "10 jun. 14:02:09" for tables. */
export function short(at: Date, zone: string): string {
  const day = told(at, zone, { day: "2-digit", month: "short" });
  return `${day.replace(" de ", " ")} ${clock(at, zone)}`;
}

/** "BRT", or "GMT-3" where the language has no shorter word. */
export function zoneName(at: Date, zone?: string): string {
  const format = formatter(zone, { timeZoneName: "short" });
  return format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

function told(at: Date, zone: string | undefined, parts: Intl.DateTimeFormatOptions): string {
  return formatter(zone, parts).format(at);
}

/** Without a zone the clock is the reader's own; a zone this browser does not know becomes UTC. */
function formatter(
  zone: string | undefined,
  parts: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale(), { ...parts, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(locale(), { ...parts, timeZone: "UTC" });
  }
}
