/** Rows whose columns only the answer knows. */

import { useMemo } from "preact/hooks";
import type { Cell, IndicatorInfo, Row } from "../api/rows";
import { moment, periodTitle, shortDay } from "../words/dates";
import { exportTitle } from "../words/exports";
import { SUBJECT_CODES, levelTitle, plainSchoolName, shortPlace, subjectTitle, testTitle } from "../words/names";
import { digitsOf, exact, number } from "../words/numbers";
import { statusWords, verdictWords } from "../words/verdicts";
import { DataTable } from "./table";

interface RowsTableProps {
  caption: string;
  columns: readonly string[];
  rows: readonly Row[];
  indicators?: ReadonlyMap<string, IndicatorInfo>;
  page?: number;
  /** Every column as it came: nothing a person could do without is left out, nothing is rounded. */
  isWhole?: boolean;
}

/** A place's name makes its key needless. */
const NAMING = new Set(["Муниципалитет", "municipality_name", "school_name", "Школа"]);
const KEYS = new Set(["level", "entity", "municipality_key", "school_key", "batch"]);

/** Columns with names of schools. */
const NAMES = new Set(["entity_name", "school_name", "Школа"]);

/** Columns of values a person does without: keys beside names, parts of a value. */
const LEFT_OUT = new Set(["level", "entity", "municipality", "num", "den", "sq", "pupil_grade", "pupils_received"]);

export function RowsTable({ caption, columns, rows, indicators, page = 25, isWhole = false }: RowsTableProps) {
  const ofValues = columns.includes("indicator") && columns.includes("entity");
  const isNamed = columns.some((name) => NAMING.has(name));
  const shown = columns.filter(
    (name) =>
      isWhole ||
      (!(ofValues && LEFT_OUT.has(name)) && !(isNamed && KEYS.has(name)) && rows.some((row) => row[name] != null)),
  );
  const digits = useMemo(() => digitsOfColumns(shown, rows, indicators), [rows, columns, indicators]);
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
        key: (row: Row) => sortable(name, row[name] ?? null),
        cell: (row: Row) => told(name, row[name] ?? null, indicators, isWhole ? null : (digits.get(name) ?? 0)),
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
  // Tests go by campaigns, everything else by school years.
  if (name === "period" && rows.every((row) => row["grade"] == null && row["test"] == null)) return "Учебный год";
  return HEADINGS[name] ?? name;
}

/** Names are sorted as they are read. */
function sortable(name: string, cell: Cell): string | number | null {
  if (typeof cell === "boolean") return cell ? "да" : "нет";
  return typeof cell === "string" && NAMES.has(name) ? plainSchoolName(cell) : cell;
}

/** Parts of a value, in its indicator's unit; bounds are in the unit of the column they stand beside. */
const VALUES = new Set(["value", "base_value", "change", "ci_low", "ci_high", "change_ci_low", "change_ci_high"]);
const BOUNDS = new Set(["От", "До"]);

/** One number of digits for a column, by its unit; where none is told, whole numbers stay whole and small ones keep
    two. */
export function digitsOfColumns(
  names: readonly string[],
  rows: readonly Row[],
  indicators?: ReadonlyMap<string, IndicatorInfo>,
): ReadonlyMap<string, number> {
  const units = new Set(rows.map((row) => indicators?.get(String(row["indicator"] ?? ""))?.unit ?? null));
  const ofValues = Math.max(0, ...[...units].map((unit) => (unit === null ? 2 : digitsOf(unit))));
  const digits = new Map<string, number>();
  let beside = 0;
  for (const name of names) {
    const numbers = rows.map((row) => row[name]).filter((cell) => typeof cell === "number");
    const least = numbers.every(Number.isInteger) ? 0 : 1;
    const small = numbers.some((cell) => Math.abs(cell) >= 10) ? 1 : 2;
    if (/, (%|п\.\s?п\.)$/.test(headingOf(name, rows))) digits.set(name, digitsOf("%"));
    else if (VALUES.has(name) && indicators !== undefined) digits.set(name, Math.max(least, ofValues));
    else digits.set(name, (BOUNDS.has(name) && beside) || least * small);
    // Between a value and its bounds the number of people may stand.
    beside = digits.get(name) || beside;
  }
  return digits;
}

function told(
  name: string,
  cell: Cell,
  indicators: ReadonlyMap<string, IndicatorInfo> | undefined,
  /** None: all there are. */
  digits: number | null,
): string {
  if (cell === null) return "—";
  if (typeof cell === "boolean") return cell ? "да" : "нет";
  if (typeof cell === "number") {
    if (["grade", "year", "Год", "line"].includes(name)) return String(cell);
    return digits === null ? exact(cell) : number(cell, digits);
  }
  if (NAMES.has(name)) return plainSchoolName(cell);
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
  return /^\d{4}-\d\d-\d\d$/.test(cell) ? shortDay(cell) : testsTold(cell);
}

/** Tests are named by codes: `2020/21-осень.MA.4` as a whole, `MA 4` within words. */
export function testsTold(cell: string): string {
  const [, period, subject = "", grade] = /^(\d{4}\/\d\d(?:-осень)?)(?:\.([A-Z]+)\.(\d+))?$/.exec(cell) ?? [];
  if (period !== undefined)
    return [subject === "" ? "" : testTitle(subject, Number(grade)), periodTitle(period)].filter(Boolean).join(", ");
  return cell.replace(/(?<= )([A-Z]{2,3}) (\d{1,2})(?=$|,)/g, (code, subject: string, grade: string) =>
    SUBJECT_CODES.includes(subject) ? `(${testTitle(subject, Number(grade))})` : code,
  );
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
  cut2: "Наибольший балл на «2»",
  cut3: "Наибольший балл на «3»",
  cut4: "Наибольший балл на «4»",
  z: "Отклонение, σ",
  base_z: "Отклонение прежде, σ",
  "Стянутое, %": "С поправкой на число участников, %",
  k: "Прежнее к новому, раз",
  base_n: "n прежде",
  gap: "Отрыв от региона",
  base_gap: "Отрыв прежде",
  gap_change: "Изменение отрыва",
  gap_ci_low: "Отрыв от (95 %)",
  gap_ci_high: "Отрыв до (95 %)",
  verdict_of: "О чём вывод",
  break_reason: "Почему несопоставимо",
  spread: "Разброс между школами",
  p: "p",
  q: "q",
  printed_cmp: "Знак",
  impossible: "Невозможно",
  unproven: "Не доказано",
  municipality_key: "Ключ муниципалитета",
  school_key: "Логин школы",
};
