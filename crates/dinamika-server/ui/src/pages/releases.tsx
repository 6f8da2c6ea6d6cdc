/** Published releases, and what changed from one to the next. */

import { address } from "../api/client";
import type { Answer, ReleaseInfo, Row } from "../api/rows";
import { useAnswer, useIndicators } from "../api/use";
import type { PageProps } from "../app";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link } from "../route/router";
import { useMay } from "../shell/me";
import { moment } from "../words/dates";
import { counted, number } from "../words/numbers";

export default function Releases({ id }: PageProps) {
  return id.includes("..") ? <Differences pair={id} /> : <All />;
}

function All() {
  const releases = useAnswer<Answer<ReleaseInfo>>("/api/v1/releases");
  const compares = useMay("regional");
  return (
    <Page
      title="Выпуски"
      lead={
        compares
          ? "Каждый выпуск — неизменный набор версий всех таблиц. Ссылка с as_of вернёт числа того выпуска и через год."
          : "Каждый выпуск — неизменный набор версий всех таблиц. Вы видите последний."
      }
    >
      <When of={releases} lines={8}>
        {({ rows }) => (
          <Panel
            id="releases"
            title="Опубликованные"
            source={{ path: "/releases" }}
            class="is-long"
            table={
              <DataTable
                caption="Выпуски"
                rows={rows}
                rowKey={(row) => String(row.id)}
                words={["выпуск", "выпуска", "выпусков"]}
                columns={[
                  { id: "id", title: "Выпуск", isHead: true, key: (row) => row.id, cell: (row) => number(row.id) },
                  {
                    id: "at",
                    title: "Опубликован",
                    key: (row) => row.published_at,
                    cell: (row) => moment(row.published_at),
                  },
                  {
                    id: "tests",
                    title: "Проверки",
                    cell: (row) =>
                      `${row.tests.passed} пройдено, ${counted(row.tests.warnings, "предупреждение", "предупреждения", "предупреждений")}`,
                  },
                  {
                    id: "schools",
                    title: "Школ с данными",
                    isNumber: true,
                    cell: (row) =>
                      number(Number((row.coverage as Record<string, unknown>)["schools_with_values"] ?? 0)),
                  },
                  {
                    id: "note",
                    title: "Примечание",
                    isWide: true,
                    cell: (row) =>
                      row.republished_from == null
                        ? (row.note ?? "")
                        : `повтор выпуска ${row.republished_from}. ${row.note ?? ""}`,
                  },
                  ...(compares
                    ? [
                        {
                          id: "diff",
                          title: "Что изменилось",
                          cell: (row: ReleaseInfo) => {
                            const before = rows.find((other) => other.id < row.id);
                            return before === undefined ? (
                              <span class="quiet">первый</span>
                            ) : (
                              <Link href={`/releases/${before.id}..${row.id}`}>с выпуска {before.id}</Link>
                            );
                          },
                        },
                      ]
                    : []),
                ]}
              />
            }
          />
        )}
      </When>
    </Page>
  );
}

interface Diff {
  tables: { table?: string; name?: string }[];
  indicators: { indicator: string; changed: number; added: number; removed: number; largest: number | null }[];
  columns: string[];
  rows: Row[];
}

function Differences({ pair }: { pair: string }) {
  const diff = useAnswer<Diff>(address(`/releases/${pair}`));
  const indicators = useIndicators();
  const [before, after] = pair.split("..");
  const infos = new Map(indicators.state === "ready" ? indicators.data.rows.map((one) => [one.id, one]) : []);
  return (
    <Page title={`Что изменилось: выпуск ${before} → ${after}`} crumbs={[{ title: "Выпуски", href: "/releases" }]}>
      <When of={diff} lines={10}>
        {({ indicators: changed, columns, rows }) => (
          <div class="grid">
            <Panel
              id="indicators"
              title="По показателям"
              table={
                changed.length === 0 ? (
                  <Empty title="Значения не изменились" />
                ) : (
                  <DataTable
                    caption="По показателям"
                    rows={changed}
                    rowKey={(row) => row.indicator}
                    columns={[
                      {
                        id: "indicator",
                        title: "Показатель",
                        isHead: true,
                        key: (row) => infos.get(row.indicator)?.title ?? row.indicator,
                        cell: (row) => (
                          <Link href={`/indicators/${row.indicator}`}>
                            {infos.get(row.indicator)?.title ?? row.indicator}
                          </Link>
                        ),
                      },
                      {
                        id: "changed",
                        title: "Изменено",
                        isNumber: true,
                        key: (row) => row.changed,
                        cell: (row) => number(row.changed),
                      },
                      {
                        id: "added",
                        title: "Добавлено",
                        isNumber: true,
                        key: (row) => row.added,
                        cell: (row) => number(row.added),
                      },
                      {
                        id: "removed",
                        title: "Убрано",
                        isNumber: true,
                        key: (row) => row.removed,
                        cell: (row) => number(row.removed),
                      },
                      {
                        id: "largest",
                        title: "Самое большое изменение",
                        isNumber: true,
                        key: (row) => row.largest,
                        cell: (row) => (row.largest === null ? "—" : number(row.largest, 1)),
                      },
                    ]}
                  />
                )
              }
            />
            {rows.length > 0 && (
              <Panel
                id="rows"
                title="Значения"
                about="Крупные изменения первыми."
                source={{ path: `/releases/${pair}` }}
                class="is-long"
                table={<RowsTable caption="Значения" columns={columns} rows={rows} indicators={infos} />}
              />
            )}
          </div>
        )}
      </When>
    </Page>
  );
}
