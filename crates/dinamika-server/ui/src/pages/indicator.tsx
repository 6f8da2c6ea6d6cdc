/** One indicator: definition, years, distribution, funnel, changes, all rows. */

import { useMemo } from "preact/hooks";
import type { IndicatorInfo, Value } from "../api/rows";
import { useChanges, useEntities, useIndicators, useValues } from "../api/use";
import type { PageProps } from "../app";
import { Chart } from "../charts/chart";
import { type LinesData, lines } from "../charts/lines";
import { Facts } from "../parts/facts";
import { Filters, Select } from "../parts/fields";
import { testKey } from "../parts/matrix";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { usePlace } from "../route/router";
import { periodTitle, periodsOf } from "../words/dates";
import { schoolName, testTitle } from "../words/names";
import { number } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { TestChoice, useChosen, isOfCampaigns, sliceWords } from "./choice";
import { FunnelPanel } from "./funnel-panel";
import { inOrder } from "./place";
import { SlopePanel } from "./slope-panel";
import { SpreadPanel } from "./spread-panel";
import { ValuesTable } from "./values-table";

const DIRECTION = { up: "больше — лучше", down: "меньше — лучше", neutral: "без направления" } as const;

export default function Indicator({ id }: PageProps) {
  const indicators = useIndicators();
  return (
    <When of={indicators} lines={12}>
      {({ rows }) => {
        const info = rows.find((row) => row.id === id);
        if (info === undefined)
          return (
            <Page title="Такого показателя нет" lead="Проверьте адрес или выберите другой.">
              <p>
                <a href="/indicators">Все показатели</a>
              </p>
            </Page>
          );
        return (
          <Page title={info.title} crumbs={[{ title: "Показатели", href: "/indicators" }]} lead={info.formula}>
            <Facts
              facts={[
                { name: "Единица", value: info.unit || "—", note: DIRECTION[info.direction] },
                { name: "Вывод делается", value: `n ≥ ${info.min_n}`, note: "меньше — «слишком мало данных»" },
                { name: "Код", value: <code>{info.id}</code>, note: info.source ?? undefined },
              ]}
            />
            <Shown info={info} />
          </Page>
        );
      }}
    </When>
  );
}

function Shown({ info }: { info: IndicatorInfo }) {
  const chosen = useChosen();
  const { query } = usePlace();
  // What is of no region as a whole has its campaigns told by its rows.
  const widest = info.levels.includes("region") ? "region" : (info.levels.at(-1) ?? "school");
  const region = useValues(info.id, { level: widest });
  const changes = useChanges(info.id, { level: "region", kind: "grade" });
  const entities = useEntities();
  const levels = LEVELS.filter((one) => info.levels.includes(one));
  const level = levels.find((one) => one === query.get("level")) ?? levels[0] ?? null;
  const names = useMemo(
    () =>
      new Map(
        entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, schoolName(one.entity_name)]) : [],
      ),
    [entities],
  );
  return (
    <When of={region} lines={10}>
      {({ rows }) => {
        if (rows.length === 0)
          return <Empty title="Значений нет">Показатель описан, но данных для него в этом выпуске нет.</Empty>;
        const periods = periodsOf(rows);
        const period = periods.find((one) => one === chosen.period) ?? periods.at(-1) ?? "";
        const now = rows.filter((row) => row.period === period);
        const tests = unique(inOrder(now));
        const test = tests.some((row) => testKey(row) === chosen.test)
          ? (chosen.test ?? "")
          : tests[0] === undefined
            ? ""
            : testKey(tests[0]);
        const at = tests.find((row) => testKey(row) === test);
        const [subject, grade] = [at?.subject ?? null, at?.grade == null ? null : String(at.grade)];
        const tasks = [...new Set(now.filter((row) => testKey(row) === test).map((row) => row.task))].filter(
          (one) => one !== null,
        );
        tasks.sort((a, b) => a.localeCompare(b, "ru", { numeric: true }));
        const task = tasks.length === 0 ? null : (tasks.find((one) => one === query.get("task")) ?? tasks[0] ?? null);
        const focus = { period, subject, grade, task };
        const about = [
          testTitle(subject, grade === null ? null : Number(grade)),
          task === null ? "" : sliceWords(info, task),
        ]
          .filter(Boolean)
          .join(", ");
        return (
          <>
            <Filters>
              {periods.length > 0 && (
                <Select
                  label={isOfCampaigns(info) ? "Кампания" : "Учебный год"}
                  name="period"
                  value={period}
                  choices={[...periods].reverse().map((one) => ({ value: one, title: periodTitle(one) }))}
                />
              )}
              {subject !== null && <TestChoice tests={tests} value={test} />}
              {task !== null && (
                <Select
                  label={isOfCampaigns(info) ? "Задание" : "Разрез"}
                  name="task"
                  value={task}
                  choices={tasks.map((one) => ({
                    value: one,
                    title: isOfCampaigns(info) ? one : sliceWords(info, one),
                  }))}
                />
              )}
              {level !== null && (
                <Select
                  label="Уровень"
                  name="level"
                  value={level}
                  choices={levels.map((one) => ({ value: one, title: one === "school" ? "школы" : "муниципалитеты" }))}
                />
              )}
            </Filters>
            <div class="grid">
              {widest === "region" && periods.length > 0 && (
                <RegionYears
                  info={info}
                  rows={rows.filter((row) => row.task === task)}
                  broken={
                    changes.state === "ready"
                      ? changes.data.rows
                          .filter((row) => row.verdict === "not_comparable")
                          .map((row) => `${testKey(row)}${row.period}`)
                      : []
                  }
                  periods={periods}
                />
              )}
              {periods.length === 0 && widest === "region" && <RegionNow info={info} rows={rows} />}
              {level !== null && (
                <>
                  <SpreadPanel info={info} level={level} focus={focus} about={about} />
                  <SlopePanel info={info} level={level} focus={focus} about={about} names={names} />
                  <FunnelPanel
                    level={level}
                    info={info}
                    period={period}
                    subject={subject}
                    grade={grade}
                    title={`Воронка: ${about}`}
                    names={names}
                  />
                  <ValuesTable info={info} level={level} focus={focus} about={about} names={names} />
                </>
              )}
            </div>
          </>
        );
      }}
    </When>
  );
}

/** Levels of places within the region. */
const LEVELS = ["municipality", "school"] as const;

/** What has no years is of now. */
function RegionNow({ info, rows }: { info: IndicatorInfo; rows: readonly Value[] }) {
  return (
    <Panel
      id="now"
      title="Регион сейчас"
      source={{ path: `/indicators/${info.id}/values`, parameters: { level: "region" } }}
      of={rows}
      facts={[`строк: ${number(rows.length)}`]}
      table={<ValuesTable info={info} rows={rows} />}
    />
  );
}

function RegionYears({
  info,
  rows,
  broken,
  periods,
}: {
  info: IndicatorInfo;
  rows: readonly Value[];
  broken: readonly string[];
  periods: readonly string[];
}) {
  const data = useMemo<LinesData>(() => {
    const tests = unique(inOrder(rows));
    return {
      unit: info.unit,
      periods,
      lines: tests.map((test) => ({
        name: testTitle(test.subject, test.grade) || "Регион",
        points: rows
          .filter((row) => testKey(row) === testKey(test))
          .map((row) => ({
            period: row.period,
            value: row.value,
            low: row.ci_low,
            high: row.ci_high,
            n: row.n,
            gone: statusWords(row.status),
            isFew: row.n !== null && row.n < info.min_n,
            isBroken: broken.includes(`${testKey(row)}${row.period}`),
          })),
      })),
    };
  }, [rows, broken.join(), periods.join()]);
  return (
    <Panel
      id="years"
      title="Регион по годам"
      about={`Полоса — доверительный интервал 95 %. Где ряд прерван, линия разорвана; пустая точка — участников меньше ${info.min_n}.`}
      source={{ path: `/indicators/${info.id}/values`, parameters: { level: "region" } }}
      of={rows}
      facts={[`строк: ${number(rows.length)}`]}
      chart={
        <Chart
          data={data}
          draw={lines}
          height={340}
          label={`${info.title} в регионе по годам. Те же числа — в таблице.`}
        />
      }
      table={<ValuesTable info={info} rows={rows} />}
    />
  );
}

function unique(rows: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(testKey(row)) && seen.add(testKey(row)));
}
