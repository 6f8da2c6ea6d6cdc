/** Municipalities, or schools of one, with what their comparisons say, by name. */

import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo, Level } from "../api/rows";
import { useChanges } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link } from "../route/router";
import { periodTitle } from "../words/dates";
import { byName, schoolName } from "../words/names";
import { number } from "../words/numbers";
import { kindWords, type Tone, toneOf } from "../words/verdicts";

interface PlacesProps {
  level: Exclude<Level, "region">;
  info: IndicatorInfo;
  period: string | null;
  kind: string;
  /** Only places of this municipality. */
  within: string | null;
  names: ReadonlyMap<string, string>;
  /** Rows at a time. */
  page?: number;
}

interface Tally {
  entity: string;
  name: string;
  municipality: string;
  all: number;
  tones: Record<Tone, number>;
}

const TONES: readonly { tone: Tone; title: string }[] = [
  { tone: "better", title: "улучшение" },
  { tone: "worse", title: "ухудшение" },
  { tone: "plain", title: "изменение" },
  { tone: "noise", title: "в пределах случайного" },
  { tone: "few", title: "мало данных" },
  { tone: "silent", title: "без вывода" },
  { tone: "broken", title: "несопоставимо" },
];

export function PlacesTable({ level, info, period, kind, within, names, page = 20 }: PlacesProps) {
  const asked = { level, period, kind, municipality: within };
  const changes = useChanges(period === null ? null : info.id, asked);
  const base = level === "school" ? "/schools" : "/municipalities";
  const rows = useMemo(
    () => (changes.state === "ready" ? tallies(changes.data.rows, info, names) : []),
    [changes, names],
  );
  const seen = TONES.filter(({ tone }) => rows.some((row) => row.tones[tone] > 0));
  const title = level === "school" ? "Школы: чем кончились сравнения" : "Муниципалитеты: чем кончились сравнения";
  return (
    <Panel
      id={`places-${level}`}
      title={title}
      about={`${info.title}, ${periodTitle(period ?? "")}, ${kindWords(kind)}. Каждая клетка полосы — одна работа. Порядок — по названию: это не рейтинг.`}
      source={{ path: `/indicators/${info.id}/dynamics`, parameters: asked }}
      of={changes.state === "ready" ? changes.data.rows : []}
      facts={[`сравнений: ${number(rows.reduce((sum, row) => sum + row.all, 0))}`]}
      class="is-long"
      table={
        <When of={changes} lines={10}>
          {() =>
            rows.length === 0 ? (
              <Empty title="Сравнений нет">
                В этой кампании не с чем сравнивать: выберите другую или другой вид сравнения.
              </Empty>
            ) : (
              <DataTable
                caption={title}
                rows={rows}
                page={page}
                rowKey={(row) => row.entity}
                words={
                  level === "school"
                    ? ["школа", "школы", "школ"]
                    : ["муниципалитет", "муниципалитета", "муниципалитетов"]
                }
                columns={[
                  {
                    id: "name",
                    title: level === "school" ? "Школа" : "Муниципалитет",
                    isHead: true,
                    key: (row) => row.name,
                    cell: (row) => <Link href={`${base}/${row.entity}`}>{row.name}</Link>,
                  },
                  {
                    id: "all",
                    title: "Сравнений",
                    isNumber: true,
                    key: (row) => row.all,
                    cell: (row) => number(row.all),
                  },
                  { id: "bar", title: "Итоги", cell: (row) => <Counts row={row} /> },
                  ...seen.map(({ tone, title }) => ({
                    id: tone,
                    title,
                    isNumber: true,
                    key: (row: Tally) => row.tones[tone],
                    cell: (row: Tally) =>
                      row.tones[tone] === 0 ? <span class="quiet">·</span> : number(row.tones[tone]),
                  })),
                ]}
              />
            )
          }
        </When>
      }
    />
  );
}

function Counts({ row }: { row: Tally }) {
  const words = TONES.filter(({ tone }) => row.tones[tone] > 0).map(
    ({ tone, title }) => `${title}: ${row.tones[tone]}`,
  );
  return (
    <span class="counts" role="img" aria-label={words.join(", ")}>
      {TONES.flatMap(({ tone }) =>
        Array.from({ length: row.tones[tone] }, (_, at) => (
          <i key={`${tone}${at}`} class={tone} style={{ flex: "1 1 0" }} />
        )),
      )}
    </span>
  );
}

function tallies(rows: readonly Change[], info: IndicatorInfo, names: ReadonlyMap<string, string>): Tally[] {
  const found = new Map<string, Tally>();
  for (const row of rows) {
    const tally = found.get(row.entity) ?? {
      entity: row.entity,
      name: schoolName(row.entity_name),
      municipality: names.get(row.municipality ?? "") ?? "",
      all: 0,
      tones: { better: 0, worse: 0, plain: 0, noise: 0, few: 0, silent: 0, broken: 0 },
    };
    tally.all += 1;
    tally.tones[toneOf(row.verdict, info.direction)] += 1;
    found.set(row.entity, tally);
  }
  return [...found.values()].sort((a, b) => byName(a.name, b.name));
}
