/** Monitorings by the first word of an indicator's code. */

export const GROUPS: readonly { prefix: string; title: string }[] = [
  { prefix: "vpr", title: "ВПР" },
  { prefix: "obj", title: "Объективность" },
  { prefix: "shnor", title: "ШНОР" },
  { prefix: "risk", title: "Риски" },
  { prefix: "kpk", title: "Курсы" },
  { prefix: "diag", title: "Диагностика" },
  { prefix: "ev", title: "Мероприятия" },
  { prefix: "cur", title: "Кураторы" },
  { prefix: "dq", title: "Качество данных" },
  { prefix: "", title: "Прочее" },
];

/** Whether an indicator counts all files, events or schools there are: none of them came by chance, so an interval of
    chance is not drawn. */
export function isWholeCount(id: string): boolean {
  return /^(dq|ev|cur|risk|shnor)\.|^obj\.index$/.test(id);
}

/** Place of an indicator's monitoring in the list. */
export function groupOf(id: string): number {
  return GROUPS.findIndex(({ prefix }) => prefix === "" || id.startsWith(`${prefix}.`));
}
