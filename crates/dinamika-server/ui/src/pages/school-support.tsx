/** What is known of a school beyond tests: support lists, risks, part in events. */

import { useTable } from "../api/use";
import { Panel } from "../parts/panel";
import { DataTable } from "../parts/table";
import { periodTitle } from "../words/dates";
import { counted } from "../words/numbers";
import { LISTS, type Proof, RISK_STATES, ROLES, SIGNIFICANCE, proofOf } from "../words/support";

interface Listed {
  period: string;
  list: string;
  tier_title: string | null;
  document: string | null;
}

interface Risk extends Proof {
  period: string;
  risk_title: string | null;
  printed: string;
  significance: string | null;
}

interface Part {
  period: string;
  event: string;
  role: string;
  degree: string | null;
}

const records = (rows: readonly unknown[]) => counted(rows.length, "запись", "записи", "записей");

export function SchoolSupport({ entity }: { entity: string }) {
  const asked = { school_key: entity };
  const lists = useTable<Listed>("shnor_list", asked);
  const risks = useTable<Risk>("risk_board", asked);
  const parts = useTable<Part>("event_roles", asked);
  const [inLists, ofRisks, inEvents] = [lists, risks, parts].map((one) =>
    one.state === "ready" ? one.data.rows : [],
  ) as [Listed[], Risk[], Part[]];
  if (inLists.length + ofRisks.length + inEvents.length === 0) return null;
  return (
    <div class="grid spaced">
      {inLists.length > 0 && (
        <Panel
          id="lists"
          title="В списках поддержки"
          source={{ path: "/tables/shnor_list", parameters: asked }}
          of={inLists}
          facts={[records(inLists)]}
          table={
            <DataTable
              caption="В списках поддержки"
              rows={inLists}
              rowKey={(row, at) => `${row.period}${at}`}
              columns={[
                { id: "period", title: "Год", isHead: true, cell: (row) => periodTitle(row.period) },
                { id: "list", title: "Список", cell: (row) => LISTS[row.list] ?? row.list },
                { id: "tier", title: "Уровень", cell: (row) => row.tier_title ?? "—" },
                { id: "document", title: "Основание", cell: (row) => row.document ?? "—" },
              ]}
            />
          }
        />
      )}
      {ofRisks.length > 0 && (
        <Panel
          id="risks"
          title="Факторы риска"
          source={{ path: "/tables/risk_board", parameters: asked }}
          of={ofRisks}
          facts={[records(ofRisks)]}
          table={
            <DataTable
              caption="Факторы риска"
              rows={ofRisks}
              rowKey={(row, at) => `${row.period}${at}`}
              columns={[
                { id: "period", title: "Год", cell: (row) => periodTitle(row.period) },
                { id: "risk", title: "Фактор", isHead: true, cell: (row) => row.risk_title ?? row.printed },
                { id: "weight", title: "Значимость", cell: (row) => SIGNIFICANCE[row.significance ?? ""] ?? "—" },
                { id: "state", title: "Состояние", cell: (row) => RISK_STATES[row.state ?? ""] ?? "—" },
                { id: "proof", title: "Подтверждение", isWide: true, cell: proofOf },
                { id: "due", title: "Срок", cell: (row) => row.due ?? "—" },
              ]}
            />
          }
        />
      )}
      {inEvents.length > 0 && (
        <Panel
          id="events"
          class="is-long"
          title="Участие в мероприятиях"
          source={{ path: "/tables/event_roles", parameters: asked }}
          of={inEvents}
          facts={[records(inEvents)]}
          table={
            <DataTable
              caption="Участие в мероприятиях"
              rows={inEvents}
              page={10}
              rowKey={(row, at) => `${row.event}${at}`}
              columns={[
                { id: "period", title: "Год", key: (row) => row.period, cell: (row) => periodTitle(row.period) },
                {
                  id: "event",
                  title: "Мероприятие",
                  isHead: true,
                  isWide: true,
                  key: (row) => row.event,
                  cell: (row) => row.event,
                },
                {
                  id: "role",
                  title: "Роль",
                  key: (row) => row.role,
                  cell: (row) => [ROLES[row.role] ?? row.role, row.degree].filter(Boolean).join(", "),
                },
              ]}
            />
          }
        />
      )}
    </div>
  );
}
