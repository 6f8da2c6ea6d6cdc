/** A panel of a dashboard by its kind; whatever cannot be drawn is a table. */

import { useMemo, useState } from "preact/hooks";
import { type Parameters, address } from "../api/client";
import type { Answer, Change, IndicatorInfo, PanelInfo, Row, Value } from "../api/rows";
import { useAnswer, useChanges } from "../api/use";
import { bars, barsHeight } from "../charts/bars";
import { Chart } from "../charts/chart";
import { Markdown } from "../parts/markdown";
import { Fold } from "../parts/fold";
import { Panel } from "../parts/panel";
import { RowsTable } from "../parts/rows-table";
import { Empty, When } from "../parts/states";
import { whyAmong } from "../route/why";
import { useOwnMunicipality } from "../shell/me";
import { periodsOf } from "../words/dates";
import { testTitle } from "../words/names";
import { counted, number, quantity } from "../words/numbers";
import { FOLDED, LINE_WORDS, firstBars, pictureOf } from "./panel-pictures";
import { LATEST, type PageFilters, firstTest, isOfTest, narrowed, newest } from "./panel-rows";
import { firstOf } from "./panel-shapes";
import { PlaceLines } from "./place-lines";
import { RegionMultiples } from "./region-multiples";
import { toBars } from "./value-shapes";
import { JUDGED } from "./choice";
import { FunnelPanel } from "./funnel-panel";
import { isNameless } from "./nameless";
import { SlopePanel } from "./slope-panel";

interface PanelProps {
  dashboard: string;
  panel: PanelInfo;
  filters: PageFilters;
  indicators: ReadonlyMap<string, IndicatorInfo>;
  names: ReadonlyMap<string, string>;
}

/** Widths of the project's text as the grid knows them. */
const WIDTHS: Readonly<Record<string, string>> = { half: "half", third: "third", "two-thirds": "two-thirds" };

export function DashboardPanel(props: PanelProps) {
  const { panel } = props;
  if (panel.data === "text") {
    return (
      <Panel
        id={panel.id}
        title={panel.title}
        class={WIDTHS[panel.width] ?? ""}
        table={<Markdown text={panel.text ?? ""} />}
      />
    );
  }
  return panel.data === "sql" ? <SqlPanel {...props} /> : <IndicatorPanel {...props} />;
}

/** Most rows a panel asks for: what is longer is read from the file. */
const MOST = 20_000;

function SqlPanel({ dashboard, panel, filters, names }: PanelProps) {
  const path = `/dashboards/${dashboard}/panels/${panel.id}`;
  const answer = useAnswer<Answer<Row>>(address(path, { limit: MOST }));
  const rows = useMemo(
    () => (answer.state === "ready" ? narrowed(answer.data.rows, filters) : []),
    [answer, filters.period, filters.municipality, filters.subject, filters.grade],
  );
  const columns = answer.state === "ready" ? answer.data.columns : [];
  const [most, setMost] = useState(FOLDED);
  const ownPlace = useOwnMunicipality();
  const place = filters.municipality === "" ? (names.get(ownPlace) ?? "") : filters.municipalityName;
  const picture = useMemo(
    () => pictureOf(panel, rows, columns, most, () => setMost(Infinity), place),
    [rows, columns, most, place],
  );
  return (
    <Panel
      id={panel.id}
      title={panel.title}
      source={{ path }}
      loaded={panel.loaded_at ?? null}
      why={`/lineage/${encodeURIComponent(`${dashboard}/${panel.id}`)}`}
      of={rows}
      facts={
        answer.state === "ready"
          ? [
              counted(rows.length, "строка", "строки", "строк"),
              rows.length < answer.data.rows.length ? `всего: ${number(answer.data.rows.length)}` : null,
              cutWords(answer.data),
            ]
          : []
      }
      class={`is-long ${WIDTHS[panel.width] ?? ""}`}
      {...(picture === null ? {} : { chart: picture })}
      table={
        <When of={answer} lines={8}>
          {({ rows: all }) =>
            rows.length === 0 ? (
              <NoRows isAny={all.length > 0} />
            ) : (
              <RowsTable caption={panel.title} columns={columns} rows={rows} page={ROWS} />
            )
          }
        </When>
      }
    />
  );
}

/** What is left out of an answer is told. */
function cutWords({ next }: { next: string | null }): string | null {
  return next === null ? null : `первые ${number(MOST)}, все — в файле`;
}

/** Rows of a table at a time: a panel is one of several. */
const ROWS = 10;

/** Why a panel is empty: the choice, or that nobody has sent such files. */
function NoRows({ isAny }: { isAny: boolean }) {
  return isAny ? (
    <Empty title="Строк нет">Для этих кампании и муниципалитета данных нет.</Empty>
  ) : (
    <Empty title="Данных ещё нет">Выгрузки, из которых делается эта панель, не загружены или вам не видны.</Empty>
  );
}

function IndicatorPanel(props: PanelProps) {
  const { panel, filters, indicators, names } = props;
  const info = indicators.get(panel.indicators[0] ?? "");
  const level = panel.level === "school" ? "school" : "municipality";
  const first = useFirstTest(props, info);
  if (info === undefined) return null;
  if (first !== null && panel.level !== "region") {
    const about = [testTitle(first.subject, first.grade), first.task === null ? "" : `задание ${first.task}`]
      .filter(Boolean)
      .join(", ");
    const focus = {
      period: first.period,
      subject: first.subject,
      grade: first.grade === null ? null : String(first.grade),
      task: first.task,
    };
    if (panel.kind === "funnel") {
      return (
        <FunnelPanel
          level={level}
          info={info}
          period={focus.period}
          subject={focus.subject}
          grade={focus.grade}
          title={`${panel.title}: ${about}`}
          names={names}
          {...(filters.municipality === "" || level === "municipality"
            ? {}
            : { own: (row: Value) => row.municipality === filters.municipality })}
        />
      );
    }
    if (panel.kind === "slope") {
      const slopes = panel.indicators.flatMap((id) => indicators.get(id) ?? []);
      return (
        <>
          {slopes.map((own, at) => (
            <SlopePanel
              key={own.id}
              id={`${panel.id}-${own.id.replace(".", "-")}`}
              title={`${panel.title}: ${own.title}`}
              info={own}
              level={level}
              focus={focus}
              about={about}
              names={names}
              municipality={filters.municipality}
              kind={panel.filters["kind"]}
              loaded={panel.loaded_at ?? null}
              // An odd one out has the row to itself.
              width={WIDTHS[panel.width] ?? (slopes.length - at > 1 || at % 2 === 1 ? "half" : "")}
            />
          ))}
        </>
      );
    }
  }
  return <PlainPanel {...props} />;
}

/** The first test of the campaign: what a picture of one test shows. */
function useFirstTest({ panel, filters }: PanelProps, info: IndicatorInfo | undefined): Value | null {
  const isSlope = panel.kind === "slope";
  const isOne = panel.kind === "funnel" || isSlope;
  const values = useAnswer<Answer<Value>>(
    isOne && info !== undefined ? address(`/indicators/${info.id}/values`, { level: "region" }) : null,
  );
  // Of changes: a test that somebody can be judged by, not one that has no year before to compare with. The first
  // places tell which tests there are.
  const changes = useChanges(isSlope && info !== undefined ? info.id : null, {
    level: panel.level,
    kind: panel.filters["kind"],
    verdict: JUDGED,
    limit: FIRST_CHANGES,
  });
  if (values.state !== "ready" || (isSlope && changes.state === "loading")) return null;
  const judged = changes.state === "ready" ? changes.data.rows : [];
  return firstTest(judged, filters) ?? firstTest(values.data.rows, filters);
}

/** Changes that are asked to find a test. */
const FIRST_CHANGES = 400;

function PlainPanel({ dashboard, panel, filters, indicators, names }: PanelProps) {
  const path = `/dashboards/${dashboard}/panels/${panel.id}`;
  const info = indicators.get(panel.indicators[0] ?? "");
  // A line shows all campaigns; everything else the chosen one. A municipality's own rows are asked for by its key.
  const asked: Parameters = { limit: MOST };
  const answer = useAnswer<Answer<Value | Change>>(address(path, asked));
  const isLine = panel.kind === "line";
  const [rows, others] = useMemo(() => {
    if (answer.state !== "ready") return [[], []];
    const all = answer.data.rows.filter((row) => isOfTest(row, filters.subject, filters.grade));
    // The newest campaign of one's own: others' may have come later.
    const own = all.filter((row) => !isNameless(row));
    const period =
      filters.period === LATEST ? newest((own.length > 0 ? own : all).map((row) => row.period)) : filters.period;
    const chosen = all.filter(
      (row) =>
        (isLine || period === "" || row.period === null || row.period === period) &&
        (filters.municipality === "" ||
          isNameless(row) ||
          row.level === "region" ||
          row.municipality === filters.municipality),
    );
    return [chosen.filter((row) => !isNameless(row)), chosen.filter(isNameless)];
  }, [answer, filters.period, filters.municipality, filters.subject, filters.grade]);
  // Bars of several tests side by side compare what may not be compared: one test at a time.
  const test = useMemo(() => (isLine ? null : firstOf(rows.filter((row) => row.subject !== null))), [rows]);
  const drawn = useMemo(
    () => (test === null ? rows : rows.filter((row) => row.subject === test.subject && row.grade === test.grade)),
    [rows, test],
  );
  const [most, setMost] = useState(FOLDED);
  const several = panel.indicators.length > 1;
  const label = `${panel.title}. Те же строки — в таблице.`;
  const chart = useMemo(() => {
    if (rows.length === 0 || info === undefined) return null;
    if (isLine && rows.some((row) => row.subject !== null)) {
      return panel.indicators.map((id) => {
        const own = rows.filter((row) => row.indicator === id && row.level === "region");
        const of = indicators.get(id);
        return own.length === 0 || of === undefined ? null : (
          <div key={id} class="spaced">
            {several && <h3>{of.title}</h3>}
            <RegionMultiples info={of} values={own} periods={periodsOf(own)} />
          </div>
        );
      });
    }
    if (isLine) {
      return <PlaceLines rows={rows} info={info} level={panel.level ?? null} names={names} label={label} />;
    }
    if (panel.kind === "bar" || panel.kind === "stacked") {
      const all = toBars(drawn, panel, indicators, names, test !== null);
      if (all === null) return null;
      const data = firstBars(all, most);
      return (
        <>
          {test !== null && <p class="small quiet">{testTitle(test.subject, test.grade)}</p>}
          <Chart data={data} draw={bars} height={barsHeight(data)} label={label} />
          <Fold all={all.names.length} most={most} onMore={() => setMost(Infinity)} words={LINE_WORDS} />
        </>
      );
    }
    return null;
  }, [rows, drawn, info, most]);
  const hidden = rows.filter((row) => row.status === "suppressed").length;
  const why = whyAmong(several ? rows : drawn, {
    indicator: panel.indicators[0],
    level: panel.level,
    municipality: panel.level === "region" ? null : filters.municipality,
    ...(isLine ? {} : { period: drawn[0]?.period, subject: test?.subject, grade: test?.grade }),
  });
  return (
    <Panel
      id={panel.id}
      title={panel.title}
      {...(info === undefined
        ? {}
        : {
            about: formulas(panel.indicators.flatMap((id) => indicators.get(id) ?? [])),
          })}
      source={{ path }}
      loaded={panel.loaded_at ?? null}
      {...(info === undefined ? {} : { why })}
      of={rows}
      facts={[
        rows.length === 0 || rows.some((row) => row.period !== null) ? null : "сейчас",
        counted(rows.length, "строка", "строки", "строк"),
        hidden === 0 ? null : `скрыто: ${number(hidden)}`,
        answer.state === "ready" ? cutWords(answer.data) : null,
        isLine || several || info === undefined ? null : othersWords(others, test, info.unit),
      ]}
      class={`is-long ${WIDTHS[panel.width] ?? ""}`}
      {...(chart === null ? {} : { chart })}
      table={
        <When of={answer} lines={8}>
          {({ columns, rows: all }) =>
            rows.length === 0 ? (
              <NoRows isAny={all.length > 0} />
            ) : (
              <RowsTable
                caption={panel.title}
                columns={columns}
                rows={rows as unknown as Row[]}
                indicators={indicators}
                page={ROWS}
              />
            )
          }
        </When>
      }
    />
  );
}

/** Where other municipalities lie, in words: their rows have values without names. */
function othersWords(
  rows: readonly Value[],
  test: { subject: string | null; grade: number | null } | null,
  unit: string,
): string | null {
  const values = rows
    .filter((row) => test === null || (row.subject === test.subject && row.grade === test.grade))
    .flatMap((row) => (row.value === null ? [] : [row.value]))
    .sort((a, b) => a - b);
  const [low, middle, high] = [values[0], values[Math.floor(values.length / 2)], values.at(-1)];
  if (low === undefined || middle === undefined || high === undefined) return null;
  const all = `другие муниципалитеты, ${number(values.length)}`;
  if (low === high) return `${all}: ${values.length === 1 ? "" : "у всех "}${quantity(low, unit)}`;
  return `${all}: от ${quantity(low, unit)} до ${quantity(high, unit)}, в середине ${quantity(middle, unit)}`;
}

/** One formula is said as it is; of several each is named. */
function formulas(shown: readonly IndicatorInfo[]): string {
  const [only] = shown;
  if (shown.length === 1 && only !== undefined) return only.formula;
  return shown.map((one) => `${one.title}: ${one.formula}`).join(". ");
}
