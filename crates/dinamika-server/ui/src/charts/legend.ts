/** Names over a picture, in as many rows as they take: pages of names are lost on paper. */

import { LETTER, fitted } from "./axes";
import type { Palette } from "./palette";

export interface Named {
  name: string;
  colour?: string;
  symbol?: string;
}

/** The engine leaves the same gap between names and between rows of them. */
const [SIGN, GAP, LINE] = [11, 11, 12];
const ROW = LINE + GAP;

export interface Legend {
  /** Pixels it takes from the top of the picture. */
  height: number;
  /** The same beyond its first row. */
  taller: number;
  option: object;
}

/** One name needs no legend: the picture's title tells it. */
export function legend(all: readonly Named[], colours: Palette, width: number): Legend {
  if (all.length < 2) return { height: 0, taller: 0, option: { show: false } };
  const most = width - SIGN - GAP;
  const rows = rowsOf(
    all.map(({ name }) => SIGN + 6 + wide(fitted(name, most), colours.font) + GAP),
    width,
  );
  return {
    height: rows * ROW,
    taller: (rows - 1) * ROW,
    option: {
      show: true,
      top: 0,
      left: 0,
      width,
      padding: 0,
      itemWidth: SIGN,
      itemHeight: SIGN,
      itemGap: GAP,
      data: all.map(({ name, colour, symbol }) => ({
        name,
        ...(symbol === undefined ? {} : { icon: symbol }),
        ...(colour === undefined ? {} : { itemStyle: { color: colour } }),
      })),
      formatter: (name: string) => fitted(name, most),
      textStyle: { color: colours.quiet, lineHeight: LINE },
    },
  };
}

let pen: CanvasRenderingContext2D | null = null;

/** Pixels of a name as the engine writes it. */
function wide(name: string, font: string): number {
  pen ??= document.createElement("canvas").getContext("2d");
  if (pen === null) return name.length * LETTER;
  pen.font = `12px ${font}`;
  return pen.measureText(name).width;
}

/** Rows of things laid side by side. */
export function rowsOf(widths: readonly number[], room: number): number {
  let [rows, taken] = [1, 0];
  for (const one of widths) {
    if (taken > 0 && taken + one > room) [rows, taken] = [rows + 1, 0];
    taken += one;
  }
  return rows;
}
