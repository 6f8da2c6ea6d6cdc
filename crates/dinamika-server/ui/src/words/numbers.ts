/** Numbers as a Russian reader expects them: decimal comma, true minus, narrow spaces. */

const NARROW = "\u202f";
const MINUS = "\u2212";

/** `12 345,6`. */
export function number(value: number, digits = 0): string {
  const rounded = Number(value.toFixed(digits));
  const text = Math.abs(rounded).toLocaleString("ru-RU", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return (rounded < 0 ? MINUS : "") + text.replace(/\s/g, NARROW);
}

/** All the digits there are. */
export function exact(value: number): string {
  const text = Math.abs(value).toLocaleString("ru-RU", { maximumSignificantDigits: 15 });
  return (value < 0 ? MINUS : "") + text.replace(/\s/g, NARROW);
}

/** `+3,1`, `−0,4`, `0,0`: the sign always stands before a change. */
export function signed(value: number, digits = 0): string {
  const rounded = Number(value.toFixed(digits));
  return rounded > 0 ? `+${number(rounded, digits)}` : number(rounded, digits);
}

/** How many digits a unit is read with. */
export function digitsOf(unit: string): number {
  if (unit === "%" || unit === "п. п." || unit === "перц.") return 1;
  return unit === "балл" || unit === "σ" || unit === "z" ? 2 : 0;
}

/** The unit of a difference: shares differ by percentage points. */
export function unitOfChange(unit: string): string {
  return unit === "%" ? "п.\u00a0п." : unit;
}

/** `16,3 %`, `3,85`, `5 270 чел.`; a mark needs no unit beside it. */
export function quantity(value: number | null | undefined, unit: string): string {
  if (value == null) return "—";
  const digits = fraction(value, unit);
  const shown = number(value, digits);
  const word = unitBeside(Number(value.toFixed(digits)), unit);
  return word === "" ? shown : `${shown}${unit === "%" ? NARROW : "\u00a0"}${word}`;
}

/** Units that bend with their number: one, few, many, a fraction. */
const BENDING: Readonly<Record<string, readonly [string, string, string, string]>> = {
  разделов: ["раздел", "раздела", "разделов", "раздела"],
};

/** The unit as it stands beside a number; pieces, marks and levels need none. */
export function unitBeside(value: number, unit: string): string {
  if (unit === "шт." || unit === "балл" || unit === "уровень") return "";
  const forms = BENDING[unit];
  if (forms === undefined) return unit;
  return Number.isInteger(value) ? plural(value, forms[0], forms[1], forms[2]) : forms[3];
}

/** `+3,1 п. п. (от +0,4 до +5,8)`; without an interval only the change. */
export function change(
  value: number | null | undefined,
  low: number | null,
  high: number | null,
  unit: string,
): string {
  if (value == null) return "—";
  const digits = fraction(value, unit);
  // Marks are told with fractions, even a whole one.
  const word = unit === "балл" ? "балла" : unitBeside(Number(value.toFixed(digits)), unitOfChange(unit));
  const main = `${signed(value, digits)}\u00a0${word}`.trimEnd();
  return low == null || high == null ? main : `${main} (${interval(low, high, unit, true)})`;
}

/** `от 11,4 до 13,2`. */
export function interval(low: number, high: number, unit: string, withSign = false): string {
  const digits = digitsOf(unit);
  const write = withSign ? signed : number;
  return `от\u00a0${write(low, digits)} до\u00a0${write(high, digits)}`;
}

/** `1 школа`, `2 школы`, `5 школ`. */
export function counted(count: number, one: string, few: string, many: string): string {
  return `${number(count)}\u00a0${plural(count, one, few, many)}`;
}

/** The word's form for this many. */
export function plural(count: number, one: string, few: string, many: string): string {
  const [tens, units] = [Math.abs(count) % 100, Math.abs(count) % 10];
  if (tens > 10 && tens < 20) return many;
  if (units === 1) return one;
  return units >= 2 && units <= 4 ? few : many;
}

/** Units without fractions still show one where the value has it: a mean number of courses. */
function fraction(value: number, unit: string): number {
  const digits = digitsOf(unit);
  return digits === 0 && !Number.isInteger(value) ? 1 : digits;
}
