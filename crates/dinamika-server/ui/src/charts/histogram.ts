/** How pupils' primary scores lie, the region's shape behind, bounds of marks across. */

import type { EChartsCoreOption } from "echarts/core";
import { number } from "../words/numbers";
import { below, categoryAxis, valueAxis } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface HistogramData {
  /** Pupils by score. */
  own: ReadonlyMap<number, number>;
  behind: ReadonlyMap<number, number>;
  ownTitle: string;
  behindTitle: string;
  max: number;
  /** Last scores of marks 2, 3 and 4. */
  cuts: readonly number[];
}

export function histogram(
  { own, behind, ownTitle, behindTitle, max, cuts }: HistogramData,
  colours: Palette,
): EChartsCoreOption {
  const scores = Array.from({ length: max + 1 }, (_, score) => score);
  const share = (of: ReadonlyMap<number, number>) => {
    const all = [...of.values()].reduce((sum, n) => sum + n, 0);
    return scores.map((score) => (all === 0 ? null : (100 * (of.get(score) ?? 0)) / all));
  };
  const marks = ["«2»", "«3»", "«4»", "«5»"];
  const bounds = [0, ...cuts.map((cut) => cut + 1), max + 1];
  return {
    grid: { left: 4, right: 12, top: 62, bottom: 8 },
    legend: {
      show: behind.size > 0,
      top: 0,
      left: 0,
      itemWidth: 16,
      itemHeight: 10,
      textStyle: { color: colours.quiet },
    },
    tooltip: {
      trigger: "axis",
      ...tipBox(colours),
      formatter: (points: { dataIndex: number; seriesName: string; value: number | null }[]) => {
        const score = points[0]?.dataIndex ?? 0;
        const lines = points.map(
          (point) => `${point.seriesName}: ${point.value === null ? "—" : `${number(point.value, 1)} %`}`,
        );
        return tip([`${score} баллов`, ...lines, `учеников: ${number(own.get(score) ?? 0)}`]);
      },
    },
    xAxis: categoryAxis(colours, scores.map(String), below(colours, "первичный балл")),
    yAxis: valueAxis(colours, "% участников"),
    series: [
      {
        name: ownTitle,
        type: "bar",
        data: share(own),
        barCategoryGap: "18%",
        itemStyle: { color: faint(colours.accent, 0.8), borderRadius: [2, 2, 0, 0] },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: colours["line-strong"], type: "dashed" },
          label: { show: false },
          // Between the last score of one mark and the first of the next.
          data: cuts.flatMap((cut) => [{ xAxis: cut + 1 }]),
        },
        markArea: {
          silent: true,
          itemStyle: { color: "transparent" },
          label: { position: "insideTop", color: colours.quiet, fontSize: 12, offset: [0, -16] },
          data:
            cuts.length === 0
              ? []
              : marks.map((mark, at) => [{ name: mark, xAxis: bounds[at] }, { xAxis: (bounds[at + 1] ?? 1) - 1 }]),
        },
      },
      ...(behind.size === 0
        ? []
        : [
            {
              name: behindTitle,
              type: "line",
              data: share(behind),
              symbol: "none",
              lineStyle: { color: colours.s2, width: 2 },
              itemStyle: { color: colours.s2 },
            },
          ]),
    ],
  };
}
