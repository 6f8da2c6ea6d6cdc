/** What it takes to ask why a number is such. */

import type { Value } from "../api/rows";
import { withQuery } from "../route/router";

/** The columns that tell one value from all others. */
export const ASKED = ["indicator", "entity", "level", "period", "subject", "grade", "pupil_grade", "task"] as const;

/** The address that explains one value. */
export function whyOf(row: Value): string {
  const told = ASKED.map((name) => [name, row[name] == null ? null : String(row[name])] as const);
  return withQuery("/explain", Object.fromEntries(told));
}
