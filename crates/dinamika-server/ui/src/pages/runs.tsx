/** What ran, how it ended, and the button that begins a run. */

import { useState } from "preact/hooks";
import { Refusal, address, send } from "../api/client";
import type { Answer, RunDetail, RunInfo } from "../api/rows";
import { useAnswer, useFresh } from "../api/use";
import type { PageProps } from "../app";
import { Facts } from "../parts/facts";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { Link, go } from "../route/router";
import { duration, lasted, moment } from "../words/dates";
import { counted, number } from "../words/numbers";

const STATUS: Readonly<Record<string, { title: string; tone: string; sign: string }>> = {
  running: { title: "идёт", tone: "plain", sign: "…" },
  done: { title: "успешно", tone: "better", sign: "✓" },
  failed: { title: "не удался", tone: "worse", sign: "✕" },
  cancelled: { title: "прерван", tone: "noise", sign: "–" },
  skipped: { title: "пропущено", tone: "noise", sign: "–" },
};

export function RunStatus({ status }: { status: string }) {
  const told = STATUS[status] ?? { title: status, tone: "noise", sign: "·" };
  return (
    <span class={`verdict ${told.tone}`}>
      <i aria-hidden="true">{told.sign}</i>
      {told.title}
    </span>
  );
}

export default function Runs({ id }: PageProps) {
  return id === "" ? <All /> : <One id={id} />;
}

function All() {
  const runs = useFresh<Answer<RunInfo>>("/api/v1/runs?limit=200", 5);
  return (
    <Page
      title="Запуски и расписание"
      lead="Ночной запуск читает новые файлы, пересчитывает показатели и публикует выпуск. Неудачный запуск не трогает то, что видят читатели."
    >
      <Schedule />
      <When of={runs} lines={10}>
        {({ rows }) => (
          <Panel
            id="runs"
            title="История"
            source={{ path: "/runs" }}
            facts={[counted(rows.length, "запуск", "запуска", "запусков")]}
            class="is-long"
            table={
              <DataTable
                caption="Запуски"
                rows={rows}
                page={25}
                rowKey={(row) => row.id}
                words={["запуск", "запуска", "запусков"]}
                columns={[
                  {
                    id: "id",
                    title: "№",
                    isHead: true,
                    key: (row) => Number(row.id),
                    cell: (row) => <Link href={`/runs/${row.id}`}>{row.id}</Link>,
                  },
                  {
                    id: "started",
                    title: "Начат",
                    key: (row) => row.started_at,
                    cell: (row) => moment(row.started_at),
                  },
                  { id: "job", title: "Задание", key: (row) => row.job ?? "", cell: (row) => row.job ?? "команда" },
                  { id: "select", title: "Что", cell: (row) => row.select || "всё" },
                  {
                    id: "status",
                    title: "Итог",
                    key: (row) => row.status,
                    cell: (row) => <RunStatus status={row.status} />,
                  },
                  {
                    id: "lasted",
                    title: "Длился",
                    isNumber: true,
                    cell: (row) => (row.finished_at == null ? "—" : lasted(row.started_at, row.finished_at)),
                  },
                  {
                    id: "release",
                    title: "Выпуск",
                    isNumber: true,
                    key: (row) => row.release ?? null,
                    cell: (row) => (row.release == null ? "—" : <Link href="/releases">{row.release}</Link>),
                  },
                  { id: "message", title: "Сообщение", isWide: true, cell: (row) => row.message ?? "" },
                ]}
              />
            }
          />
        )}
      </When>
    </Page>
  );
}

interface Job {
  id: string;
  cron: string;
  time_zone: string;
  select: string;
  catch_up: string;
  retries: number;
  next: string | null;
}

const CATCH_UP: Readonly<Record<string, string>> = {
  none: "пропущенные не повторяются",
  last: "из пропущенных выполняется последний",
  all: "пропущенные выполняются все",
};

/** Jobs, when each is due, and a button that begins one now. */
function Schedule() {
  const jobs = useAnswer<Answer<Job>>("/api/v1/jobs");
  const [busy, setBusy] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const start = async (job: string) => {
    setBusy(job);
    setRefusal(null);
    try {
      const { run } = await send<{ run: string | null }>("POST", `/api/v1/jobs/${encodeURIComponent(job)}/run`);
      if (run != null) go(`/runs/${run}`);
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
    setBusy(null);
  };
  return (
    <Panel
      id="jobs"
      title="Расписание"
      about="Время и часовой пояс — в dinamika.toml, раздел [[job]]."
      source={{ path: "/jobs" }}
      class="below"
      table={
        <When of={jobs} lines={2}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title="Заданий нет">Опишите их в dinamika.toml разделом [[job]].</Empty>
            ) : (
              <DataTable
                caption="Расписание"
                rows={rows}
                rowKey={(row) => row.id}
                columns={[
                  { id: "id", title: "Задание", isHead: true, cell: (row) => row.id },
                  { id: "select", title: "Что", cell: (row) => row.select || "всё" },
                  {
                    id: "cron",
                    title: "Когда",
                    cell: (row) => (
                      <>
                        <code>{row.cron}</code> <span class="small quiet">{row.time_zone}</span>
                      </>
                    ),
                  },
                  {
                    id: "next",
                    title: "Следующий запуск",
                    cell: (row) => <span class="nowrap">{row.next === null ? "не будет" : moment(row.next)}</span>,
                  },
                  {
                    id: "rules",
                    title: "Правила",
                    cell: (row) => (
                      <span class="small quiet">
                        {CATCH_UP[row.catch_up] ?? row.catch_up}; повторов при неудаче: {number(row.retries)}
                      </span>
                    ),
                  },
                  {
                    id: "start",
                    title: <span class="visually-hidden">Запуск</span>,
                    cell: (row) => (
                      <button
                        class="button main-action no-print"
                        type="button"
                        disabled={busy !== null}
                        onClick={() => start(row.id)}
                      >
                        {busy === row.id ? "Начинается…" : "Запустить сейчас"}
                      </button>
                    ),
                  },
                ]}
              />
            )
          }
        </When>
      }
    >
      {refusal !== null && <Refused refusal={refusal} />}
    </Panel>
  );
}

function One({ id }: { id: string }) {
  const [isOver, setOver] = useState(false);
  const run = useFresh<RunDetail>(address(`/runs/${encodeURIComponent(id)}`), isOver ? null : 2);
  if (run.state === "ready" && run.data.status !== "running" && !isOver) setOver(true);
  return (
    <Page title={`Запуск ${id}`} crumbs={[{ title: "Запуски", href: "/runs" }]}>
      <When of={run} lines={10}>
        {(data) => (
          <>
            <Facts
              facts={[
                { name: "Итог", value: <RunStatus status={data.status} />, note: data.message ?? undefined },
                { name: "Начат", value: moment(data.started_at), note: data.job ?? "командой" },
                {
                  name: "Длился",
                  value: data.finished_at == null ? "идёт" : lasted(data.started_at, data.finished_at),
                },
                {
                  name: "Выпуск",
                  value: data.release == null ? "—" : number(data.release),
                  note: data.select || "всё",
                },
              ]}
            />
            <Panel
              id="steps"
              title="Шаги"
              class="is-long"
              table={
                <DataTable
                  caption="Шаги"
                  rows={data.steps}
                  rowKey={(_, at) => String(at)}
                  words={["шаг", "шага", "шагов"]}
                  columns={[
                    { id: "kind", title: "Шаг", key: (row) => row.kind, cell: (row) => KINDS[row.kind] ?? row.kind },
                    {
                      id: "name",
                      title: "Что",
                      isHead: true,
                      isWide: true,
                      key: (row) => row.name,
                      cell: (row) => row.name,
                    },
                    {
                      id: "status",
                      title: "Итог",
                      key: (row) => row.status,
                      cell: (row) => <RunStatus status={row.status} />,
                    },
                    {
                      id: "rows",
                      title: "Строк",
                      isNumber: true,
                      key: (row) => row.rows,
                      cell: (row) => number(row.rows),
                    },
                    {
                      id: "rejected",
                      title: "Отклонено",
                      isNumber: true,
                      key: (row) => row.rejected,
                      cell: (row) => number(row.rejected),
                    },
                    {
                      id: "time",
                      title: "Время",
                      isNumber: true,
                      key: (row) => row.milliseconds,
                      cell: (row) => duration(row.milliseconds),
                    },
                    {
                      id: "message",
                      title: "Почему",
                      isWide: true,
                      cell: (row) => <span class="small quiet">{row.message ?? ""}</span>,
                    },
                  ]}
                />
              }
            />
          </>
        )}
      </When>
    </Page>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  pull: "получение",
  read: "чтение",
  match: "опознание",
  build: "расчёт",
  indicator: "показатель",
  dynamics: "динамика",
  test: "проверка",
  publish: "публикация",
};
