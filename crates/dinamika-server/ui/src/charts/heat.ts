/** A matrix of categories: what stands in a cell is told by its word in the tooltip and table, colour repeats it. */

import type { EChartsCoreOption } from "echarts/core";
import { shortTitle } from "../words/names";
import { number } from "../words/numbers";
import { LETTER, categoryAxis, fitted } from "./axes";
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
  const labelled = Math.min(240, width * 0.44);
  const step = (width - labelled - 24) / Math.max(1, across.length);
  const isWide = step >= 72;
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
    xAxis: categoryAxis(
      colours,
      across.map((one) => (isWide ? wrapped(one, step) : fitted(one, upright(data) - 12))),
      {
        position: "top",
        axisLine: { show: false },
        axisLabel: {
          color: colours.quiet,
          interval: 0,
          hideOverlap: false,
          lineHeight: 14,
          ...(isWide ? {} : { rotate: 90 }),
        },
      },
    ),
    yAxis: categoryAxis(
      colours,
      down.map((one) => fitted(shortTitle(one), labelled)),
      {
        inverse: true,
        axisLine: { show: false },
        axisLabel: { color: colours.ink, interval: 0 },
      },
    ),
    series: [
      {
        // Not a heat map of the engine: that draws in layers, and paper keeps only the uppermost.
        type: "custom",
        encode: { x: 0, y: 1 },
        data: cells.map((cell) => [cell.x, cell.y]),
        renderItem: (
          params: { dataIndex: number },
          api: { coord: (at: number[]) => number[]; size: (one: number[]) => number[] },
        ) => {
          const cell = cells[params.dataIndex];
          if (cell === undefined) return undefined;
          const [x = 0, y = 0] = api.coord([cell.x, cell.y]);
          const [wide = 0, high = 0] = api.size([1, 1]);
          const share = Math.abs(cell.value ?? 0) / Math.max(1e-9, most.get(cell.x) ?? 1);
          const isNumber = cell.value !== null && cell.word === undefined;
          const fill =
            cell.value === null
              ? faint(colours.quiet, 0.14)
              : faint(colours.accent, isNumber ? 0.05 + 0.6 * share : 0.16);
          const ink = cell.value === null ? colours.quiet : isNumber && share > 0.85 ? colours.paper : colours.ink;
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: x - wide / 2 + 1, y: y - high / 2 + 1, width: wide - 2, height: high - 2 },
                style: { fill },
              },
              {
                type: "text",
                silent: true,
                style: {
                  text: saidIn(cell, step),
                  x,
                  y,
                  align: "center",
                  verticalAlign: "middle",
                  fill: ink,
                  fontSize: 11,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

/** What stands in a cell as far as there is room; that something is hidden is told in the narrowest. */
export function saidIn(cell: HeatData["cells"][number], step: number): string {
  if (cell.value === null) return step >= 58 ? "скрыто" : "×";
  if (step < 34) return "";
  return cell.word === undefined ? told(cell.value) : fitted(cell.word, step - 6);
}

const told = (value: number) => number(value, Number.isInteger(value) ? 0 : 1);

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
