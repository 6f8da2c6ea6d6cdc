/** One test of one place in depth: scores, tasks, marks beside the journal. */

import { useMemo } from "preact/hooks";
import type { Value } from "../api/rows";
import { useTable, useValues } from "../api/use";
import { Chart } from "../charts/chart";
import { type HistogramData, histogram } from "../charts/histogram";
import { type TasksData, tasks } from "../charts/tasks";
import { Panel } from "../parts/panel";
import { DataTable } from "../parts/table";
import { periodTitle } from "../words/dates";
import { testTitle } from "../words/names";
import { number } from "../words/numbers";

interface TestProps {
  /** The school. */
  entity: string;
  name: string;
  /** Values of all indicators of the school. */
  values: readonly Value[];
  period: string;
  subject: string;
  grade: string;
}

interface Score {
  score: number;
  n: number;
}

export function ScoresPanel({ entity, name, period, subject, grade }: TestProps) {
  const asked = { period, subject, grade };
  const own = useTable<Score>("vpr_hist_level", { ...asked, level: "school", entity });
  const all = useTable<Score>("vpr_hist_level", { ...asked, level: "region" });
  const test = useTable<{
    max_score: number | null;
    cut2: number | null;
    cut3: number | null;
    cut4: number | null;
    scale_source: string | null;
  }>("vpr_tests", asked);
  const data = useMemo<HistogramData | null>(() => {
    if (own.state !== "ready") return null;
    // A hidden row has no numbers.
    const told = own.data.rows.filter((row) => row.score !== null);
    if (told.length === 0) return null;
    const by = (rows: readonly Score[]) => new Map(rows.map((row) => [row.score, row.n]));
    const region = all.state === "ready" ? all.data.rows.filter((row) => row.score !== null) : [];
    const known = test.state === "ready" ? test.data.rows[0] : undefined;
    const cuts = [known?.cut2, known?.cut3, known?.cut4].filter((cut): cut is number => cut != null);
    const max = Math.max(known?.max_score ?? 0, ...told.map((row) => row.score), ...region.map((row) => row.score));
    return { own: by(told), behind: by(region), ownTitle: name, behindTitle: "регион", max, cuts };
  }, [own, all, test]);
  if (data === null) return null;
  const n = [...data.own.values()].reduce((sum, one) => sum + one, 0);
  const scale = test.state === "ready" ? (test.data.rows[0]?.scale_source ?? null) : null;
  const title = `Первичные баллы: ${testTitle(subject, Number(grade))}`;
  return (
    <Panel
      id="scores"
      class="half"
      title={title}
      about={`${periodTitle(period)}. Пунктир — границы отметок, линия — форма распределения в регионе.`}
      source={{ path: "/tables/vpr_hist_level", parameters: { ...asked, level: "school", entity } }}
      of={[{ period, n }]}
      facts={[scale === null ? "шкала отметок неизвестна" : `шкала: ${scale}`]}
      chart={
        <Chart
          data={data}
          draw={histogram}
          height={300}
          label={`${title}. Участников: ${n}. Те же числа — в таблице.`}
        />
      }
      table={
        <DataTable
          caption={title}
          rows={[...data.own].sort(([a], [b]) => a - b)}
          rowKey={([score]) => String(score)}
          columns={[
            { id: "score", title: "Балл", isHead: true, key: ([score]) => score, cell: ([score]) => score },
            { id: "n", title: "Учеников", isNumber: true, key: ([, n]) => n, cell: ([, n]) => number(n) },
            { id: "share", title: "Доля", isNumber: true, cell: ([, one]) => `${number((100 * one) / n, 1)} %` },
          ]}
        />
      }
    />
  );
}

export function TasksPanel({ entity, name, values, period, subject, grade }: TestProps) {
  const asked = { period, subject, grade };
  const region = useValues("vpr.task_pct", { level: "region", ...asked });
  const data = useMemo<TasksData | null>(() => {
    const of = (indicator: string) =>
      values.filter(
        (row) =>
          row.indicator === indicator &&
          row.period === period &&
          row.subject === subject &&
          String(row.grade) === grade &&
          row.task !== null,
      );
    const behind = new Map(region.state === "ready" ? region.data.rows.map((row) => [row.task, row.value]) : []);
    const untaught = new Map(of("vpr.untaught").map((row) => [row.task, row.value]));
    const points = of("vpr.task_pct").map((row) => ({
      task: row.task ?? "",
      own: row.value,
      behind: behind.get(row.task) ?? null,
      n: row.n,
      untaught: untaught.get(row.task) ?? null,
    }));
    points.sort((a, b) => a.task.localeCompare(b.task, "ru", { numeric: true }));
    return points.length === 0 ? null : { tasks: points, ownTitle: name };
  }, [values, region, period, subject, grade]);
  if (data === null) return null;
  const title = `Задания: ${testTitle(subject, Number(grade))}`;
  const told = (value: number | null) => (value === null ? "—" : `${number(value, 1)} %`);
  return (
    <Panel
      id="tasks"
      class="half"
      title={title}
      about={`${periodTitle(period)}. Процент выполнения: точка — школа, ромб — регион. Полосы — границы достаточного уровня для базовых (57–60 %) и повышенных (28,5–30 %) заданий.`}
      source={{ path: "/indicators/vpr.task_pct/values", parameters: { entity, ...asked } }}
      of={data.tasks.map(({ n }) => ({ period, n }))}
      facts={[`заданий: ${data.tasks.length}`]}
      chart={
        <Chart
          data={data}
          draw={tasks}
          height={300}
          label={`${title}. Заданий: ${data.tasks.length}. Те же числа — в таблице.`}
        />
      }
      table={
        <DataTable
          caption={title}
          rows={data.tasks}
          rowKey={(row) => row.task}
          columns={[
            { id: "task", title: "Задание", isHead: true, key: (row) => row.task, cell: (row) => row.task },
            { id: "own", title: name, isNumber: true, key: (row) => row.own, cell: (row) => told(row.own) },
            {
              id: "behind",
              title: "Регион",
              isNumber: true,
              key: (row) => row.behind,
              cell: (row) => told(row.behind),
            },
            {
              id: "untaught",
              title: "Не пройдено",
              isNumber: true,
              key: (row) => row.untaught,
              cell: (row) => told(row.untaught),
            },
            {
              id: "n",
              title: "n",
              isNumber: true,
              key: (row) => row.n,
              cell: (row) => (row.n === null ? "—" : number(row.n)),
            },
          ]}
        />
      }
    />
  );
}

interface Marks {
  subject: string;
  grade: number;
  period: string;
  n_both: number;
  n_down: number;
  n_same: number;
  n_up: number;
  n_gap2: number;
}

/** «Понизили — подтвердили — повысили»: marks of the test beside those of the journal. */
export function JournalPanel({ entity, period }: { entity: string; period: string }) {
  const marks = useTable<Marks>("vpr_marks", { school_key: entity, period });
  if (marks.state !== "ready") return null;
  const rows = marks.data.rows.filter((row) => row.n_both > 0);
  if (rows.length === 0) return null;
  const share = (row: Marks, n: number) => `${number((100 * n) / row.n_both, 1)} %`;
  return (
    <Panel
      id="journal"
      title="Отметка за работу и отметка в журнале"
      about={`${periodTitle(period)}. Доля учеников, у кого отметка за работу ниже журнальной, такая же, выше.`}
      source={{ path: "/tables/vpr_marks", parameters: { school_key: entity, period } }}
      of={rows}
      table={
        <DataTable
          caption="Отметка за работу и отметка в журнале"
          rows={rows}
          rowKey={(row) => `${row.subject}${row.grade}`}
          columns={[
            {
              id: "test",
              title: "Работа",
              isHead: true,
              key: (row) => testTitle(row.subject, row.grade),
              cell: (row) => testTitle(row.subject, row.grade),
            },
            {
              id: "n",
              title: "С обеими отметками",
              isNumber: true,
              key: (row) => row.n_both,
              cell: (row) => number(row.n_both),
            },
            {
              id: "bar",
              title: "Ниже · такая же · выше",
              cell: (row) => (
                <Parts
                  parts={[row.n_down, row.n_same, row.n_up]}
                  label={`ниже ${share(row, row.n_down)}, такая же ${share(row, row.n_same)}, выше ${share(row, row.n_up)}`}
                />
              ),
            },
            {
              id: "down",
              title: "Понизили",
              isNumber: true,
              key: (row) => row.n_down / row.n_both,
              cell: (row) => share(row, row.n_down),
            },
            {
              id: "same",
              title: "Подтвердили",
              isNumber: true,
              key: (row) => row.n_same / row.n_both,
              cell: (row) => share(row, row.n_same),
            },
            {
              id: "up",
              title: "Повысили",
              isNumber: true,
              key: (row) => row.n_up / row.n_both,
              cell: (row) => share(row, row.n_up),
            },
            {
              id: "gap",
              title: "Расхождение ≥ 2",
              isNumber: true,
              key: (row) => row.n_gap2,
              cell: (row) => number(row.n_gap2),
            },
          ]}
        />
      }
    />
  );
}

const INKS = ["var(--s2)", "var(--noise-soft)", "var(--s3)"];

/** Parts of a whole in a line. */
function Parts({ parts, label }: { parts: readonly number[]; label: string }) {
  const all = parts.reduce((sum, part) => sum + part, 0);
  let from = 0;
  return (
    <svg width="180" height="14" role="img" aria-label={label}>
      {parts.map((part, at) => {
        const x = (from / all) * 180;
        from += part;
        return (
          <rect
            key={at}
            x={x}
            width={(part / all) * 180}
            height="14"
            fill={INKS[at]}
            stroke="var(--line-strong)"
            stroke-width="0.5"
          />
        );
      })}
    </svg>
  );
}
