/** Where tables, indicators and panels come from. */

import { address } from "../api/client";
import type { Answer } from "../api/rows";
import { useAnswer } from "../api/use";
import type { PageProps } from "../app";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link } from "../route/router";

interface Node {
  name: string;
  kind: string;
  title: string | null;
  file: string | null;
  reads: string[];
}

const KINDS: Readonly<Record<string, string>> = {
  export: "выгрузка",
  pipeline: "выгрузка",
  table: "таблица",
  model: "модель",
  view: "представление",
  mart: "витрина",
  indicator: "показатель",
  panel: "панель",
  reference: "справочник",
  builtin: "служебная",
  house: "служебная",
};

export default function Lineage({ id }: PageProps) {
  const all = useAnswer<Answer<Node>>(address(id === "" ? "/lineage" : `/lineage/${encodeURIComponent(id)}`));
  return (
    <Page
      title={id === "" ? "Происхождение" : `Происхождение: ${id}`}
      lead="От выгрузок через модели к показателям и панелям: из чего сделано и что сделано из этого."
      {...(id === "" ? {} : { crumbs: [{ title: "Происхождение", href: "/lineage" }] })}
    >
      <When of={all} lines={12}>
        {({ rows }) => (
          <div class="grid">
            {id !== "" && <Around id={id} rows={rows} />}
            <Panel
              id="nodes"
              title={id === "" ? "Все таблицы" : "Все на этом пути"}
              source={{ path: id === "" ? "/lineage" : `/lineage/${id}` }}
              class="is-long"
              table={
                rows.length === 0 ? (
                  <Empty title="Ничего нет" />
                ) : (
                  <DataTable
                    caption="Происхождение"
                    rows={rows}
                    page={100}
                    rowKey={(row) => `${row.kind}${row.name}`}
                    columns={[
                      {
                        id: "kind",
                        title: "Что",
                        key: (row) => KINDS[row.kind] ?? row.kind,
                        cell: (row) => <span class="quiet">{KINDS[row.kind] ?? row.kind}</span>,
                      },
                      {
                        id: "name",
                        title: "Имя",
                        isHead: true,
                        key: (row) => row.name,
                        cell: (row) => <Link href={`/lineage/${encodeURIComponent(row.name)}`}>{row.name}</Link>,
                      },
                      { id: "title", title: "Название", key: (row) => row.title, cell: (row) => row.title ?? "" },
                      {
                        id: "reads",
                        title: "Сделана из",
                        isWide: true,
                        key: (row) => row.reads.join(" "),
                        cell: (row) => <Links names={row.reads} />,
                      },
                      {
                        id: "file",
                        title: "Файл проекта",
                        key: (row) => row.file,
                        cell: (row) => (row.file === null ? "" : <code class="small">{row.file}</code>),
                      },
                    ]}
                  />
                )
              }
            />
          </div>
        )}
      </When>
    </Page>
  );
}

function Around({ id, rows }: { id: string; rows: readonly Node[] }) {
  const own = rows.find((row) => row.name === id);
  const readers = rows.filter((row) => row.reads.includes(id)).map((row) => row.name);
  return (
    <Panel
      id="around"
      title={own?.title ?? id}
      table={
        <div class="flow">
          <section>
            <h3>Сделана из</h3>
            <Links names={own?.reads ?? []} />
          </section>
          <section class="is-own">
            <h3>{KINDS[own?.kind ?? ""] ?? own?.kind}</h3>
            <code>{id}</code>
          </section>
          <section>
            <h3>Из неё сделаны</h3>
            <Links names={readers} />
          </section>
        </div>
      }
    />
  );
}

function Links({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span class="quiet">—</span>;
  return (
    <ul class="plain inline">
      {names.map((name) => (
        <li key={name}>
          <Link href={`/lineage/${encodeURIComponent(name)}`}>{name}</Link>
        </li>
      ))}
    </ul>
  );
}
