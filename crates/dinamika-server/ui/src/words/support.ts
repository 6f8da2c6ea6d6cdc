/** Words of support programmes and events. */

import { counted } from "./numbers";

type Words = Readonly<Record<string, string>>;

export const LISTS: Words = { shnor: "ШНОР", project500: "«500+»" };
export const SIGNIFICANCE: Words = { high: "высокая", middle: "средняя", low: "низкая" };
export const RISK_STATES: Words = {
  indicated: "выявлен",
  verified: "верифицирован",
  in_programme: "в программе",
  closed: "закрыт",
};
/** The order a risk passes its states in. */
export const RISK_ORDER = ["indicated", "verified", "in_programme", "closed"] as const;
export const ROLES: Words = {
  participant: "участник",
  organiser: "организатор",
  prize: "призёр",
  none: "не участвовала",
  no_summary: "итогов нет",
};
export const PRECISION: Words = {
  day: "день",
  days: "дни",
  month: "месяц",
  year: "учебный год",
  deadline: "срок",
};

/** What a risk is proven by and when it is to be closed, as the board tells it. */
export interface Proof {
  state: string | null;
  evidence: string | null;
  documents: number;
  due: string | null;
  due_to: string | null;
}

/** `приказ от 11.04.2022 № 31`; the export may have no column for it, so nothing said is not nothing there. */
export function proofOf({ evidence, documents }: Proof): string {
  if (evidence === null) return "документы не указаны";
  return documents > 1 ? `${evidence} (${counted(documents, "документ", "документа", "документов")})` : evidence;
}

/** Whether the day has come and the risk is not closed; `today` as `2026-11-30`. */
export function isOverdue({ state, due_to }: Proof, today: string): boolean {
  return state !== "closed" && due_to !== null && due_to < today;
}
