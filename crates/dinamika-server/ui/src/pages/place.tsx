/** Results of one place — a school or a municipality — from everything known of it. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Change, Entity, IndicatorInfo, Value } from "../api/rows";
import { type EntityInfo, useValues } from "../api/use";
import { Matrix, breaksOf, testKey } from "../parts/matrix";
import { Multiples } from "../parts/multiples";
import { Panel } from "../parts/panel";
import { Empty } from "../parts/states";
import { usePlace, withQuery } from "../route/router";
import { whyOf } from "../route/why";
import { useMay } from "../shell/me";
import { periodTitle, periodsOf } from "../words/dates";
import { schoolName, subjectOrder } from "../words/names";
import { kindWords } from "../words/verdicts";
import { ChangesPanel } from "./changes-panel";
import { Choices, type Chosen, useChosen, useKind } from "./choice";

/** What the panels of a page after the common ones need. */
export interface Focus {
  info: IndicatorInfo;
  chosen: Chosen;
  period: string | null;
  /** Tests of the campaign, in order. */
  tests: readonly Value[];
  test: string;
  subject: string | null;
  grade: string | null;
  names: ReadonlyMap<string, string>;
}

interface PlaceProps {
  place: EntityInfo;
  entities: readonly Entity[];
  indicators: readonly IndicatorInfo[];
  /** Panels of the page's own, in the same grid. */
  children: (focus: Focus) => ComponentChildren;
}

export function PlaceResults({ place, entities, indicators, children }: PlaceProps) {
  const asked = useChosen();
  const asks = useMay("school");
  const { path: here, query } = usePlace();
  const info = indicators.find((one) => one.id === asked.indicator);
  const values = useMemo(() => of(place.values, asked.indicator), [place, asked.indicator]);
  const changes = useMemo(() => of(place.dynamics, asked.indicator), [place, asked.indicator]);
  const region = useValues(info?.id ?? null, { level: "region" });
  const behind = region.state === "ready" ? region.data.rows : [];
  const periods = useMemo(() => periodsOf([...values, ...behind]), [values, behind]);
  const names = useMemo(() => new Map(entities.map((one) => [one.entity, schoolName(one.entity_name)])), [entities]);
  const own = useMemo(() => periodsOf(values), [values]);
  const period = own.find((one) => one === asked.period) ?? own.at(-1) ?? null;
  const kind = useKind(asked, asked.indicator, period, "municipality");
  const seesAll = useMay("regional");
  if (info === undefined) return <Empty title="Такого показателя нет">Выберите другой в разделе «Показатели».</Empty>;

  const chosen = { ...asked, kind };
  const now = inOrder(values.filter((row) => row.period === period));
  const since = changes.filter((row) => row.period === period && row.kind === chosen.kind);
  // What opens first is a test whose change can be told.
  const told = now.find((row) => since.some((change) => testKey(change) === testKey(row) && change.change !== null));
  const first = told ?? now[0];
  const test = chosen.test ?? (first === undefined ? "" : testKey(first));
  const [subject = null, grade = null] = test === "" ? [] : test.split(".");
  const path = `/indicators/${info.id}`;
  const entity = place.entity;
  const to = (subject: string, grade: number) => {
    const next = new URLSearchParams(query);
    next.set("test", `${subject}.${grade}`);
    return withQuery(here, next);
  };
  if (values.length === 0) {
    return (
      <>
        <Choices indicators={indicators} periods={[]} chosen={asked} period={null} />
        <Empty title="Результатов ВПР нет">
          {seesAll
            ? "По этому показателю нет ни одной работы."
            : "По этому показателю нет ни одной работы, которая видна вашей роли: свои результаты — на своей странице."}
        </Empty>
      </>
    );
  }
  return (
    <>
      <Choices indicators={indicators} periods={own} chosen={chosen} period={period} />
      <div class="grid">
        <Panel
          id="now"
          title={`${info.title}: ${periodTitle(period ?? "")}`}
          about={info.formula}
          // Changes bring their values along; the first campaign has none.
          source={{ path: `${path}/${since.length > 0 ? "dynamics" : "values"}`, parameters: { entity, period } }}
          of={now}
          facts={[`минимум для вывода: n = ${info.min_n}`, info.source ?? null, ...breaksOf(since)]}
          table={
            <Matrix
              caption={`${info.title} по предметам и классам`}
              values={now}
              changes={since}
              unit={info.unit}
              direction={info.direction}
              href={to}
              current={test}
            />
          }
        />
        <ChangesPanel
          id="changes"
          title="Что изменилось"
          about={`${periodTitle(period ?? "")}, ${kindWords(chosen.kind)}. Усы — доверительный интервал 95 %: пока он накрывает ноль, изменение может быть случайным. Вывод — об отрыве от региона: работы разных лет не равны по трудности.`}
          info={info}
          rows={since}
          source={{ path: `${path}/dynamics`, parameters: { entity, period, kind: chosen.kind } }}
          {...(asks ? { why: whyOf } : {})}
          facts={[`минимум для вывода: n = ${info.min_n}`]}
        />
        <Panel
          id="years"
          title="По годам, на фоне региона"
          about="Полоса — доверительный интервал 95 %, серым — регион. Все картинки в одном масштабе."
          source={{ path: `${path}/values`, parameters: { entity } }}
          of={values}
          table={
            <Multiples
              values={inOrder(values)}
              changes={changes}
              behind={behind}
              whole="регион"
              unit={info.unit}
              direction={info.direction}
              periods={periods}
            />
          }
        />
        {children({ info, chosen, period, tests: now, test, subject, grade, names })}
      </div>
    </>
  );
}

function of<R extends Value | Change>(rows: readonly R[], indicator: string): R[] {
  return rows.filter((row) => row.indicator === indicator);
}

/** By subject as a teacher lists them, then by grade. */
export function inOrder<R extends Value>(rows: readonly R[]): R[] {
  return [...rows].sort((a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0));
}
