/** Horizontal bars of places, by name, with whiskers; or parts of a whole, one on another. */

import type { EChartsCoreOption } from "echarts/core";
import { shortPlace } from "../words/names";
import { number, quantity } from "../words/numbers";
import { categoryAxis, valueAxis } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface BarsData {
  names: readonly string[];
  parts: readonly {
    title: string;
    values: readonly (number | null)[];
    low?: readonly (number | null)[];
    high?: readonly (number | null)[];
  }[];
  unit: string;
  isStacked: boolean;
}

/** Pixels of a bar with its gap. */
const STEP = 22;

export function barsHeight(data: BarsData): number {
  return Math.max(140, data.names.length * STEP * (data.isStacked ? 1 : Math.max(1, data.parts.length * 0.7)) + 76);
}

export function bars({ names, parts, unit, isStacked }: BarsData, colours: Palette, width: number): EChartsCoreOption {
  const labelled = Math.min(330, width * 0.42);
  return {
    grid: { left: 4, right: 24, top: parts.length > 1 ? 40 : 12, bottom: 4 },
    legend: { show: parts.length > 1, top: 0, left: 0, textStyle: { color: colours.quiet } },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: faint(colours.quiet, 0.08) } },
      ...tipBox(colours),
      formatter: ([point]: { dataIndex: number }[]) => {
        const at = point?.dataIndex ?? 0;
        return tip([names[at] ?? "", ...parts.map((part) => `${part.title}: ${quantity(part.values[at], unit)}`)]);
      },
    },
    xAxis: {
      ...valueAxis(colours, ""),
      axisLabel: { color: colours.quiet, formatter: (value: number) => number(value, Number.isInteger(value) ? 0 : 1) },
    },
    yAxis: categoryAxis(colours, names.map(shortened), {
      inverse: true,
      axisLabel: { color: colours.ink, width: labelled, overflow: "truncate", interval: 0 },
    }),
    series: parts.flatMap((part, at) => [
      {
        name: part.title,
        type: "bar",
        ...(isStacked ? { stack: "all" } : {}),
        data: part.values,
        barMaxWidth: 14,
        itemStyle: { color: faint(colours.series[at % 8] ?? colours.accent, 0.82) },
      },
      ...(part.low !== undefined && part.high !== undefined && !isStacked && parts.length === 1
        ? [whiskers(part, colours)]
        : []),
    ]),
  };
}

/** Each part of a name as short as it is known. */
function shortened(name: string): string {
  return name.split(", ").map(shortPlace).join(", ").replace("Русский язык", "Рус. яз.");
}

function whiskers(part: BarsData["parts"][number], colours: Palette): object {
  return {
    type: "custom",
    silent: true,
    // The axis holds the whiskers too.
    encode: { x: [0, 2], y: 1 },
    data: part.values.map((_, at) => [part.low?.[at] ?? Number.NaN, at, part.high?.[at] ?? Number.NaN]),
    renderItem: (_: unknown, api: { value: (at: number) => number; coord: (point: number[]) => number[] }) => {
      const [low = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
      const [high = 0] = api.coord([api.value(2), api.value(1)]);
      if (Number.isNaN(low) || Number.isNaN(high)) return undefined;
      return {
        type: "line",
        shape: { x1: low, y1: y, x2: high, y2: y },
        style: { stroke: colours.ink, lineWidth: 1.2, opacity: 0.7 },
      };
    },
    z: 3,
  };
}
