/** What rows of a panel's SELECT can be drawn as, told by their columns. */

import type { Row } from "../api/rows";
import type { BarsData } from "../charts/bars";
import type { GanttEvent } from "../charts/gantt";
import type { HeatData } from "../charts/heat";
import type { HistogramData } from "../charts/histogram";
import type { TasksData } from "../charts/tasks";
import { periodTitle } from "../words/dates";
import { byName, testTitle } from "../words/names";

const text = (row: Row, ...names: string[]): string => {
  for (const name of names) if (row[name] != null) return String(row[name]);
  return "";
};

/** Rows with a beginning and an end. */
export function eventsOf(rows: readonly Row[]): GanttEvent[] {
  return rows
    .map((row) => ({
      title: text(row, "Мероприятие", "title"),
      starts: text(row, "Начало", "starts"),
      ends: text(row, "Окончание", "ends") || text(row, "Начало", "starts"),
      precision: text(row, "Точность", "precision"),
      printed: text(row, "Дата, как напечатана", "held_printed"),
      isContradicting: (row["Даты спорят"] ?? row["date_contradiction"]) === true,
      isDone: (row["Выполнено"] ?? row["done"]) === true,
      note: text(row, "Муниципалитет", "municipality_name"),
    }))
    .filter((event) => event.starts !== "")
    .sort((a, b) => a.starts.localeCompare(b.starts));
}

/** Two columns of words and the count of their meetings, or the first number. */
export function matrixOf(rows: readonly Row[], columns: readonly string[]): HeatData | null {
  const isWords = (name: string) => name !== "period" && rows.some((row) => typeof row[name] === "string");
  const [down, across] = columns.filter(isWords);
  const measure = columns.find((name) => rows.some((row) => typeof row[name] === "number"));
  if (down === undefined || across === undefined) return null;
  const downs = unique(rows, down).slice(0, 60);
  const acrosses = unique(rows, across).slice(0, 24);
  if (downs.length < 2) return null;
  const cells = new Map<string, { x: number; y: number; value: number }>();
  for (const row of rows) {
    const [y, x] = [downs.indexOf(String(row[down])), acrosses.indexOf(String(row[across]))];
    if (x < 0 || y < 0) continue;
    const cell = cells.get(`${x}.${y}`) ?? { x, y, value: 0 };
    cell.value += measure === undefined ? 1 : Number(row[measure] ?? 0);
    cells.set(`${x}.${y}`, cell);
  }
  return { across: acrosses, down: downs, cells: [...cells.values()], title: measure ?? "записей" };
}

/** Numbers beside the words of a row. */
export function partsOf(rows: readonly Row[], columns: readonly string[], isStacked: boolean): BarsData | null {
  const numbers = columns.filter(
    (name) => !["grade", "line", "Год"].includes(name) && rows.some((row) => typeof row[name] === "number"),
  );
  const percents = numbers.filter((name) => name.includes("%"));
  const parts = percents.length > 0 ? percents : numbers;
  if (parts.length === 0 || rows.length < 2 || rows.length > 80) return null;
  const words = columns.filter(
    (name) => !["period", "subject", "grade"].includes(name) && rows.some((row) => typeof row[name] === "string"),
  );
  const title = (row: Row) =>
    [
      typeof row["subject"] === "string"
        ? testTitle(row["subject"], typeof row["grade"] === "number" ? row["grade"] : null)
        : "",
      ...words.slice(0, 2).map((name) => row[name]),
    ]
      .filter(Boolean)
      .join(", ") || String(row["period"] ?? "");
  return {
    names: rows.map(title),
    unit: percents.length > 0 ? "%" : "",
    isStacked,
    parts: parts.map((name) => ({
      title: name.replace(/, %$/, ""),
      values: rows.map((row) => (typeof row[name] === "number" ? row[name] : null)),
    })),
  };
}

/** A picture of one test, and which test it is. */
interface OfOneTest<D> {
  about: string;
  picture: D;
}

const num = (row: Row, name: string): number | null => (typeof row[name] === "number" ? row[name] : null);

/** Rows of the first test among rows of many. */
function firstTest(rows: readonly Row[]): { about: string; rows: readonly Row[] } | null {
  const [first] = rows;
  if (first === undefined) return null;
  const same = (name: string) => (row: Row) => row[name] === first[name];
  const own = rows.filter(same("period")).filter(same("subject")).filter(same("grade"));
  const test = testTitle(text(first, "subject") || null, num(first, "grade"));
  return { about: [test, periodTitle(text(first, "period"))].filter(Boolean).join(", "), rows: own };
}

/** Counts by primary score, and the bounds of marks where they are told. */
export function histogramOf(all: readonly Row[]): OfOneTest<HistogramData> | null {
  const test = firstTest(all);
  if (test === null) return null;
  const own = new Map<number, number>();
  for (const row of test.rows) {
    const score = num(row, "score");
    if (score !== null) own.set(score, (own.get(score) ?? 0) + (num(row, "n") ?? 0));
  }
  if (own.size === 0) return null;
  const [first] = test.rows;
  const cuts = ["cut2", "cut3", "cut4"].map((name) => (first === undefined ? null : num(first, name)));
  return {
    about: test.about,
    picture: {
      own,
      behind: new Map(),
      ownTitle: "регион",
      behindTitle: "",
      max: Math.max(...own.keys()),
      cuts: cuts.filter((cut) => cut !== null),
    },
  };
}

/** Tasks of one place beside the region: the first municipality of the rows, or the region alone. */
export function profileOf(all: readonly Row[]): OfOneTest<TasksData> | null {
  const test = firstTest(all);
  if (test === null) return null;
  const places = [...new Set(test.rows.map((row) => text(row, "Муниципалитет")))];
  const place = places.find((one) => one !== "регион") ?? places[0] ?? "";
  const tasks = test.rows
    .filter((row) => text(row, "Муниципалитет") === place)
    .map((row) => ({
      task: text(row, "Задание", "task"),
      own: num(row, "Выполнение, %"),
      behind: num(row, "Регион, %"),
      n: num(row, "n"),
      untaught: num(row, "Не пройдено, %"),
    }));
  if (tasks.length < 2) return null;
  return { about: `${test.about}: ${place}`, picture: { tasks, ownTitle: place } };
}

function unique(rows: readonly Row[], column: string): string[] {
  return [
    ...new Set(
      rows
        .map((row) => row[column])
        .filter((value) => value != null)
        .map(String),
    ),
  ].sort(byName);
}
