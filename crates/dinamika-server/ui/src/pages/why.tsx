/** What it takes to ask why a number is such. */

import type { Value } from "../api/rows";
import { Link, withQuery } from "../route/router";
import { useMay } from "../shell/me";
import { isNameless } from "./nameless";

/** The columns that tell one value from all others. */
export const ASKED = ["indicator", "entity", "level", "period", "subject", "grade", "pupil_grade", "task"] as const;

/** The address that explains one value. */
export function whyOf(row: Value): string {
  const told = ASKED.map((name) => [name, row[name] == null ? null : String(row[name])] as const);
  return withQuery("/explain", Object.fromEntries(told));
}

/** The way from a number to what stands behind it; nothing where that is not told. */
export function Why({ row }: { row: Value }) {
  if (!useMay("school") || isNameless(row) || row.status === "suppressed") return null;
  return (
    <Link class="small" href={whyOf(row)}>
      Почему?
    </Link>
  );
}
