/** The pages of the program in the order a working day asks for them. */

export interface Section {
  title: string;
  pages: readonly { href: string; title: string }[];
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
      { href: "/support", title: "ШНОР и «500+»" },
      { href: "/roadmap", title: "Дорожная карта" },
      { href: "/courses", title: "Курсы и диагностика" },
    ],
  },
  {
    title: "Данные",
    pages: [
      { href: "/quality", title: "Качество данных" },
      { href: "/runs", title: "Запуски и расписание" },
      { href: "/releases", title: "Выпуски" },
      { href: "/lineage", title: "Происхождение" },
      { href: "/sql", title: "Запросы SQL" },
      { href: "/accounts", title: "Учётные записи" },
    ],
  },
];
