/** A change in a word, a sign and a colour; and as a whisker over zero. */

import type { Change } from "../api/rows";
import { change as changeWords, digitsOf, signed } from "../words/numbers";
import { type Direction, toneOf, toneWords, verdictShort, verdictSign, verdictWords } from "../words/verdicts";

/** Why the verdict is other than the interval beside it suggests: it is about the gap to the region, for tests of
    different years are not equally hard, or there were so many comparisons. Nothing where both agree. */
export function verdictReason(row: Change, unit: string): string | null {
  const { verdict, change_ci_low: low, change_ci_high: high } = row;
  if (low === null || high === null) return null;
  const isOutside = low > 0 || high < 0;
  const isLoud = verdict === "growth" || verdict === "decline";
  if (!(verdict === "within_noise" && isOutside) && !(isLoud && !isOutside)) return null;
  const many = "с поправкой на число сравнений";
  if (row.verdict_of !== "gap_change" || row.gap_change == null) return isOutside ? many : null;
  const gapLow = row.gap_ci_low ?? null;
  const gapHigh = row.gap_ci_high ?? null;
  const gap = `отрыв от региона: ${changeWords(row.gap_change, gapLow, gapHigh, unit)}`;
  const isGapOutside = gapLow !== null && gapHigh !== null && (gapLow > 0 || gapHigh < 0);
  return isGapOutside && !isLoud ? `${gap}, ${many}` : gap;
}

/** The same beneath a verdict. */
export function VerdictReason({ row, unit }: { row: Change; unit: string }) {
  const reason = verdictReason(row, unit);
  return reason === null ? null : <div class="small quiet">{reason}</div>;
}

interface Judged {
  verdict: string | null;
  direction: Direction;
}

export function VerdictMark({ verdict, direction, short = false }: Judged & { short?: boolean }) {
  const tone = toneOf(verdict, direction);
  const better = toneWords(tone);
  return (
    <span class={`verdict ${tone}`} title={better === "" ? undefined : better}>
      <i aria-hidden="true">{verdictSign(verdict)}</i>
      {short ? verdictShort(verdict) : verdictWords(verdict)}
      {better !== "" && <span class="visually-hidden">, {better}</span>}
    </span>
  );
}

/** The whole sentence: `+3,1 п. п. (от +0,4 до +5,8)`. */
export function ChangeWords({ row, unit }: { row: Change; unit: string }) {
  return <span class="nowrap">{changeWords(row.change, row.change_ci_low, row.change_ci_high, unit)}</span>;
}

export interface Scale {
  low: number;
  high: number;
}

/** One scale for all whiskers of a table, zero in it; outliers do not squeeze the rest. */
export function scaleOf(rows: readonly Change[]): Scale {
  const reach = rows
    .flatMap((row) => [row.change_ci_low ?? row.change, row.change_ci_high ?? row.change])
    .filter((bound): bound is number => bound !== null)
    .map(Math.abs)
    .sort((a, b) => a - b);
  const bound = reach[Math.floor(reach.length * 0.95)] ?? 1;
  const most = Math.max(bound, 0.01) * 1.08;
  return { low: -most, high: most };
}

const WIDTH = 132;
const HEIGHT = 20;

interface WhiskerProps {
  row: Change;
  scale: Scale;
  unit: string;
  direction: Direction;
}

/** Point and interval of a change on the scale of its table; an arrow where it leaves the scale. */
export function Whisker({ row, scale, unit, direction }: WhiskerProps) {
  if (row.change === null) return <span class="quiet">—</span>;
  const at = (value: number) => ((value - scale.low) / (scale.high - scale.low)) * WIDTH;
  const inside = (value: number) => Math.min(WIDTH - 2, Math.max(2, at(value)));
  const { change_ci_low: low, change_ci_high: high } = row;
  const colour = `var(--${inkOf(toneOf(row.verdict, direction))})`;
  const middle = HEIGHT / 2;
  const leaves = row.change < scale.low || row.change > scale.high;
  const digits = digitsOf(unit);
  const bounds = low === null || high === null ? "" : `, от ${signed(low, digits)} до ${signed(high, digits)}`;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={`${signed(row.change, digits)}${bounds}`}>
      <line x1={at(0)} x2={at(0)} y1={1} y2={HEIGHT - 1} stroke="var(--line-strong)" />
      {low !== null && high !== null && (
        <>
          <line x1={inside(low)} x2={inside(high)} y1={middle} y2={middle} stroke={colour} stroke-width={2} />
          {[low, high].map((bound, end) =>
            bound < scale.low || bound > scale.high ? (
              <path key={end} d={arrow(inside(bound), middle, bound > 0)} fill={colour} />
            ) : (
              <line
                key={end}
                x1={at(bound)}
                x2={at(bound)}
                y1={middle - 4}
                y2={middle + 4}
                stroke={colour}
                stroke-width={1.5}
              />
            ),
          )}
        </>
      )}
      {!leaves && <circle cx={at(row.change)} cy={middle} r={3.6} fill={colour} />}
    </svg>
  );
}

export function inkOf(tone: string): string {
  return tone === "plain" ? "accent" : tone === "few" || tone === "silent" ? "line-strong" : tone;
}

function arrow(x: number, y: number, isRight: boolean): string {
  const step = isRight ? -5 : 5;
  return `M${x} ${y}l${step} -4v8z`;
}
