/** The pages of the program in the order a working day asks for them. */

import type { Role } from "./me";

export interface Section {
  title: string;
  /** `from`: the role that has something to see there; without it everyone has. */
  pages: readonly { href: string; title: string; from?: Role }[];
}

export const SECTIONS: readonly Section[] = [
  {
    title: "Результаты",
    pages: [
      { href: "/", title: "Обзор региона" },
      { href: "/municipalities", title: "Муниципалитеты" },
      { href: "/schools", title: "Школы" },
      { href: "/indicators", title: "Показатели" },
      { href: "/compare", title: "Сравнение" },
      { href: "/dashboards", title: "Панели" },
    ],
  },
  {
    title: "Поддержка",
    pages: [
      { href: "/support", title: "ШНОР и «500+»", from: "school" },
      { href: "/roadmap", title: "Дорожная карта", from: "municipal" },
      { href: "/courses", title: "Курсы и диагностика" },
    ],
  },
  {
    title: "Данные",
    pages: [
      { href: "/quality", title: "Качество данных", from: "regional" },
      { href: "/runs", title: "Запуски и расписание", from: "regional" },
      { href: "/releases", title: "Выпуски" },
      { href: "/lineage", title: "Происхождение", from: "school" },
      { href: "/sql", title: "Запросы SQL", from: "school" },
      { href: "/accounts", title: "Учётные записи" },
    ],
  },
];

/** The pages of one's own places, before all others: a municipality's or a school's day begins there. */
export function ownPages(role: string, scope: readonly string[]): Section["pages"] {
  const [one, ...more] = scope;
  if (one === undefined || more.length > 0) return [];
  if (role === "municipal") return [{ href: `/municipalities/${one}`, title: "Мой муниципалитет" }];
  return role === "school" ? [{ href: `/schools/${one}`, title: "Моя школа" }] : [];
}

/** The role a page's address needs. */
export function neededFor(path: string): Role | undefined {
  const at = `/${path.split("/")[1] ?? ""}`;
  if (at === "/explain") return "school";
  if (at === "/releases" && path.includes("..")) return "regional";
  return SECTIONS.flatMap((group) => group.pages).find((page) => page.href === at)?.from;
}
