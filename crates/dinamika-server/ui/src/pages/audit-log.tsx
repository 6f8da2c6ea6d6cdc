/** Who came in, took files, asked SQL, changed what others may. */

import { useState } from "preact/hooks";
import { address } from "../api/client";
import type { Answer } from "../api/rows";
import { useFresh } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { usePrincipalTitle } from "../shell/me";
import { moment } from "../words/dates";

interface Line {
  at: string;
  who: string;
  principal: string;
  action: string;
  what: string;
  outcome: string;
}

const ACTIONS: Readonly<Record<string, string>> = {
  login: "вход",
  logout: "выход",
  download: "выгрузка",
  sql: "запрос SQL",
  user: "учётная запись",
  token: "токен",
  school: "решение о школе",
  policy: "политика доступа",
};

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: "выполнено",
  refused: "отказано",
  throttled: "рано повторять",
  failed: "не удалось",
};

/** Lines asked for. */
const SHOWN = 500;

export function AuditLog() {
  const [action, setAction] = useState("");
  const title = usePrincipalTitle();
  const asked = { limit: SHOWN, action };
  const lines = useFresh<Answer<Line>>(address("/audit", asked), 30);
  return (
    <Panel
      id="audit"
      title="Журнал действий"
      about={`Последние ${SHOWN}: кто входил, что выгружал и спрашивал, что менял. Показанные числа в журнал не пишутся.`}
      source={{ path: "/audit", parameters: asked }}
      class="is-long"
      tools={
        <label class="field">
          <span class="visually-hidden">Действия</span>
          <select value={action} onChange={(event) => setAction(event.currentTarget.value)}>
            <option value="">все действия</option>
            {Object.entries(ACTIONS).map(([name, title]) => (
              <option key={name} value={name} selected={name === action}>
                {title}
              </option>
            ))}
          </select>
        </label>
      }
      table={
        <When of={lines} lines={6}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title="Записей нет" />
            ) : (
              <DataTable
                caption="Журнал действий"
                rows={rows}
                page={15}
                rowKey={(_, at) => String(at)}
                words={["запись", "записи", "записей"]}
                columns={[
                  {
                    id: "at",
                    title: "Когда",
                    key: (row) => row.at,
                    cell: (row) => <span class="nowrap">{moment(row.at)}</span>,
                  },
                  { id: "who", title: "Кто", isHead: true, key: (row) => row.who, cell: (row) => row.who },
                  {
                    id: "as",
                    title: "Видел как",
                    key: (row) => title(row.principal),
                    cell: (row) => title(row.principal),
                  },
                  {
                    id: "action",
                    title: "Действие",
                    key: (row) => row.action,
                    cell: (row) => ACTIONS[row.action] ?? row.action,
                  },
                  {
                    id: "what",
                    title: "Что",
                    isWide: true,
                    key: (row) => row.what,
                    cell: (row) => <code>{row.what}</code>,
                  },
                  {
                    id: "outcome",
                    title: "Итог",
                    key: (row) => row.outcome,
                    cell: (row) => OUTCOMES[row.outcome] ?? row.outcome,
                  },
                ]}
              />
            )
          }
        </When>
      }
    />
  );
}
