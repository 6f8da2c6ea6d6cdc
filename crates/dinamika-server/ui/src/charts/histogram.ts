/** How pupils' primary scores lie, the region's shape behind, bounds of marks across. */

import { number } from "../words/numbers";
import { LETTER, below, categoryAxis, under, valueAxis } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
import { legend } from "./legend";
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
  width: number,
): Drawing {
  const scores = Array.from({ length: max + 1 }, (_, score) => score);
  const share = (of: ReadonlyMap<number, number>) => {
    const all = [...of.values()].reduce((sum, n) => sum + n, 0);
    return scores.map((score) => (all === 0 ? null : (100 * (of.get(score) ?? 0)) / all));
  };
  // As many scores are named as there is room for: each, every second, every fifth.
  const room = ((width - 50) / scores.length) * 0.9;
  const each = [1, 2, 5, 10].find((step) => step * room >= (String(max).length + 1) * LETTER) ?? 20;
  const marks = ["«2»", "«3»", "«4»", "«5»"];
  const bounds = [0, ...cuts.map((cut) => cut + 1), max + 1];
  const named = legend(
    behind.size > 0 ? [{ name: ownTitle }, { name: behindTitle, symbol: "rect" }] : [],
    colours,
    width,
  );
  return {
    taller: named.taller,
    grid: { left: 4, right: 12, top: named.height + 40, bottom: under(2) },
    legend: named.option,
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
    xAxis: categoryAxis(colours, scores.map(String), {
      axisLabel: { color: colours.quiet, interval: (at: number) => at % each === 0 },
      ...below(colours, "первичный балл"),
    }),
    // Over the names of the marks.
    yAxis: valueAxis(colours, "% участников", {
      nameTextStyle: { color: colours.quiet, align: "left", padding: [0, 0, cuts.length > 0 ? 18 : 2, -20] },
    }),
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
