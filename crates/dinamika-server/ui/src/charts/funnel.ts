/** Funnel: each place by its size and value; the ribs are where chance alone puts 95 and 99,8 of 100 places. */

import type { EChartsCoreOption } from "echarts/core";
import { number, quantity } from "../words/numbers";
import { below, valueAxis } from "./axes";
import { tip, tipBox } from "./chart";
import { faint, type Palette } from "./palette";

export interface FunnelPoint {
  key: string;
  name: string;
  n: number;
  value: number;
  /** Belongs to what the page is about; the others lie behind. */
  isOwn: boolean;
}

export interface FunnelData {
  points: readonly FunnelPoint[];
  /** Values of places whose names and sizes the reader's role is not told. */
  nameless: readonly number[];
  /** The value of the whole, in percent. */
  centre: number;
  unit: string;
  /** What is counted on the x axis. */
  counted: string;
}

/** Pixels of the picture, nearly. */
const HEIGHT = 300;

/** Quantiles of the normal law: 95 % and 99,8 % between both sides. */
const RIBS = [
  { z: 1.96, title: "95 %" },
  { z: 3.09, title: "99,8 %" },
] as const;

/** Bounds of a share at size n, in percent: Wilson's score interval turned round, never outside 0–100. */
export function rib(centre: number, n: number, z: number): [number, number] {
  const p = centre / 100;
  const half = z * Math.sqrt((p * (1 - p)) / n);
  return [Math.max(0, (p - half) * 100), Math.min(100, (p + half) * 100)];
}

/** Which side of the outer or inner ribs a point lies on. */
export function outside(point: { n: number; value: number }, centre: number): "inside" | "beyond95" | "beyond998" {
  const beyond = (z: number) => {
    const [low, high] = rib(centre, point.n, z);
    return point.value < low || point.value > high;
  };
  return beyond(3.09) ? "beyond998" : beyond(1.96) ? "beyond95" : "inside";
}

export function funnel(
  { points, nameless, centre, unit, counted }: FunnelData,
  colours: Palette,
  width: number,
): EChartsCoreOption {
  const most = Math.max(10, ...points.map((point) => point.n));
  const ordered = points.map((point) => point.n).sort((a, b) => a - b);
  const middle = Math.max(1, ordered[Math.floor(ordered.length / 2)] ?? 1);
  // One city among districts would press them all to the edge.
  const isLog = most > 25 * middle;
  const least = isLog ? Math.max(1, ordered[0] ?? 1) * 0.8 : 1;
  const sizes = Array.from({ length: 61 }, (_, at) =>
    isLog ? least * (most / least) ** (at / 60) : 1 + (most - 1) * (at / 60) ** 2,
  );
  // The bounds of a middling place are in sight: else nobody could judge by them.
  const bound = rib(centre, middle, RIBS[0].z)[1];
  const highest = Math.max(centre * 2, bound, ...nameless, ...points.map((point) => point.value));
  const top = Math.min(100, Math.ceil((highest * 1.06) / 5) * 5);
  // Where all lines end together, one word is enough.
  const isApart = ((rib(centre, most, RIBS[0].z)[1] - centre) / top) * HEIGHT > 14;
  const ribs = RIBS.flatMap(({ z, title }, nth) =>
    [0, 1].map((side) => ({
      name: title,
      type: "line",
      data: sizes.map((n) => [n, rib(centre, n, z)[side as 0 | 1]]),
      symbol: "none",
      silent: true,
      lineStyle: { color: colours["line-strong"], width: 1.2, type: nth === 0 ? "dashed" : "solid" },
      endLabel: { show: side === 1 && width > 500 && isApart, formatter: title, color: colours.quiet, fontSize: 11 },
      z: 1,
    })),
  );
  const shown = (isOwn: boolean) => points.filter((point) => point.isOwn === isOwn);
  // One place among the others is named and drawn larger.
  const isAlone = shown(true).length <= 2;
  const dots = (own: boolean) => ({
    type: "scatter",
    data: shown(own).map((point) => ({
      value: [point.n, point.value],
      point,
      symbol: symbolOf(outside(point, centre)),
      symbolSize: (outside(point, centre) === "inside" ? 7 : 10) + (own && isAlone ? 6 : 0),
      label: {
        show: own && isAlone,
        // At the edge the name would be cut.
        position: point.n > 0.75 * most ? "left" : "top",
        formatter: point.name.split(",")[0],
        color: colours.ink,
        fontSize: 12,
        fontWeight: 600,
        textBorderColor: colours.paper,
        textBorderWidth: 3,
      },
    })),
    itemStyle: own
      ? { color: faint(colours.accent, 0.72), borderColor: colours.accent, borderWidth: 1 }
      : { color: faint(colours.quiet, 0.22), borderColor: faint(colours.quiet, 0.4), borderWidth: 0.5 },
    emphasis: { itemStyle: { borderColor: colours.ink, borderWidth: 2 } },
    cursor: "pointer",
    large: false,
    z: own ? 4 : 2,
  });
  return {
    grid: { left: 4, right: width > 500 ? 56 : 16, top: 28, bottom: 8 },
    tooltip: {
      trigger: "item",
      ...tipBox(colours),
      formatter: ({ data }: { data: { point?: FunnelPoint } }) =>
        data.point === undefined
          ? ""
          : tip([data.point.name, quantity(data.point.value, unit), `${number(data.point.n)} ${counted}`]),
    },
    xAxis: {
      ...valueAxis(colours, ""),
      ...(isLog ? { type: "log", min: 10 ** Math.floor(Math.log10(least)) } : { min: 0 }),
      ...below(colours, isLog ? `${counted}, шкала логарифмическая` : counted),
      splitLine: { show: false },
    },
    yAxis: valueAxis(colours, unit, { min: 0, max: top }),
    series: [
      ...ribs,
      {
        type: "line",
        data: [
          [isLog ? least : 0, centre],
          [most, centre],
        ],
        symbol: "none",
        silent: true,
        lineStyle: { color: colours.ink, width: 1.2 },
        endLabel: { show: width > 500, formatter: "регион", color: colours.ink, fontSize: 11 },
        z: 1,
      },
      {
        // Their sizes are not told: they lie along the axis.
        type: "scatter",
        data: nameless.map((value) => [isLog ? least : 0, value]),
        symbol: "rect",
        symbolSize: [12, 2],
        symbolOffset: [6, 0],
        silent: true,
        itemStyle: { color: faint(colours.quiet, 0.7) },
        z: 2,
      },
      dots(false),
      dots(true),
    ],
  };
}

function symbolOf(where: ReturnType<typeof outside>): string {
  return where === "beyond998" ? "diamond" : where === "beyond95" ? "triangle" : "circle";
}
