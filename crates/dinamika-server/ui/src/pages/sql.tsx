/** Questions in SQL to the release; what one asks is in the address, what all need is kept by the project. */

import { useState } from "preact/hooks";
import { Refusal, send } from "../api/client";
import type { Answer, Row } from "../api/rows";
import { useAnswer, useFresh } from "../api/use";
import { Page } from "../parts/page";
import { Panel, save } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { Refused } from "../parts/states";
import { choose, usePlace } from "../route/router";
import { moment } from "../words/dates";
import { counted } from "../words/numbers";

const FIRST = `select entity_name, period, subject, grade, n, value, ci_low, ci_high
from   indicator_values
where  indicator = 'vpr.share2' and level = 'municipality'
  and  period = (select max(period) from indicator_values where indicator = 'vpr.share2')
order  by entity_name, subject, grade
limit  100`;

/** Questions people ask first; each stays a text one may change. */
const READY: readonly { name: string; sql: string }[] = [
  { name: "Доля «2» по муниципалитетам", sql: FIRST },
  {
    name: "Школы с ростом доли «2»",
    sql: `select entity_name, municipality, period, subject, grade, base_value, value, change, change_ci_low, change_ci_high
from   indicator_dynamics
where  indicator = 'vpr.share2' and level = 'school' and kind = 'grade' and verdict = 'growth'
order  by period desc, municipality, entity_name
limit  500`,
  },
  {
    name: "Охват: кого ждали и кого получили",
    sql: `select period, subject, grade, schools_expected, schools_received, pupils_expected, pupils_received
from   coverage
where  level = 'region'
order  by period desc, subject, grade`,
  },
  {
    name: "Школы с факторами риска",
    sql: `select *
from   risk_board
limit  500`,
  },
  {
    name: "Отклонённые строки по видам выгрузок",
    sql: `select pipeline, count(distinct path) as files, sum(rows_in) as rows_in, sum(rows_rejected) as rejected
from   data_quality
group  by pipeline
order  by rejected desc`,
  },
];

interface Saved {
  name: string;
  sql: string;
  who: string;
  saved_at: string;
}

const QUERIES = "/api/v1/queries";

export default function Sql() {
  const { query } = usePlace();
  const [text, setText] = useState(query.get("q") ?? FIRST);
  const [answer, setAnswer] = useState<Answer<Row> | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const queries = useFresh<Answer<Saved>>(QUERIES, null, round);
  const saved = queries.state === "ready" ? queries.data.rows : [];
  const [name, setName] = useState("");
  const tables = useAnswer<Answer<{ name: string; title: string; columns: string[] }>>("/api/v1/tables");

  const run = async () => {
    setBusy(true);
    setRefusal(null);
    choose({ q: text });
    try {
      setAnswer(await send<Answer<Row>>("POST", "/api/v1/sql", { sql: text, params: [] }));
    } catch (error) {
      setAnswer(null);
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
    setBusy(false);
  };
  /** Tells the project, and what is kept is read anew. */
  const tell = async (method: "PUT" | "DELETE", named: string, body?: object) => {
    setRefusal(null);
    try {
      await send(method, `${QUERIES}/${encodeURIComponent(named)}`, body);
      setRound(round + 1);
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
  };
  const keep = async () => {
    await tell("PUT", name.trim(), { sql: text });
    setName("");
  };
  return (
    <Page
      title="Запросы SQL"
      lead="Чтение витрин выпуска. Скрытые ячейки скрыты и здесь; время и число строк ограничены."
    >
      <div class="grid">
        <section class="panel two-thirds" aria-label="Запрос">
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void run();
            }}
          >
            <label class="field">
              <span>Запрос (Ctrl+Enter — выполнить)</span>
              <textarea
                class="code"
                rows={10}
                spellcheck={false}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
                }}
              />
            </label>
            <div class="choices">
              <button class="button main-action" type="submit" disabled={isBusy}>
                {isBusy ? "Выполняется…" : "Выполнить"}
              </button>
              {answer !== null && (
                <button class="button" type="button" onClick={() => save(asCsv(answer), "Запрос.csv")}>
                  CSV для Excel
                </button>
              )}
            </div>
          </form>
          <form
            class="choices keep"
            onSubmit={(event) => {
              event.preventDefault();
              void keep();
            }}
          >
            <label class="field">
              <span>Сохранить для всех под названием</span>
              <input
                value={name}
                maxLength={80}
                required
                placeholder="Например: охват по предметам"
                onInput={(event) => setName(event.currentTarget.value)}
              />
            </label>
            <button class="button" type="submit" disabled={name.trim() === "" || text.trim() === ""}>
              Сохранить
            </button>
          </form>
        </section>
        <section class="panel third" aria-label="Таблицы и сохранённые запросы">
          <h2>Готовые</h2>
          <ul class="plain saved">
            {READY.map((one) => (
              <li key={one.name}>
                <button class="button ghost" type="button" onClick={() => setText(one.sql)}>
                  {one.name}
                </button>
              </li>
            ))}
          </ul>
          <h2>Сохранённые</h2>
          {queries.state === "ready" && saved.length === 0 && <p class="small quiet">Пока ни одного.</p>}
          <ul class="plain saved">
            {saved.map((one) => (
              <li key={one.name}>
                <button
                  class="button ghost"
                  type="button"
                  title={`${one.who}, ${moment(one.saved_at)}`}
                  onClick={() => setText(one.sql)}
                >
                  {one.name}
                </button>
                <button
                  class="button ghost"
                  type="button"
                  aria-label={`Убрать: ${one.name}`}
                  onClick={() => void tell("DELETE", one.name)}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
          <h2>Таблицы</h2>
          {/* What scrolls must be reachable by keyboard. */}
          <div class="tables-list" tabIndex={0} role="region" aria-label="Таблицы">
            {tables.state === "ready" &&
              tables.data.rows.map((table) => (
                <details key={table.name}>
                  <summary>
                    <code>{table.name}</code> <span class="small quiet">{table.title}</span>
                  </summary>
                  <p class="small">{table.columns.join(", ")}</p>
                </details>
              ))}
          </div>
        </section>
        {refusal !== null && (
          <div>
            <Refused refusal={refusal} />
          </div>
        )}
        {answer !== null && (
          <Panel
            id="rows"
            title="Ответ"
            facts={[counted(answer.rows.length, "строка", "строки", "строк")]}
            class="is-long"
            table={<RowsTable caption="Ответ" columns={answer.columns} rows={answer.rows} page={50} />}
          />
        )}
      </div>
    </Page>
  );
}

/** For the Russian Excel: BOM, semicolons, decimal commas, nothing that runs. */
export function asCsv({ columns, rows }: Pick<Answer<Row>, "columns" | "rows">): Blob {
  const cell = (value: Row[string] | undefined): string => {
    if (value == null) return "";
    if (typeof value === "number") return String(value).replace(".", ",");
    const text = typeof value === "boolean" ? (value ? "да" : "нет") : value;
    const safe = /^[\s"]*[=+\-@|%\t\r]/.test(text) ? `'${text}` : text;
    return /[";\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((name) => cell(row[name])))];
  return new Blob([`\ufeff${lines.map((line) => line.join(";")).join("\r\n")}\r\n`], {
    type: "text/csv;charset=utf-8",
  });
}
