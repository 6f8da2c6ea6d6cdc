/** The address is the state of the page: everything chosen is in it, back and a shared link work. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface Place {
  path: string;
  query: URLSearchParams;
}

type Listener = () => void;
const listeners = new Set<Listener>();
const tell = (): void => {
  for (const listener of [...listeners]) listener();
};

function here(): Place {
  return { path: decodeURI(location.pathname), query: new URLSearchParams(location.search) };
}

/** Where the reader is; renders again when that changes. */
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const listener = () => setPlace(here());
    listeners.add(listener);
    addEventListener("popstate", listener);
    return () => {
      listeners.delete(listener);
      removeEventListener("popstate", listener);
    };
  }, []);
  return place;
}

/** Goes to an address of this page. */
export function go(href: string): void {
  history.pushState(null, "", href);
  tell();
  scrollTo(0, 0);
}

/** Changes some of what is chosen; null takes a choice back. Each choice is a step back can undo. */
export function choose(changes: Readonly<Record<string, string | null>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const href = withQuery(location.pathname, query);
  if (href === location.pathname + location.search) return;
  history.pushState(null, "", href);
  tell();
}

/** An address with what is chosen, readable. */
export function withQuery(
  path: string,
  query: URLSearchParams | Readonly<Record<string, string | null | undefined>>,
): string {
  const all = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const kept = new URLSearchParams();
  for (const [name, value] of all) if (value != null && value !== "") kept.set(name, value);
  const text = kept.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text === "" ? path : `${path}?${text}`;
}

interface LinkProps {
  href: string;
  class?: string;
  title?: string;
  "aria-label"?: string;
  "aria-current"?: "page" | "true" | undefined;
  children: ComponentChildren;
}

/** A link within the page; with a modifier key it stays the browser's own. */
export function Link({ href, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    go(href);
  };
  return (
    <a {...rest} href={href} onClick={follow}>
      {children}
    </a>
  );
}

/** Segments after the first: `/schools/223080` → `["223080"]`. */
export function segments(path: string): string[] {
  return path.split("/").filter(Boolean).map(decodeURIComponent);
}
