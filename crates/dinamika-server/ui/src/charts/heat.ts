/** A matrix of categories: what stands in a cell is told by its word in the tooltip and table, colour repeats it. */

import type { EChartsCoreOption } from "echarts/core";
import { shortTitle } from "../words/names";
import { number } from "../words/numbers";
import { LETTER, categoryAxis, fitted } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint, inkOn } from "./palette";

export interface HeatData {
  across: readonly string[];
  down: readonly string[];
  /** A value that is not told has its own mark; a word stands for the number where there is one. */
  cells: readonly { x: number; y: number; value: number | null; word?: string }[];
  title: string;
}

const ROW = 24;
/** The part of the width that names of rows keep at least, and what stays free left and right. */
const [NAMES, EDGES] = [0.34, 24];
/** Room for the names of the columns: in lines where a column is wide, upright where it is narrow. */
const LINES = 64;
const upright = ({ across }: HeatData): number =>
  Math.min(240, 20 + LETTER * across.reduce((most, one) => Math.max(most, one.length), 0));

export function heatHeight(data: HeatData): number {
  return data.down.length * ROW + Math.max(LINES, upright(data)) + 8;
}

/** How wide it must be for numbers to stand in its cells: narrower paper is scrolled. */
export function heatLeast({ across }: HeatData): number {
  return Math.ceil((across.length * LEAST + EDGES) / (1 - NAMES));
}

/** What shades and signs mean, in a line below; null where words say it. */
export function heatLegend({ cells, title }: HeatData): string | null {
  const isShaded = new Set(cells.flatMap((cell) => (cell.value === null || cell.word ? [] : [cell.value]))).size > 1;
  const isHidden = cells.some((cell) => cell.value === null);
  const said = [
    isShaded ? `Темнее — больше: ${title.charAt(0).toLocaleLowerCase("ru")}${title.slice(1)}.` : "",
    isHidden ? "× или «скрыто» — число не показывается или его нет." : "",
  ];
  return said.filter(Boolean).join(" ") || null;
}

export function heat(data: HeatData, colours: Palette, width: number): EChartsCoreOption {
  const { across, down, title } = data;
  const cells = filled(data);
  const digits = digitsOf(data);
  // One measure, one scale: equal numbers are equally dark.
  const most = cells.reduce((most, cell) => Math.max(most, Math.abs(cell.value ?? 0)), 1e-9);
  // Names give way, as far as they are still names, to columns wide enough for numbers.
  const labelled = Math.max(width * NAMES, Math.min(240, width * 0.44, width - EDGES - across.length * LEAST));
  const step = (width - labelled - EDGES) / Math.max(1, across.length);
  const isWide = step >= 72;
  return {
    grid: { left: labelled + 12, right: 12, top: isWide ? LINES : upright(data), bottom: 4, outerBoundsMode: "none" },
    tooltip: {
      ...tipBox(colours),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const cell = cells[dataIndex];
        if (cell === undefined) return "";
        const said =
          cell.word ??
          (cell.isAbsent ? "нет данных" : cell.value === null ? "скрыто или нет данных" : number(cell.value, digits));
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
          const share = Math.abs(cell.value ?? 0) / most;
          const isNumber = cell.value !== null && cell.word === undefined;
          const fill = cell.isAbsent
            ? faint(colours.quiet, 0)
            : cell.value === null
              ? faint(colours.quiet, 0.14)
              : faint(colours.accent, isNumber ? 0.05 + 0.6 * share : 0.16);
          const ink = cell.value === null ? colours.quiet : inkOn(fill, colours);
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
                  text: saidIn(cell, step, digits),
                  x,
                  y,
                  align: "center",
                  verticalAlign: "middle",
                  fill: ink,
                  fontSize: step < TIGHT ? 10 : 11,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

interface Cell {
  x: number;
  y: number;
  value: number | null;
  word?: string;
  /** No row tells of it. */
  isAbsent?: boolean;
}

/** Every cell: one that no row tells of is not left blank. */
function filled({ across, down, cells }: HeatData): Cell[] {
  const known = new Set(cells.map((cell) => cell.y * across.length + cell.x));
  const absent = down.flatMap((_, y) =>
    across.flatMap((_, x) => (known.has(y * across.length + x) ? [] : [{ x, y, value: null, isAbsent: true }])),
  );
  return [...cells, ...absent];
}

/** All numbers of a picture are told alike. */
function digitsOf({ cells }: HeatData): number {
  return cells.every((cell) => Number.isInteger(cell.value ?? 0)) ? 0 : 1;
}

/** Columns no wider hold a number of small figures, and narrower than that nothing. */
const [TIGHT, LEAST] = [36, 28];

/** What stands in a cell as far as there is room; that something is hidden is told in the narrowest. */
export function saidIn(cell: Cell, step: number, digits = 0): string {
  if (cell.isAbsent === true) return "—";
  if (cell.value === null) return step >= 58 ? "скрыто" : "×";
  if (step < LEAST) return "";
  return cell.word === undefined ? number(cell.value, digits) : fitted(cell.word, step - 6);
}

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
