/** Any places, any indicators of tests or places, side by side over the years. */

import { useMemo, useState } from "preact/hooks";
import { address } from "../api/client";
import type { Answer, Change, Entity, IndicatorInfo, Value } from "../api/rows";
import { useAnswer, useEntities, useIndicators } from "../api/use";
import { Chart } from "../charts/chart";
import { type LinesData, lines } from "../charts/lines";
import { Filters, Select } from "../parts/fields";
import { testKey } from "../parts/matrix";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { choose, usePlace } from "../route/router";
import { periodTitle, periodsOf } from "../words/dates";
import { byName, schoolName, subjectOrder, testTitle } from "../words/names";
import { statusWords } from "../words/verdicts";
import { TestChoice } from "./choice";
import { ValuesTable } from "./values-table";

/** Places compared at once. */
const MOST = 8;

export default function Compare() {
  const indicators = useIndicators();
  const entities = useEntities();
  const { query } = usePlace();
  const chosen = (query.get("places") ?? "").split(",").filter(Boolean);
  return (
    <Page
      title="Сравнение"
      lead={`До ${MOST} мест рядом: регион, муниципалитеты, школы. Линии с интервалами: различие меньше интервала — не различие.`}
    >
      <When of={entities} lines={10}>
        {({ rows }) => (
          <>
            <Picker entities={rows} chosen={chosen} />
            {indicators.state === "ready" && (
              <Lines
                entities={rows}
                indicators={indicators.data.rows}
                chosen={chosen.length > 0 ? chosen : usual(rows)}
              />
            )}
          </>
        )}
      </When>
    </Page>
  );
}

/** Something to look at before anything is chosen: the region and its first municipalities. */
function usual(entities: readonly Entity[]): string[] {
  const of = (level: string) => entities.filter((one) => one.level === level).map((one) => one.entity);
  return [...of("region"), ...of("municipality").slice(0, 2)];
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

interface LinesProps {
  entities: readonly Entity[];
  indicators: readonly IndicatorInfo[];
  chosen: readonly string[];
}

function Lines({ entities, indicators, chosen }: LinesProps) {
  const { query } = usePlace();
  const usable = indicators.filter((one) => !one.dimensions.includes("task"));
  const info =
    usable.find((one) => one.id === query.get("indicator")) ??
    usable.find((one) => one.id === "vpr.quality") ??
    usable[0];
  const values = useAnswer<Answer<Value>>(
    info === undefined ? null : address(`/indicators/${info.id}/values`, { entity: chosen.join(","), limit: 50_000 }),
  );
  const changes = useAnswer<Answer<Change>>(
    info === undefined
      ? null
      : address(`/indicators/${info.id}/dynamics`, {
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
  const tests = useMemo(() => {
    const seen = new Map(rows.filter((row) => row.subject !== null).map((row) => [testKey(row), row]));
    return [...seen.values()].sort(
      (a, b) => subjectOrder(a.subject) - subjectOrder(b.subject) || (a.grade ?? 0) - (b.grade ?? 0),
    );
  }, [rows]);
  const test = tests.find((row) => testKey(row) === query.get("test")) ?? tests[0];
  const shown = useMemo(() => rows.filter((row) => test === undefined || testKey(row) === testKey(test)), [rows, test]);
  const data = useMemo<LinesData>(() => {
    const names = new Map(
      entities.map((one) => [
        one.entity,
        one.level === "school" ? schoolName(one.entity_name) : (one.entity_name ?? one.entity),
      ]),
    );
    return {
      unit: info?.unit ?? "",
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
          isFew: info !== undefined && row.n !== null && row.n < info.min_n,
        }));
        return [{ name: names.get(key) ?? key, points }];
      }),
    };
  }, [shown, chosen.join(), entities, broken]);
  if (info === undefined) return <Empty title="Показателей нет" />;
  const without = chosen.length - data.lines.length;
  return (
    <>
      <Filters>
        <Select
          label="Показатель"
          name="indicator"
          value={info.id}
          choices={usable.map((one) => ({ value: one.id, title: one.title })).sort((a, b) => byName(a.title, b.title))}
        />
        {test !== undefined && <TestChoice tests={tests} value={testKey(test)} />}
      </Filters>
      <Panel
        id="lines"
        title={[info.title, test === undefined ? "" : testTitle(test.subject, test.grade)].filter(Boolean).join(": ")}
        about={info.formula}
        source={{
          path: `/indicators/${info.id}/values`,
          parameters: {
            entity: chosen.join(","),
            ...(test === undefined ? {} : { subject: test.subject, grade: test.grade }),
          },
        }}
        facts={[
          data.periods.length === 0
            ? null
            : `${periodTitle(data.periods[0] ?? "")} — ${periodTitle(data.periods.at(-1) ?? "")}`,
          without > 0 ? `без значений: ${without}` : null,
        ]}
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
    </>
  );
}
