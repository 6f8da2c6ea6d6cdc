/** Mistakes of a dashboard's file, while it is being written. */

import type { Answer } from "../api/rows";
import { useFresh } from "../api/use";
import { useMe } from "../shell/me";

interface Mistake {
  path: string;
  line: number;
  column: number;
  severity: string;
  rule: string;
  message: string;
  help: string | null;
}

/** Roles that are told of the project's text; others are not to be refused every two seconds. */
const WRITERS: ReadonlySet<string> = new Set(["regional", "administrator"]);

/** Mistakes in one file, or in all; nothing to those who may not see the project. */
export function Mistakes({ file }: { file?: string }) {
  const me = useMe();
  const maySee = me.state === "ready" && WRITERS.has(me.data.role);
  const answer = useFresh<Answer<Mistake>>(maySee ? "/api/v1/mistakes" : null, 2);
  if (answer.state !== "ready") return null;
  const rows = answer.data.rows.filter((row) => file === undefined || row.path === file);
  if (rows.length === 0) return null;
  return (
    <section class="note mistakes no-print" role="alert">
      <h2>Файл с ошибками: показано то, что было до них</h2>
      <ul class="plain">
        {rows.map((row) => (
          <li key={`${row.path}${row.line}${row.column}${row.message}`}>
            <code>
              {row.path}:{row.line}:{row.column}
            </code>{" "}
            {row.message}
            {row.help !== null && <div class="small">{row.help}</div>}
          </li>
        ))}
      </ul>
    </section>
  );
}
