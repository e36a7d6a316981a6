/**
 * Speaking to the customer: texts, the catalogue's texts, money and time, all in the visit's
 * language.
 *
 * Currency follows the site, everything else the customer. A key the screens do not know (a newer
 * agent's reason) falls back to the sentence that is true of all of them.
 */

import i18next from "i18next";
import { createContext, useContext, useEffect, useMemo, useReducer } from "react";
import type { Locale, Words } from "../api/schemas";
import type { desk } from "./desk";
import { pt, type PublicKey } from "./pt";
import type { upkeep } from "./upkeep";

export const languages: readonly Locale[] = ["pt", "en", "es"];
export const languageNames: Readonly<Record<Locale, string>> = {
  pt: "Português",
  en: "English",
  es: "Español",
};
export const tags: Readonly<Record<Locale, string>> = { pt: "pt-BR", en: "en-US", es: "es-UY" };

const texts = i18next.createInstance();
void texts.init({
  lng: "pt",
  fallbackLng: "pt",
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: { pt: { translation: pt } },
});

/** Adds texts that the first screen does without. */
export function learn(more: Partial<Record<Locale, Readonly<Record<string, string>>>>): void {
  for (const [locale, words] of Object.entries(more)) {
    texts.addResourceBundle(locale, "translation", words);
  }
}

/** The name of a text, whoever reads it. */
export type WordKey = PublicKey | keyof typeof desk.pt | keyof typeof upkeep.pt;

/** A key without the plural's ending, as `say` takes it. */
type SayKey = WordKey | "cart.count" | "attract.queue";

type Group =
  | "services.off"
  | "closed.on"
  | "off"
  | "declined"
  | "pix.no"
  | "out"
  | "attract.pay"
  | "card_off"
  | "refused"
  | `desk.${DeskGroup}`;
type DeskGroup =
  | "refused"
  | "is"
  | "case"
  | "todo"
  | "reason"
  | "money"
  | "paper"
  | "hint"
  | "doing"
  | "device"
  | "testing";

export interface Speech {
  readonly locale: Locale;
  say(key: SayKey, values?: Readonly<Record<string, string | number>>): string;
  /** The text of `group.code`, or of `group.other` when there is none. */
  sayOf(group: Group, code: string): string;
  read(words: Words): string;
  money(amount_minor: number): string;
  time(at: Date): string;
}

/** `timezone` is the site's; without it times are this machine's. */
export function speechOf(locale: Locale, currency: string, timezone?: string): Speech {
  const say = texts.getFixedT(locale);
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  const amount = once(() => new Intl.NumberFormat(tags[locale], style));
  const clock = once(
    () =>
      new Intl.DateTimeFormat(tags[locale], {
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
        timeZone: timezone,
      }),
  );
  const minorPerUnit = once(() => 10 ** (amount().resolvedOptions().maximumFractionDigits ?? 2));
  return {
    locale,
    say,
    sayOf: (group, code) => say([`${group}.${code}`, `${group}.other`]),
    read: (words) => words[locale] || words.pt,
    money: (amount_minor) => amount().format(amount_minor / minorPerUnit()),
    time: (at) => clock().format(at),
  };
}

/** Formats are dear to make, and the first page needs none. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

/** As `speechOf`, and anew whenever more was learnt. */
export function useSpeechOf(locale: Locale, currency: string, timezone?: string): Speech {
  const [lessons, learnt] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    texts.store.on("added", learnt);
    return () => texts.store.off("added", learnt);
  }, []);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a lesson makes it anew
  return useMemo(() => speechOf(locale, currency, timezone), [locale, currency, timezone, lessons]);
}

const SpeechContext = createContext<Speech>(speechOf("pt", "BRL"));

export const SpeechProvider = SpeechContext.Provider;

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
