/** Two campaigns side by side: whose change is more than chance. */

import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo, Level } from "../api/rows";
import { useChanges } from "../api/use";
import { Chart } from "../charts/chart";
import { type SlopeData, slope } from "../charts/slope";
import { Panel } from "../parts/panel";
import { Empty } from "../parts/states";
import { DataTable } from "../parts/table";
import { ChangeWords, VerdictMark, Whisker, scaleOf } from "../parts/verdict";
import { Link, go } from "../route/router";
import { periodTitle } from "../words/dates";
import { byName, schoolName, shortPlace } from "../words/names";
import { number, quantity, unitOfChange } from "../words/numbers";
import { kindWords, verdictWords } from "../words/verdicts";
import { useChosen, useKind } from "./choice";
import type { ValuesFocus } from "./values-table";

interface SlopeProps {
  info: IndicatorInfo;
  level: Exclude<Level, "region">;
  focus: ValuesFocus;
  about: string;
  names: ReadonlyMap<string, string>;
  /** Other than the usual ones. */
  id?: string;
  title?: string;
  /** Only places of this municipality. */
  municipality?: string;
  /** Class of the grid. */
  width?: string;
  /** The comparison where it is not the reader's to choose. */
  kind?: string | undefined;
  /** When the newest file behind it was loaded. */
  loaded?: string | null;
}

/** More lines than this are a thicket: the loudest are drawn, the rest counted. */
const MOST = 120;

export function SlopePanel({ info, level, focus, about, names, municipality = "", ...given }: SlopeProps) {
  const usual = useKind(useChosen(), info.id, focus.period, level);
  const kind = given.kind ?? usual;
  const asked = { level, ...focus, kind, municipality };
  const changes = useChanges(info.id, asked);
  const base = level === "school" ? "/schools" : "/municipalities";
  const rows = useMemo(
    () =>
      changes.state === "ready"
        ? [...changes.data.rows].sort((a, b) => byName(schoolName(a.entity_name), schoolName(b.entity_name)))
        : [],
    [changes],
  );
  const data = useMemo<SlopeData | null>(() => toSlope(rows, info, names), [rows, names]);
  const scale = useMemo(() => scaleOf(rows), [rows]);
  if (data === null || data.lines.length === 0) {
    // A panel somebody asked for by name says why it is empty.
    if (given.title === undefined || changes.state === "loading") return null;
    return (
      <Panel
        id={given.id ?? "slope"}
        class={given.width ?? ""}
        title={given.title}
        table={<Empty title="Сравнить не с чем">Пар кампаний для этого выбора нет или они скрыты.</Empty>}
      />
    );
  }
  const isJudged = rows.some((row) => row.verdict === "within_noise");
  const isOfGap = rows.some((row) => row.verdict_of === "gap_change");
  const hidden = rows.filter((row) => row.status === "suppressed").length;
  const broken = rows.filter((row) => row.verdict === "not_comparable").length;
  const title = given.title ?? (level === "school" ? "Школы: что изменилось" : "Муниципалитеты: что изменилось");
  return (
    <Panel
      id={given.id ?? "slope"}
      class={given.width ?? (level === "school" ? "" : "half")}
      title={title}
      about={
        [about, `${data.before} → ${data.after}`, isOfGap ? kindWords(kind) : ""].filter(Boolean).join(", ") +
        (isOfGap ? ". Вывод — об отрыве от региона: работы разных лет не равны по трудности." : "")
      }
      source={{ path: `/indicators/${info.id}/dynamics`, parameters: asked }}
      loaded={given.loaded ?? null}
      of={rows}
      facts={[
        `пар: ${number(rows.length)}`,
        data.lines.length < rows.length ? `нарисовано: ${number(data.lines.length)}` : null,
        hidden > 0 ? `скрыто: ${number(hidden)}` : null,
        broken > 0 ? `несопоставимо: ${number(broken)}` : null,
        isJudged ? "серые линии — в пределах случайных колебаний" : null,
      ]}
      chart={
        <Chart
          data={data}
          draw={slope}
          height={level === "school" ? 460 : 320}
          label={`${title}: ${data.lines.length} линий от ${data.before} к ${data.after}. Те же числа — в таблице.`}
          onPick={(item) => {
            const key = (item as { line?: { key: string } } | undefined)?.line?.key;
            if (key !== undefined) go(`${base}/${key}`);
          }}
        />
      }
      table={
        <DataTable
          caption={title}
          rows={rows}
          rowKey={(row) => row.entity}
          columns={[
            {
              id: "name",
              title: "Название",
              isHead: true,
              key: (row) => schoolName(row.entity_name),
              cell: (row) => <Link href={`${base}/${row.entity}`}>{schoolName(row.entity_name)}</Link>,
            },
            // Every district has its school № 1.
            ...(level === "school"
              ? [
                  {
                    id: "municipality",
                    title: "Муниципалитет",
                    key: (row: Change) => names.get(row.municipality ?? "") ?? null,
                    cell: (row: Change) => shortPlace(names.get(row.municipality ?? "") ?? "—"),
                  },
                ]
              : []),
            {
              id: "base",
              title: "Было",
              isNumber: true,
              key: (row) => row.base_value,
              cell: (row) => quantity(row.base_value, info.unit),
            },
            {
              id: "value",
              title: "Стало",
              isNumber: true,
              key: (row) => row.value,
              cell: (row) => quantity(row.value, info.unit),
            },
            {
              id: "whisker",
              title: `Изменение, ${unitOfChange(info.unit)}`,
              cell: (row) => <Whisker row={row} scale={scale} unit={info.unit} direction={info.direction} />,
            },
            {
              id: "change",
              title: "С интервалом 95 %",
              key: (row) => row.change,
              cell: (row) => <ChangeWords row={row} unit={info.unit} />,
            },
            {
              id: "verdict",
              title: "Вывод",
              key: (row) => verdictWords(row.verdict),
              cell: (row) => <VerdictMark verdict={row.verdict} direction={info.direction} />,
            },
          ]}
        />
      }
    />
  );
}

function toSlope(rows: readonly Change[], info: IndicatorInfo, names: ReadonlyMap<string, string>): SlopeData | null {
  const [first] = rows;
  if (first === undefined) return null;
  const isLoud = (row: Change) => row.verdict === "growth" || row.verdict === "decline";
  const drawn = rows.filter((row) => row.value !== null && row.base_value !== null && row.verdict !== "not_comparable");
  const chosen = [...drawn.filter(isLoud), ...drawn.filter((row) => !isLoud(row))].slice(0, MOST);
  return {
    before: periodTitle(first.base_period),
    after: periodTitle(first.period),
    unit: info.unit,
    direction: info.direction,
    lines: chosen.map((row) => ({
      key: row.entity,
      name:
        row.level === "school"
          ? `${schoolName(row.entity_name)}, ${names.get(row.municipality ?? "") ?? ""}`
          : schoolName(row.entity_name),
      before: row.base_value ?? 0,
      after: row.value ?? 0,
      change: row.change,
      low: row.change_ci_low,
      high: row.change_ci_high,
      verdict: row.verdict,
    })),
  };
}
