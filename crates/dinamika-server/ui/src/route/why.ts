/** Addresses of «Почему такое число?»: of one value, or of the list to choose one from. */

import type { Parameters } from "../api/client";
import type { Value } from "../api/rows";
import { withQuery } from "./router";

/** The columns that tell one value from all others. */
export const ASKED = ["indicator", "entity", "level", "period", "subject", "grade", "pupil_grade", "task"] as const;

/** The address that explains one value. */
export function whyOf(row: Value): string {
  const told = ASKED.map((name) => [name, row[name] == null ? null : String(row[name])] as const);
  return withQuery("/explain", Object.fromEntries(told));
}

/** What narrows the list of numbers to choose from; `of` are its places, so that `entity` always means one value. */
export const NARROWING = ["level", "municipality", "period", "subject", "grade", "task"] as const;

/** Why a panel's numbers are such: its only value, else the list of those it was asked for. */
export function whyAmong(rows: readonly object[], asked: Parameters): string {
  const [only, another] = rows as readonly Partial<Value>[];
  if (only?.indicator != null && only.entity != null && only.status !== "suppressed" && another === undefined)
    return whyOf(only as Value);
  const told = ["indicator", ...NARROWING].map((name) => [name, asked[name] == null ? null : String(asked[name])]);
  return withQuery("/explain", {
    ...(Object.fromEntries(told) as Record<string, string | null>),
    of: asked["entity"] == null ? null : String(asked["entity"]),
  });
}
