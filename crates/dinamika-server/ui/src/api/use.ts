/** What a component asks the server for. */

import { useEffect, useState } from "preact/hooks";
import { address, fresh, get, type Parameters, Refusal } from "./client";
import type { Answer, Benchmark, Change, Entity, IndicatorInfo, Row, TableInfo, Value } from "./rows";

/** An answer on its way, here, or refused. */
export type Loading<T> = { state: "loading" } | { state: "ready"; data: T } | { state: "refused"; refusal: Refusal };

/** Largest page the server gives. */
const ALL = 50_000;

/** The answer of an address; nothing is asked while it is null. */
export function useAnswer<T>(url: string | null): Loading<T> {
  return usePromise(url, () => get<T>(url ?? ""));
}

/** Asked again every so many seconds while `every` is a number; the last answer stays on the page meanwhile. */
export function useFresh<T>(url: string | null, every: number | null, key = 0): Loading<T> {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    if (every === null) return;
    const timer = setInterval(
      () => document.visibilityState === "visible" && setBeat((beat) => beat + 1),
      every * 1000,
    );
    return () => clearInterval(timer);
  }, [every]);
  return usePromise(url === null ? null : `${url}#${key}#${beat}`, () => fresh<T>(url ?? ""), url ?? "");
}

export const INDICATORS = "/api/v1/indicators";
export const TABLES = "/api/v1/tables";
export const ENTITIES = address("/entities", { limit: ALL });

export const useIndicators = () => useAnswer<Answer<IndicatorInfo>>(INDICATORS);
export const useEntities = () => useAnswer<Answer<Entity>>(ENTITIES);

export function useValues(indicator: string | null, parameters: Parameters) {
  return useOfPeriod<Value>(
    indicator === null ? null : address(`/indicators/${indicator}/values`, { limit: ALL, ...parameters }),
  );
}

/** A campaign an indicator was never told of, or compared with none, is no mistake of the reader's. */
function isNoSuchPeriod({ status, parameter }: Refusal): boolean {
  return status === 400 && parameter === "period";
}

const NO_ROWS: Loading<Answer<never>> = {
  state: "ready",
  data: { release: null, published_at: null, coverage: null, notice: "", columns: [], rows: [], next: null },
};

/** An answer without rows where there is nothing of that campaign: the first has no year before it. */
function useOfPeriod<R>(url: string | null): Loading<Answer<R>> {
  const answer = useAnswer<Answer<R>>(url);
  return answer.state === "refused" && isNoSuchPeriod(answer.refusal) ? NO_ROWS : answer;
}

export function useChanges(indicator: string | null, parameters: Parameters) {
  return useOfPeriod<Change>(
    indicator === null ? null : address(`/indicators/${indicator}/dynamics`, { limit: ALL, ...parameters }),
  );
}

/** An indicator in the whole country, as Ф3 prints it; nothing where the project does not keep it. */
export function useCountry(indicator: string | null): readonly Benchmark[] {
  const rows = useAnswer<Answer<Benchmark>>(
    indicator === null ? null : address("/tables/vpr_country", { indicator, limit: ALL }),
  );
  return rows.state === "ready" ? rows.data.rows : NOTHING;
}

const NOTHING: readonly never[] = [];

/** Everything known of one place. */
export type EntityInfo = Entity & { values: Value[]; dynamics: Change[] };

export function useEntity(key: string) {
  return useAnswer<EntityInfo>(address(`/entities/${encodeURIComponent(key)}`));
}

/** Rows of a mart of the release. What the reader's role does not see is not asked for. */
export function useTable<R = Row>(table: string | null, parameters: Parameters = {}): Loading<Answer<R>> {
  const known = useAnswer<Answer<TableInfo>>(table === null ? null : TABLES);
  const isThere = known.state === "ready" && known.data.rows.some((one) => one.name === table);
  const rows = useAnswer<Answer<R>>(isThere ? address(`/tables/${table}`, { ...parameters, limit: ALL }) : null);
  if (known.state === "refused") return known;
  if (known.state === "ready" && !isThere) {
    return { state: "refused", refusal: new Refusal(404, "Такой витрины нет", "") };
  }
  return rows;
}

/** `key` names the question; `stays` names what may keep its old answer until the new one is here. */
function usePromise<T>(key: string | null, begin: () => Promise<T>, stays?: string): Loading<T> {
  const [held, hold] = useState<{ key: string | null; stays: string | undefined; answer: Loading<T> }>({
    key: null,
    stays: undefined,
    answer: { state: "loading" },
  });
  useEffect(() => {
    if (key === null) return;
    let isWanted = true;
    const told = (answer: Loading<T>) => isWanted && hold({ key, stays, answer });
    begin().then(
      (data) => told({ state: "ready", data }),
      (error: unknown) => told({ state: "refused", refusal: asRefusal(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  const isCurrent = held.key === key || (stays !== undefined && held.stays === stays);
  return isCurrent ? held.answer : { state: "loading" };
}

function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(0, "Ответ не прочитан", String(error));
}
