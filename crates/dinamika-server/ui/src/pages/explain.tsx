/** «Почему такое число?»: formula, numerator and denominator, files, sheets and rows behind one value. */

import { useMemo } from "preact/hooks";
import { address } from "../api/client";
import type { Value } from "../api/rows";
import { useAnswer, useEntities, useIndicators, useValues } from "../api/use";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Bones, Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link, usePlace } from "../route/router";
import { ASKED, NARROWING } from "../route/why";
import { moment, periodTitle } from "../words/dates";
import { schoolName, testTitle } from "../words/names";
import { counted, interval, number, quantity } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { isNameless } from "./nameless";
import { Why } from "./why";

interface Explanation {
  indicator: { id: string; title: string; formula: string; unit: string; min_n: number; source: string | null };
  value: Value;
  exact: boolean;
  says: string;
  models: { name: string; title: string; file: string; reads: string[] }[];
  common: string[];
  sources: {
    table: string;
    title: string;
    rows: number;
    sheets: number;
    loaded_at: string | null;
    files: FileRows[];
  }[];
  schools: { school_ref: string; school_key: string | null; method: string | null }[];
  notes: string[];
}

interface FileRows {
  path: string;
  sheet: string;
  layout: string;
  rows: number;
  ranges: [number, number][];
  more_ranges: boolean;
  loaded_at: string | null;
  modified_at: string | null;
  rejected: number;
}

const NAMES = [...ASKED, "as_of"] as const;

export default function Explain() {
  const { query } = usePlace();
  return query.get("entity") === null ? <WhichNumber of={query.get("of")} /> : <Explained />;
}

/** The panel one came from shows many numbers: which of them? `of` are the places it is about. */
function WhichNumber({ of }: { of: string | null }) {
  const { query } = usePlace();
  const indicator = query.get("indicator");
  const indicators = useIndicators();
  const focus = Object.fromEntries(NARROWING.map((name) => [name, query.get(name)]));
  // Nobody chose: the fewest and largest numbers first.
  const level = of === null && focus["municipality"] === null ? (focus["level"] ?? "region") : focus["level"];
  const values = useValues(indicator, { ...focus, level, entity: of });
  const info = indicators.state === "ready" ? indicators.data.rows.find((row) => row.id === indicator) : undefined;
  const unit = info?.unit ?? "";
  const entities = useEntities();
  const around = useMemo(
    () => new Map(entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, one.entity_name]) : []),
    [entities],
  );
  const place = (row: Value) =>
    [schoolName(row.entity_name), row.level === "school" ? (around.get(row.municipality ?? "") ?? "") : ""]
      .filter(Boolean)
      .join(", ");
  if (indicator === null) {
    return (
      <Page title="Почему такое число?" lead="Число выбирают на странице показателя или панели: «Скачать», «Почему?».">
        <Link href="/indicators">Показатели</Link>
      </Page>
    );
  }
  return (
    <Page
      title="Почему такое число?"
      lead={`${info?.title ?? indicator}: выберите число, чтобы увидеть его формулу, слагаемые, файлы и строки.`}
    >
      <When of={values} lines={10}>
        {({ rows }) => (
          <Panel
            id="which"
            title="Какое число?"
            class="is-long"
            table={
              rows.every(isNameless) ? (
                <Empty title="Таких чисел нет">Для этого выбора значений нет или они вам не видны.</Empty>
              ) : (
                <DataTable
                  caption="Числа"
                  rows={rows.filter((row) => !isNameless(row))}
                  page={50}
                  rowKey={(_, at) => String(at)}
                  words={["число", "числа", "чисел"]}
                  columns={[
                    {
                      id: "name",
                      title: "Где",
                      isHead: true,
                      key: place,
                      cell: place,
                    },
                    {
                      id: "period",
                      title: "Кампания",
                      key: (row) => row.period,
                      cell: (row) => <span class="nowrap">{periodTitle(row.period)}</span>,
                    },
                    {
                      id: "test",
                      title: "Работа",
                      key: (row) => testTitle(row.subject, row.grade),
                      cell: (row) =>
                        [testTitle(row.subject, row.grade), row.task === null ? "" : `задание ${row.task}`]
                          .filter(Boolean)
                          .join(", ") || "—",
                    },
                    {
                      id: "value",
                      title: "Значение",
                      isNumber: true,
                      key: (row) => row.value,
                      cell: (row) => (row.value === null ? statusWords(row.status) || "—" : quantity(row.value, unit)),
                    },
                    {
                      id: "why",
                      title: "",
                      cell: (row) => <Why row={row} />,
                    },
                  ]}
                />
              )
            }
          />
        )}
      </When>
    </Page>
  );
}

function Explained() {
  const { query } = usePlace();
  const asked = Object.fromEntries(NAMES.map((name) => [name, query.get(name)]));
  const answer = useAnswer<Explanation>(address("/explain", asked));
  const title = "Почему такое число?";
  if (answer.state === "loading") return <Bones lines={12} />;
  // Asked too little for one number, or for none there is: those there are.
  if (answer.state === "refused" && [400, 404].includes(answer.refusal.status))
    return <WhichNumber of={query.get("entity")} />;
  if (answer.state === "refused") {
    return (
      <Page title={title} lead={`${asked["indicator"] ?? ""}, ${asked["entity"] ?? ""}, ${asked["period"] ?? ""}`}>
        <Refused refusal={answer.refusal} />
      </Page>
    );
  }
  const { indicator, value, says, models, sources, notes, exact } = answer.data;
  const where = [
    schoolName(value.entity_name),
    periodTitle(value.period),
    testTitle(value.subject, value.grade),
    value.task === null ? "" : `задание ${value.task}`,
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <Page
      title={title}
      lead={`${indicator.title}: ${where}.`}
      crumbs={[
        { title: "Показатели", href: "/indicators" },
        { title: indicator.title, href: `/indicators/${indicator.id}` },
      ]}
    >
      <Facts
        facts={[
          {
            name: "Значение",
            value: value.value === null ? statusWords(value.status) || "—" : quantity(value.value, indicator.unit),
            note:
              value.ci_low === null || value.ci_high === null
                ? undefined
                : `${interval(value.ci_low, value.ci_high, indicator.unit)}, 95 %`,
          },
          { name: "Числитель", value: value.num === null ? "—" : number(value.num) },
          { name: "Знаменатель", value: value.den === null ? "—" : number(value.den) },
          {
            name: "n",
            value: value.n === null ? "—" : number(value.n),
            note: `минимум для вывода: ${indicator.min_n}`,
          },
          { name: "Пересчёт", value: exact ? "сошёлся" : "не сошёлся", note: "из строк ниже" },
        ]}
      />
      <p class="note prose">
        Формула: {indicator.formula}.{indicator.source === null ? "" : ` Источник: ${indicator.source}.`}
      </p>
      <p class="note prose">{says}</p>
      {notes.map((note) => (
        <p key={note} class="note prose">
          {note}
        </p>
      ))}
      <div class="grid spaced">
        {sources.map((source) => (
          <Panel
            key={source.table}
            id={source.table}
            title={source.title}
            facts={[
              source.rows == null ? null : counted(source.rows, "строка", "строки", "строк"),
              `таблица ${source.table}`,
            ]}
            source={{ path: "/explain", parameters: asked }}
            loaded={source.loaded_at}
            class="is-long"
            table={
              source.files.length === 0 ? (
                <p class="note">
                  {counted(source.sheets, "лист", "листа", "листов")} выгрузок. Имена файлов и номера строк видны роли
                  «регион».
                </p>
              ) : (
                <DataTable
                  caption={source.title}
                  rows={source.files}
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
                    { id: "sheet", title: "Лист", cell: (row) => row.sheet },
                    {
                      id: "rows",
                      title: "Строк",
                      isNumber: true,
                      key: (row) => row.rows,
                      cell: (row) => number(row.rows),
                    },
                    {
                      id: "ranges",
                      title: "Строки листа",
                      cell: (row) =>
                        row.ranges.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ") +
                        (row.more_ranges ? " …" : ""),
                    },
                    {
                      id: "loaded",
                      title: "Загружен",
                      cell: (row) => (row.loaded_at === null ? "—" : moment(row.loaded_at)),
                    },
                  ]}
                />
              )
            }
          />
        ))}
        <Panel
          id="models"
          title="Через какие модели"
          table={
            <DataTable
              caption="Модели"
              rows={models}
              rowKey={(row) => row.name}
              columns={[
                { id: "title", title: "Модель", isHead: true, cell: (row) => row.title },
                { id: "file", title: "Файл", cell: (row) => <code>{row.file}</code> },
                {
                  id: "reads",
                  title: "Читает",
                  cell: (row) => <span class="small quiet">{row.reads.join(", ")}</span>,
                },
              ]}
            />
          }
        />
      </div>
    </Page>
  );
}
