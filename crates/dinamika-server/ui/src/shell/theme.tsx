/** Light, dark, or as the system has it. */

import { useState } from "preact/hooks";

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const;
const TITLE = { auto: "как в системе", light: "светлая", dark: "тёмная" } as const;
const SIGN = { auto: "◐", light: "☀", dark: "☾" } as const;

type Theme = keyof typeof NEXT;

/** Charts listen: their colours are computed once. */
export const THEME_CHANGED = "dinamika:theme";

export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(chosen);
  const turn = () => {
    const next = NEXT[theme];
    if (next === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = next;
    try {
      if (next === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // Storage is closed: the choice lasts as long as the page.
    }
    setTheme(next);
    dispatchEvent(new Event(THEME_CHANGED));
  };
  return (
    <button
      class="button ghost"
      type="button"
      onClick={turn}
      title={`Тема: ${TITLE[theme]}`}
      aria-label={`Тема: ${TITLE[theme]}`}
    >
      <span aria-hidden="true">{SIGN[theme]}</span>
    </button>
  );
}

/** Paper is light: pictures are drawn again in its colours and back. */
export function printLight(): void {
  let before: string | undefined;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset["theme"];
    document.documentElement.dataset["theme"] = "light";
    dispatchEvent(new Event(THEME_CHANGED));
  });
  addEventListener("afterprint", () => {
    if (before === undefined) delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = before;
    dispatchEvent(new Event(THEME_CHANGED));
  });
}

function chosen(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "auto";
}
