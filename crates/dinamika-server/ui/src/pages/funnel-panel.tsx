/** Which places differ more than chance would have it, in one test. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { IndicatorInfo, Level, Value } from "../api/rows";
import { useValues } from "../api/use";
import { Chart } from "../charts/chart";
import { type FunnelData, funnel, outside } from "../charts/funnel";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link, go, usePlace } from "../route/router";
import { useOwnPlaces } from "../shell/me";
import { isNameless } from "./nameless";
import { byName, schoolName } from "../words/names";
import { counted, interval, number, quantity } from "../words/numbers";

interface FunnelPanelProps {
  level: Exclude<Level, "region">;
  info: IndicatorInfo;
  period: string | null;
  subject: string | null;
  grade: string | null;
  title: string;
  names: ReadonlyMap<string, string>;
  /** Places of this municipality, or this one school, stand out; the others lie behind. */
  own?: (row: Value) => boolean;
  tools?: ComponentChildren;
}

export const WHERE = {
  inside: "в пределах случайного",
  beyond95: "за границей 95 %",
  beyond998: "за границей 99,8 %",
} as const;

export function FunnelPanel({ level, info, period, subject, grade, title, names, own, tools }: FunnelPanelProps) {
  const asked = { period, subject, grade };
  const isShare = info.unit === "%" && info.measure === "share";
  const isKnown = period !== null && subject !== null && isShare;
  const places = useValues(isKnown ? info.id : null, { level, ...asked });
  const region = useValues(isKnown ? info.id : null, { level: "region", ...asked });
  // A function is new at each render: whom it chooses is told by the place the page is about.
  const key = usePlace().path;
  const data = useMemo<FunnelData | null>(() => {
    if (places.state !== "ready" || region.state !== "ready") return null;
    const centre = region.data.rows[0]?.value ?? null;
    if (centre === null) return null;
    const points = places.data.rows.flatMap((row) =>
      row.value === null || row.n === null || row.n === 0
        ? []
        : [
            {
              key: row.entity,
              name: nameOf(row, names, level),
              n: row.n,
              value: row.value,
              isOwn: own === undefined || own(row),
            },
          ],
    );
    const nameless = places.data.rows.flatMap((row) => (isNameless(row) && row.value !== null ? [row.value] : []));
    return { points, nameless, centre, unit: info.unit, counted: "участников" };
  }, [places, region, names, key]);
  const isOwnOnly = useOwnPlaces().length > 0 && level === "school";
  if (!isShare) return null;
  const few = places.state === "ready" ? places.data.rows.filter((row) => row.value === null).length : 0;
  const beyond = data?.points.filter((point) => point.isOwn && outside(point, data.centre) !== "inside").length ?? 0;
  const base = level === "school" ? "/schools" : "/municipalities";
  return (
    <Panel
      id={`funnel-${level}`}
      title={title}
      tools={tools}
      about={`Каждая точка — место: чем правее, тем больше участников и тем меньше случайный разброс. Отличие от региона не случайно только за границами.${isOwnOnly ? " Вашей роли видны свои школы; границы — по всему региону." : ""}${
        data !== null && data.nameless.length > 0
          ? " Чёрточки у левого края — другие муниципалитеты: вашей роли видны их значения без имён."
          : ""
      }`}
      source={{ path: `/indicators/${info.id}/values`, parameters: { level, ...asked } }}
      of={places.state === "ready" ? places.data.rows : []}
      facts={[
        data === null ? null : `регион: ${quantity(data.centre, info.unit)}`,
        data === null ? null : beyondWords(data, beyond),
        few === 0 ? null : `скрыто или нет данных: ${number(few)}`,
      ]}
      chart={
        <When of={places} lines={12}>
          {() =>
            data === null || data.points.length === 0 ? (
              <Empty title="Нет значений для этой работы" />
            ) : (
              <Chart
                data={data}
                draw={funnel}
                height={380}
                label={`${title}. Точек: ${data.points.length}; регион ${quantity(data.centre, info.unit)}; за границами 95 %: ${beyond}. Те же строки — в таблице.`}
                onPick={(item) => {
                  const key = (item as { point?: { key: string } }).point?.key;
                  if (key !== undefined) go(`${base}/${key}`);
                }}
              />
            )
          }
        </When>
      }
      table={
        <When of={places} lines={12}>
          {({ rows }) => (
            <DataTable
              caption={title}
              words={["строка", "строки", "строк"]}
              rows={[...rows]
                .filter((row) => own === undefined || own(row))
                .sort((a, b) => byName(nameOf(a, names, level), nameOf(b, names, level)))}
              rowKey={(row, at) => (isNameless(row) ? String(at) : row.entity)}
              columns={[
                {
                  id: "name",
                  title: "Название",
                  isHead: true,
                  key: (row) => nameOf(row, names, level),
                  cell: (row) =>
                    isNameless(row) ? (
                      nameOf(row, names, level)
                    ) : (
                      <Link href={`${base}/${row.entity}`}>{nameOf(row, names, level)}</Link>
                    ),
                },
                {
                  id: "n",
                  title: "Участников",
                  isNumber: true,
                  key: (row) => row.n,
                  cell: (row) => (row.n === null ? "—" : number(row.n)),
                },
                {
                  id: "value",
                  title: info.title,
                  isNumber: true,
                  key: (row) => row.value,
                  cell: (row) => quantity(row.value, info.unit),
                },
                {
                  id: "ci",
                  title: "Интервал 95 %",
                  cell: (row) =>
                    row.ci_low === null || row.ci_high === null ? "—" : interval(row.ci_low, row.ci_high, info.unit),
                },
                {
                  id: "where",
                  title: "Отличие от региона",
                  key: (row) =>
                    row.value === null || row.n === null || data === null
                      ? null
                      : WHERE[outside({ n: row.n, value: row.value }, data.centre)],
                  cell: (row) =>
                    row.value === null || row.n === null || data === null
                      ? "—"
                      : WHERE[outside({ n: row.n, value: row.value }, data.centre)],
                },
              ]}
            />
          )}
        </When>
      }
    >
      {data !== null && beyond > 0 && (
        <p class="visually-hidden">{counted(beyond, "место", "места", "мест")} за границами.</p>
      )}
    </Panel>
  );
}

function beyondWords(data: FunnelData, beyond: number): string {
  const own = data.points.filter((point) => point.isOwn);
  const [alone] = own;
  if (own.length === 1 && alone !== undefined)
    return `${alone.name.split(",")[0]}: ${WHERE[outside(alone, data.centre)]}`;
  const chance = number(own.length * 0.05);
  return `за границами 95 %: ${number(beyond)} из ${number(own.length)}; на случай пришлось бы около ${chance}`;
}

function nameOf(row: Value, names: ReadonlyMap<string, string>, level: string): string {
  const own = schoolName(row.entity_name);
  return level === "school" && row.municipality !== null
    ? `${own}, ${names.get(row.municipality) ?? row.municipality}`
    : own;
}
