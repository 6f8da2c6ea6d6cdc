/** The frame of every page and the table of pages. */

import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "./api/client";
import { Page } from "./parts/page";
import { Bones, Empty, Refused } from "./parts/states";
import { Link, segments, usePlace } from "./route/router";
import { Account, type Me, ROLE_TITLES, Reader, type Role, SeenAs, isAtLeast, useMay, useMe } from "./shell/me";
import { NewerRelease, useRelease } from "./shell/release";
import { Search } from "./shell/search";
import { SECTIONS, neededFor, ownPages } from "./shell/sections";
import { ThemeButton } from "./shell/theme";
import { moment } from "./words/dates";

/** What a page is told by its address. */
export interface PageProps {
  /** The key after the section's name. */
  id: string;
}

type Loaded = { default: ComponentType<PageProps> };

/** First segment → the list, and the page of one. */
const PAGES: Readonly<Record<string, { all?: () => Promise<Loaded>; one?: () => Promise<Loaded> }>> = {
  "": { all: () => import("./pages/overview") },
  municipalities: { all: () => import("./pages/municipalities"), one: () => import("./pages/municipality") },
  schools: { all: () => import("./pages/schools"), one: () => import("./pages/school") },
  indicators: { all: () => import("./pages/indicators"), one: () => import("./pages/indicator") },
  compare: { all: () => import("./pages/compare") },
  dashboards: { all: () => import("./pages/dashboards"), one: () => import("./pages/dashboard") },
  support: { all: () => import("./pages/support") },
  roadmap: { all: () => import("./pages/roadmap") },
  courses: { all: () => import("./pages/courses") },
  quality: { all: () => import("./pages/quality") },
  runs: { all: () => import("./pages/runs"), one: () => import("./pages/runs") },
  releases: { all: () => import("./pages/releases"), one: () => import("./pages/releases") },
  explain: { all: () => import("./pages/explain") },
  lineage: { all: () => import("./pages/lineage"), one: () => import("./pages/lineage") },
  sql: { all: () => import("./pages/sql") },
  accounts: { all: () => import("./pages/accounts") },
};

export function App() {
  const place = usePlace();
  const release = useRelease();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const menuButton = useRef<HTMLButtonElement>(null);
  useEffect(() => setMenuOpen(false), [place.path]);
  useEffect(() => {
    if (!isMenuOpen) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setMenuOpen(false);
      menuButton.current?.focus();
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [isMenuOpen]);
  const published = release === null ? "" : moment(release.published_at);
  const me = useMe();
  const reader = me.state === "ready" ? me.data : null;
  return (
    <Reader.Provider value={reader}>
      <div class="shell">
        <a class="skip" href="#main">
          К содержанию
        </a>
        <header class="top">
          <button
            class="button ghost menu-button"
            type="button"
            ref={menuButton}
            aria-expanded={isMenuOpen}
            aria-controls="sections"
            onClick={() => setMenuOpen(!isMenuOpen)}
          >
            <span aria-hidden="true">☰</span> Меню
          </button>
          <Link class="brand" href="/" aria-label="Динамика: обзор региона">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            <span>Динамика</span>
          </Link>
          <Search />
          {release !== null && (
            <Link class="release" href="/releases">
              <span class="long">данные на</span>
              <strong>{published}</strong>
              <span class="long">· выпуск {release.id}</span>
            </Link>
          )}
          <Account />
          <ThemeButton />
        </header>
        <Sections path={place.path} isOpen={isMenuOpen} me={reader} />
        <main class="main" id="main" tabIndex={-1}>
          <SeenAs />
          <div class="print-head">
            <span>Динамика</span>
            <span>{release === null ? "" : `Выпуск ${release.id}, данные на ${published}`}</span>
          </div>
          <Routed path={place.path} isReaderKnown={me.state !== "loading"} />
        </main>
        <footer class="foot">
          <p>
            Результаты ВПР не предназначены для оценки деятельности школ и учителей.{" "}
            <a href="/api/openapi.json">Данные для программ</a>
            {" · "}
            <a href="/plain">Простая версия без скриптов</a>
          </p>
        </footer>
        <NewerRelease shown={release?.id ?? null} />
      </div>
    </Reader.Provider>
  );
}

/** What the role has nothing to see in is not offered. */
function Sections({ path, isOpen, me }: { path: string; isOpen: boolean; me: Me | null }) {
  const own = me === null ? [] : ownPages(me.role, me.scope);
  const groups = SECTIONS.map(({ title, pages }, at) => ({
    title,
    pages: [
      ...(at === 0 ? own : []),
      ...pages.filter(({ from }) => from === undefined || (me !== null && isAtLeast(me.role, from))),
    ],
  }));
  const at = own.find((page) => page.href === path)?.href ?? `/${segments(path)[0] ?? ""}`;
  return (
    <nav class={`side ${isOpen ? "is-open" : ""}`} id="sections" aria-label="Разделы">
      {groups
        .filter((group) => group.pages.length > 0)
        .map((group) => (
          <div key={group.title}>
            <h2>{group.title}</h2>
            <ul class="plain">
              {group.pages.map((page) => (
                <li key={page.href}>
                  <Link href={page.href} aria-current={page.href === at ? "page" : undefined}>
                    {page.title}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
    </nav>
  );
}

/** The page of an address; its code is loaded when first asked for. */
function Routed({ path, isReaderKnown }: { path: string; isReaderKnown: boolean }) {
  const [section = "", id = "", ...rest] = segments(path);
  const pages = PAGES[section];
  const load = rest.length > 0 ? undefined : id === "" ? pages?.all : pages?.one;
  const needed: Role = neededFor(path) ?? "public";
  const may = useMay(needed);
  const isGuest = !useMay("school");
  const [loaded, setLoaded] = useState<{ load: unknown; page: ComponentType<PageProps> } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (load === undefined) return;
    let isWanted = true;
    setFailed(false);
    load().then(
      (module) => isWanted && setLoaded({ load, page: module.default }),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [load]);
  if (load === undefined) {
    return (
      <Page title="Такой страницы нет" lead="Проверьте адрес или найдите нужное поиском: клавиша /.">
        <Link href="/">Обзор региона</Link>
      </Page>
    );
  }
  // Nothing is asked for that might be refused.
  if (!isReaderKnown && needed !== "public") return <Bones lines={8} />;
  if (!may) {
    return (
      <Page title="Недоступно для вашей роли">
        <Empty title={`Эта страница — для роли «${ROLE_TITLES[needed]}»`}>
          {needed === "regional"
            ? "Здесь журналы загрузки и решения о данных всего региона."
            : isGuest
              ? "Войдите, если у вас есть учётная запись."
              : "Кому она нужна для работы, тому роль даёт администратор."}
        </Empty>
        <Link href="/">Обзор региона</Link>
      </Page>
    );
  }
  if (failed)
    return (
      <Refused refusal={new Refusal(0, "Страница не загрузилась", "Обновите её: возможно, программа обновилась.")} />
    );
  if (loaded === null || loaded.load !== load) return <Bones lines={8} />;
  const Shown = loaded.page;
  return <Shown key={`${section}/${id}`} id={id} />;
}
