/** What was refused and why, by whoever sent it. */

import { fileAddress } from "../api/client";
import type { Answer, RejectInfo } from "../api/rows";
import { useAnswer } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { choose, usePlace } from "../route/router";
import { byName } from "../words/names";
import { number } from "../words/numbers";

/** Folders of the inbox are whoever sent the files in them; a file beside them speaks for itself. */
function senderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? path : path.slice(0, at);
}

/** Each sender with its count: the list narrowed to it, and the file to send back. */
function Senders({ rows, chosen }: { rows: readonly RejectInfo[]; chosen: string | null }) {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(senderOf(row.path), (counts.get(senderOf(row.path)) ?? 0) + 1);
  const senders = [...counts].sort(([a], [b]) => byName(a, b));
  return (
    <div class="senders" role="group" aria-label="Отправитель">
      <button class="button" type="button" aria-pressed={chosen === null} onClick={() => choose({ sender: null })}>
        Все: {number(rows.length)}
      </button>
      {senders.map(([sender, count]) => (
        <button
          key={sender}
          class="button"
          type="button"
          aria-pressed={chosen === sender}
          onClick={() => choose({ sender })}
        >
          {sender}: {number(count)}
        </button>
      ))}
      {chosen !== null && (
        <a
          class="button main-action"
          href={fileAddress("/rejects.csv", { path: chosen, limit: 50_000, dialect: "excel-ru" })}
          download
        >
          Список для отправителя (CSV)
        </a>
      )}
    </div>
  );
}

export function Rejects() {
  const { query } = usePlace();
  const sender = query.get("sender");
  const rejects = useAnswer<Answer<RejectInfo>>("/api/v1/rejects?limit=20000");
  return (
    <Panel
      id="rejects"
      title="Отклонённые ячейки и строки"
      about="Без самих значений: их видит только отправитель в своём файле. Скачайте список и верните отправителю."
      source={{ path: "/rejects", parameters: sender === null ? { limit: 50_000 } : { path: sender, limit: 50_000 } }}
      class="is-long"
      table={
        <When of={rejects} lines={6}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title="Отклонений нет" />
            ) : (
              <>
                <Senders rows={rows} chosen={sender} />
                <DataTable
                  caption="Отклонения"
                  rows={rows.filter((row) => sender === null || senderOf(row.path) === sender)}
                  page={15}
                  rowKey={(_, at) => String(at)}
                  columns={[
                    {
                      id: "path",
                      title: "Файл",
                      isHead: true,
                      isWide: true,
                      key: (row) => row.path,
                      cell: (row) => row.path,
                    },
                    { id: "sheet", title: "Лист", key: (row) => row.sheet ?? "", cell: (row) => row.sheet ?? "—" },
                    {
                      id: "row",
                      title: "Строка",
                      isNumber: true,
                      key: (row) => row.row ?? null,
                      cell: (row) => row.row ?? "—",
                    },
                    {
                      id: "column",
                      title: "Столбец",
                      key: (row) => row.column ?? "",
                      cell: (row) => row.column ?? "—",
                    },
                    { id: "rule", title: "Правило", key: (row) => row.rule, cell: (row) => row.rule },
                    {
                      id: "suggestion",
                      title: "Что сделать",
                      key: (row) => row.suggestion ?? "",
                      cell: (row) => row.suggestion ?? "—",
                    },
                  ]}
                />
              </>
            )
          }
        </When>
      }
    />
  );
}
