/** One picture or table with what a reader needs to trust it: n, period, date, definition, files, the reason. */

import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { fileAddress, type Parameters } from "../api/client";
import type { Answer, IndicatorInfo, TableInfo } from "../api/rows";
import { INDICATORS, TABLES, useAnswer } from "../api/use";
import { choose, usePlace } from "../route/router";
import { whyAmong } from "../route/why";
import { useMay } from "../shell/me";
import { useRelease } from "../shell/release";
import { moment } from "../words/dates";
import { toldOf } from "../words/told";
import { Switch } from "./fields";

/** Where the rows of a panel come from. */
export interface Source {
  path: string;
  parameters?: Parameters;
}

/** What a chart can give to a file. */
export interface Picture {
  svg: () => string;
  png: () => Promise<Blob>;
}

/** A chart inside a panel tells it how to be saved. */
export const PictureSlot = createContext<{ picture: Picture | null }>({ picture: null });
export const usePictureSlot = () => useContext(PictureSlot);

interface PanelProps {
  /** Name in the address: which panels are shown as tables. */
  id: string;
  title: string;
  about?: ComponentChildren;
  /** The rows it shows: how many people and which campaigns, its foot tells of them. */
  of?: readonly object[];
  /** What else its foot tells. */
  facts?: readonly (string | null)[];
  source?: Source;
  /** When the newest file behind it was loaded; of an indicator's or a mart's own rows the server tells it. */
  loaded?: string | null;
  /** Where it is told why the number is such. */
  why?: string;
  /** The picture, and the table with the same rows; one may be missing. */
  chart?: ComponentChildren;
  table?: ComponentChildren;
  tools?: ComponentChildren;
  class?: string;
  children?: ComponentChildren;
}

export function Panel(props: PanelProps) {
  const { id, title, about, of, facts = [], source, loaded, why, chart, table, tools } = props;
  const slot = useMemo<{ picture: Picture | null }>(() => ({ picture: null }), []);
  const { query } = usePlace();
  const asTables = (query.get("tables") ?? "").split(",").filter(Boolean);
  const isTable = chart === undefined || asTables.includes(id);
  const show = (view: string) => {
    const others = asTables.filter((other) => other !== id);
    choose({ tables: (view === "table" ? [...others, id] : others).join(",") });
  };
  const release = useRelease();
  const published =
    source === undefined || release === null || !OF_RELEASE.test(source.path)
      ? null
      : `данные на ${moment(release.published_at)}`;
  const known = useLoaded(source);
  const newest = loaded ?? known;
  const read = newest == null ? null : `файлы от ${moment(newest)}`;
  const rows = useMemo(() => toldOf(of ?? []), [of]);
  const told = [rows.periods, rows.n, ...facts, read, published].filter(
    (fact): fact is string => fact !== null && fact !== "",
  );
  const indicator = source === undefined ? null : indicatorOf(source);
  // Guests are told the formula on the indicator's page; files behind a number are told to those who log in.
  const asks = useMay("school");
  const reason = asks ? (why ?? (source === undefined ? undefined : reasonOf(source, indicator, of ?? []))) : undefined;
  return (
    <section class={`panel ${props.class ?? ""}`} id={id} aria-labelledby={`${id}-title`}>
      <header class="panel-head">
        <div>
          <h2 id={`${id}-title`}>{title}</h2>
          {about !== undefined && <p class="about">{about}</p>}
        </div>
        <div class="panel-tools">
          {tools}
          {chart !== undefined && table !== undefined && (
            <Switch
              label={`Вид: ${title}`}
              value={isTable ? "table" : "chart"}
              choices={[
                { value: "chart", title: "График" },
                { value: "table", title: "Таблица" },
              ]}
              onChoose={show}
            />
          )}
          {source !== undefined && (
            <Files title={title} source={source} slot={slot} hasPicture={!isTable} why={reason} indicator={indicator} />
          )}
        </div>
      </header>
      <div class="panel-body">
        <PictureSlot.Provider value={slot}>{isTable ? table : chart}</PictureSlot.Provider>
        {props.children}
      </div>
      {told.length > 0 && (
        <footer class="panel-foot">
          {told.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </footer>
      )}
    </section>
  );
}

interface FilesProps {
  title: string;
  source: Source;
  slot: { picture: Picture | null };
  hasPicture: boolean;
  why: string | undefined;
  indicator: string | null;
}

/** Addresses whose columns a release names in Russian; of other lists the columns are the heading. */
const IS_HEADED = /^\/(indicators|tables|dashboards\/[^/]+\/panels)\/|^\/entities$/;

/** Addresses whose rows are of a release; runs and files are of now. */
const OF_RELEASE = /^\/(indicators|tables|dashboards|entities|explain)\b/;

/** The indicator an address speaks of. */
function indicatorOf({ path, parameters }: Source): string | null {
  const told = /^\/indicators\/([^/]+)/.exec(path)?.[1] ?? parameters?.["indicator"];
  return told == null ? null : String(told);
}

/** When the newest file was loaded that rows of an indicator or a mart are counted from. */
function useLoaded(source: Source | undefined): string | null {
  const indicator = source === undefined ? null : indicatorOf(source);
  const table = source === undefined ? null : tableOf(source);
  const indicators = useAnswer<Answer<IndicatorInfo>>(indicator === null ? null : INDICATORS);
  const tables = useAnswer<Answer<TableInfo>>(table === null ? null : TABLES);
  if (indicator !== null && indicators.state === "ready")
    return indicators.data.rows.find((one) => one.id === indicator)?.loaded_at ?? null;
  if (table !== null && tables.state === "ready")
    return tables.data.rows.find((one) => one.name === table)?.loaded_at ?? null;
  return null;
}

/** The mart an address gives rows of. */
function tableOf({ path }: Source): string | null {
  return /^\/tables\/([^/]+)/.exec(path)?.[1] ?? null;
}

/** Numbers of an indicator are explained one by one; rows of a table, by where the table comes from. */
function reasonOf(source: Source, indicator: string | null, rows: readonly object[]): string | undefined {
  if (indicator !== null) return whyAmong(rows, { ...source.parameters, indicator });
  const table = tableOf(source);
  return table === null ? undefined : `/lineage/${table}`;
}

function Files({ title, source, slot, hasPicture, why, indicator }: FilesProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => !root.current?.contains(event.target as Node) && setOpen(false);
    addEventListener("pointerdown", close);
    return () => removeEventListener("pointerdown", close);
  }, [isOpen]);
  const file = (extension: string, more: Parameters = {}) =>
    fileAddress(`${source.path}.${extension}`, { ...source.parameters, ...more });
  const headed: Parameters = IS_HEADED.test(source.path) ? { labels: "full" } : {};
  const name = title.replace(/[\\/:*?"<>|]/g, " ").slice(0, 80);
  const svg = () =>
    slot.picture !== null && save(new Blob([slot.picture.svg()], { type: "image/svg+xml" }), `${name}.svg`);
  const png = async () => slot.picture !== null && save(await slot.picture.png(), `${name}.png`);
  return (
    <details
      class="drop no-print"
      ref={root}
      open={isOpen}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        setOpen(false);
        root.current?.querySelector("summary")?.focus();
      }}
    >
      <summary
        class="button"
        aria-label={`Скачать: ${title}`}
        onClick={(event) => {
          event.preventDefault();
          setOpen(!isOpen);
        }}
      >
        Скачать <span aria-hidden="true">▾</span>
      </summary>
      <ul class="plain">
        <li>
          <a href={file("csv", { dialect: "excel-ru", ...headed })} download>
            CSV для Excel <small>; и запятая</small>
          </a>
        </li>
        <li>
          <a href={file("xlsx", headed)} download>
            Книга Excel <small>XLSX</small>
          </a>
        </li>
        <li>
          <a href={file("csv")} download>
            CSV для программ <small>UTF-8</small>
          </a>
        </li>
        {hasPicture && (
          <>
            <li>
              <button type="button" onClick={png}>
                Картинка <small>PNG</small>
              </button>
            </li>
            <li>
              <button type="button" onClick={svg}>
                Картинка для печати <small>SVG</small>
              </button>
            </li>
          </>
        )}
        <li>
          <a href={file("json")} target="_blank" rel="noreferrer">
            Открыть как JSON <small>API</small>
          </a>
        </li>
        {why !== undefined && (
          <li>
            <a href={why}>Почему такое число?</a>
          </li>
        )}
        {indicator !== null && (
          <li>
            <a href={`/indicators/${indicator}`}>Определение показателя</a>
          </li>
        )}
      </ul>
    </details>
  );
}

/** Gives a file to the reader. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
