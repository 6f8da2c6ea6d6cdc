/** Rows whose columns only the answer knows. */

import { useMemo } from "preact/hooks";
import type { Cell, IndicatorInfo, Row } from "../api/rows";
import { moment, periodTitle, shortDay } from "../words/dates";
import { exportTitle } from "../words/exports";
import { levelTitle, schoolName, shortPlace, subjectTitle } from "../words/names";
import { number } from "../words/numbers";
import { statusWords, verdictWords } from "../words/verdicts";
import { DataTable } from "./table";

interface RowsTableProps {
  caption: string;
  columns: readonly string[];
  rows: readonly Row[];
  indicators?: ReadonlyMap<string, IndicatorInfo>;
  page?: number;
}

/** A place's name makes its key needless. */
const NAMING = new Set(["Муниципалитет", "municipality_name", "school_name", "Школа"]);
const KEYS = new Set(["level", "entity", "municipality_key", "school_key", "batch"]);

/** Columns of values a person does without: keys beside names, parts of a value. */
const LEFT_OUT = new Set(["level", "entity", "municipality", "num", "den", "sq", "pupil_grade", "pupils_received"]);

export function RowsTable({ caption, columns, rows, indicators, page = 25 }: RowsTableProps) {
  const ofValues = columns.includes("indicator") && columns.includes("entity");
  const isNamed = columns.some((name) => NAMING.has(name));
  const shown = columns.filter(
    (name) =>
      !(ofValues && LEFT_OUT.has(name)) && !(isNamed && KEYS.has(name)) && rows.some((row) => row[name] != null),
  );
  const digits = useMemo(() => new Map(shown.map((name) => [name, digitsOfColumn(name, rows)])), [rows, columns]);
  const isNumber = (name: string) => name !== "grade" && rows.some((row) => typeof row[name] === "number");
  return (
    <DataTable
      caption={caption}
      rows={rows}
      page={page}
      rowKey={(_, at) => String(at)}
      columns={shown.map((name, at) => ({
        id: name,
        title: headingOf(name, rows),
        isNumber: isNumber(name),
        isHead: at === 0,
        ...widthOf(name, rows),
        key: (row: Row) => sortable(row[name] ?? null),
        cell: (row: Row) => told(name, row[name] ?? null, indicators, digits.get(name) ?? 0),
      }))}
    />
  );
}

/** Room for words: a long text is read in few lines, a code stays in one. */
function widthOf(name: string, rows: readonly Row[]): { isWide?: boolean; isName?: boolean; isShort?: boolean } {
  const longest = rows.slice(0, 400).reduce((most, row) => {
    const cell = row[name];
    return typeof cell === "string" ? Math.max(most, told(name, cell, undefined, 0).length) : most;
  }, 0);
  return longest > 40 ? { isWide: true } : longest > 26 ? { isName: true } : { isShort: true };
}

/** The fourth dimension is a task of a test only where there are tests. */
function headingOf(name: string, rows: readonly Row[]): string {
  if (
    name === "task" &&
    rows.some((row) => typeof row["indicator"] === "string" && !row["indicator"].startsWith("vpr."))
  )
    return "Разрез";
  return HEADINGS[name] ?? name;
}

function sortable(cell: Cell): string | number | null {
  return typeof cell === "boolean" ? (cell ? "да" : "нет") : cell;
}

/** One number of digits for a column: whole numbers stay whole, small ones keep two. */
function digitsOfColumn(name: string, rows: readonly Row[]): number {
  const numbers = rows.map((row) => row[name]).filter((cell) => typeof cell === "number");
  if (numbers.every(Number.isInteger)) return 0;
  return numbers.some((cell) => Math.abs(cell) >= 10) ? 1 : 2;
}

function told(
  name: string,
  cell: Cell,
  indicators: ReadonlyMap<string, IndicatorInfo> | undefined,
  digits: number,
): string {
  if (cell === null) return "—";
  if (typeof cell === "boolean") return cell ? "да" : "нет";
  if (typeof cell === "number") {
    if (["grade", "year", "Год", "line"].includes(name)) return String(cell);
    return number(cell, digits);
  }
  switch (name) {
    case "pipeline":
    case "task":
      return exportTitle(cell);
    case "indicator":
      return indicators?.get(cell)?.title ?? cell;
    case "subject":
      return subjectTitle(cell);
    case "period":
    case "base_period":
      return periodTitle(cell);
    case "level":
      return levelTitle(cell);
    case "entity_name":
    case "school_name":
    case "Школа":
      return schoolName(cell);
    case "Муниципалитет":
    case "municipality_name":
      return shortPlace(cell);
    case "status":
      return MATCHING[cell] ?? (cell === "ok" ? "есть" : statusWords(cell) || cell);
    case "method":
      return MATCHING[cell] ?? cell;
    case "verdict":
      return verdictWords(cell);
    case "kind":
      return cell === "cohort" ? "те же дети" : "те же классы";
  }
  if (/^\d{4}-\d\d-\d\dT/.test(cell)) return moment(cell);
  return /^\d{4}-\d\d-\d\d$/.test(cell) ? shortDay(cell) : cell;
}

const MATCHING: Readonly<Record<string, string>> = {
  matched: "опознана",
  review: "ждёт решения",
  rejected: "решено: нет в реестре",
  decision: "по решению",
  login: "по логину",
  inn: "по ИНН",
  ogrn: "по ОГРН",
  number: "по номеру",
  name: "по названию",
};

const HEADINGS: Readonly<Record<string, string>> = {
  indicator: "Показатель",
  entity_name: "Название",
  school_name: "Школа",
  municipality_name: "Муниципалитет",
  period: "Кампания",
  subject: "Предмет",
  grade: "Класс",
  task: "Задание",
  n: "n",
  value: "Значение",
  ci_low: "от (95 %)",
  ci_high: "до (95 %)",
  status: "Состояние",
  schools_expected: "Школ ждали",
  schools_received: "Школ прислали",
  pupils_expected: "Учеников ждали",
  kind: "Сравнение",
  base_period: "База",
  base_value: "Было",
  change: "Изменение",
  change_ci_low: "от (95 %)",
  change_ci_high: "до (95 %)",
  verdict: "Вывод",
  test: "Работа",
  score: "Балл",
  pipeline: "Вид выгрузки",
  layout: "Форма",
  path: "Файл",
  sheet: "Лист",
  line: "№",
  column_name: "Столбец",
  column: "Столбец",
  rule: "Правило",
  suggestion: "Что сделать",
  method: "Как опознана",
  loaded_at: "Загружен",
  rows_in: "Строк в файле",
  rows_kept: "Принято",
  rows_rejected: "Отклонено",
  rejected_pct: "Отклонено, %",
  n_over_max: "Балл выше максимума",
  n_differs: "Балл не равен сумме заданий",
  claim: "Утверждение",
  printed: "Напечатано",
  recomputed: "Пересчёт",
  contradiction: "Расходится",
  num: "Числитель",
  den: "Знаменатель",
};
