/** What it takes to ask why a number is such. */

import type { Value } from "../api/rows";
import { Link } from "../route/router";
import { whyOf } from "../route/why";
import { useMay } from "../shell/me";
import { isNameless } from "./nameless";

/** The way from a number to what stands behind it; nothing where that is not told. */
export function Why({ row }: { row: Value }) {
  if (!useMay("school") || isNameless(row) || row.status === "suppressed") return null;
  return (
    <Link class="small" href={whyOf(row)}>
      Почему?
    </Link>
  );
}
