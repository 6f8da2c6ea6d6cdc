/** Subjects by grades in one campaign: the value, and what became of it since the last one. */

import type { Change, Value } from "../api/rows";
import { Link } from "../route/router";
import { subjectOrder, subjectTitle } from "../words/names";
import { digitsOf, quantity, signed } from "../words/numbers";
import { type Direction, statusWords, toneOf, toneWords, verdictShort, verdictSign } from "../words/verdicts";

interface MatrixProps {
  caption: string;
  values: readonly Value[];
  changes: readonly Change[];
  unit: string;
  direction: Direction;
  /** Where a cell leads. */
  href: (subject: string, grade: number) => string;
  current?: string;
}

/** `MA.5`. */
export function testKey(row: { subject: string | null; grade: number | null }): string {
  return `${row.subject ?? ""}.${row.grade ?? ""}`;
}

/** Why some changes of a campaign may not be judged, each reason once. */
export function breaksOf(changes: readonly Change[]): string[] {
  const reasons = changes.filter((row) => row.verdict === "not_comparable").map((row) => row.break_reason);
  return [...new Set(reasons)].filter((reason) => reason != null).map((reason) => `несопоставимо: ${reason}`);
}

export function Matrix({ caption, values, changes, unit, direction, href, current }: MatrixProps) {
  const subjects = [...new Set(values.map((row) => row.subject))].filter((one) => one !== null);
  subjects.sort((a, b) => subjectOrder(a) - subjectOrder(b));
  const grades = [...new Set(values.map((row) => row.grade))].filter((one) => one !== null).sort((a, b) => a - b);
  const valueAt = new Map(values.map((row) => [testKey(row), row]));
  const changeAt = new Map(changes.map((row) => [testKey(row), row]));
  return (
    <section class="table-scroll" aria-label={`Таблица: ${caption}`} tabIndex={0}>
      <table class="matrix">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Предмет</th>
            {grades.map((grade) => (
              <th key={grade} scope="col">
                {grade}&nbsp;класс
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {subjects.map((subject) => (
            <tr key={subject}>
              <th scope="row">{subjectTitle(subject)}</th>
              {grades.map((grade) => {
                const key = `${subject}.${grade}`;
                return (
                  <MatrixCell
                    key={key}
                    value={valueAt.get(key)}
                    change={changeAt.get(key)}
                    unit={unit}
                    direction={direction}
                    href={href(subject, grade)}
                    isCurrent={key === current}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  value: Value | undefined;
  change: Change | undefined;
  unit: string;
  direction: Direction;
  href: string;
  isCurrent: boolean;
}

function MatrixCell({ value, change, unit, direction, href, isCurrent }: CellProps) {
  if (value === undefined) {
    return (
      <td class="none">
        <span>не писали</span>
      </td>
    );
  }
  if (value.value === null) {
    return (
      <td class="none">
        <span>{statusWords(value.status) || "нет значения"}</span>
      </td>
    );
  }
  const verdict = change?.verdict ?? null;
  const tone = change === undefined ? "" : toneOf(verdict, direction);
  return (
    <td class={tone} aria-current={isCurrent ? "true" : undefined}>
      <Link href={href}>
        <b>{quantity(value.value, unit)}</b>
        {change === undefined ? (
          <span class="quiet">не с чем сравнить</span>
        ) : (
          <span>
            <span aria-hidden="true">{verdictSign(verdict)} </span>
            {change.change !== null && verdict !== "not_comparable" && `${signed(change.change, digitsOf(unit))} · `}
            {verdictShort(verdict)}
            {toneWords(toneOf(verdict, direction)) !== "" && (
              <span class="visually-hidden">, {toneWords(toneOf(verdict, direction))}</span>
            )}
          </span>
        )}
      </Link>
    </td>
  );
}
