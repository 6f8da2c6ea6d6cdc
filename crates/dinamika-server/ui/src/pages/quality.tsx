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
import { counted, number } from "../words/numbers";
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
  decision: unknown;
}

/** Decisions shown at once: those that move most rows come first. */
const AT_ONCE = 10;

function Review() {
  const [round, setRound] = useState(0);
  const [shown, setShown] = useState(AT_ONCE);
  const review = useFresh<Answer<ReviewRow>>("/api/v1/schools/review", null, round);
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
                {rows.slice(0, shown).map((row) => (
                  <li key={row.school_ref}>
                    <Decision row={row} onDecided={() => setRound(round + 1)} />
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

function Decision({ row, onDecided }: { row: ReviewRow; onDecided: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const entities = useEntities();
  const places = useMemo(
    () =>
      new Map(entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, one.entity_name ?? ""]) : []),
    [entities],
  );
  const [picked, setPicked] = useState<string | null>(row.candidates[0]?.school_key ?? null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const decide = async (body: object) => {
    setBusy(true);
    setRefusal(null);
    try {
      await send("POST", "/api/v1/schools/decisions", { school_ref: row.school_ref, ...body });
      onDecided();
    } catch (error) {
      setRefusal(error instanceof Refusal ? error : new Refusal(0, "Не удалось", String(error)));
    }
    setBusy(false);
  };
  return (
    <>
      <h3>{row.name === null ? `Логин ${row.school_ref.replace(/^login:/, "")}` : plainSchoolName(row.name)}</h3>
      <p class="small quiet">
        {row.municipality !== null && `${row.municipality}. `}
        Так написано в {counted(row.rows, "строке", "строках", "строках")} ({movesOf(row)}).
      </p>
      <div class="choices">
        {row.candidates.map((one) => (
          <button
            key={one.school_key}
            class="button"
            type="button"
            disabled={isBusy}
            aria-pressed={picked === one.school_key}
            title={one.why ?? undefined}
            onPointerEnter={() => setPicked(one.school_key)}
            onFocus={() => setPicked(one.school_key)}
            onClick={() => decide({ action: "accept", school_key: one.school_key })}
          >
            Это {plainSchoolName(one.school_name ?? one.school_key)}
            {one.municipality !== null && `, ${shortPlace(places.get(one.municipality) ?? one.municipality)}`}
          </button>
        ))}
        <button
          class="button ghost"
          type="button"
          disabled={isBusy}
          onPointerEnter={() => setPicked(null)}
          onFocus={() => setPicked(null)}
          onClick={() => decide({ action: "reject" })}
        >
          Такой школы нет в регионе
        </button>
      </div>
      <p class="preview" aria-live="polite">
        {preview(
          row,
          row.candidates.find((one) => one.school_key === picked),
        )}
      </p>
      {refusal !== null && <Refused refusal={refusal} />}
    </>
  );
}

/** What a decision would move, told before it is made. */
function preview(row: ReviewRow, candidate: Candidate | undefined): string {
  const rows = counted(row.rows, "строка", "строки", "строк");
  if (candidate === undefined)
    return `Решение «нет в регионе»: ${rows} (${movesOf(row)}) останутся в показателях региона, но ни одной школы.`;
  const school = plainSchoolName(candidate.school_name ?? candidate.school_key);
  const why = candidate.why == null ? "" : ` За это: ${candidate.why}.`;
  return `Решение «это ${school}»: ${rows} (${movesOf(row)}) перейдут школе с ключом ${candidate.school_key} при следующем запуске.${why}`;
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
