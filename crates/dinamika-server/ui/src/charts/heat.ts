/** A matrix of categories: what stands in a cell is told by its word in the tooltip and table, colour repeats it. */

import type { EChartsCoreOption } from "echarts/core";
import { number } from "../words/numbers";
import { categoryAxis } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface HeatData {
  across: readonly string[];
  down: readonly string[];
  cells: readonly { x: number; y: number; value: number }[];
  title: string;
}

export function heatHeight(data: HeatData): number {
  return data.down.length * 24 + 150;
}

export function heat({ across, down, cells, title }: HeatData, colours: Palette, width: number): EChartsCoreOption {
  const values = cells.map((cell) => cell.value);
  return {
    grid: { left: 4, right: 12, top: 96, bottom: 4 },
    tooltip: {
      ...tipBox(colours),
      formatter: ({ value: [x, y, value] }: { value: [number, number, number] }) =>
        tip([down[y] ?? "", across[x] ?? "", `${title}: ${number(value, Number.isInteger(value) ? 0 : 1)}`]),
    },
    visualMap: {
      min: Math.min(0, ...values),
      max: Math.max(1, ...values),
      orient: "horizontal",
      left: 0,
      bottom: 0,
      itemHeight: 90,
      textStyle: { color: colours.quiet },
      inRange: { color: [faint(colours.accent, 0.06), colours.accent] },
    },
    xAxis: categoryAxis(colours, across, {
      position: "top",
      axisLabel: { color: colours.quiet, rotate: 35, width: 130, overflow: "truncate", interval: 0 },
    }),
    yAxis: categoryAxis(colours, down, {
      inverse: true,
      axisLabel: { color: colours.ink, width: Math.min(240, width * 0.35), overflow: "truncate", interval: 0 },
    }),
    series: [
      {
        type: "heatmap",
        data: cells.map((cell) => [cell.x, cell.y, cell.value]),
        itemStyle: { borderColor: colours.paper, borderWidth: 2 },
      },
    ],
  };
}
