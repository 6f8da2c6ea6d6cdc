/** Which columns of a table stand where: on a narrow screen what a row comes to is read first, on a narrow sheet what is
    the same in every row is told once. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

interface Column<R> {
  id: string;
  title: ComponentChildren;
  cell: (row: R) => ComponentChildren;
  key?: (row: R) => string | number | null;
  isHead?: boolean;
}

const NARROW = "(width < 640px)";

export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const follow = () => setNarrow(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  return isNarrow;
}

/** What a row comes to. */
const VERDICT = "verdict";

/** The verdict right after the name: further columns are out of sight there. */
export function verdictFirst<C extends { id: string }>(columns: readonly C[]): readonly C[] {
  const verdict = columns.filter((column) => column.id === VERDICT);
  const [first, ...rest] = columns.filter((column) => column.id !== VERDICT);
  return first === undefined ? columns : [first, ...verdict, ...rest];
}

/** Columns that tell rows apart, and those that say the same in all. */
export function apart<R, C extends Column<R>>(
  columns: readonly C[],
  rows: readonly R[],
): { differing: readonly C[]; same: readonly C[] } {
  const [first] = rows;
  const isSame = ({ key, isHead }: C) =>
    first !== undefined &&
    rows.length > 1 &&
    isHead !== true &&
    key !== undefined &&
    rows.every((row) => key(row) === key(first));
  return { differing: columns.filter((column) => !isSame(column)), same: columns.filter(isSame) };
}
