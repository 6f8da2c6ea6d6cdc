/** What came in, what was refused and why, which schools nobody knows. */

import { useMemo, useState } from "preact/hooks";
import { Refusal, address, send } from "../api/client";
import type { Answer, Row } from "../api/rows";
import { useAnswer, useEntities, useFresh } from "../api/use";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { Empty, Refused, When } from "../parts/states";
import { DataTable } from "../parts/table";
import { moment } from "../words/dates";
import { exportTitle } from "../words/exports";
import { plainSchoolName, shortPlace } from "../words/names";
import { counted, number, plural } from "../words/numbers";
import { Rejects } from "./rejects";
import { StatusStrip } from "./status-strip";

export default function Quality() {
  return (
    <Page title="Качество данных" lead="Что загружено, что отклонено и почему, какие школы ждут решения.">
      <StatusStrip />
      <div class="grid">
        <Review />
        <Rejects />
        <Files />
        <Contradictions />
      </div>
    </Page>
  );
}

interface Candidate {
  school_key: string;
  school_name: string | null;
  municipality: string | null;
  score?: number | null;
  /** What speaks for it. */
  why?: string | null;
}

interface ReviewRow {
  school_ref: string;
  name: string | null;
  municipality: string | null;
  rows: number;
  tables: Record<string, number>;
  candidates: Candidate[];
  decision: Made | null;
}

interface Made {
  action: "accept" | "reject";
  school_key: string | null;
}

/** Decisions shown at once: those that move most rows come first. */
const AT_ONCE = 10;

function Review() {
  const [shown, setShown] = useState(AT_ONCE);
  const review = useFresh<Answer<ReviewRow>>("/api/v1/schools/review?status=all", null, 0);
  return (
    <Panel
      id="review"
      title="Школы ждут решения"
      about="Программа не угадывает: два похожих названия решает человек. Решение действует со следующего запуска и его можно взять назад."
      source={{ path: "/schools/review" }}
      class="is-long"
      table={
        <When of={review} lines={5}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty title="Все школы опознаны" />
            ) : (
              <ul class="plain decisions">
                {waitingFirst(rows)
                  .slice(0, shown)
                  .map((row) => (
                    <li key={row.school_ref}>
                      <Decision row={row} />
                    </li>
                  ))}
                {rows.length > shown && (
                  <li>
                    <button class="button" type="button" onClick={() => setShown(shown + AT_ONCE)}>
                      Показать ещё: осталось {number(rows.length - shown)}
                    </button>
                  </li>
                )}
              </ul>
            )
          }
        </When>
      }
    />
  );
}

/** What waits, then what people have decided: it can be taken back. */
function waitingFirst(rows: readonly ReviewRow[]): ReviewRow[] {
  return [...rows].sort((a, b) => Number(a.decision !== null) - Number(b.decision !== null));
}

/** A spelling with the schools it may mean. Once decided it stays where it is, and so do the buttons of the others. */
function Decision({ row }: { row: ReviewRow }) {
  const [isBusy, setBusy] = useState(false);
  const [decided, setDecided] = useState(row.decision);
  const entities = useEntities();
  const places = useMemo(
    () =>
      new Map(entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, one.entity_name ?? ""]) : []),
    [entities],
  );
  /** What is pointed at: a key, or that there is no such school. */
  const [pointed, setPointed] = useState<string | null | undefined>(undefined);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const decide = async (action: Made["action"] | "undo", school?: string) => {
    setBusy(true);
    setRefusal(null);
    try {
      const body = school === undefined ? { action } : { action, school_key: school };
      await send("POST", "/api/v1/schools/decisions", { school_ref: row.school_ref, ...body });
      setDecided(action === "undo" ? null : { action, school_key: school ?? null });
      setPointed(undefined);
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
    setBusy(false);
  };
  const point = (at: string | null) => ({ onPointerEnter: () => setPointed(at), onFocus: () => setPointed(at) });
  return (
    <>
      <h3>{row.name === null ? `Логин ${row.school_ref.replace(/^login:/, "")}` : plainSchoolName(row.name)}</h3>
      <p class="small quiet">
        {row.municipality !== null && `${row.municipality}. `}
        Так написано в {counted(row.rows, "строке", "строках", "строках")} ({movesOf(row)}).
      </p>
      {decided === null ? (
        <>
          <div class="choices">
            {row.candidates.map((one) => (
              <button
                key={one.school_key}
                class="button"
                type="button"
                disabled={isBusy}
                title={one.why ?? undefined}
                {...point(one.school_key)}
                onClick={() => void decide("accept", one.school_key)}
              >
                Это {plainSchoolName(one.school_name ?? one.school_key)}
                {one.municipality !== null && `, ${shortPlace(places.get(one.municipality) ?? one.municipality)}`}
              </button>
            ))}
            <button
              class="button ghost"
              type="button"
              disabled={isBusy}
              {...point(null)}
              onClick={() => void decide("reject")}
            >
              Такой школы нет в регионе
            </button>
          </div>
          <p class="preview" aria-live="polite">
            {preview(row, pointed)}
          </p>
        </>
      ) : (
        <p class="preview" role="status">
          {decidedWords(row, decided)}{" "}
          <button class="button" type="button" disabled={isBusy} onClick={() => void decide("undo")}>
            Взять назад
          </button>
        </p>
      )}
      {refusal !== null && <Refused refusal={refusal} />}
    </>
  );
}

/** What a decision would move, told before it is made. */
function preview(row: ReviewRow, pointed: string | null | undefined): string {
  const rows = `${counted(row.rows, "строка", "строки", "строк")} (${movesOf(row)})`;
  const candidate = row.candidates.find((one) => one.school_key === pointed);
  if (candidate !== undefined) {
    const move = plural(row.rows, "перейдёт", "перейдут", "перейдут");
    const why = candidate.why == null ? "" : ` За это: ${candidate.why}.`;
    return `Решение «это ${nameOf(candidate)}»: ${rows} ${move} этой школе (логин ${candidate.school_key}) при следующем запуске.${why}`;
  }
  const stay = plural(row.rows, "останется", "останутся", "останутся");
  if (pointed === null || row.candidates.length === 0)
    return `Решение «нет в регионе»: ${rows} ${stay} в показателях региона, но ни одной школы.`;
  return `Пока не решено, ${rows} ${stay} в показателях региона, но ни одной школы. Наведите на ответ: здесь будет сказано, что он изменит.`;
}

function decidedWords(row: ReviewRow, made: Made): string {
  const key = made.school_key;
  const candidate = row.candidates.find((one) => one.school_key === key);
  const what = key === null ? "такой школы нет в регионе" : `это ${candidate === undefined ? key : nameOf(candidate)}`;
  return `Решено: ${what}. Действует со следующего запуска.`;
}

function nameOf(candidate: Candidate): string {
  return plainSchoolName(candidate.school_name ?? candidate.school_key);
}

function movesOf(row: ReviewRow): string {
  return (
    Object.entries(row.tables ?? {})
      .map(([table, rows]) => `${exportTitle(table)}: ${number(rows)}`)
      .join(", ") || "таблицы не названы"
  );
}

interface FileRow {
  path: string;
  status: string;
  message: string | null;
  rows_in: number | null;
  rows_kept: number | null;
  rows_rejected: number | null;
  loaded_at: string | null;
}

const FILE_STATUS: Readonly<Record<string, { title: string; tone: string }>> = {
  loaded: { title: "принят", tone: "better" },
  refused: { title: "не принят", tone: "worse" },
  new: { title: "новый", tone: "plain" },
  withdrawn: { title: "отозван", tone: "noise" },
  copy: { title: "повтор", tone: "noise" },
};

/** Every file with what became of it; where the server cannot tell, the sheets that were read. */
function Files() {
  const files = useAnswer<Answer<FileRow>>("/api/v1/files?limit=20000");
  const sheets = useAnswer<Answer<Row>>(
    files.state === "refused" ? address("/tables/data_quality", { limit: 20_000 }) : null,
  );
  if (files.state === "refused" && sheets.state === "ready") {
    return (
      <Panel
        id="files"
        title="Прочитанные листы"
        source={{ path: "/tables/data_quality" }}
        class="is-long"
        table={
          <RowsTable
            caption="Прочитанные листы"
            columns={sheets.data.columns.filter((name) => !["batch", "sha256"].includes(name))}
            rows={sheets.data.rows}
          />
        }
      />
    );
  }
  return (
    <Panel
      id="files"
      title="Файлы"
      source={{ path: "/files" }}
      class="is-long"
      table={
        <When of={files} lines={8}>
          {({ rows }) => (
            <DataTable
              caption="Файлы"
              words={["файл", "файла", "файлов"]}
              rows={[...rows].sort((a, b) => Number(b.status === "refused") - Number(a.status === "refused"))}
              page={25}
              rowKey={(row, at) => `${row.path}${at}`}
              columns={[
                {
                  id: "path",
                  title: "Файл",
                  isHead: true,
                  isWide: true,
                  key: (row) => row.path,
                  cell: (row) => row.path,
                },
                {
                  id: "status",
                  title: "Итог",
                  isShort: true,
                  key: (row) => FILE_STATUS[row.status]?.title ?? row.status,
                  cell: (row) => (
                    <span class={`verdict ${FILE_STATUS[row.status]?.tone ?? "noise"}`}>
                      {FILE_STATUS[row.status]?.title ?? row.status}
                    </span>
                  ),
                },
                {
                  id: "in",
                  title: "Строк",
                  isNumber: true,
                  key: (row) => row.rows_in,
                  cell: (row) => (row.rows_in == null ? "—" : number(row.rows_in)),
                },
                {
                  id: "kept",
                  title: "Принято",
                  isNumber: true,
                  key: (row) => row.rows_kept,
                  cell: (row) => (row.rows_kept == null ? "—" : number(row.rows_kept)),
                },
                {
                  id: "rejected",
                  title: "Отклонено",
                  isNumber: true,
                  key: (row) => row.rows_rejected,
                  cell: (row) => (row.rows_rejected == null ? "—" : number(row.rows_rejected)),
                },
                {
                  id: "loaded",
                  title: "Загружен",
                  isShort: true,
                  key: (row) => row.loaded_at ?? "",
                  cell: (row) => (row.loaded_at == null ? "—" : moment(row.loaded_at)),
                },
                {
                  id: "message",
                  title: "Почему",
                  isWide: true,
                  cell: (row) => <span class="small">{row.message ?? ""}</span>,
                  key: (row) => row.message ?? "",
                },
              ]}
            />
          )}
        </When>
      }
    />
  );
}

function Contradictions() {
  const claims = useAnswer<Answer<Row>>(address("/tables/claims_check", { limit: 5000 }));
  if (claims.state !== "ready" || claims.data.rows.length === 0) return null;
  const shown = ["municipality_name", "period", "claim", "printed", "num", "den", "recomputed", "contradiction"];
  return (
    <Panel
      id="claims"
      title="Напечатанное и пересчёт"
      about="Доли из отчётов рядом с пересчётом по первичным данным."
      source={{ path: "/tables/claims_check" }}
      of={claims.data.rows}
      facts={[counted(claims.data.rows.length, "строка", "строки", "строк")]}
      class="is-long"
      table={<RowsTable caption="Напечатанное и пересчёт" columns={shown} rows={claims.data.rows} />}
    />
  );
}
