/** What stands where an answer is not there: it loads, was refused, or is empty. */

import type { ComponentChildren } from "preact";
import type { Refusal } from "../api/client";
import type { Loading } from "../api/use";

interface WhenReady<T> {
  of: Loading<T>;
  /** How many lines the place will take: the page does not jump. */
  lines?: number;
  children: (data: T) => ComponentChildren;
}

/** The children once the answer is here. */
export function When<T>({ of, lines = 5, children }: WhenReady<T>) {
  if (of.state === "loading") return <Bones lines={lines} />;
  if (of.state === "refused") return <Refused refusal={of.refusal} />;
  return <>{children(of.data)}</>;
}

export function Bones({ lines }: { lines: number }) {
  return (
    <div class="bones" role="status">
      <span class="visually-hidden">Загружается…</span>
      {Array.from({ length: lines }, (_, at) => (
        <i key={at} />
      ))}
    </div>
  );
}

export function Refused({ refusal }: { refusal: Refusal }) {
  if (refusal.status === 404) {
    return <Empty title="Здесь пока ничего нет">{refusal.detail || "Эта часть данных ещё не опубликована."}</Empty>;
  }
  if (refusal.status === 401) {
    return (
      <Empty title="Нужно войти">
        {refusal.detail || "Эти данные видны после входа."}{" "}
        <a href={`/login?next=${encodeURIComponent(location.pathname)}`}>Войти</a>
      </Empty>
    );
  }
  if (refusal.status === 403) {
    return (
      <Empty title="Недоступно для вашей роли">{refusal.detail || "Обратитесь к администратору за доступом."}</Empty>
    );
  }
  return (
    <div class="state refused" role="alert">
      <strong>{refusal.title}</strong>
      {refusal.detail !== "" && <p>{refusal.detail}</p>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <strong>{title}</strong>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}
