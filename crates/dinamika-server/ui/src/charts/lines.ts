/** Values by campaign with interval ribbons; a line is cut where values may not be compared. */

import { periodTick } from "../words/dates";
import { interval, number, quantity } from "../words/numbers";
import { LETTER, categoryAxis, ends, under, valueAxis } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
import { legend } from "./legend";
import { type Palette, faint } from "./palette";

export interface LinePoint {
  period: string;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number | null;
  /** Why there is no value. */
  gone: string;
  /** May not be compared with the point before. */
  isBroken: boolean;
  /** Too few behind it for a conclusion: drawn hollow. */
  isFew?: boolean;
}

export interface Line {
  name: string;
  points: readonly LinePoint[];
  isBehind?: boolean;
}

export interface LinesData {
  lines: readonly Line[];
  periods: readonly string[];
  unit: string;
}

/** Signs of points: as many as do not divide the number of colours, so that lines of one colour differ by their sign. */
const SIGNS = ["circle", "rect", "triangle", "diamond", "path://M0 0L10 0L5 9Z"] as const;

export function lines({ lines, periods, unit }: LinesData, colours: Palette, width: number): Drawing {
  const colourOf = (line: Line, at: number) =>
    line.isBehind ? colours.quiet : (colours.series[at % colours.series.length] ?? colours.accent);
  const signOf = (line: Line, at: number) => (line.isBehind ? "none" : (SIGNS[at % SIGNS.length] ?? "circle"));
  const named = legend(
    lines.map((line, at) => ({
      name: line.name,
      colour: colourOf(line, at),
      symbol: line.isBehind ? DASH : signOf(line, at),
    })),
    colours,
    width,
  );
  const series = lines.flatMap((line, at) => {
    const colour = colourOf(line, at);
    const by = new Map(line.points.map((point) => [point.period, point]));
    const runs = stretches(periods.map((period) => by.get(period)));
    return [
      ...(line.isBehind || lines.length > 4
        ? []
        : runs.map((run) => ribbon(line.name, run, periods, faint(colour, 0.15)))),
      ...runs.map((run) => ({
        name: line.name,
        type: "line",
        data: periods.map((period) => {
          const point = run.find((one) => one.period === period);
          if (point?.isFew !== true) return point?.value ?? null;
          return { value: point.value, itemStyle: { color: colours.paper, borderColor: colour, borderWidth: 1.5 } };
        }),
        symbol: signOf(line, at),
        symbolSize: 7,
        lineStyle: {
          color: colour,
          width: line.isBehind || isFew(run) ? 1.3 : 2.4,
          type: line.isBehind ? "dashed" : isFew(run) ? "dotted" : "solid",
        },
        itemStyle: { color: colour },
        emphasis: { focus: "series" },
        z: 3,
      })),
    ];
  });
  // A line across the picture where all break; where one does, its gap and the tooltip tell.
  const breaks = periods.filter((period) => {
    const here = lines.flatMap((line) => line.points.filter((point) => point.period === period));
    return here.length > 0 && here.every((point) => point.isBroken);
  });
  return {
    taller: named.taller,
    grid: {
      left: 4,
      right: 20,
      top: named.height + 28,
      bottom: under(periods.some((period) => periodTick(period).includes("\n")) ? 2 : 1),
    },
    legend: named.option,
    tooltip: {
      trigger: "axis",
      ...tipBox(colours),
      formatter: ([point]: { dataIndex: number }[]) => {
        const period = periods[point?.dataIndex ?? 0] ?? "";
        return tip([
          periodTick(period).replace("\n", ", "),
          ...lines.flatMap((line) => spoken(line, period, unit)).slice(0, 14),
        ]);
      },
    },
    // Room for each word under its own point, the first and the last too.
    xAxis: categoryAxis(colours, periods.map(periodTick), { boundaryGap: true }),
    yAxis: valueAxis(colours, unit, { scale: true, ...reach(lines, unit) }),
    series: [
      ...series,
      ...hidden(lines, periods, colours),
      ...cuts(
        breaks.map((period) => periods.indexOf(period)).filter((at) => at > 0),
        unit,
        colours,
      ),
    ],
  };
}

/** A dash in the legend: what lies behind has no points. */
const DASH = "path://M0 4L4 4L4 6L0 6ZM7 4L11 4L11 6L7 6Z";

const CUT = "ряд прерван";

/** Lines between the years that may not be compared, over them the words once. */
function cuts(breaks: readonly number[], unit: string, colours: Palette): object[] {
  if (breaks.length === 0) return [];
  return [
    {
      type: "custom",
      silent: true,
      encode: { x: 0, y: -1 },
      data: breaks.map((at) => [at]),
      renderItem: (
        params: { dataIndex: number; coordSys: { x: number; y: number; width: number; height: number } },
        api: { value: (at: number) => number; coord: (point: number[]) => number[] },
      ) => {
        const at = api.value(0);
        const [[before = 0] = [], [here = 0] = []] = [api.coord([at - 1, 0]), api.coord([at, 0])];
        const [x, area] = [(before + here) / 2, params.coordSys];
        const long = CUT.length * LETTER;
        // Between the axis's name and the right edge.
        const left = Math.min(Math.max(x - long / 2, area.x + unit.length * LETTER), area.x + area.width - long);
        const word = { text: CUT, x: left, y: area.y - 16, fill: colours.broken, fontSize: 11 };
        return {
          type: "group",
          children: [
            {
              type: "line",
              shape: { x1: x, y1: area.y, x2: x, y2: area.y + area.height },
              style: { stroke: colours.broken, lineWidth: 1.5, lineDash: [2, 3] },
            },
            ...(params.dataIndex === 0 ? [{ type: "text", style: word }] : []),
          ],
        };
      },
      z: 2,
    },
  ];
}

/** A cross at the foot of the picture where a value is there but not told; lines beside each other share it. */
function hidden(lines: readonly Line[], periods: readonly string[], colours: Palette): object[] {
  const gone = periods.filter((period) =>
    lines.some((line) => line.points.some((point) => point.period === period && point.value === null)),
  );
  if (gone.length === 0) return [];
  return [
    {
      type: "custom",
      silent: true,
      encode: { x: 0, y: -1 },
      data: gone.map((period) => [periods.indexOf(period)]),
      renderItem: (
        params: { coordSys: { y: number; height: number } },
        api: { value: (at: number) => number; coord: (point: number[]) => number[] },
      ) => {
        const [x = 0] = api.coord([api.value(0), 0]);
        const y = params.coordSys.y + params.coordSys.height - 12;
        const style = { stroke: colours.quiet, lineWidth: 1.6 };
        const word = { text: "скрыто", x, y: y - 18, align: "center", fill: colours.quiet, fontSize: 11 };
        return {
          type: "group",
          children: [
            { type: "line", shape: { x1: x - 4, y1: y - 4, x2: x + 4, y2: y + 4 }, style },
            { type: "line", shape: { x1: x - 4, y1: y + 4, x2: x + 4, y2: y - 4 }, style },
            ...(lines.length === 1 ? [{ type: "text", style: word }] : []),
          ],
        };
      },
      z: 4,
    },
  ];
}

/** A line through points of few is a hint, not a course. */
function isFew(run: readonly LinePoint[]): boolean {
  return run.some((point) => point.isFew === true);
}

/** The axis holds the ribbons that are drawn, not the values alone. */
function reach(lines: readonly Line[], unit: string): object {
  if (lines.length > 4) return {};
  const bounds = lines
    .filter((line) => line.isBehind !== true)
    .flatMap((line) => line.points.flatMap((point) => [point.low, point.high, point.value]))
    .filter((bound) => bound !== null);
  if (bounds.length === 0) return {};
  return ends(Math.min(...bounds), Math.max(...bounds), unit);
}

function spoken(line: Line, period: string, unit: string): string[] {
  const point = line.points.find((one) => one.period === period);
  if (point === undefined) return [];
  if (point.value === null) return [`${line.name}: ${point.gone || "нет значения"}`];
  const bounds = point.low === null || point.high === null ? "" : ` (${interval(point.low, point.high, unit)})`;
  return [
    `${line.name}: ${quantity(point.value, unit)}${bounds}${point.n === null ? "" : `, n = ${number(point.n)}`}${point.isBroken ? ", ряд прерван" : ""}`,
  ];
}

function stretches(points: readonly (LinePoint | undefined)[]): LinePoint[][] {
  const runs: LinePoint[][] = [];
  let isOpen = false;
  for (const point of points) {
    if (point === undefined) continue;
    if (point.value === null) {
      isOpen = false;
      continue;
    }
    if (!isOpen || point.isBroken) runs.push([]);
    runs.at(-1)?.push(point);
    isOpen = true;
  }
  return runs;
}

function ribbon(name: string, run: readonly LinePoint[], periods: readonly string[], colour: string): object {
  const known = run.filter((point) => point.low !== null && point.high !== null);
  return {
    name,
    type: "custom",
    silent: true,
    clip: true,
    // One item that lies on the ribbon: the axis must not stretch to zero for it.
    data: known.slice(0, 1).map((point) => [periods.indexOf(point.period), point.value]),
    renderItem: (params: { dataIndex: number }, api: { coord: (point: [string | number, number]) => number[] }) => {
      if (params.dataIndex > 0) return undefined;
      const at = (point: LinePoint, bound: number) => api.coord([periods.indexOf(point.period), bound]);
      const points = [
        ...known.map((point) => at(point, point.high ?? 0)),
        ...[...known].reverse().map((point) => at(point, point.low ?? 0)),
      ];
      if (known.length === 1) {
        const [[x = 0, top = 0] = [], [, bottom = 0] = []] = points;
        return { type: "rect", shape: { x: x - 5, y: top, width: 10, height: bottom - top }, style: { fill: colour } };
      }
      return { type: "polygon", shape: { points }, style: { fill: colour } };
    },
    z: 1,
  };
}
