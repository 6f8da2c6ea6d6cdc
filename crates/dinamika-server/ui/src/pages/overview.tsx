/** The region this morning: how fresh, how complete, what changed and where. */

import { useMemo } from "preact/hooks";
import type { Answer, Change, Entity, IndicatorInfo, Value } from "../api/rows";
import { ENTITIES, useAnswer, useChanges, useIndicators, useValues } from "../api/use";
import { Matrix, breaksOf, testKey } from "../parts/matrix";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { usePlace, withQuery } from "../route/router";
import { periodsOf, periodTitle } from "../words/dates";
import { schoolName, subjectOrder, testTitle } from "../words/names";
import { Choices, type Chosen, useChosen, useKind } from "./choice";
import { FunnelPanel } from "./funnel-panel";
import { RegionCards } from "./monitorings";
import { MapPanel } from "./map-panel";
import { PlacesTable } from "./places-table";
import { RegionMultiples } from "./region-multiples";
import { SinceRelease } from "./since-release";
import { StatusStrip } from "./status-strip";

export default function Overview() {
  const entities = useAnswer<Answer<Entity>>(ENTITIES);
  const indicators = useIndicators();
  const region = entities.state === "ready" ? entities.data.rows.find((one) => one.level === "region") : undefined;
  return (
    <Page
      title={region?.entity_name ?? "Обзор региона"}
      lead="Где регион сейчас, что изменилось с прошлой кампании и какие муниципалитеты отличаются больше, чем на случай."
    >
      <StatusStrip />
      <When of={indicators} lines={8}>
        {({ rows }) => <Results indicators={rows} entities={entities.state === "ready" ? entities.data.rows : []} />}
      </When>
      {indicators.state === "ready" && <RegionCards indicators={indicators.data.rows} />}
    </Page>
  );
}

interface ResultsProps {
  indicators: readonly IndicatorInfo[];
  entities: readonly Entity[];
}

function Results({ indicators, entities }: ResultsProps) {
  const chosen = useChosen();
  const info = indicators.find((one) => one.id === chosen.indicator);
  const values = useValues(info?.id ?? null, { level: "region" });
  const changes = useChanges(info?.id ?? null, { level: "region" });
  if (info === undefined) return <Empty title="Такого показателя нет">Выберите другой в разделе «Показатели».</Empty>;
  return (
    <When of={values} lines={10}>
      {({ rows }) => (
        <RegionResults
          info={info}
          indicators={indicators}
          entities={entities}
          values={rows}
          changes={changes.state === "ready" ? changes.data.rows : []}
          chosen={chosen}
        />
      )}
    </When>
  );
}

interface RegionProps extends ResultsProps {
  info: IndicatorInfo;
  values: readonly Value[];
  changes: readonly Change[];
  chosen: Chosen;
}

function RegionResults({ info, indicators, entities, values, changes, chosen: asked }: RegionProps) {
  const { query } = usePlace();
  const periods = useMemo(() => periodsOf(values), [values]);
  const period = periods.find((one) => one === asked.period) ?? periods.at(-1) ?? null;
  const chosen = { ...asked, kind: useKind(asked, info.id, period, "municipality") };
  const now = values.filter((row) => row.period === period);
  const since = changes.filter((row) => row.period === period && row.kind === chosen.kind);
  const tests = [...now].sort(
    (a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0),
  );
  const test = chosen.test ?? (tests[0] === undefined ? null : testKey(tests[0]));
  const [subject = null, grade = null] = test?.split(".") ?? [];
  const to = (subject: string, grade: number) => {
    const next = new URLSearchParams(query);
    next.set("test", `${subject}.${grade}`);
    return withQuery("/", next);
  };
  const path = `/indicators/${info.id}`;
  const names = useMemo(() => new Map(entities.map((one) => [one.entity, schoolName(one.entity_name)])), [entities]);
  return (
    <>
      <Choices indicators={indicators} periods={periods} chosen={chosen} period={period} />
      <div class="grid">
        <Panel
          id="now"
          title={`${info.title}: ${periodTitle(period ?? "")}`}
          about={`${info.formula}. ${chosen.kind === "grade" ? "Сравнение с теми же классами прошлой кампании." : "Сравнение с теми же детьми годом раньше."}`}
          source={{ path: `${path}/dynamics`, parameters: { level: "region", period } }}
          of={now}
          facts={[`минимум для вывода: n = ${info.min_n}`, info.source, ...breaksOf(since)]}
          table={
            <Matrix
              caption={`${info.title} по предметам и классам`}
              values={now}
              changes={since}
              unit={info.unit}
              direction={info.direction}
              href={to}
              {...(test === null ? {} : { current: test })}
            />
          }
        />
        <Panel
          id="years"
          title="По годам"
          about="Полоса — доверительный интервал 95 %. Все картинки в одном масштабе."
          source={{ path: `${path}/values`, parameters: { level: "region" } }}
          of={values}
          table={
            <RegionMultiples
              info={info}
              values={tests.flatMap((one) => values.filter((row) => testKey(row) === testKey(one)))}
              changes={changes}
              periods={periods}
            />
          }
        />
        <MapPanel info={info} period={period} kind={chosen.kind} subject={subject} grade={grade} names={names} />
        <SinceRelease indicators={indicators} />
        <FunnelPanel
          level="municipality"
          info={info}
          period={period}
          subject={subject}
          grade={grade}
          title={`Муниципалитеты и случайный разброс: ${testTitle(subject, grade === null ? null : Number(grade))}`}
          names={names}
        />
        <PlacesTable level="municipality" info={info} period={period} kind={chosen.kind} within={null} names={names} />
      </div>
    </>
  );
}
