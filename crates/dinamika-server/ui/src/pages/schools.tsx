/** All schools by name. */

import { useMemo } from "preact/hooks";
import { useEntities } from "../api/use";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link } from "../route/router";
import { byName, schoolName } from "../words/names";

export default function Schools() {
  const entities = useEntities();
  return (
    <Page title="Школы" lead="Все школы реестра по муниципалитетам и названиям.">
      <When of={entities} lines={14}>
        {({ rows }) => <List rows={rows} />}
      </When>
    </Page>
  );
}

function List({
  rows,
}: {
  rows: readonly { level: string; entity: string; entity_name: string | null; municipality: string | null }[];
}) {
  const schools = useMemo(() => {
    const names = new Map(
      rows.filter((row) => row.level === "municipality").map((row) => [row.entity, row.entity_name ?? row.entity]),
    );
    return rows
      .filter((row) => row.level === "school")
      .map((row) => ({
        key: row.entity,
        name: schoolName(row.entity_name),
        at: row.municipality,
        municipality: names.get(row.municipality ?? "") ?? "",
      }))
      .sort((a, b) => byName(a.municipality, b.municipality) || byName(a.name, b.name));
  }, [rows]);
  return (
    <Panel
      id="schools"
      title="Реестр"
      source={{ path: "/entities", parameters: { level: "school" } }}
      class="is-long"
      table={
        <DataTable
          caption="Школы"
          words={["школа", "школы", "школ"]}
          rows={schools}
          page={100}
          rowKey={(row) => row.key}
          columns={[
            {
              id: "name",
              title: "Школа",
              isHead: true,
              isWide: true,
              key: (row) => row.name,
              cell: (row) => <Link href={`/schools/${row.key}`}>{row.name}</Link>,
            },
            {
              id: "municipality",
              title: "Муниципалитет",
              key: (row) => row.municipality,
              cell: (row) =>
                row.at === null ? (
                  <span class="quiet">не указан</span>
                ) : (
                  <Link href={`/municipalities/${row.at}`}>{row.municipality}</Link>
                ),
            },
            { id: "key", title: "Логин", key: (row) => row.key, cell: (row) => <code>{row.key}</code> },
          ]}
        />
      }
    />
  );
}
