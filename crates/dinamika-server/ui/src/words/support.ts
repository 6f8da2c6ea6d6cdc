/** Words of support programmes and events. */

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
