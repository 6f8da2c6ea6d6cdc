/** Rows of a release as the contract names their columns. */

import type { Direction } from "../words/verdicts";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type IndicatorInfo = Omit<Schemas["IndicatorInfo"], "direction" | "source"> & {
  direction: Direction;
  source: string | null;
};
export type TableInfo = Schemas["TableInfo"];
export type DashboardInfo = Schemas["DashboardInfo"];
export type PanelInfo = Schemas["PanelInfo"];
export type ReleaseInfo = Schemas["ReleaseInfo"];
export type RunInfo = Schemas["RunInfo"];
export type RunDetail = Schemas["RunDetail"];
export type RejectInfo = Schemas["RejectInfo"];

export type Level = "school" | "municipality" | "region";

/** What the columns' cells may be. */
export type Cell = string | number | boolean | null;
export type Row = Record<string, Cell>;

/** One value of an indicator. */
export interface Value {
  indicator: string;
  level: Level;
  entity: string;
  entity_name: string | null;
  municipality: string | null;
  period: string;
  subject: string | null;
  grade: number | null;
  pupil_grade: number | null;
  task: string | null;
  num: number | null;
  den: number | null;
  n: number | null;
  value: number | null;
  ci_low: number | null;
  ci_high: number | null;
  status: string;
  /** Coverage: of values of tests, where questionnaires tell whom to expect. */
  schools_expected?: number | null;
  schools_received?: number | null;
  pupils_expected?: number | null;
  pupils_received?: number | null;
}

/** What values are drawn before: an outer number without an interval. */
export type Benchmark = Pick<Value, "period" | "subject" | "grade" | "value">;

/** The change of a value since an earlier campaign. */
export interface Change extends Value {
  kind: string;
  base_period: string;
  base_value: number | null;
  change: number | null;
  change_ci_low: number | null;
  change_ci_high: number | null;
  verdict: string | null;
  /** What the verdict is about: `change`, or `gap_change` where tests of different years are not equally hard. */
  verdict_of?: string | null;
  gap_change?: number | null;
  gap_ci_low?: number | null;
  gap_ci_high?: number | null;
  /** Why the two campaigns may not be compared, where that is so. */
  break_reason?: string | null;
  /** Chance of a false alarm among all comparisons of its kind (Benjamini–Hochberg). */
  q?: number | null;
}

export interface Entity {
  level: Level;
  entity: string;
  entity_name: string | null;
  municipality: string | null;
}

/** What stands before the rows of every answer. */
export interface Head {
  release: number | null;
  published_at: string | null;
  coverage: Record<string, unknown> | null;
  notice: string;
}

/** Rows of a table of a release. */
export interface Answer<R> extends Head {
  columns: string[];
  rows: R[];
  next: string | null;
}
