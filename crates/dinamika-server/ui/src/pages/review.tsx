/** Schools nobody knows: people decide which they are, see first what that moves, and take it back. */

import { useMemo, useState } from "preact/hooks";
import { Refusal, send } from "../api/client";
import type { Answer } from "../api/rows";
import { useEntities, useFresh } from "../api/use";
import { Panel } from "../parts/panel";
import { Empty, Refused, When } from "../parts/states";
import { exportTitle } from "../words/exports";
import { plainSchoolName, shortPlace } from "../words/names";
import { counted, number, plural } from "../words/numbers";

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

export function Review() {
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
