/** What is folded is told and can be opened: nothing is left out silently. */

import { counted, number } from "../words/numbers";

interface FoldProps {
  all: number;
  most: number;
  onMore: () => void;
  words: readonly [string, string, string];
}

export function Fold({ all, most, onMore, words }: FoldProps) {
  if (all <= most) return null;
  return (
    <p class="folded">
      Показано {number(most)} из {counted(all, ...words)}, порядок — по названию.{" "}
      <button class="button no-print" type="button" onClick={onMore}>
        Показать все
      </button>
    </p>
  );
}
