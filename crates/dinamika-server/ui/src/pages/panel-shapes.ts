/** What rows of a panel's SELECT can be drawn as, told by their columns. */

import type { Row } from "../api/rows";
import type { BarsData } from "../charts/bars";
import type { GanttEvent } from "../charts/gantt";
import type { HeatData } from "../charts/heat";
import type { HistogramData } from "../charts/histogram";
import type { TasksData } from "../charts/tasks";
import { periodTitle } from "../words/dates";
import { byName, byShortTitle, schoolName, shortPlace, subjectOrder, testTitle } from "../words/names";
import { toldOf } from "../words/told";

const text = (row: Row, ...names: string[]): string => {
  for (const name of names) if (row[name] != null) return String(row[name]);
  return "";
};

/** Rows with a beginning and an end. */
export function eventsOf(rows: readonly Row[]): GanttEvent[] {
  return rows
    .map((row) => ({
      title: text(row, "Мероприятие", "title"),
      // A term has an end alone.
      starts: text(row, "Начало", "starts") || text(row, "Окончание", "ends"),
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

/** Columns that name a place for programs, those that say which test a row is of and whether it is hidden: no words to
    draw. */
const KEYS = /(^|_)(key|ref)$|^(entity|period|level|subject|grade|pupil_grade|task|line|status|Год)$/;

/** A school is named with its municipality: every district has its school № 1. */
export function placeOf(row: Row): string {
  const school = text(row, "Школа", "school_name");
  const municipality = shortPlace(text(row, "Муниципалитет", "municipality_name").trim());
  return [school === "" ? "" : schoolName(school), municipality].filter(Boolean).join(", ");
}

/** Most rows and columns of a matrix. */
const [DOWN, ACROSS] = [400, 24];

/** A picture, and what all of it is about: the test, the campaign. */
interface About<D> {
  about: string;
  picture: D;
}

/** Two columns of words and what stands where they meet: the number (a hidden one stays hidden) or the word that comes
    after them, or how often they meet. */
export function matrixOf(rows: readonly Row[], columns: readonly string[]): About<HeatData> | null {
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
  const isNumber = (name: string) => !KEYS.test(name) && rows.some((row) => typeof row[name] === "number");
  const next = columns.slice(columns.indexOf(across) + 1).find((name) => isNumber(name) || name === third);
  const measure = next === third ? undefined : (next ?? columns.find(isNumber));
  const word = measure === undefined ? third : undefined;
  const downs = [...new Set(rows.map(title))].filter(Boolean).sort(byShortTitle).slice(0, DOWN);
  const acrosses = unique(rows, across).slice(0, ACROSS);
  if (downs.length < 2 && acrosses.length < 2) return null;
  const [yOf, xOf] = [placesIn(downs), placesIn(acrosses)];
  const isCount = measure === undefined || isOfCounts(measure, rows);
  const meeting = (row: Row) => `${xOf.get(String(row[across]))}.${yOf.get(title(row))}`;
  // Shares of several tests are no share of anything: one test is shown, and named.
  const test = isCount || new Set(rows.map(meeting)).size === rows.length ? null : firstTest(rows);
  const cells = new Map<string, HeatData["cells"][number]>();
  for (const row of test?.rows ?? rows) {
    const [y, x] = [yOf.get(title(row)), xOf.get(String(row[across]))];
    if (x === undefined || y === undefined) continue;
    const before = cells.get(meeting(row));
    const own = measure === undefined ? 1 : num(row, measure);
    const value = before?.value == null ? own : own === null || !isCount ? before.value : before.value + own;
    const said = word === undefined ? "" : [before?.word, text(row, word)].filter(Boolean).join("; ");
    cells.set(meeting(row), { x, y, value, ...(said === "" ? {} : { word: said }) });
  }
  return {
    about: test?.about ?? "",
    picture: { across: acrosses, down: downs, cells: [...cells.values()], title: measure ?? word ?? "записей" },
  };
}

/** Whether numbers of a column may be added: pupils may, percents and means may not. */
function isOfCounts(name: string, rows: readonly Row[]): boolean {
  return !name.includes("%") && rows.every((row) => Number.isInteger(row[name] ?? 0));
}

const PLACES: ReadonlySet<string> = new Set(["Школа", "school_name", "Муниципалитет", "municipality_name"]);

function placesIn(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, at]));
}

/** Numbers beside the words of a row. */
export function partsOf(rows: readonly Row[], columns: readonly string[], isStacked: boolean): About<BarsData> | null {
  const numbers = columns.filter(
    (name) => !["grade", "line", "Год"].includes(name) && rows.some((row) => typeof row[name] === "number"),
  );
  const percents = numbers.filter((name) => name.includes("%"));
  const parts = percents.length > 0 ? percents : numbers;
  if (parts.length === 0 || rows.length < 2) return null;
  const words = columns.filter(
    (name) => !KEYS.test(name) && !PLACES.has(name) && rows.some((row) => typeof row[name] === "string"),
  );
  const testOf = (row: Row) => (typeof row["subject"] === "string" ? testTitle(row["subject"], num(row, "grade")) : "");
  const tests = new Set(rows.map(testOf));
  const title = (row: Row) =>
    [tests.size === 1 ? "" : testOf(row), placeOf(row), ...words.slice(0, 2).map((name) => row[name])]
      .filter(Boolean)
      .join(", ") || String(row["period"] ?? "");
  return {
    about: tests.size === 1 ? ([...tests][0] ?? "") : "",
    picture: {
      names: rows.map(title),
      unit: percents.length > 0 ? "%" : "",
      isStacked,
      parts: parts.map((name) => ({
        title: name.replace(/, %$/, ""),
        values: rows.map((row) => num(row, name)),
      })),
      // The veil leaves the row and takes its numbers.
      gone: rows.map((row) => (parts.every((name) => row[name] == null) ? "скрыто" : null)),
    },
  };
}

/** The test a picture of one test shows: the first a teacher would name. */
export function firstOf<R extends { subject: string | null; grade: number | null }>(rows: readonly R[]): R | null {
  return (
    [...rows].sort((a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0))[0] ??
    null
  );
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
export function histogramOf(all: readonly Row[]): About<HistogramData> | null {
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

/** Tasks of the reader's municipality beside the region, or the region alone: nobody is shown for being first by name. */
export function profileOf(all: readonly Row[], municipality: string): About<TasksData> | null {
  const test = firstTest(all);
  if (test === null) return null;
  const of = (place: string) => test.rows.filter((row) => placeOf(row) === place);
  const wanted = of(shortPlace(municipality));
  const rows = wanted.length > 0 ? wanted : of(REGION);
  const [first] = rows;
  if (first === undefined || rows.length < 2) return null;
  const isRegion = rows !== wanted;
  const tasks = rows.map((row) => ({
    task: text(row, "Задание", "task"),
    own: isRegion ? null : num(row, "Выполнение, %"),
    behind: num(row, "Регион, %"),
    n: num(row, "n"),
    untaught: num(row, "Не пройдено, %"),
  }));
  const about = [`${test.about}: ${placeOf(first)}`, toldOf(rows).n].filter(Boolean).join(", ");
  return { about, picture: { tasks, ownTitle: isRegion ? "муниципалитет не выбран" : placeOf(first) } };
}

const REGION = "регион";

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
