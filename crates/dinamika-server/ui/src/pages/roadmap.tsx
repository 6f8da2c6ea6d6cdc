/** The road map: what is planned, when, by whose hand, and where dates quarrel. */

import { useMemo, useState } from "preact/hooks";
import { Refusal, fileAddress, take } from "../api/client";
import { useEntities, useTable } from "../api/use";
import { Chart } from "../charts/chart";
import { gantt, ganttHeight } from "../charts/gantt";
import { Facts } from "../parts/facts";
import { Filters, Select } from "../parts/fields";
import { Page } from "../parts/page";
import { Panel, save } from "../parts/panel";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { usePlace } from "../route/router";
import { useMay, useOwnMunicipality, useOwnPlaces } from "../shell/me";
import { periodTitle, periodsOf, shortDay } from "../words/dates";
import { byName } from "../words/names";
import { counted, number } from "../words/numbers";
import { PRECISION } from "../words/support";

interface Event {
  period: string;
  municipality_key: string | null;
  municipality_name: string | null;
  line: number;
  title: string;
  description: string | null;
  held_printed: string | null;
  starts: string | null;
  ends: string | null;
  precision: string | null;
  responsible_org: string | null;
  audience: string | null;
  evidence: string | null;
  documents: number | null;
  done: boolean | null;
  document_early: boolean | null;
  document_late: boolean | null;
  date_contradiction: boolean | null;
  shared_evidence: boolean | null;
}

export default function RoadMap() {
  const { query } = usePlace();
  const entities = useEntities();
  const municipalities = useMemo(
    () =>
      entities.state === "ready"
        ? entities.data.rows
            .filter((row) => row.level === "municipality")
            .sort((a, b) => byName(a.entity_name ?? "", b.entity_name ?? ""))
        : [],
    [entities],
  );
  const own = useOwnMunicipality();
  const ownPlaces = useOwnPlaces();
  const seesAll = useMay("regional");
  const municipality = query.get("municipality") ?? (own || (municipalities[0]?.entity ?? ""));
  const events = useTable<Event>(municipality === "" ? null : "road_map_events", { municipality_key: municipality });
  const rows = events.state === "ready" ? events.data.rows : [];
  const periods = useMemo(() => periodsOf(rows), [rows]);
  const period = periods.includes(query.get("period") ?? "") ? (query.get("period") ?? "") : (periods.at(-1) ?? "");
  const now = useMemo(
    () => rows.filter((row) => row.period === period).sort((a, b) => a.line - b.line),
    [rows, period],
  );
  const quarrels = now.filter((row) => row.date_contradiction === true).length;
  const offered = own === "" ? municipalities : municipalities.filter((one) => ownPlaces.includes(one.entity));
  const name = municipalities.find((row) => row.entity === municipality)?.entity_name ?? "";
  return (
    <Page
      title="Дорожная карта"
      lead="Что запланировано, что сделано и чем подтверждено; где даты документов спорят с датами мероприятий."
    >
      <Filters>
        <Select
          label="Муниципалитет"
          name="municipality"
          value={municipality}
          choices={offered.map((one) => ({ value: one.entity, title: one.entity_name ?? one.entity }))}
        />
        <Select
          label="Учебный год"
          name="period"
          value={period}
          choices={[...periods].reverse().map((one) => ({ value: one, title: periodTitle(one) }))}
        />
      </Filters>
      <Facts
        facts={[
          { name: "Мероприятий", value: number(now.length), note: name },
          { name: "Выполнено", value: number(now.filter((row) => row.done === true).length), note: "по отчётам" },
          {
            name: "С документом",
            value: number(now.filter((row) => (row.documents ?? 0) > 0).length),
            note: "хотя бы один документ",
          },
          {
            name: "Даты спорят",
            value: number(quarrels),
            note: quarrels === 0 ? "противоречий нет" : "проверьте эти строки",
          },
        ]}
      />
      <When of={events} lines={12}>
        {() =>
          now.length === 0 ? (
            <Empty title="Дорожной карты нет">
              {seesAll ? "За этот год она не загружена." : "Она не загружена или не видна вашей роли."}
            </Empty>
          ) : (
            <Shown rows={now} name={name} period={period} municipality={municipality} />
          )
        }
      </When>
    </Page>
  );
}

interface ShownProps {
  rows: readonly Event[];
  name: string;
  period: string;
  municipality: string;
}

function Shown({ rows, name, period, municipality }: ShownProps) {
  const data = useMemo(
    () => ({
      events: rows
        .filter((row) => (row.starts ?? row.ends) !== null)
        .map((row) => ({
          title: row.title,
          // A term has an end alone.
          starts: row.starts ?? row.ends ?? "",
          ends: row.ends ?? row.starts ?? "",
          precision: PRECISION[row.precision ?? ""] ?? row.precision ?? "неизвестна",
          printed: row.held_printed ?? "—",
          isContradicting: row.date_contradiction === true,
          isDone: row.done === true,
          note: row.date_contradiction === true ? quarrel(row) : "",
        }))
        .sort((a, b) => a.starts.localeCompare(b.starts)),
    }),
    [rows],
  );
  const source = { path: "/tables/road_map_events", parameters: { municipality_key: municipality, period } };
  const undated = rows.length - data.events.length;
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  // Named after whose and which year's it is: a folder holds many.
  const takeForm = async () => {
    const form = fileAddress(`${source.path}.xlsx`, {
      ...source.parameters,
      columns: FORM,
      sort: "line",
      labels: "full",
    });
    try {
      save(await take(form), `Дорожная карта, ${name}, ${period.replace("/", "-")}.xlsx`);
      setRefusal(null);
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Форма не сохранена", String(error)));
    }
  };
  const title = `Календарь: ${name}, ${periodTitle(period)}`;
  return (
    <Panel
      id="calendar"
      title={title}
      about="Точка — день или последний день срока, полоса — насколько точно известна дата: месяц или весь учебный год. Знак «!» — дата документа спорит с датой мероприятия."
      source={source}
      of={rows}
      facts={[
        counted(rows.length, "мероприятие", "мероприятия", "мероприятий"),
        undated === 0 ? null : `без понятной даты: ${undated}, они в таблице`,
      ]}
      class="is-long"
      tools={
        <button class="button" type="button" onClick={() => void takeForm()}>
          Форма в 8 столбцов
        </button>
      }
      chart={
        <Chart
          data={data}
          draw={gantt}
          height={ganttHeight(data)}
          label={`${title}. Мероприятий: ${rows.length}. Те же строки — в таблице.`}
        />
      }
      table={
        <DataTable
          caption={title}
          rows={rows}
          page={100}
          rowKey={(_, at) => String(at)}
          columns={[
            { id: "line", title: "№", isNumber: true, key: (row) => row.line, cell: (row) => row.line },
            {
              id: "title",
              title: "Мероприятие",
              isHead: true,
              isWide: true,
              key: (row) => row.title,
              cell: (row) => row.title,
            },
            {
              id: "printed",
              title: "Дата, как напечатана",
              key: (row) => row.held_printed,
              cell: (row) => row.held_printed ?? "—",
            },
            {
              id: "starts",
              title: "Понята как",
              key: (row) => row.starts ?? row.ends,
              cell: (row) => ((row.starts ?? row.ends) === null ? "—" : <span class="nowrap">{span(row)}</span>),
            },
            {
              id: "precision",
              title: "Точность",
              key: (row) => row.precision,
              cell: (row) => PRECISION[row.precision ?? ""] ?? "—",
            },
            {
              id: "done",
              title: "Выполнено",
              key: (row) => String(row.done),
              cell: (row) => (row.done === null ? "—" : row.done ? "да" : "нет"),
            },
            {
              id: "documents",
              title: "Документов",
              isNumber: true,
              key: (row) => row.documents,
              cell: (row) => number(row.documents ?? 0),
            },
            {
              id: "quarrel",
              title: "Противоречие",
              key: (row) => quarrel(row),
              cell: (row) =>
                row.date_contradiction === true ? <span class="verdict worse">! {quarrel(row)}</span> : "—",
            },
          ]}
        />
      }
    >
      {refusal !== null && <Refused refusal={refusal} />}
    </Panel>
  );
}

function span(row: Event): string {
  if (row.starts === null) return row.ends === null ? "" : `до ${shortDay(row.ends)}`;
  return row.ends === null || row.ends === row.starts
    ? shortDay(row.starts)
    : `${shortDay(row.starts)} — ${shortDay(row.ends)}`;
}

function quarrel(row: Event): string {
  if (row.document_early === true) return "документ раньше мероприятия";
  if (row.document_late === true) return "документ слишком поздно";
  return row.date_contradiction === true ? "даты спорят" : "";
}

/** The form municipalities report in, as the region's institute prescribes it; the headings are the mart's. */
const FORM = "region_code,municipality_name,title,description,held_printed,responsible_org,audience,evidence";
