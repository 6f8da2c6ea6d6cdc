/** Which rows of a panel the reader's choice leaves. */

import type { Row, Value } from "../api/rows";
import { periodOrder } from "../words/dates";
import { firstOf } from "./panel-shapes";

/** Each panel's own newest campaign: monitorings end at different times, and an empty page helps nobody. */
export const LATEST = "latest";

export interface PageFilters {
  /** A campaign, [`LATEST`], or empty: all of them. */
  period: string;
  subject: string;
  grade: string;
  municipality: string;
  municipalityName: string;
}

/** Rows of the chosen campaign and municipality, where they tell of one. */
export function narrowed(
  all: readonly Row[],
  { period: asked, municipality, municipalityName, subject, grade }: PageFilters,
): Row[] {
  const years = (row: Row) => row["period"] ?? row["Период"] ?? null;
  const rows = all.filter((row) => isOfTest(row, subject, grade));
  const period = asked === LATEST ? newest(rows.map(years)) : asked;
  const place = (row: Row) => row["municipality_key"] ?? row["municipality"] ?? null;
  const placeName = (row: Row) => row["Муниципалитет"] ?? row["municipality_name"] ?? null;
  return rows.filter((row) => {
    if (period !== "" && years(row) !== null && years(row) !== period) return false;
    if (municipality === "") return true;
    if (place(row) !== null) return place(row) === municipality;
    return (
      placeName(row) === null ||
      String(placeName(row)).replace(/^г\. /, "город ") === municipalityName ||
      placeName(row) === municipalityName
    );
  });
}

export function isOfTest(
  row: Readonly<{ subject?: unknown; grade?: unknown }>,
  subject: string,
  grade: string,
): boolean {
  return (
    (subject === "" || row.subject == null || row.subject === subject) &&
    (grade === "" || row.grade == null || String(row.grade) === grade)
  );
}

/** The newest campaign there is a row of; empty where rows are of none. */
export function newest(periods: readonly unknown[]): string {
  return periods.reduce<string>(
    (last, one) => (typeof one === "string" && periodOrder(one) > periodOrder(last || null) ? one : last),
    "",
  );
}

/** The test a picture of one test shows: of the chosen campaign or the newest, same grades before same children. */
export function firstTest<R extends Value & { kind?: string }>(all: readonly R[], filters: PageFilters): R | null {
  const rows = all.filter((row) => isOfTest(row, filters.subject, filters.grade));
  const period = filters.period === LATEST ? newest(rows.map((row) => row.period)) : filters.period;
  const own = rows.filter((row) => period === "" || row.period === period);
  const grades = own.filter((row) => row.kind === "grade");
  return firstOf(grades.length > 0 ? grades : own);
}
