/** Horizontal bars of places, by name, with whiskers; or parts of a whole, one on another. */

import { shortTitle } from "../words/names";
import { interval, quantity } from "../words/numbers";
import { below, categoryAxis, fitted, under, valueAxis } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
import { legend } from "./legend";
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
  /** Why a name has no bar at all. */
  gone?: readonly (string | null)[];
}

/** Pixels of a bar with its gap, and of what stands over and under all of them. */
const STEP = 22;
const [TOP, BOTTOM] = [12, under(2)];

export function barsHeight(data: BarsData): number {
  return Math.max(
    140,
    data.names.length * STEP * (data.isStacked ? 1 : Math.max(1, data.parts.length * 0.7)) + TOP + BOTTOM,
  );
}

export function bars({ names, parts, unit, isStacked, gone = [] }: BarsData, colours: Palette, width: number): Drawing {
  const labelled = Math.min(330, width * 0.42);
  const named = legend(
    parts.map(({ title }) => ({ name: title })),
    colours,
    width,
  );
  const isWhole = parts.every((part) => part.values.every((value) => Number.isInteger(value ?? 0)));
  // What is measured: the unit, and the name of a measure that has no legend.
  const measured = [parts.length === 1 ? parts[0]?.title : null, unit].filter(Boolean).join(", ");
  const room = width - labelled - 40;
  return {
    taller: named.height,
    grid: { left: 4, right: 24, top: named.height + TOP, bottom: BOTTOM },
    legend: named.option,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: faint(colours.quiet, 0.08) } },
      ...tipBox(colours),
      formatter: ([point]: { dataIndex: number }[]) => {
        const at = point?.dataIndex ?? 0;
        const why = gone[at];
        if (why != null) return tip([names[at] ?? "", why]);
        return tip([names[at] ?? "", ...parts.map((part) => told(part, at, unit))]);
      },
    },
    xAxis: {
      ...valueAxis(colours, ""),
      ...below(colours, unit !== "" && fitted(measured, room) !== measured ? unit : fitted(measured, room)),
      // Half a person is no step; parts of a whole end with it.
      ...(unit !== "%" && isWhole ? { minInterval: 1 } : {}),
      ...(unit === "%" && isStacked ? { max: 100 } : {}),
    },
    yAxis: categoryAxis(
      colours,
      names.map((one) => fitted(shortTitle(one), labelled)),
      {
        inverse: true,
        axisLabel: { color: colours.ink, interval: 0 },
      },
    ),
    series: [
      ...(gone.some((why) => why != null) ? [hidden(gone, colours)] : []),
      ...parts.flatMap((part, at) => [
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
    ],
  };
}

/** A value with its interval. */
function told(part: BarsData["parts"][number], at: number, unit: string): string {
  const [low, high] = [part.low?.[at] ?? null, part.high?.[at] ?? null];
  const bounds = low === null || high === null ? "" : ` (${interval(low, high, unit)})`;
  return `${part.title}: ${quantity(part.values[at], unit)}${bounds}`;
}

/** A hatched stub and a word where a bar would begin: what is hidden is not nothing. */
function hidden(gone: readonly (string | null)[], colours: Palette): object {
  return {
    type: "custom",
    silent: true,
    encode: { x: -1, y: 0 },
    data: gone.flatMap((why, at) => (why == null ? [] : [[at, why]])),
    renderItem: (
      params: { coordSys: { x: number } },
      api: { value: (at: number) => string | number; coord: (point: number[]) => number[] },
    ) => {
      const [, y = 0] = api.coord([0, Number(api.value(0))]);
      const { x } = params.coordSys;
      const stripes = [0, 5, 10, 15].map((step) => ({
        type: "line",
        shape: { x1: x + 3 + step, y1: y + 5, x2: x + 8 + step, y2: y - 5 },
        style: { stroke: colours.quiet, lineWidth: 1.2 },
      }));
      const word = { text: String(api.value(1)), x: x + 30, y: y - 6, fill: colours.quiet, fontSize: 11.5 };
      return { type: "group", children: [...stripes, { type: "text", style: word }] };
    },
    z: 3,
  };
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
