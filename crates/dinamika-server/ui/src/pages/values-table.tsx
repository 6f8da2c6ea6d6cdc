/** Rows of values as they are. */

import { useMemo } from "preact/hooks";
import type { IndicatorInfo, Level, Value } from "../api/rows";
import { useValues } from "../api/use";
import { Panel } from "../parts/panel";
import { When } from "../parts/states";
import { DataTable, type TableColumn } from "../parts/table";
import { Link } from "../route/router";
import { periodOrder, periodTitle } from "../words/dates";
import { byName, schoolName, testTitle } from "../words/names";
import { interval, number, quantity } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { isOfCampaigns, sliceWords } from "./choice";
import { isNameless } from "./nameless";
import { Why } from "./why";

/** What of an indicator is looked at. */
export interface ValuesFocus {
  period: string;
  subject: string | null;
  grade: string | null;
  task: string | null;
}

interface AskedProps {
  info: IndicatorInfo;
  level: Exclude<Level, "region">;
  focus: ValuesFocus;
  about: string;
  names: ReadonlyMap<string, string>;
}

interface GivenProps {
  info: IndicatorInfo;
  rows: readonly Value[];
  /** The rows are of several places. */
  withPlace?: boolean;
}

export function ValuesTable(props: AskedProps | GivenProps) {
  return "rows" in props ? <Given {...props} /> : <Asked {...props} />;
}

function Given({ info, rows, withPlace = false }: GivenProps) {
  const sorted = useMemo(() => [...rows].sort((a, b) => periodOrder(a.period) - periodOrder(b.period)), [rows]);
  const place: TableColumn<Value> = {
    id: "name",
    title: "Название",
    isHead: true,
    key: (row) => schoolName(row.entity_name),
    cell: (row) => schoolName(row.entity_name),
  };
  const all = withPlace ? [place, ...columns(info, rows)] : columns(info, rows);
  return <DataTable caption={info.title} rows={sorted} rowKey={(_, at) => String(at)} columns={all} />;
}

function Asked({ info, level, focus, about, names }: AskedProps) {
  const values = useValues(info.id, { level, ...focus });
  const base = level === "school" ? "/schools" : "/municipalities";
  const rows = useMemo(
    () =>
      values.state === "ready"
        ? [...values.data.rows].sort(
            (a, b) => Number(isNameless(a)) - Number(isNameless(b)) || byName(placeName(a, names), placeName(b, names)),
          )
        : [],
    [values, names],
  );
  const place: TableColumn<Value>[] = [
    {
      id: "name",
      title: level === "school" ? "Школа" : "Муниципалитет",
      isHead: true,
      key: (row) => schoolName(row.entity_name),
      cell: (row) =>
        isNameless(row) ? (
          schoolName(row.entity_name)
        ) : (
          <Link href={`${base}/${row.entity}`}>{schoolName(row.entity_name)}</Link>
        ),
    },
    ...(level === "school"
      ? [
          {
            id: "at",
            title: "Муниципалитет",
            key: (row: Value) => names.get(row.municipality ?? "") ?? "",
            cell: (row: Value) => names.get(row.municipality ?? "") ?? "—",
          },
        ]
      : []),
  ];
  return (
    <Panel
      id="values"
      title={level === "school" ? "Школы" : "Муниципалитеты"}
      about={[about, periodTitle(focus.period), "порядок — по названию"].filter(Boolean).join(", ")}
      source={{ path: `/indicators/${info.id}/values`, parameters: { level, ...focus } }}
      of={rows}
      facts={[`строк: ${number(rows.length)}`]}
      class="is-long"
      table={
        <When of={values} lines={10}>
          {() => (
            <DataTable
              caption={info.title}
              rows={rows}
              rowKey={(row, at) => `${row.entity}${at}`}
              columns={[...place, ...columns(info, rows).slice(2)]}
            />
          )}
        </When>
      }
    />
  );
}

function placeName(row: Value, names: ReadonlyMap<string, string>): string {
  return `${row.level === "school" ? (names.get(row.municipality ?? "") ?? "") : ""} ${schoolName(row.entity_name)}`;
}

/** Who came of those expected; of one school its pupils, of others their schools too. */
function covered(row: Value): string {
  const of = (received?: number | null, expected?: number | null) =>
    received == null || !expected ? "" : `${number(received)} из ${number(expected)}`;
  const pupils = of(row.pupils_received, row.pupils_expected);
  const schools = row.level === "school" ? "" : of(row.schools_received, row.schools_expected);
  return [schools && `школ ${schools}`, pupils && `учеников ${pupils}`].filter(Boolean).join(", ") || "—";
}

/** Numerator and denominator stand where somebody sees them. */
function columns(info: IndicatorInfo, rows: readonly Value[]): TableColumn<Value>[] {
  const parts = rows.some((row) => row.num !== null || row.den !== null);
  return every(info).filter((column) => parts || !["num", "den"].includes(column.id));
}

function every(info: IndicatorInfo): TableColumn<Value>[] {
  return [
    {
      id: "period",
      title: isOfCampaigns(info) ? "Кампания" : "Учебный год",
      isHead: true,
      key: (row) => periodOrder(row.period),
      cell: (row) => periodTitle(row.period),
    },
    {
      id: "test",
      title: isOfCampaigns(info) ? "Работа" : "Разрез",
      key: (row) => testTitle(row.subject, row.grade),
      cell: (row) =>
        [testTitle(row.subject, row.grade), row.task === null ? "" : sliceWords(info, row.task)]
          .filter(Boolean)
          .join(", ") || "—",
    },
    {
      id: "num",
      title: "Числитель",
      isNumber: true,
      key: (row) => row.num,
      cell: (row) => (row.num === null ? "—" : number(row.num, Number.isInteger(row.num) ? 0 : 1)),
    },
    {
      id: "den",
      title: "Знаменатель",
      isNumber: true,
      key: (row) => row.den,
      cell: (row) => (row.den === null ? "—" : number(row.den, Number.isInteger(row.den) ? 0 : 1)),
    },
    { id: "n", title: "n", isNumber: true, key: (row) => row.n, cell: (row) => (row.n === null ? "—" : number(row.n)) },
    { id: "covered", title: "Охват", cell: covered },
    {
      id: "value",
      title: info.title,
      isNumber: true,
      key: (row) => row.value,
      cell: (row) =>
        row.value === null ? (
          <span class="quiet">{statusWords(row.status) || "—"}</span>
        ) : (
          quantity(row.value, info.unit)
        ),
    },
    {
      id: "ci",
      title: "Интервал 95 %",
      cell: (row) =>
        row.ci_low === null || row.ci_high === null ? (
          "—"
        ) : (
          <span class="nowrap">{interval(row.ci_low, row.ci_high, info.unit)}</span>
        ),
    },
    {
      id: "why",
      title: <span class="visually-hidden">Почему такое число</span>,
      cell: (row) => <Why row={row} />,
    },
  ];
}
