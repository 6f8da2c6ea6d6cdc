/** Axes all pictures share: quiet lines, Russian numbers. */

import { number } from "../words/numbers";
import type { Palette } from "./palette";

export function valueAxis(colours: Palette, name: string, more: object = {}): object {
  return {
    type: "value",
    name,
    nameTextStyle: { color: colours.quiet, align: "left", padding: [0, 0, 2, -20] },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colours.line } },
    axisLabel: {
      color: colours.quiet,
      lineHeight: LINE,
      formatter: (value: number) => number(value, Number.isInteger(value) ? 0 : 1),
    },
    ...more,
  };
}

export function categoryAxis(colours: Palette, data: readonly string[], more: object = {}): object {
  return {
    type: "category",
    data,
    axisLine: { lineStyle: { color: colours["line-strong"] } },
    axisTick: { show: false },
    axisLabel: { color: colours.quiet, hideOverlap: true, lineHeight: LINE },
    ...more,
  };
}

/** Pixels of a line of words. The engine takes a Chinese letter's width for it, which is nothing where the machine has
    no such letters. */
export const LINE = 15;

/** What is left under a picture for so many lines of words at its lower axis. */
export function under(lines: number): number {
  return 10 + LINE * lines;
}

/** The first and the last word of an axis that begins and ends with a point stay inside the picture. */
export function edges(colours: Palette): object {
  return { color: colours.quiet, hideOverlap: true, lineHeight: LINE, alignMinLabel: "left", alignMaxLabel: "right" };
}

/** The name under a horizontal axis of values. */
export function below(colours: Palette, name: string): object {
  return { name, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: colours.quiet } };
}

/** Round ends of an axis at least so far apart, and its steps; shares lie within 0 and 100. */
export function ends(
  low: number,
  high: number,
  unit: string,
  least = 0,
): { min: number; max: number; interval: number } {
  const [floor, roof] = unit === "%" ? [0, 100] : [-Infinity, Infinity];
  const span = Math.max(high - low, Math.min(least, roof - floor), 1e-6);
  // What cannot grow below nought or above a hundred grows at the other end.
  const from = Math.min(Math.max(floor, (low + high - span) / 2), roof - span);
  const power = 10 ** Math.floor(Math.log10(span / 5));
  const interval = ([1, 2, 5, 10].find((step) => step * power >= span / 5.5) ?? 10) * power;
  const min = Math.max(floor, Math.floor(from / interval) * interval);
  return { min, max: Math.min(roof, Math.ceil((from + span) / interval) * interval), interval };
}

/** Pixels of a letter, nearly. */
export const LETTER = 6.7;

/** A word as far as there is room. The engine takes Cyrillic letters for twice as wide as they are. */
export function fitted(word: string, pixels: number): string {
  const most = Math.floor(pixels / LETTER);
  return word.length <= most ? word : most < 4 ? word.slice(0, 1) : `${word.slice(0, most - 1)}…`;
}
