/** Questions in SQL to the release; what one asks is in the address, what all need is kept by the project. */

import { useState } from "preact/hooks";
import { Refusal, send, take } from "../api/client";
import type { Answer, Row, TableInfo } from "../api/rows";
import { TABLES, useAnswer, useFresh } from "../api/use";
import { Page } from "../parts/page";
import { Panel, save } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { Refused } from "../parts/states";
import { choose, usePlace } from "../route/router";
import { useMay } from "../shell/me";
import { moment } from "../words/dates";
import { counted, number } from "../words/numbers";

const FIRST = `select entity_name, period, subject, grade, n, value, ci_low, ci_high
from   indicator_values
where  indicator = 'vpr.share2' and level = 'municipality'
  and  period = (select max(period) from indicator_values where indicator = 'vpr.share2')
order  by entity_name, subject, grade
limit  100`;

/** Questions people ask first; each stays a text one may change. */
const READY: readonly { name: string; reads: string; sql: string }[] = [
  { name: "Доля «2» по муниципалитетам", reads: "indicator_values", sql: FIRST },
  {
    name: "Школы с ростом доли «2»",
    reads: "indicator_dynamics",
    sql: `select entity_name, municipality, period, subject, grade, base_value, value, change, change_ci_low, change_ci_high
from   indicator_dynamics
where  indicator = 'vpr.share2' and level = 'school' and kind = 'grade' and verdict = 'growth'
order  by period desc, municipality, entity_name
limit  500`,
  },
  {
    name: "Охват: кого ждали и кого получили",
    reads: "coverage",
    sql: `select period, subject, grade, schools_expected, schools_received, pupils_expected, pupils_received
from   coverage
where  level = 'region'
order  by period desc, subject, grade`,
  },
  {
    name: "Школы с факторами риска",
    reads: "risk_board",
    sql: `select period, municipality_name, school_name, risk_title as "Фактор риска",
       case state when 'indicated' then 'выявлен' when 'verified' then 'верифицирован' when 'in_programme' then 'в программе'
                  when 'closed' then 'закрыт' end as "Состояние", due as "Срок"
from   risk_board
join   municipalities using (municipality_key)
limit  500`,
  },
  {
    name: "Отклонённые строки по видам выгрузок",
    reads: "data_quality",
    sql: `select pipeline, count(distinct path) as "Файлов", sum(rows_in) as "Строк", sum(rows_rejected) as "Отклонено"
from   data_quality
group  by pipeline
order  by "Отклонено" desc`,
  },
];

interface Saved {
  name: string;
  sql: string;
  who: string;
  saved_at: string;
}

const QUERIES = "/api/v1/queries";
const SQL = "/api/v1/sql";

/** Rows shown on the page: a table of more is read in a spreadsheet. */
const SHOWN = 1000;

interface File {
  title: string;
  extension: string;
  query: string;
}

const FILES: readonly File[] = [
  { title: "CSV для Excel", extension: "csv", query: "?dialect=excel-ru" },
  { title: "Книга Excel", extension: "xlsx", query: "" },
  { title: "Parquet", extension: "parquet", query: "" },
];

export default function Sql() {
  const { query } = usePlace();
  const [text, setText] = useState(query.get("q") ?? FIRST);
  const [answer, setAnswer] = useState<(Answer<Row> & { sql: string }) | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  const queries = useFresh<Answer<Saved>>(QUERIES, null, round);
  const saved = queries.state === "ready" ? queries.data.rows : [];
  const [name, setName] = useState("");
  // What is kept is everybody's: the region's staff keeps it.
  const keeps = useMay("regional");
  const tables = useAnswer<Answer<TableInfo>>(TABLES);

  // Values and dynamics everybody sees; of the marts, those the list has.
  const marts = tables.state === "ready" ? tables.data.rows.map((table) => table.name) : [];
  const isSeen = (table: string) => table.startsWith("indicator_") || marts.includes(table);
  const refused = (error: unknown) =>
    setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
  const run = async () => {
    setBusy(true);
    setRefusal(null);
    choose({ q: text });
    try {
      // One more than is shown, to know whether there are more.
      const url = `${SQL}?limit=${SHOWN + 1}`;
      setAnswer({ ...(await send<Answer<Row>>("POST", url, { sql: text, params: [] })), sql: text });
    } catch (error) {
      setAnswer(null);
      refused(error);
    }
    setBusy(false);
  };
  /** All rows of what was answered, as the server writes them. */
  const download = async (sql: string, file: File) => {
    setBusy(true);
    setRefusal(null);
    try {
      save(await take(`${SQL}.${file.extension}${file.query}`, { sql, params: [] }), `Запрос.${file.extension}`);
    } catch (error) {
      refused(error);
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
      refused(error);
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
              {answer !== null &&
                FILES.map((file) => (
                  <button
                    key={file.extension}
                    class="button"
                    type="button"
                    disabled={isBusy}
                    onClick={() => void download(answer.sql, file)}
                  >
                    {file.title}
                  </button>
                ))}
            </div>
          </form>
          {keeps && (
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
          )}
        </section>
        <section class="panel third" aria-label="Таблицы и сохранённые запросы">
          <h2>Готовые</h2>
          <ul class="plain saved">
            {READY.filter((one) => isSeen(one.reads)).map((one) => (
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
                {keeps && (
                  <button
                    class="button ghost"
                    type="button"
                    aria-label={`Убрать: ${one.name}`}
                    onClick={() => void tell("DELETE", one.name)}
                  >
                    ×
                  </button>
                )}
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
          <div ref={intoSight}>
            <Refused refusal={refusal} />
          </div>
        )}
        {answer !== null && (
          <Panel
            id="rows"
            title="Ответ"
            facts={[
              answer.rows.length > SHOWN
                ? `первые ${number(SHOWN)} строк; в файле — все`
                : counted(answer.rows.length, "строка", "строки", "строк"),
            ]}
            class="is-long"
            table={
              <RowsTable
                caption="Ответ"
                columns={answer.columns}
                rows={answer.rows.slice(0, SHOWN)}
                page={50}
                isWhole
              />
            }
          />
        )}
      </div>
    </Page>
  );
}

/** What went wrong may stand below the fold. */
function intoSight(told: Element | null): void {
  told?.scrollIntoView({ block: "nearest" });
}
