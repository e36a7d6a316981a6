/** The three languages, and what the page writes money, numbers and times with. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en";
import { es } from "./es";
import { pt } from "./pt";

export const LANGUAGES = { pt: "Português", en: "English", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;

const LOCALES: Record<Language, string> = { pt: "pt-BR", en: "en", es: "es" };
const KEPT = "totem.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof pt };
  }
}

export const words = i18next.createInstance();

void words.use(initReactI18next).init({
  resources: { pt: { translation: pt }, en: { translation: en }, es: { translation: es } },
  lng: keptLanguage(),
  fallbackLng: "pt",
  initAsync: false,
  interpolation: { escapeValue: false },
});

export function language(): Language {
  return isLanguage(words.language) ? words.language : "pt";
}

export function locale(): string {
  return LOCALES[language()];
}

export function speak(chosen: Language): void {
  localStorage.setItem(KEPT, chosen);
  document.documentElement.lang = LOCALES[chosen];
  void words.changeLanguage(chosen);
}

/** The word for a code of the API; the code itself where this build has no word for it. */
export function wordFor(
  group:
    | "method"
    | "state"
    | "payment"
    | "print"
    | "priority"
    | "account"
    | "event"
    | "incident"
    | "verdict",
  code: string,
): string {
  const key = `${group}.${code}`;
  return code && words.exists(key) ? words.t(key as "method.debit") : code;
}

function keptLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  return isLanguage(kept) ? kept : "pt";
}

function isLanguage(word: string | null): word is Language {
  return word !== null && word in LANGUAGES;
}
