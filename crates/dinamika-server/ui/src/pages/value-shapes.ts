/** What rows of a panel's indicators can be drawn as. */

import type { Change, IndicatorInfo, PanelInfo, Value } from "../api/rows";
import type { BarsData } from "../charts/bars";
import type { LinesData } from "../charts/lines";
import { periodTitle, periodsOf } from "../words/dates";
import { exportTitle } from "../words/exports";
import { byName, byShortTitle, schoolName, testTitle } from "../words/names";
import { isWholeCount } from "../words/groups";
import { statusWords } from "../words/verdicts";

/** Lines drawn at once; more is a thicket. */
const LINES = 12;

/** Place and campaign of a change that may not be told: the line is cut there. */
const breakAt = (row: Pick<Value, "entity" | "period">): string => `${row.entity} ${row.period}`;

export function toLines(
  rows: readonly Value[],
  info: IndicatorInfo,
  names: ReadonlyMap<string, string>,
  breaks: readonly Change[],
): LinesData {
  const broken = new Set(breaks.map(breakAt));
  const places = [...new Set(rows.map((row) => row.entity))]
    .sort((a, b) => byName(names.get(a) ?? a, names.get(b) ?? b))
    .slice(0, LINES);
  return {
    unit: info.unit,
    periods: periodsOf(rows),
    lines: places.map((place) => ({
      name: names.get(place) ?? place,
      points: rows
        .filter((row) => row.entity === place)
        .map((row) => ({
          period: row.period,
          value: row.value,
          low: isWholeCount(info.id) ? null : row.ci_low,
          high: isWholeCount(info.id) ? null : row.ci_high,
          n: row.n,
          gone: statusWords(row.status),
          isBroken: broken.has(breakAt(row)),
        })),
    })),
  };
}

/** The fourth dimension: a task of a test; of other monitorings a topic or a kind of export. */
function taskTitle(indicator: string, task: string): string {
  return indicator.startsWith("vpr.") ? `задание ${task}` : indicator.startsWith("dq.") ? exportTitle(task) : task;
}

export function toBars(
  rows: readonly Value[],
  panel: PanelInfo,
  indicators: ReadonlyMap<string, IndicatorInfo>,
  names: ReadonlyMap<string, string>,
  isOneTest: boolean,
): BarsData | null {
  const title = (row: Value) =>
    [
      row.level === "region" ? "" : schoolName(row.entity_name),
      row.level === "school" ? (names.get(row.municipality ?? "") ?? "") : "",
      isOneTest ? "" : testTitle(row.subject, row.grade),
      row.task === null ? "" : taskTitle(row.indicator, row.task),
    ]
      .filter(Boolean)
      .join(", ") || periodTitle(row.period);
  const keyed = new Map<string, Map<string, Value>>();
  for (const row of rows) {
    // Places of others come without a name: one bar of that name would stand for all of them.
    if (row.level !== "region" && row.municipality === null) continue;
    const at = keyed.get(title(row)) ?? new Map<string, Value>();
    at.set(row.indicator, row);
    keyed.set(title(row), at);
  }
  const all = [...keyed.keys()].sort(byShortTitle);
  const first = indicators.get(panel.indicators[0] ?? "");
  if (all.length < 2 || first === undefined) return null;
  return {
    names: all,
    unit: first.unit,
    isStacked: false,
    gone: all.map((name) => {
      const own = [...(keyed.get(name)?.values() ?? [])];
      return own.every((row) => row.value === null) ? statusWords(own[0]?.status ?? "no_data") : null;
    }),
    parts: panel.indicators.map((id) => ({
      title: indicators.get(id)?.title ?? id,
      values: all.map((name) => keyed.get(name)?.get(id)?.value ?? null),
      low: all.map((name) => (isWholeCount(id) ? null : (keyed.get(name)?.get(id)?.ci_low ?? null))),
      high: all.map((name) => (isWholeCount(id) ? null : (keyed.get(name)?.get(id)?.ci_high ?? null))),
    })),
  };
}
