/** A table of many rows: found by text, sorted by a click, a page at a time. It is never a league table:
    the first order is the one it was given, by name. */

import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { apart, useNarrow, verdictFirst } from "./columns";
import { useFitOnPaper, useOnPaper } from "./paper";
import { byName } from "../words/names";
import { counted, number } from "../words/numbers";

/** Rows of a table on paper: there is no next page to press; of one that is hardly read there, fewer. */
const [ON_PAPER, OF_WIDE] = [200, 40];
/** Columns that fit a wide screen as a rule. */
const MANY = 9;

export interface TableColumn<R> {
  id: string;
  title: ComponentChildren;
  /** What stands in the cell. */
  cell: (row: R) => ComponentChildren;
  /** What it is sorted and found by; without it the column is not sorted. */
  key?: (row: R) => string | number | null;
  isNumber?: boolean;
  isWide?: boolean;
  /** A name of a few words. */
  isName?: boolean;
  /** A code or word that is not broken. */
  isShort?: boolean;
  /** The cell names its row. */
  isHead?: boolean;
}

interface TableProps<R> {
  caption: string;
  columns: readonly TableColumn<R>[];
  rows: readonly R[];
  rowKey: (row: R, at: number) => string;
  /** Rows at a time. */
  page?: number;
  /** Several words of a row: `школа`, `школы`, `школ`. */
  words?: readonly [string, string, string];
}

export function DataTable<R>({
  caption,
  columns,
  rows,
  rowKey,
  page: screenful = 50,
  words = ["строка", "строки", "строк"],
}: TableProps<R>) {
  const [wanted, setWanted] = useState("");
  const [order, setOrder] = useState<{ id: string; isDown: boolean } | null>(null);
  const [from, setFrom] = useState(0);
  const shown = useMemo(() => sorted(found(rows, columns, wanted), columns, order), [rows, columns, wanted, order]);
  const isPaper = useOnPaper();
  const table = useRef<HTMLTableElement>(null);
  const isTooWide = useFitOnPaper(table, isPaper, shown) && isPaper;
  const isNarrow = useNarrow() && !isPaper;
  const page = isTooWide ? OF_WIDE : isPaper ? Math.max(screenful, ON_PAPER) : screenful;
  const start = isPaper ? 0 : Math.min(from, Math.max(0, Math.floor((shown.length - 1) / page) * page));
  const isLong = rows.length > page;
  const onPage = shown.slice(start, start + page);
  const { differing, same } = isTooWide ? apart(columns, onPage) : { differing: columns, same: [] };
  const drawn = isNarrow ? verdictFirst(differing) : differing;
  const sort = (id: string) => {
    setFrom(0);
    setOrder(order?.id !== id ? { id, isDown: false } : order.isDown ? null : { id, isDown: true });
  };
  const search = (event: Event) => {
    setFrom(0);
    setWanted((event.currentTarget as HTMLInputElement).value);
  };
  return (
    <>
      {rows.length > 12 && (
        <div class="table-tools">
          <input
            type="search"
            placeholder="Найти в таблице"
            aria-label={`Найти в таблице «${caption}»`}
            value={wanted}
            onInput={search}
          />
          <span role="status">{counted(shown.length, ...words)}</span>
        </div>
      )}
      {same.length > 0 && (
        <p class="small quiet">
          В напечатанных строках: {onPage.slice(0, 1).flatMap((row) => same.map((column) => told(column, row)))}.
        </p>
      )}
      <section
        class={drawn.length > MANY ? "table-scroll is-many" : "table-scroll"}
        aria-label={`Таблица: ${caption}`}
        tabIndex={0}
      >
        <table class={`data ${isPaper ? "on-paper" : ""} ${isTooWide ? "is-tight" : ""}`} ref={table}>
          <caption class="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {drawn.map((column) => (
                <HeadCell key={column.id} column={column} order={order} onSort={isPaper ? null : sort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {onPage.map((row, at) => (
              <tr key={rowKey(row, start + at)}>
                {drawn.map((column) => {
                  const classes = classesOf(column);
                  return column.isHead ? (
                    <th key={column.id} scope="row" class={classes}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.id} class={classes}>
                      {column.cell(row)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {shown.length === 0 && <p class="state">Ничего не найдено.</p>}
      {isPaper && shown.length > page && <p class="folded">Ещё {counted(shown.length - page, ...words)} — в файле.</p>}
      {isLong && shown.length > page && (
        <nav class="pager" aria-label={`Страницы таблицы «${caption}»`}>
          <button class="button" type="button" disabled={start === 0} onClick={() => setFrom(start - page)}>
            ← Назад
          </button>
          <span>
            {number(start + 1)}–{number(Math.min(start + page, shown.length))} из {number(shown.length)}
          </span>
          <button
            class="button"
            type="button"
            disabled={start + page >= shown.length}
            onClick={() => setFrom(start + page)}
          >
            Дальше →
          </button>
        </nav>
      )}
    </>
  );
}

interface HeadCellProps<R> {
  column: TableColumn<R>;
  order: { id: string; isDown: boolean } | null;
  /** None on paper: a heading that can be pressed is not repeated on the next sheet. */
  onSort: ((id: string) => void) | null;
}

function HeadCell<R>({ column, order, onSort }: HeadCellProps<R>) {
  const isSorted = order?.id === column.id;
  const direction = isSorted ? (order.isDown ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" class={column.isNumber ? "number" : undefined} aria-sort={direction}>
      {column.key === undefined || onSort === null ? (
        column.title
      ) : (
        <button type="button" onClick={() => onSort(column.id)}>
          {column.title}
          {isSorted && <span aria-hidden="true"> {order.isDown ? "↓" : "↑"}</span>}
        </button>
      )}
    </th>
  );
}

/** A column that says the same in every row, in words. */
function told<R>(column: TableColumn<R>, row: R): ComponentChildren {
  return (
    <span key={column.id} class="same">
      {column.title} — {column.cell(row)}
    </span>
  );
}

function classesOf<R>(column: TableColumn<R>): string | undefined {
  const classes = [
    column.isNumber && "number",
    column.isWide && "wide",
    column.isName && "name",
    column.isShort && "nowrap",
  ];
  return classes.filter(Boolean).join(" ") || undefined;
}

function found<R>(rows: readonly R[], columns: readonly TableColumn<R>[], wanted: string): readonly R[] {
  const words = wanted.toLocaleLowerCase("ru").split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const text = columns
      .map((column) => String(column.key?.(row) ?? ""))
      .join(" ")
      .toLocaleLowerCase("ru");
    return words.every((word) => text.includes(word));
  });
}

function sorted<R>(
  rows: readonly R[],
  columns: readonly TableColumn<R>[],
  order: { id: string; isDown: boolean } | null,
): readonly R[] {
  const key = columns.find((column) => column.id === order?.id)?.key;
  if (order === null || key === undefined) return rows;
  const turn = order.isDown ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    // What has no value stands last whichever way one sorts.
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return (
      turn *
      (typeof left === "number" && typeof right === "number" ? left - right : byName(String(left), String(right)))
    );
  });
}
