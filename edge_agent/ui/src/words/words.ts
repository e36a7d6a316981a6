/**
 * Speaking to the customer: texts, the catalogue's texts, money and time, all in the visit's
 * language.
 *
 * Currency follows the site, everything else the customer. A key the screens do not know (a newer
 * agent's reason) falls back to the sentence that is true of all of them.
 */

import i18next from "i18next";
import { createContext, useContext } from "react";
import type { Locale, Words } from "../api/schemas";
import { en } from "./en";
import { es } from "./es";
import { pt, type WordKey } from "./pt";

export const languages: readonly Locale[] = ["pt", "en", "es"];
export const tags: Readonly<Record<Locale, string>> = { pt: "pt-BR", en: "en-US", es: "es-UY" };

const texts = i18next.createInstance();
void texts.init({
  lng: "pt",
  fallbackLng: "pt",
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: {
    pt: { translation: pt },
    en: { translation: en },
    es: { translation: es },
  },
});

/** A key without the plural's ending, as `say` takes it. */
type SayKey = WordKey | "cart.count";

type Group =
  | "services.off"
  | "closed.on"
  | "off"
  | "declined"
  | "pix.no"
  | "out"
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

export function speechOf(locale: Locale, currency: string): Speech {
  const say = texts.getFixedT(locale);
  const amount = new Intl.NumberFormat(tags[locale], {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  });
  const clock = new Intl.DateTimeFormat(tags[locale], { hour: "2-digit", minute: "2-digit" });
  const minorPerUnit = 10 ** (amount.resolvedOptions().maximumFractionDigits ?? 2);
  return {
    locale,
    say,
    sayOf: (group, code) => say([`${group}.${code}`, `${group}.other`]),
    read: (words) => words[locale] || words.pt,
    money: (amount_minor) => amount.format(amount_minor / minorPerUnit),
    time: (at) => clock.format(at),
  };
}

const SpeechContext = createContext<Speech>(speechOf("pt", "BRL"));

export const SpeechProvider = SpeechContext.Provider;

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
