/** How digits are shown while they are typed: what is still to come is a blank. */

import type { Question } from "../api/schemas";

const CPF = "___.___.___-__";
const PHONE = "(__) _____-____";

/** The most that can be typed for a question. */
export const lengths: Readonly<Record<Question, number>> = { name: 60, cpf: 11, phone: 11 };

/** Whether so much typed can be an answer; whether it is one the agent decides. */
export function isWhole(question: Question, typed: string): boolean {
  if (question === "cpf") return typed.length === lengths.cpf;
  return question === "phone" ? typed.length >= 10 : typed.trim().length >= 2;
}

export function shown(question: Question, typed: string): string {
  return question === "name" ? typed : filled(question === "cpf" ? CPF : PHONE, typed);
}

function filled(mask: string, digits: string): string {
  let next = 0;
  return mask.replaceAll("_", (blank) => digits[next++] ?? blank);
}

/** What is left of any text for this question: digits, or letters in capitals. */
export function kept(question: Question, text: string): string {
  const clean =
    question === "name"
      ? text.toLocaleUpperCase("pt").replace(/[^\p{L}' .-]/gu, "").replace(/^ +/, "").replace(/ {2,}/g, " ")
      : text.replace(/\D/g, "");
  return clean.slice(0, lengths[question]);
}
