/** Everything with a name, found by any part of it. `/` puts the cursor here. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Answer, Entity, IndicatorInfo } from "../api/rows";
import { ENTITIES, INDICATORS, useAnswer } from "../api/use";
import { go } from "../route/router";
import { schoolName } from "../words/names";
import { SECTIONS } from "./sections";

interface Found {
  title: string;
  kind: string;
  href: string;
}

const SHOWN = 12;

export function Search() {
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const all = useAll(isOpen);
  const found = useMemo(() => matching(all, text), [all, text]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  const open = (item: Found | undefined) => {
    if (item === undefined) return;
    setText("");
    setOpen(false);
    go(item.href);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") open(found[at]);
    else if (event.key === "Escape") {
      setText("");
      input.current?.blur();
    }
  };
  const isShown = isOpen && text.trim() !== "";
  return (
    <search class="search">
      <input
        ref={input}
        type="text"
        role="combobox"
        list={undefined}
        autoComplete="off"
        spellcheck={false}
        placeholder="Школа, муниципалитет, показатель"
        aria-label="Поиск по всему"
        aria-expanded={isShown}
        aria-controls="found"
        aria-autocomplete="list"
        aria-activedescendant={isShown && found.length > 0 ? `found-${at}` : undefined}
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onInput={(event) => {
          setAt(0);
          setOpen(true);
          setText(event.currentTarget.value);
        }}
        onKeyDown={keys}
      />
      {text === "" && <kbd>/</kbd>}
      <div class="found" id="found-box" hidden={!isShown}>
        <div id="found" role="listbox" tabIndex={-1} aria-label="Найдено">
          {found.map((item, index) => (
            <div
              key={item.href}
              id={`found-${index}`}
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              onPointerEnter={() => setAt(index)}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => open(item)}
            >
              <span>{item.title}</span>
              <small>{item.kind}</small>
            </div>
          ))}
        </div>
        {found.length === 0 && <p>Ничего не найдено: попробуйте номер школы или часть названия.</p>}
      </div>
    </search>
  );
}

/** Everything findable; read when the search is first opened. */
function useAll(isOpen: boolean): Found[] {
  const [isNeeded, setNeeded] = useState(false);
  if (isOpen && !isNeeded) setNeeded(true);
  const entities = useAnswer<Answer<Entity>>(isNeeded ? ENTITIES : null);
  const indicators = useAnswer<Answer<IndicatorInfo>>(isNeeded ? INDICATORS : null);
  return useMemo(() => {
    const measures = indicators.state === "ready" ? indicatorsFound(indicators.data.rows) : [];
    const places = entities.state === "ready" ? entitiesFound(entities.data.rows) : [];
    return [...SECTIONS_FOUND, ...measures, ...places];
  }, [entities.state, indicators.state]);
}

const SECTIONS_FOUND: Found[] = SECTIONS.flatMap((group) =>
  group.pages.map((page) => ({ title: page.title, kind: "раздел", href: page.href })),
);

function entitiesFound(entities: readonly Entity[]): Found[] {
  const names = new Map(
    entities.filter((one) => one.level === "municipality").map((one) => [one.entity, one.entity_name ?? one.entity]),
  );
  return entities.map((one) => {
    if (one.level === "region") return { title: one.entity_name ?? "Регион", kind: "регион", href: "/" };
    if (one.level === "municipality") {
      return { title: one.entity_name ?? one.entity, kind: "муниципалитет", href: `/municipalities/${one.entity}` };
    }
    const municipality = names.get(one.municipality ?? "") ?? "";
    return {
      title: schoolName(one.entity_name),
      kind: `${municipality} · ${one.entity}`,
      href: `/schools/${one.entity}`,
    };
  });
}

function indicatorsFound(indicators: readonly IndicatorInfo[]): Found[] {
  return indicators.map((one) => ({ title: one.title, kind: `показатель · ${one.id}`, href: `/indicators/${one.id}` }));
}

/** Every word of the question begins or stands in the title or the kind; titles that begin so come first. */
function matching(all: readonly Found[], text: string): Found[] {
  const words = fold(text).split(" ").filter(Boolean);
  if (words.length === 0) return [];
  const scored: { item: Found; score: number }[] = [];
  for (const item of all) {
    const [title, whole] = [fold(item.title), fold(`${item.title} ${item.kind}`)];
    if (!words.every((word) => whole.includes(word))) continue;
    const begins = words.filter((word) =>
      title.split(" ").some((part) => part === word || part.startsWith(word)),
    ).length;
    const exact = words.filter((word) => title.split(" ").includes(word)).length;
    scored.push({ item, score: exact * 4 + begins * 2 - title.length / 500 });
  }
  scored.sort((a, b) => b.score - a.score);
  return scored.slice(0, SHOWN).map((one) => one.item);
}

function fold(text: string): string {
  return text
    .toLocaleLowerCase("ru")
    .replaceAll("ё", "е")
    .replace(/[«»"№().,·]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
