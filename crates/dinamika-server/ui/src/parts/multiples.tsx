/** The same small picture for each test, on one scale: years, interval ribbon, the region behind. */

import type { Benchmark, Change, Value } from "../api/rows";
import { periodOrder, periodTitle } from "../words/dates";
import { testTitle } from "../words/names";
import { digitsOf, interval, number, quantity } from "../words/numbers";
import { type Direction, statusWords } from "../words/verdicts";
import { testKey } from "./matrix";
import { VerdictMark } from "./verdict";

interface MultiplesProps {
  values: readonly Value[];
  changes: readonly Change[];
  /** The whole the place is part of, drawn behind; `whole` is its word. */
  behind?: readonly Benchmark[];
  whole?: string;
  unit: string;
  direction: Direction;
  periods: readonly string[];
}

const [WIDTH, HEIGHT] = [264, 118];
const [LEFT, RIGHT, TOP, BOTTOM] = [30, 42, 10, 20];

export function Multiples({ values, changes, behind = [], whole = "", unit, direction, periods }: MultiplesProps) {
  const tests = grouped(values);
  const behindAt = grouped(behind);
  const changeAt = grouped(changes.filter((row) => row.kind === "grade"));
  const [low, high] = domain([...values, ...behind.filter((row) => tests.has(testKey(row)))]);
  return (
    <ul class="plain multiples">
      {[...tests].map(([key, rows]) => (
        <li key={key}>
          <Small
            rows={rows}
            behind={behindAt.get(key) ?? []}
            whole={whole}
            changes={changeAt.get(key) ?? []}
            low={low}
            high={high}
            unit={unit}
            direction={direction}
            periods={periods}
          />
        </li>
      ))}
    </ul>
  );
}

interface SmallProps extends Required<MultiplesProps> {
  rows: readonly Value[];
  low: number;
  high: number;
}

function Small({ rows, behind, whole, changes, low, high, unit, direction, periods }: Omit<SmallProps, "values">) {
  const x = (period: string) =>
    LEFT + (Math.max(0, periods.indexOf(period)) * (WIDTH - LEFT - RIGHT)) / Math.max(1, periods.length - 1);
  const y = (value: number) => TOP + (1 - (held(value) - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM);
  const held = (value: number) => Math.min(high, Math.max(low, value));
  const own = inTime(rows);
  const last = own.findLast((row) => row.value !== null);
  const latest = inTime(changes).at(-1);
  const broken = new Set(changes.filter((row) => row.verdict === "not_comparable").map((row) => row.period));
  // Where the comparison is hidden nobody knows whether the series goes on: no line says that it does.
  const unjoined = new Set([
    ...broken,
    ...changes.filter((row) => row.status === "suppressed").map((row) => row.period),
  ]);
  const runs = segments(own, unjoined);
  const title = testTitle(own[0]?.subject ?? null, own[0]?.grade ?? null);
  return (
    <figure class="small-multiple">
      <figcaption>
        <strong>{title}</strong>
        {latest !== undefined && <VerdictMark verdict={latest.verdict} direction={direction} short />}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={spoken(title, own, unit) + spokenBehind(behind, whole, unit)}
      >
        {[low, (low + high) / 2, high].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={WIDTH - RIGHT + 4} y1={y(value)} y2={y(value)} stroke="var(--line)" />
            <text x={LEFT - 6} y={y(value) + 3.5} text-anchor="end">
              {number(value, Number.isInteger(value) && digitsOf(unit) !== 2 ? 0 : 1)}
            </text>
          </g>
        ))}
        {segments(inTime(behind), unjoined).map((run) => (
          <polyline
            key={run[0]?.period}
            points={line(run, x, y)}
            fill="none"
            stroke="var(--line-strong)"
            stroke-width="1.4"
            stroke-dasharray="3 3"
          />
        ))}
        {whole !== "" &&
          behind.map((row) =>
            row.value === null ? null : (
              <circle key={row.period} cx={x(row.period)} cy={y(row.value)} r="2.5" fill="var(--line-strong)">
                <title>{`${periodTitle(row.period)}, ${whole}: ${quantity(row.value, unit)}`}</title>
              </circle>
            ),
          )}
        {[...broken].map((period) => (
          <line
            key={period}
            x1={x(period) - 14}
            x2={x(period) - 14}
            y1={TOP}
            y2={HEIGHT - BOTTOM}
            stroke="var(--broken)"
            stroke-dasharray="2 2"
          />
        ))}
        {runs.map((run) => (
          <g key={run[0]?.period}>
            <polygon points={ribbon(run, x, y)} fill="var(--accent)" opacity="0.16" />
            <polyline
              points={line(run, x, y)}
              fill="none"
              stroke="var(--accent)"
              stroke-width="2"
              stroke-linejoin="round"
            />
          </g>
        ))}
        {own.map((row) =>
          row.value === null ? (
            <text key={row.period} x={x(row.period)} y={HEIGHT - BOTTOM - 4} text-anchor="middle" fill="var(--quiet)">
              ×
            </text>
          ) : (
            <g key={row.period}>
              {standsAlone(runs, row) && row.ci_low !== null && row.ci_high !== null && (
                <line
                  x1={x(row.period)}
                  x2={x(row.period)}
                  y1={y(row.ci_low)}
                  y2={y(row.ci_high)}
                  stroke="var(--accent)"
                  stroke-width="1.5"
                  opacity="0.5"
                />
              )}
              {row.ci_high !== null && row.ci_high > high && <Beyond x={x(row.period)} y={TOP} turn={-1} />}
              {row.ci_low !== null && row.ci_low < low && <Beyond x={x(row.period)} y={HEIGHT - BOTTOM} turn={1} />}
              <circle cx={x(row.period)} cy={y(row.value)} r="3" fill="var(--accent)">
                <title>{`${periodTitle(row.period)}: ${spelled(row, unit)}`}</title>
              </circle>
            </g>
          ),
        )}
        {last?.value != null && (
          <text class="last" x={x(last.period) + 7} y={y(last.value) + 4}>
            {number(last.value, digitsOf(unit))}
          </text>
        )}
        {periods.map((period, at) =>
          at === 0 || at === periods.length - 1 ? (
            <text
              key={period}
              x={x(period)}
              y={HEIGHT - 5}
              text-anchor={at === 0 ? "start" : "end"}
              dx={at === 0 ? -6 : 14}
            >
              {period.slice(0, 7) + (period.includes("осень") ? " ос." : "")}
            </text>
          ) : (
            <line
              key={period}
              x1={x(period)}
              x2={x(period)}
              y1={HEIGHT - BOTTOM}
              y2={HEIGHT - BOTTOM + 3}
              stroke="var(--line-strong)"
            />
          ),
        )}
      </svg>
    </figure>
  );
}

/** An arrow where an interval goes on beyond the scale. */
function Beyond({ x, y, turn }: { x: number; y: number; turn: 1 | -1 }) {
  return (
    <path d={`M${x - 4} ${y - turn}h8l-4 ${turn * 5.5}z`} fill="var(--accent)">
      <title>интервал шире шкалы</title>
    </path>
  );
}

function grouped<R extends Pick<Value, "subject" | "grade">>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(testKey(row));
    if (group === undefined) groups.set(testKey(row), [row]);
    else group.push(row);
  }
  return groups;
}

function standsAlone(runs: readonly Value[][], row: Value): boolean {
  return runs.some((run) => run.length === 1 && run[0] === row);
}

function inTime<R extends { period: string }>(rows: readonly R[]): R[] {
  return [...rows].sort((a, b) => periodOrder(a.period) - periodOrder(b.period));
}

/** Stretches without a break, a hidden value or a campaign that may not be compared. */
function segments<R extends Pick<Value, "period" | "value">>(rows: readonly R[], broken: ReadonlySet<string>): R[][] {
  const runs: R[][] = [];
  let isOpen = false;
  for (const row of rows) {
    if (row.value === null) {
      isOpen = false;
      continue;
    }
    if (!isOpen || broken.has(row.period)) runs.push([]);
    runs.at(-1)?.push(row);
    isOpen = true;
  }
  return runs;
}

type At = (value: number) => number;

function line(rows: readonly Pick<Value, "period" | "value">[], x: (period: string) => number, y: At): string {
  return rows
    .flatMap((row) => (row.value === null ? [] : [`${x(row.period).toFixed(1)},${y(row.value).toFixed(1)}`]))
    .join(" ");
}

function ribbon(rows: readonly Value[], x: (period: string) => number, y: At): string {
  const up = rows.map((row) => `${x(row.period).toFixed(1)},${y(row.ci_high ?? row.value ?? 0).toFixed(1)}`);
  const down = [...rows]
    .reverse()
    .map((row) => `${x(row.period).toFixed(1)},${y(row.ci_low ?? row.value ?? 0).toFixed(1)}`);
  return [...up, ...down].join(" ");
}

/** Round bounds that hold all values and nearly all intervals. */
function domain(rows: readonly (Benchmark & Partial<Value>)[]): [number, number] {
  const ends = rows
    .flatMap((row) => [row.ci_low ?? row.value, row.ci_high ?? row.value])
    .filter((one): one is number => one !== null);
  if (ends.length === 0) return [0, 1];
  ends.sort((a, b) => a - b);
  const at = (share: number) => ends[Math.min(ends.length - 1, Math.floor(ends.length * share))] ?? 0;
  const values = rows.map((row) => row.value).filter((one): one is number => one !== null);
  const [low, high] = [Math.min(at(0.02), ...values), Math.max(at(0.98), ...values)];
  const step = 10 ** Math.floor(Math.log10(Math.max(high - low, 0.1))) / 2;
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

function spelled(row: Value, unit: string): string {
  if (row.value === null) return statusWords(row.status) || "нет значения";
  const bounds = row.ci_low === null || row.ci_high === null ? "" : ` (${interval(row.ci_low, row.ci_high, unit)})`;
  return `${quantity(row.value, unit)}${bounds}, n = ${number(row.n ?? 0)}`;
}

function spoken(title: string, rows: readonly Value[], unit: string): string {
  return `${title}: ${rows.map((row) => `${periodTitle(row.period)} — ${spelled(row, unit)}`).join("; ")}`;
}

function spokenBehind(rows: readonly Benchmark[], whole: string, unit: string): string {
  const last = inTime(rows.filter((row) => row.value !== null)).at(-1);
  return whole === "" || last?.value == null
    ? ""
    : `; ${whole}, ${periodTitle(last.period)} — ${quantity(last.value, unit)}`;
}
