/** What rows of a panel's SELECT can be drawn as, told by their columns. */

import type { Row } from "../api/rows";
import type { BarsData } from "../charts/bars";
import type { GanttEvent } from "../charts/gantt";
import type { HeatData } from "../charts/heat";
import type { HistogramData } from "../charts/histogram";
import type { TasksData } from "../charts/tasks";
import { periodTitle } from "../words/dates";
import { byName, schoolName, shortPlace, subjectOrder, testTitle } from "../words/names";

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

/** Columns that name a place for programs, and those that say which test a row is of: no words to draw. */
const KEYS = /(^|_)(key|ref)$|^(entity|period|level|subject|grade|pupil_grade|task|line|Год)$/;

/** A school is named with its municipality: every district has its school № 1. */
export function placeOf(row: Row): string {
  const school = text(row, "Школа", "school_name");
  const municipality = shortPlace(text(row, "Муниципалитет", "municipality_name"));
  return [school === "" ? "" : schoolName(school), municipality].filter(Boolean).join(", ");
}

/** Most rows and columns of a matrix. */
const [DOWN, ACROSS] = [400, 24];

/** Two columns of words and what stands where they meet: the first number (a hidden one stays hidden), the third
    word, or how often they meet. */
export function matrixOf(rows: readonly Row[], columns: readonly string[]): HeatData | null {
  const isWords = (name: string) => !KEYS.test(name) && rows.some((row) => typeof row[name] === "string");
  const words = columns.filter(isWords);
  const place = words.find((name) => PLACES.has(name));
  const [down = words[0], ...rest] = [place, ...words].filter(
    (name, at, all) =>
      name !== undefined && !(at > 0 && (name === place || PLACES.has(name))) && all.indexOf(name) === at,
  );
  const [across, third] = rest;
  if (down === undefined || across === undefined) return null;
  const title = (row: Row) => (PLACES.has(down) ? placeOf(row) : String(row[down] ?? ""));
  const measure = columns.find((name) => !KEYS.test(name) && rows.some((row) => typeof row[name] === "number"));
  const word = measure === undefined ? third : undefined;
  const downs = [...new Set(rows.map(title))].filter(Boolean).sort(byName).slice(0, DOWN);
  const acrosses = unique(rows, across).slice(0, ACROSS);
  if (downs.length < 2 && acrosses.length < 2) return null;
  const [yOf, xOf] = [placesIn(downs), placesIn(acrosses)];
  const cells = new Map<string, { x: number; y: number; value: number | null; word?: string }>();
  for (const row of rows) {
    const [y, x] = [yOf.get(title(row)), xOf.get(String(row[across]))];
    if (x === undefined || y === undefined) continue;
    const before = cells.get(`${x}.${y}`);
    const own = measure === undefined ? 1 : typeof row[measure] === "number" ? row[measure] : null;
    const value = before == null ? own : own === null ? before.value : (before.value ?? 0) + own;
    const said = word === undefined ? "" : [before?.word, text(row, word)].filter(Boolean).join("; ");
    cells.set(`${x}.${y}`, { x, y, value, ...(said === "" ? {} : { word: said }) });
  }
  return { across: acrosses, down: downs, cells: [...cells.values()], title: measure ?? word ?? "записей" };
}

const PLACES: ReadonlySet<string> = new Set(["Школа", "school_name", "Муниципалитет", "municipality_name"]);

function placesIn(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, at]));
}

/** Numbers beside the words of a row. */
export function partsOf(rows: readonly Row[], columns: readonly string[], isStacked: boolean): BarsData | null {
  const numbers = columns.filter(
    (name) => !["grade", "line", "Год"].includes(name) && rows.some((row) => typeof row[name] === "number"),
  );
  const percents = numbers.filter((name) => name.includes("%"));
  const parts = percents.length > 0 ? percents : numbers;
  if (parts.length === 0 || rows.length < 2) return null;
  const words = columns.filter(
    (name) => !KEYS.test(name) && !PLACES.has(name) && rows.some((row) => typeof row[name] === "string"),
  );
  const title = (row: Row) =>
    [
      typeof row["subject"] === "string"
        ? testTitle(row["subject"], typeof row["grade"] === "number" ? row["grade"] : null)
        : "",
      placeOf(row),
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
    // The veil leaves the row and takes its numbers.
    gone: rows.map((row) => (parts.every((name) => row[name] == null) ? "скрыто" : null)),
  };
}

/** The test a picture of one test shows: the first a teacher would name. */
export function firstOf<R extends { subject: string | null; grade: number | null }>(rows: readonly R[]): R | null {
  return (
    [...rows].sort((a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0))[0] ??
    null
  );
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
