/** Every indicator with its definition. */

import { useIndicators } from "../api/use";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link } from "../route/router";
import { byName, levelTitle } from "../words/names";
import { GROUPS, groupOf } from "../words/groups";

const DIRECTION = { up: "больше — лучше", down: "меньше — лучше", neutral: "без направления" } as const;

export default function Indicators() {
  const indicators = useIndicators();
  return (
    <Page title="Показатели" lead="Что измеряется, по какой формуле и с какого числа участников делается вывод.">
      <When of={indicators} lines={12}>
        {({ rows }) => (
          <Panel
            id="indicators"
            title="Определения"
            source={{ path: "/indicators" }}
            class="is-long"
            table={
              <DataTable
                caption="Показатели"
                page={200}
                words={["показатель", "показателя", "показателей"]}
                rows={[...rows].sort((a, b) => groupOf(a.id) - groupOf(b.id) || byName(a.title, b.title))}
                rowKey={(row) => row.id}
                columns={[
                  {
                    id: "group",
                    title: "Мониторинг",
                    key: (row) => GROUPS[groupOf(row.id)]?.title ?? "",
                    cell: (row) => <span class="quiet">{GROUPS[groupOf(row.id)]?.title}</span>,
                  },
                  {
                    id: "title",
                    title: "Показатель",
                    isHead: true,
                    key: (row) => row.title,
                    cell: (row) => <Link href={`/indicators/${row.id}`}>{row.title}</Link>,
                  },
                  {
                    id: "formula",
                    title: "Формула",
                    isWide: true,
                    key: (row) => row.formula,
                    cell: (row) => <span class="quiet small">{row.formula}</span>,
                  },
                  { id: "unit", title: "Единица", cell: (row) => row.unit },
                  {
                    id: "direction",
                    title: "Направление",
                    cell: (row) => <span class="nowrap">{DIRECTION[row.direction]}</span>,
                  },
                  { id: "n", title: "n для вывода", isNumber: true, key: (row) => row.min_n, cell: (row) => row.min_n },
                  {
                    id: "levels",
                    title: "Уровни",
                    cell: (row) => <span class="small quiet">{row.levels.map(levelTitle).join(", ")}</span>,
                  },
                ]}
              />
            }
          />
        )}
      </When>
    </Page>
  );
}
