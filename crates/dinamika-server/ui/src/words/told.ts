/** What rows say of themselves in a line: how many people stand behind them and of which campaigns they are. */

import { periodOrder, periodTitle } from "./dates";
import { number } from "./numbers";

/** Columns that count people, in the words of values, marts and panels. */
const COUNTS = ["n", "n_both", "Участников", "Учителей"] as const;
const PERIODS = ["period", "Период"] as const;

/** Null where the rows tell of no people or of no campaign. */
export function toldOf(rows: readonly object[]): { n: string | null; periods: string | null } {
  const sizes = rows.map((row) => first(row, COUNTS)).filter((n) => typeof n === "number" && n > 0) as number[];
  const [least, most] = [sizes.reduce((a, b) => Math.min(a, b), Infinity), sizes.reduce((a, b) => Math.max(a, b), 0)];
  const periods = [...new Set(rows.map((row) => String(first(row, PERIODS) ?? "")).filter(Boolean))].sort(
    (a, b) => periodOrder(a) - periodOrder(b),
  );
  const [from = "", to = ""] = [periods[0], periods.at(-1)];
  return {
    n: sizes.length === 0 ? null : least === most ? `n = ${number(most)}` : `n от ${number(least)} до ${number(most)}`,
    periods: periods.length === 0 ? null : [...new Set([from, to])].map(periodTitle).join(" — "),
  };
}

function first(row: object, names: readonly string[]): unknown {
  const cells = row as Record<string, unknown>;
  const name = names.find((name) => cells[name] != null);
  return name === undefined ? null : cells[name];
}
