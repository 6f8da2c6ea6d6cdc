/** The page on paper: whether it is laid out for it, and tables that fit. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

export function useOnPaper(): boolean {
  const [isPaper, setPaper] = useState(false);
  useEffect(() => {
    const media = matchMedia("print");
    const follow = () => setPaper(media.matches);
    const begin = () => setPaper(true);
    const end = () => setPaper(false);
    media.addEventListener("change", follow);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      media.removeEventListener("change", follow);
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return isPaper;
}

/** What an A4 sheet leaves to a table between its margins and the panel's, in CSS pixels. */
const SHEET = 660;

/** Smaller than this a table is not read: 14 pixels become 7 points. */
const LEAST = 0.7;

/** A table that does not fit loses its last columns on paper: it is made smaller instead, once all its rows are there.
    Tells whether it is too wide even so: then it must say less. */
export function useFitOnPaper(table: RefObject<HTMLTableElement | null>, isPaper: boolean, rows: unknown): boolean {
  const [isTooWide, setTooWide] = useState(false);
  useLayoutEffect(() => {
    const { current } = table;
    if (current === null || !isPaper) {
      setTooWide(false);
      return;
    }
    // The least it can be, whatever room it has on the screen.
    current.style.width = "min-content";
    const least = current.offsetWidth;
    current.style.width = "";
    const room = matchMedia("print").matches ? inside(current.parentElement) : SHEET;
    const share = Math.floor((100 * room) / least) / 100;
    if (share < LEAST && !isTooWide) setTooWide(true);
    else if (share < 1) current.style.zoom = String(share);
    return () => {
      current.style.zoom = "";
    };
  }, [isPaper, rows, isTooWide]);
  return isTooWide;
}

function inside(box: HTMLElement | null): number {
  if (box === null) return SHEET;
  const { paddingLeft, paddingRight } = getComputedStyle(box);
  return box.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}
