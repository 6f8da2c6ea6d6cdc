/** Two campaigns of many places: a line each; only what is not chance is drawn in colour, its word stands beside. */

import type { EChartsCoreOption } from "echarts/core";
import { change, quantity } from "../words/numbers";
import { type Direction, type Tone, toneOf, verdictWords } from "../words/verdicts";
import { categoryAxis, edges, under, valueAxis } from "./axes";
import { tip, tipBox } from "./chart";
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

export function slope(
  { lines, before, after, unit, direction }: SlopeData,
  colours: Palette,
  width: number,
): EChartsCoreOption {
  const inks: Record<Tone, string> = {
    better: colours.better,
    worse: colours.worse,
    plain: colours.accent,
    noise: faint(colours.quiet, 0.32),
    few: faint(colours.quiet, 0.2),
    broken: colours.broken,
  };
  const isWide = width > 420;
  const isNamed = lines.some((line) => line.verdict === "growth" || line.verdict === "decline");
  return {
    grid: { left: 4, right: isWide && isNamed ? Math.min(300, width * 0.34) : 24, top: 28, bottom: under(1) },
    tooltip: {
      trigger: "item",
      ...tipBox(colours),
      formatter: ({ data }: { data: { line: SlopeLine } }) =>
        tip([
          data.line.name,
          `${quantity(data.line.before, unit)} → ${quantity(data.line.after, unit)}`,
          change(data.line.change, data.line.low, data.line.high, unit),
          verdictWords(data.line.verdict),
        ]),
    },
    xAxis: categoryAxis(colours, [before, after], { boundaryGap: false, axisLabel: edges(colours) }),
    yAxis: valueAxis(colours, unit, { scale: true }),
    series: lines.map((line) => {
      const tone = toneOf(line.verdict, direction);
      const isLoud = tone === "better" || tone === "worse" || tone === "plain";
      return {
        type: "line",
        data: [line.before, line.after].map((value) => ({ value, line })),
        symbol: "circle",
        symbolSize: isLoud ? 7 : 5,
        lineStyle: { color: inks[tone], width: isLoud ? 2.2 : 1.2, type: tone === "few" ? "dotted" : "solid" },
        itemStyle: { color: inks[tone] },
        endLabel: {
          show: isLoud && isWide,
          formatter: `${line.name}: ${verdictWords(line.verdict)}`,
          color: inks[tone],
          width: Math.min(290, width * 0.33),
          overflow: "truncate",
          fontSize: 11.5,
        },
        labelLayout: { moveOverlap: "shiftY" },
        triggerEvent: true,
        emphasis: { lineStyle: { width: 3.5 } },
        z: isLoud ? 4 : 2,
      };
    }),
  };
}
