/** Two campaigns of many places: a line each; only what is not chance is drawn in colour, its word stands beside. */

import { change, number, quantity } from "../words/numbers";
import { type Direction, type Tone, toneOf, verdictShort, verdictWords } from "../words/verdicts";
import { LETTER, LINE, categoryAxis, edges, ends, fitted, under, valueAxis } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface SlopeLine {
  key: string;
  name: string;
  before: number;
  after: number;
  change: number | null;
  low: number | null;
  high: number | null;
  verdict: string | null;
}

export interface SlopeData {
  lines: readonly SlopeLine[];
  before: string;
  after: string;
  unit: string;
  direction: Direction;
}

/** So few lines are all drawn strong and named. */
const FEW = 3;

export function slope({ lines, before, after, unit, direction }: SlopeData, colours: Palette, width: number): Drawing {
  const isFew = lines.length <= FEW;
  const inks: Record<Tone, string> = {
    better: colours.better,
    worse: colours.worse,
    plain: colours.accent,
    noise: isFew ? colours.quiet : faint(colours.quiet, 0.32),
    few: isFew ? colours.quiet : faint(colours.quiet, 0.2),
    silent: isFew ? colours.quiet : faint(colours.quiet, 0.2),
    broken: colours.broken,
  };
  const isWide = width > 420;
  const isLoud = (line: SlopeLine) => ["better", "worse", "plain"].includes(toneOf(line.verdict, direction));
  const isQuiet = !isFew && !lines.some(isLoud);
  // One short word takes less room than names with their verdicts.
  const told = !isWide ? 0 : isQuiet ? 70 : isFew || lines.some(isLoud) ? Math.min(300, width * 0.34) : 0;
  const room = { paper: colours.paper, told, width };
  return {
    grid: { left: 4, right: 24 + told, top: 28, bottom: under(1) },
    tooltip: {
      trigger: "item",
      ...tipBox(colours),
      formatter: ({ data }: { data: { line?: SlopeLine; value: number } }) =>
        data.line === undefined
          ? tip([MIDDLE, quantity(data.value, unit), `половина из ${number(lines.length)} выше, половина ниже`])
          : tip([
              data.line.name,
              `${quantity(data.line.before, unit)} → ${quantity(data.line.after, unit)}`,
              change(data.line.change, data.line.low, data.line.high, unit),
              verdictWords(data.line.verdict),
            ]),
    },
    xAxis: categoryAxis(colours, [before, after], { boundaryGap: false, axisLabel: edges(colours) }),
    yAxis: valueAxis(colours, unit, reach(lines, unit)),
    series: [
      ...lines.map((line) => {
        const tone = toneOf(line.verdict, direction);
        const isStrong = isFew || isLoud(line);
        return {
          type: "line",
          data: [line.before, line.after].map((value) => ({ value, line })),
          symbol: "circle",
          symbolSize: isStrong ? 7 : 5,
          lineStyle: { color: inks[tone], width: isStrong ? 2.2 : 1.2, type: tone === "few" ? "dotted" : "solid" },
          itemStyle: { color: inks[tone] },
          ...(isStrong && (isWide || isFew)
            ? name(line.name, `: ${verdictShort(line.verdict)}`, inks[tone], room)
            : {}),
          triggerEvent: true,
          emphasis: { lineStyle: { width: 3.5 } },
          z: isStrong ? 4 : 2,
        };
      }),
      ...(isQuiet ? [middle(lines, colours, room)] : []),
    ],
  };
}

/** Where names stand: pixels beside the lines, none on a narrow screen, of all pixels. */
interface Room {
  paper: string;
  told: number;
  width: number;
}

/** The name of a line at its end: beside it where there is room, else over it. */
function name(title: string, verdict: string, colour: string, room: Room): object {
  const { paper, told, width } = room;
  return {
    endLabel: {
      show: true,
      // A long name gives way to its verdict.
      formatter: fitted(title, (told > 0 ? told : width - 60) - verdict.length * LETTER) + verdict,
      color: colour,
      fontSize: 11.5,
      lineHeight: LINE,
      textBorderColor: paper,
      textBorderWidth: 3,
      ...(told > 0 ? {} : { align: "right", verticalAlign: "bottom", offset: [-4, -6] }),
    },
    labelLayout: { moveOverlap: "shiftY" },
  };
}

/** The axis is never so near that a change within chance fills the picture. */
function reach(lines: readonly SlopeLine[], unit: string): { min: number; max: number; interval: number } {
  const values = lines.flatMap((line) => [line.before, line.after]);
  const least = unit === "%" ? 10 : 0;
  // Many places lie as far apart as they do: their own spread is the scale.
  if (lines.length > FEW) return ends(Math.min(...values), Math.max(...values), unit, least);
  const widest = lines.map(({ low, high }) => (low === null || high === null ? 0 : high - low));
  return ends(Math.min(...values), Math.max(...values), unit, Math.max(least, 2 * Math.max(...widest)));
}

const MIDDLE = "медиана";

/** Where no line is loud, the course of all: half of them lies above it, half below. */
function middle(lines: readonly SlopeLine[], colours: Palette, room: Room): object {
  return {
    type: "line",
    data: [median(lines.map((line) => line.before)), median(lines.map((line) => line.after))].map((value) => ({
      value,
    })),
    symbol: "circle",
    symbolSize: 7,
    lineStyle: { color: colours.ink, width: 2.4 },
    itemStyle: { color: colours.ink },
    ...name(MIDDLE, "", colours.ink, room),
    z: 5,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
