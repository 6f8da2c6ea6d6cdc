/** Any places, any indicators of tests or places, side by side over the years. */

import { useMemo, useState } from "preact/hooks";
import { address } from "../api/client";
import type { Answer, Change, Entity, IndicatorInfo, Value } from "../api/rows";
import { useAnswer, useEntities, useIndicators } from "../api/use";
import { Chart } from "../charts/chart";
import { type LinesData, lines } from "../charts/lines";
import { Filters } from "../parts/fields";
import { testKey } from "../parts/matrix";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { choose, usePlace } from "../route/router";
import { useOwnPlaces } from "../shell/me";
import { periodsOf } from "../words/dates";
import { byName, schoolName, subjectOrder, testTitle } from "../words/names";
import { statusWords } from "../words/verdicts";
import { TestChoice, isOfTests } from "./choice";
import { ValuesTable } from "./values-table";

/** Places and indicators compared at once. */
const MOST = 8;
const MOST_INDICATORS = 4;

export default function Compare() {
  const indicators = useIndicators();
  const entities = useEntities();
  const { query } = usePlace();
  const own = useOwnPlaces();
  const chosen = (query.get("places") ?? "").split(",").filter(Boolean);
  return (
    <Page
      title="Сравнение"
      lead={`До ${MOST} мест и до ${MOST_INDICATORS} показателей рядом. Линии с интервалами: различие меньше интервала — не различие.`}
    >
      <When of={entities} lines={10}>
        {({ rows }) => {
          const shown = chosen.length > 0 ? chosen : usual(rows, own);
          return (
            <>
              <Picker entities={rows} chosen={shown} />
              {indicators.state === "ready" && (
                <Indicators entities={rows} indicators={indicators.data.rows} chosen={shown} />
              )}
            </>
          );
        }}
      </When>
    </Page>
  );
}

/** Something to look at before anything is chosen: the region, and one's own places or the first municipalities. */
function usual(entities: readonly Entity[], own: readonly string[]): string[] {
  const of = (level: string) => entities.filter((one) => one.level === level).map((one) => one.entity);
  return [...of("region"), ...(own.length > 0 ? own.slice(0, MOST - 1) : of("municipality").slice(0, 2))];
}

function Picker({ entities, chosen }: { entities: readonly Entity[]; chosen: readonly string[] }) {
  const [text, setText] = useState("");
  const titles = useMemo(() => {
    const names = new Map(
      entities.filter((one) => one.level === "municipality").map((one) => [one.entity, one.entity_name ?? ""]),
    );
    const title = (one: Entity) =>
      one.level === "school"
        ? `${schoolName(one.entity_name)}, ${names.get(one.municipality ?? "") ?? ""}`
        : (one.entity_name ?? one.entity);
    return new Map(entities.map((one) => [one.entity, title(one)]));
  }, [entities]);
  const add = (event: Event) => {
    const typed = (event.currentTarget as HTMLInputElement).value;
    setText(typed);
    const key = [...titles].find(([, title]) => title === typed)?.[0];
    if (key === undefined) return;
    setText("");
    if (!chosen.includes(key)) choose({ places: [...chosen, key].slice(-MOST).join(",") });
  };
  const found = useMemo(() => {
    const words = text.toLocaleLowerCase("ru").split(/\s+/).filter(Boolean);
    if (words.length === 0) return [...titles.values()].slice(0, 50);
    return [...titles.values()]
      .filter((title) => words.every((word) => title.toLocaleLowerCase("ru").includes(word)))
      .slice(0, 50);
  }, [titles, text]);
  return (
    <div class="picker">
      <label class="field">
        <span>Добавить место</span>
        <input list="places" placeholder="Начните писать название" value={text} onInput={add} />
      </label>
      <datalist id="places">
        {found.map((title) => (
          <option key={title} value={title} />
        ))}
      </datalist>
      <ul class="plain chips">
        {chosen.map((key) => (
          <li key={key}>
            {titles.get(key) ?? key}
            <button
              type="button"
              aria-label={`Убрать: ${titles.get(key) ?? key}`}
              onClick={() => choose({ places: chosen.filter((other) => other !== key).join(",") })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A value whose comparison with the campaign before is not to be made. */
const breakKey = (row: Value): string => `${row.entity} ${testKey(row)} ${row.period}`;

interface IndicatorsProps {
  entities: readonly Entity[];
  indicators: readonly IndicatorInfo[];
  chosen: readonly string[];
}

/** The values of an indicator at the chosen places. */
const valuesOf = (indicator: string, chosen: readonly string[]) =>
  address(`/indicators/${indicator}/values`, { entity: chosen.join(","), limit: 50_000 });

/** Which indicators are compared, by which test, and a picture of each: measures of different units share no axis. */
function Indicators({ entities, indicators, chosen }: IndicatorsProps) {
  const { query } = usePlace();
  const usable = indicators.filter((one) => !one.dimensions.includes("task"));
  const asked = (query.get("indicator") ?? "").split(",");
  const named = asked.flatMap((id) => usable.find((one) => one.id === id) ?? []).slice(0, MOST_INDICATORS);
  const first = usable.find((one) => one.id === "vpr.quality") ?? usable[0];
  const shown = named.length > 0 ? named : first === undefined ? [] : [first];
  const ofTests = shown.find(isOfTests);
  const values = useAnswer<Answer<Value>>(ofTests === undefined ? null : valuesOf(ofTests.id, chosen));
  const tests = useMemo(() => (values.state === "ready" ? testsOf(values.data.rows) : []), [values]);
  const test = tests.find((row) => testKey(row) === query.get("test")) ?? tests[0];
  const rest = usable.filter((one) => !shown.includes(one)).sort((a, b) => byName(a.title, b.title));
  const chooseOnes = (ids: readonly string[]) => choose({ indicator: ids.join(",") });
  const ids = shown.map((one) => one.id);
  if (shown.length === 0) return <Empty title="Показателей нет" />;
  return (
    <>
      <div class="picker">
        <label class="field">
          <span>Добавить показатель</span>
          <select
            value=""
            disabled={shown.length >= MOST_INDICATORS}
            onChange={(event) => chooseOnes([...ids, event.currentTarget.value].slice(0, MOST_INDICATORS))}
          >
            <option value="">{shown.length >= MOST_INDICATORS ? "больше не поместится" : "выберите"}</option>
            {rest.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <ul class="plain chips">
          {shown.map((one) => (
            <li key={one.id}>
              {one.title}
              {shown.length > 1 && (
                <button
                  type="button"
                  aria-label={`Убрать: ${one.title}`}
                  onClick={() => chooseOnes(ids.filter((id) => id !== one.id))}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
      {test !== undefined && (
        <Filters>
          <TestChoice tests={tests} value={testKey(test)} />
        </Filters>
      )}
      <div class="grid">
        {shown.map((info, at) => (
          <Lines
            key={info.id}
            // The first keeps the name shared links know.
            id={at === 0 ? "lines" : `lines-${info.id.replace(".", "-")}`}
            info={info}
            entities={entities}
            chosen={chosen}
            test={test === undefined ? null : testKey(test)}
            width={shown.length > 1 ? "half" : ""}
          />
        ))}
      </div>
    </>
  );
}

/** The tests among rows, in the order a teacher lists them. */
function testsOf(rows: readonly Value[]): Value[] {
  const seen = new Map(rows.filter((row) => row.subject !== null).map((row) => [testKey(row), row]));
  return [...seen.values()].sort(
    (a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0),
  );
}

interface LinesProps {
  id: string;
  info: IndicatorInfo;
  entities: readonly Entity[];
  chosen: readonly string[];
  /** Of indicators of tests: which test. */
  test: string | null;
  width: string;
}

function Lines({ id, info, entities, chosen, test: asked, width }: LinesProps) {
  const values = useAnswer<Answer<Value>>(valuesOf(info.id, chosen));
  const changes = useAnswer<Answer<Change>>(
    address(`/indicators/${info.id}/dynamics`, {
      entity: chosen.join(","),
      kind: "grade",
      verdict: "not_comparable",
      limit: 50_000,
    }),
  );
  const broken = useMemo(
    () => new Set(changes.state === "ready" ? changes.data.rows.map((row) => breakKey(row)) : []),
    [changes],
  );
  const rows = values.state === "ready" ? values.data.rows : [];
  const tests = useMemo(() => testsOf(rows), [rows]);
  const test = tests.find((row) => testKey(row) === asked) ?? tests[0];
  const shown = useMemo(() => rows.filter((row) => test === undefined || testKey(row) === testKey(test)), [rows, test]);
  const data = useMemo<LinesData>(() => {
    const names = new Map(
      entities.map((one) => [
        one.entity,
        one.level === "school" ? schoolName(one.entity_name) : (one.entity_name ?? one.entity),
      ]),
    );
    return {
      unit: info.unit,
      periods: periodsOf(shown),
      lines: chosen.flatMap((key) => {
        const own = shown.filter((row) => row.entity === key);
        if (own.length === 0) return [];
        const points = own.map((row) => ({
          period: row.period,
          value: row.value,
          low: row.ci_low,
          high: row.ci_high,
          n: row.n,
          gone: statusWords(row.status),
          isBroken: broken.has(breakKey(row)),
          isFew: row.n !== null && row.n < info.min_n,
        }));
        return [{ name: names.get(key) ?? key, points }];
      }),
    };
  }, [shown, chosen.join(), entities, broken]);
  const without = chosen.length - data.lines.length;
  return (
    <Panel
      id={id}
      class={width}
      title={[info.title, test === undefined ? "" : testTitle(test.subject, test.grade)].filter(Boolean).join(": ")}
      about={info.formula}
      source={{
        path: `/indicators/${info.id}/values`,
        parameters: {
          entity: chosen.join(","),
          ...(test === undefined ? {} : { subject: test.subject, grade: test.grade }),
        },
      }}
      of={shown}
      facts={[without > 0 ? `без значений: ${without}` : null]}
      chart={
        <When of={values} lines={10}>
          {() =>
            data.lines.length === 0 ? (
              <Empty title="Значений нет" />
            ) : (
              <Chart
                data={data}
                draw={lines}
                height={400}
                label={`${info.title}: ${data.lines.map((line) => line.name).join(", ")}. Те же числа — в таблице.`}
              />
            )
          }
        </When>
      }
      table={<ValuesTable info={info} rows={shown} withPlace />}
    />
  );
}
