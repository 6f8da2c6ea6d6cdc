/** A matrix of categories: what stands in a cell is told by its word in the tooltip and table, colour repeats it. */

import type { EChartsCoreOption } from "echarts/core";
import { shortPlace } from "../words/names";
import { number } from "../words/numbers";
import { categoryAxis } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface HeatData {
  across: readonly string[];
  down: readonly string[];
  /** A value that is not told has its own mark; a word stands for the number where there is one. */
  cells: readonly { x: number; y: number; value: number | null; word?: string }[];
  title: string;
}

const ROW = 24;
/** Room for the names of the columns: in lines where a column is wide, upright where it is narrow. */
const LINES = 64;
const upright = ({ across }: HeatData): number =>
  Math.min(240, 20 + LETTER * across.reduce((most, one) => Math.max(most, one.length), 0));

export function heatHeight(data: HeatData): number {
  return data.down.length * ROW + Math.max(LINES, upright(data)) + 8;
}

/** Columns of different measures are shaded each by its own largest value: only cells of a column compare. */
function shades({ across, cells }: HeatData): Map<number, number> {
  return new Map(
    across.map((_, x) => [
      x,
      Math.max(0, ...cells.filter((cell) => cell.x === x).map((cell) => Math.abs(cell.value ?? 0))),
    ]),
  );
}

export function heat(data: HeatData, colours: Palette, width: number): EChartsCoreOption {
  const { across, down, cells, title } = data;
  const most = shades(data);
  const labelled = Math.min(240, width * 0.35);
  const step = (width - labelled - 24) / Math.max(1, across.length);
  const isWide = step >= 72;
  const told = (value: number) => number(value, Number.isInteger(value) ? 0 : 1);
  return {
    grid: { left: labelled + 12, right: 12, top: isWide ? LINES : upright(data), bottom: 4, outerBoundsMode: "none" },
    tooltip: {
      ...tipBox(colours),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const cell = cells[dataIndex];
        if (cell === undefined) return "";
        const said = cell.word ?? (cell.value === null ? "скрыто или нет данных" : told(cell.value));
        return tip([down[cell.y] ?? "", across[cell.x] ?? "", `${title}: ${said}`]);
      },
    },
    xAxis: categoryAxis(colours, isWide ? across.map((one) => wrapped(one, step)) : across, {
      position: "top",
      axisLine: { show: false },
      axisLabel: {
        color: colours.quiet,
        interval: 0,
        hideOverlap: false,
        lineHeight: 14,
        ...(isWide ? {} : { rotate: 90, width: upright(data) - 12, overflow: "truncate" }),
      },
    }),
    yAxis: categoryAxis(colours, down.map(shortPlace), {
      inverse: true,
      axisLine: { show: false },
      axisLabel: { color: colours.ink, width: labelled, overflow: "truncate", interval: 0 },
    }),
    series: [
      {
        type: "heatmap",
        data: cells.map((cell) => {
          if (cell.value === null) {
            return {
              value: [cell.x, cell.y, 0],
              itemStyle: { color: faint(colours.quiet, 0.14) },
              label: { show: true, color: colours.quiet },
            };
          }
          const share = Math.abs(cell.value) / Math.max(1e-9, most.get(cell.x) ?? 1);
          return {
            value: [cell.x, cell.y, cell.value],
            itemStyle: { color: faint(colours.accent, cell.word === undefined ? 0.05 + 0.6 * share : 0.16) },
            label: { color: cell.word === undefined && share > 0.85 ? colours.paper : colours.ink },
          };
        }),
        label: {
          show: step >= 34,
          fontSize: 11,
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const cell = cells[dataIndex];
            if (cell === undefined) return "";
            if (cell.value === null) return step >= 58 ? "скрыто" : "×";
            return cell.word === undefined ? told(cell.value) : fitted(cell.word, step);
          },
        },
        itemStyle: { borderColor: colours.paper, borderWidth: 2 },
      },
    ],
  };
}

/** A word as far as there is room. */
function fitted(word: string, step: number): string {
  const most = Math.floor((step - 6) / LETTER);
  return word.length <= most ? word : most < 4 ? word.slice(0, 1) : `${word.slice(0, most - 1)}…`;
}

/** Pixels of a letter, nearly. */
const LETTER = 6.6;

/** Words in lines no wider than a column: the engine would break Russian words anywhere. */
function wrapped(text: string, width: number): string {
  const most = Math.max(6, Math.floor((width - 8) / LETTER));
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 4).join("\n");
}
