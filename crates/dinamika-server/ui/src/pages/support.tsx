/** ШНОР and «500+»: which schools are helped, with what risks, what became of them. */

import { useMemo, useState } from "preact/hooks";
import { useEntities, useTable, useValues } from "../api/use";
import { Facts } from "../parts/facts";
import { Filters, Select } from "../parts/fields";
import { Fold } from "../parts/fold";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link, usePlace } from "../route/router";
import { periodTitle, periodsOf } from "../words/dates";
import { byName, plainSchoolName, shortPlace } from "../words/names";
import { counted, number } from "../words/numbers";
import { LISTS, type Proof, RISK_ORDER, RISK_STATES, SIGNIFICANCE, isOverdue, proofOf } from "../words/support";

interface Listed {
  period: string;
  list: string;
  school_key: string | null;
  school_name: string | null;
  municipality_key: string | null;
  municipality_name: string | null;
  tier_title: string | null;
  document: string | null;
}

interface Risk extends Proof {
  period: string;
  school_key: string | null;
  school_name: string | null;
  municipality_key: string | null;
  risk_title: string | null;
  printed: string;
  significance: string | null;
}

export default function Support() {
  const lists = useTable<Listed>("shnor_list");
  const risks = useTable<Risk>("risk_board");
  // Lists are for municipalities; a school sees its risks.
  const seesLists = lists.state !== "refused";
  const { query } = usePlace();
  const listed = lists.state === "ready" ? lists.data.rows : [];
  const known = risks.state === "ready" ? risks.data.rows : [];
  // The region's numbers tell which lists are loaded: a municipality may have no school in any.
  const counts = useValues(lists.state === "ready" ? "shnor.count" : null, { level: "region" });
  const loaded = counts.state === "ready" ? counts.data.rows : [];
  const isLoaded = (year: string | undefined) => loaded.some((row) => row.period === year);
  const periods = useMemo(() => periodsOf([...listed, ...known, ...loaded]), [listed, known, loaded]);
  const period = query.get("period") ?? periods.at(-1) ?? "";
  const last = periods[periods.indexOf(period) - 1];
  const now = useMemo(
    () =>
      listed
        .filter((row) => row.period === period)
        .sort(
          (a, b) =>
            byName(a.municipality_name ?? "", b.municipality_name ?? "") ||
            byName(plainSchoolName(a.school_name), plainSchoolName(b.school_name)),
        ),
    [listed, period],
  );
  const risksNow = useMemo(() => known.filter((row) => row.period === period), [known, period]);
  const before = new Set(
    listed.filter((row) => row.period === last && row.list === "shnor").map((row) => row.school_key),
  );
  const shnor = now.filter((row) => row.list === "shnor");
  const left = [...before].filter((key) => !shnor.some((row) => row.school_key === key)).length;
  return (
    <Page
      title="ШНОР и «500+»"
      lead="Каким школам нужна адресная поддержка: списки, уровни, факторы риска и их состояние."
    >
      {periods.length > 0 && (
        <Filters>
          <Select
            label="Учебный год"
            name="period"
            value={period}
            choices={[...periods].reverse().map((one) => ({ value: one, title: periodTitle(one) }))}
          />
        </Filters>
      )}
      <Facts
        facts={[
          ...(seesLists
            ? [
                { name: "ШНОР", value: number(shnor.length), note: "школ в списке" },
                {
                  name: "«500+»",
                  value: number(now.filter((row) => row.list === "project500").length),
                  note: "школ в проекте",
                },
                {
                  name: "Вышли из ШНОР",
                  value: before.size === 0 ? "—" : number(left),
                  note:
                    before.size === 0
                      ? isLoaded(last)
                        ? "ваших школ в прошлом списке нет"
                        : "прошлого списка нет"
                      : `из ${number(before.size)} годом раньше`,
                },
              ]
            : []),
          {
            name: "Факторы риска",
            value: number(risksNow.length),
            note: `закрыто: ${number(risksNow.filter((row) => row.state === "closed").length)}`,
          },
        ]}
      />
      <div class="grid">
        <Board risks={risksNow} state={risks} />
        {seesLists && (
          <Panel
            id="list"
            title="Школы в списках"
            source={{ path: "/tables/shnor_list", parameters: { period } }}
            of={now}
            facts={[counted(now.length, "запись", "записи", "записей"), "порядок — по названию"]}
            class="is-long"
            table={
              <When of={lists} lines={8}>
                {() =>
                  now.length === 0 ? (
                    isLoaded(period) ? (
                      <Empty title={`Ваших школ в списках ${periodTitle(period)} нет`} />
                    ) : (
                      <Empty title="Списков нет">За этот год списки не загружены.</Empty>
                    )
                  ) : (
                    <DataTable
                      caption="Школы в списках"
                      rows={now}
                      page={25}
                      rowKey={(_, at) => String(at)}
                      columns={[
                        {
                          id: "municipality",
                          title: "Муниципалитет",
                          key: (row) => row.municipality_name,
                          cell: (row) =>
                            row.municipality_key === null ? (
                              (row.municipality_name ?? "—")
                            ) : (
                              <Link href={`/municipalities/${row.municipality_key}`}>
                                {row.municipality_name ?? row.municipality_key}
                              </Link>
                            ),
                        },
                        {
                          id: "school",
                          title: "Школа",
                          isHead: true,
                          isWide: true,
                          key: (row) => plainSchoolName(row.school_name),
                          cell: (row) =>
                            row.school_key === null ? (
                              plainSchoolName(row.school_name)
                            ) : (
                              <Link href={`/schools/${row.school_key}`}>{plainSchoolName(row.school_name)}</Link>
                            ),
                        },
                        {
                          id: "list",
                          title: "Список",
                          key: (row) => row.list,
                          cell: (row) => LISTS[row.list] ?? row.list,
                        },
                        {
                          id: "tier",
                          title: "Уровень",
                          key: (row) => row.tier_title,
                          cell: (row) => row.tier_title ?? "—",
                        },
                        {
                          id: "document",
                          title: "Основание",
                          key: (row) => row.document,
                          cell: (row) => <span class="small quiet">{row.document ?? "—"}</span>,
                        },
                      ]}
                    />
                  )
                }
              </When>
            }
          />
        )}
      </div>
    </Page>
  );
}

/** Schools down, states across: what is known, what is proven, what is being done, what is closed. */
function Board({ risks, state }: { risks: readonly Risk[]; state: Parameters<typeof When<unknown>>[0]["of"] }) {
  const entities = useEntities();
  const names = useMemo(
    () => new Map(entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, one.entity_name]) : []),
    [entities],
  );
  const today = new Date().toISOString().slice(0, 10);
  const overdue = risks.filter((row) => isOverdue(row, today)).length;
  return (
    <Panel
      id="board"
      title="Доска рисков"
      about="Каждый фактор стоит в столбце своего состояния; рядом — значимость, чем подтверждён и к какому сроку."
      source={{ path: "/tables/risk_board" }}
      of={risks}
      facts={[
        counted(risks.length, "фактор", "фактора", "факторов"),
        overdue === 0 ? null : `срок прошёл, а не закрыто: ${overdue}`,
      ]}
      class="is-long"
      table={
        <When of={state} lines={8}>
          {() =>
            risks.length === 0 ? (
              <Empty title="Факторов риска нет">
                У школ, которые вам видны, рисковых профилей за этот год не прислали.
              </Empty>
            ) : (
              <div class="board">
                {RISK_ORDER.map((one) => (
                  <Risks
                    key={one}
                    title={RISK_STATES[one] ?? one}
                    risks={risks.filter((row) => row.state === one)}
                    names={names}
                    today={today}
                  />
                ))}
              </div>
            )
          }
        </When>
      }
    />
  );
}

/** Risks of a state that stand open at once. */
const OPEN = 6;

interface RisksProps {
  title: string;
  risks: readonly Risk[];
  /** Names of municipalities. */
  names: ReadonlyMap<string, string | null>;
  today: string;
}

function Risks({ title, risks, names, today }: RisksProps) {
  const [most, setMost] = useState(OPEN);
  const sorted = useMemo(
    () => [...risks].sort((a, b) => byName(plainSchoolName(a.school_name), plainSchoolName(b.school_name))),
    [risks],
  );
  return (
    <section aria-label={title}>
      <h3>
        {title} <span class="quiet">{risks.length}</span>
      </h3>
      <ul class="plain">
        {sorted.slice(0, most).map((row, at) => (
          <li key={at}>
            {row.school_key === null ? (
              <strong>{plainSchoolName(row.school_name)}</strong>
            ) : (
              <Link href={`/schools/${row.school_key}`}>{plainSchoolName(row.school_name)}</Link>
            )}
            <p class="small quiet">{shortPlace(names.get(row.municipality_key ?? "") ?? "")}</p>
            <p>{row.risk_title ?? row.printed}</p>
            <p class="small quiet">значимость: {SIGNIFICANCE[row.significance ?? ""] ?? "не указана"}</p>
            <p class="small quiet">{proofOf(row)}</p>
            {row.due !== null && (
              <p class="small">
                срок: {row.due}
                {isOverdue(row, today) && (
                  <>
                    {" "}
                    <span class="verdict worse">срок прошёл</span>
                  </>
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
      <Fold
        all={risks.length}
        most={most}
        onMore={() => setMost(Infinity)}
        words={["фактора", "факторов", "факторов"]}
      />
    </section>
  );
}
