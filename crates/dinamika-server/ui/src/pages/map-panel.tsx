/** Municipalities on the project's map: in words, signs and colour what became of each since the last campaign. */

import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo, Value } from "../api/rows";
import { useAnswer, useChanges, useValues } from "../api/use";
import { AreaMap, type AreaLook } from "../charts/map";
import { Panel } from "../parts/panel";
import { DataTable } from "../parts/table";
import { ChangeWords, VerdictMark, VerdictReason } from "../parts/verdict";
import { Link } from "../route/router";
import { useMay } from "../shell/me";
import { periodTitle } from "../words/dates";
import type { Outlines } from "../words/outlines";
import { byName, testTitle } from "../words/names";
import { number, quantity } from "../words/numbers";
import { type Tone, kindWords, statusWords, toneOf, verdictSign, verdictWords } from "../words/verdicts";

interface MapProps {
  info: IndicatorInfo;
  period: string | null;
  kind: string;
  subject: string | null;
  grade: string | null;
  names: ReadonlyMap<string, string>;
}

interface Shown {
  key: string;
  name: string;
  value: Value | undefined;
  change: Change | undefined;
  tone: Tone | "none";
}

const LEGEND: readonly { tone: Tone | "none"; title: string }[] = [
  { tone: "better", title: "улучшение" },
  { tone: "worse", title: "ухудшение" },
  { tone: "plain", title: "изменение" },
  { tone: "noise", title: "в пределах случайных колебаний" },
  { tone: "few", title: "слишком мало данных" },
  { tone: "silent", title: "вывод не делается" },
  { tone: "broken", title: "несопоставимо" },
  { tone: "none", title: "не писали или скрыто" },
];

/** Nothing where the project has no map: the tables below tell the same. */
export function MapPanel({ info, period, kind, subject, grade, names }: MapProps) {
  const map = useAnswer<Outlines>("/api/v1/map");
  const seesAll = useMay("regional");
  const isKnown = map.state === "ready" && period !== null;
  const asked = { level: "municipality", period, subject, grade };
  const values = useValues(isKnown ? info.id : null, asked);
  const changes = useChanges(isKnown ? info.id : null, { ...asked, kind });
  const rows = useMemo<Shown[]>(() => {
    if (map.state !== "ready" || values.state !== "ready") return [];
    const valueOf = new Map(values.data.rows.map((row) => [row.entity, row]));
    const changeOf = new Map(changes.state === "ready" ? changes.data.rows.map((row) => [row.entity, row]) : []);
    const all = map.data.features.map(({ properties: { entity } }): Shown => {
      const [value, change] = [valueOf.get(entity), changeOf.get(entity)];
      const tone =
        value?.value == null ? "none" : change === undefined ? "silent" : toneOf(change.verdict, info.direction);
      return { key: entity, name: names.get(entity) ?? entity, value, change, tone };
    });
    return all.sort((a, b) => byName(a.name, b.name));
  }, [map, values, changes, names]);
  const looks = useMemo(
    () =>
      new Map<string, AreaLook>(
        rows.map((row) => [row.key, { tone: row.tone, sign: sign(row), label: told(row, info) }]),
      ),
    [rows],
  );
  if (map.state !== "ready" || rows.length === 0) return null;
  const test = testTitle(subject, grade === null ? null : Number(grade));
  const isScoped = !seesAll && rows.some((row) => row.value === undefined);
  const counted = LEGEND.map((one) => ({
    ...one,
    title: one.tone === "none" && isScoped ? "не ваши, не писали или скрыто" : one.title,
    count: rows.filter((row) => row.tone === one.tone).length,
  }));
  return (
    <Panel
      id="map"
      title={`Карта: ${test}`}
      about={`${info.title}, ${periodTitle(period ?? "")}, ${kindWords(kind)}. Муниципалитет открывается нажатием; знак повторяет цвет.`}
      source={{ path: `/indicators/${info.id}/dynamics`, parameters: { ...asked, kind } }}
      of={values.state === "ready" ? values.data.rows : []}
      facts={[`муниципалитетов: ${number(rows.length)}`]}
      chart={
        <>
          <AreaMap
            outlines={map.data}
            looks={looks}
            label={`Карта муниципалитетов. ${counted.map((one) => `${one.title}: ${one.count}`).join(", ")}. Те же строки — в таблице.`}
            href={(key) => `/municipalities/${key}`}
          />
          <ul class="plain map-legend">
            {counted
              .filter((one) => one.count > 0)
              .map((one) => (
                <li key={one.tone}>
                  <i class={one.tone} aria-hidden="true" /> {one.title}: <b>{number(one.count)}</b>
                </li>
              ))}
          </ul>
        </>
      }
      table={
        <DataTable
          caption={`Карта: ${test}`}
          rows={rows}
          page={100}
          rowKey={(row) => row.key}
          words={["муниципалитет", "муниципалитета", "муниципалитетов"]}
          columns={[
            {
              id: "name",
              title: "Муниципалитет",
              isHead: true,
              key: (row) => row.name,
              cell: (row) => <Link href={`/municipalities/${row.key}`}>{row.name}</Link>,
            },
            {
              id: "value",
              title: "Значение",
              isNumber: true,
              key: (row) => row.value?.value ?? null,
              cell: (row) => valueWords(row, info),
            },
            {
              id: "n",
              title: "n",
              isNumber: true,
              key: (row) => row.value?.n ?? null,
              cell: (row) => (row.value?.n == null ? "—" : number(row.value.n)),
            },
            {
              id: "change",
              title: "Изменение с интервалом 95 %",
              key: (row) => row.change?.change ?? null,
              cell: (row) => (row.change === undefined ? "—" : <ChangeWords row={row.change} unit={info.unit} />),
            },
            {
              id: "verdict",
              title: "Вывод",
              key: (row) => verdictWords(row.change?.verdict ?? null),
              cell: (row) =>
                row.change === undefined ? (
                  "—"
                ) : (
                  <>
                    <VerdictMark verdict={row.change.verdict} direction={info.direction} />
                    <VerdictReason row={row.change} unit={info.unit} />
                  </>
                ),
            },
          ]}
        />
      }
    />
  );
}

function valueWords({ value }: Shown, info: IndicatorInfo): string {
  if (value === undefined) return "не писали";
  return value.value === null ? statusWords(value.status) || "—" : quantity(value.value, info.unit);
}

function sign({ tone, change }: Shown): string {
  return tone === "none" || tone === "noise" ? "" : verdictSign(change?.verdict ?? null);
}

function told(row: Shown, info: IndicatorInfo): string {
  const verdict = row.change === undefined ? "" : `, ${verdictWords(row.change.verdict)}`;
  return `${row.name}: ${valueWords(row, info)}${verdict}`;
}
