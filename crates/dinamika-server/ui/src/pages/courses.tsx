/** Courses and diagnostics: who learnt, by which programmes, who has a plan of one's own. */

import { useMemo } from "preact/hooks";
import type { IndicatorInfo, Level } from "../api/rows";
import { useEntities, useIndicators, useValues } from "../api/use";
import { type BarsData, bars, barsHeight } from "../charts/bars";
import { Chart } from "../charts/chart";
import { Filters, Select } from "../parts/fields";
import { Page } from "../parts/page";
import { Panel } from "../parts/panel";
import { Empty, When } from "../parts/states";
import { usePlace } from "../route/router";
import { useOwnMunicipality, useOwnPlaces } from "../shell/me";
import { periodTitle, periodsOf } from "../words/dates";
import { byName, schoolName } from "../words/names";
import { number } from "../words/numbers";
import { statusWords } from "../words/verdicts";
import { PlaceCards, RegionCards } from "./monitorings";
import { isNameless } from "./nameless";
import { ValuesTable } from "./values-table";

const ASKED = /^(kpk|diag|ipr)\./;

export default function Courses() {
  const indicators = useIndicators();
  const entities = useEntities();
  const municipalities = useMemo(
    () =>
      entities.state === "ready"
        ? entities.data.rows
            .filter((row) => row.level === "municipality")
            .sort((a, b) => byName(a.entity_name ?? "", b.entity_name ?? ""))
        : [],
    [entities],
  );
  const { query } = usePlace();
  const ownPlace = useOwnMunicipality();
  const ownPlaces = useOwnPlaces();
  // A school chooses among no places: it sees itself.
  const ownSchools = ownPlace === "" ? ownPlaces : [];
  return (
    <Page
      title="Курсы и диагностика"
      lead="Кто учился и по каким программам, у кого выявлены дефициты и у кого есть индивидуальная программа."
    >
      <When of={indicators} lines={10}>
        {({ rows }) => {
          const own = rows.filter((one) => ASKED.test(one.id) && one.dimensions.length === 0);
          const info = own.find((one) => one.id === query.get("indicator")) ?? own[0];
          if (info === undefined) return <Empty title="Показателей курсов нет" />;
          const municipality = query.get("municipality") ?? ownPlace;
          return (
            <>
              {[...ownSchools, municipality].filter(Boolean).map((entity) => (
                <PlaceCards key={entity} entity={entity} indicators={own} />
              ))}
              <RegionCards indicators={own} title="Регион в целом" />
              <div class="spaced">
                <Filters>
                  <Select
                    label="Показатель"
                    name="indicator"
                    value={info.id}
                    choices={own.map((one) => ({ value: one.id, title: one.title }))}
                  />
                  {ownSchools.length === 0 && (
                    <Select
                      label="Муниципалитет"
                      name="municipality"
                      value={municipality}
                      choices={[
                        { value: "", title: "все муниципалитеты" },
                        ...municipalities.map((one) => ({ value: one.entity, title: one.entity_name ?? one.entity })),
                      ]}
                    />
                  )}
                </Filters>
              </div>
              <PlacesBars info={info} municipality={municipality} schools={ownSchools} />
            </>
          );
        }}
      </When>
    </Page>
  );
}

interface BarsProps {
  info: IndicatorInfo;
  municipality: string;
  /** Only these schools; empty is all places one sees. */
  schools: readonly string[];
}

function PlacesBars({ info, municipality, schools }: BarsProps) {
  const level: Level = municipality === "" && schools.length === 0 ? "municipality" : "school";
  const asked = { level, municipality, entity: schools.join(",") };
  const values = useValues(info.id, asked);
  const { query } = usePlace();
  const rows = values.state === "ready" ? values.data.rows : [];
  const periods = useMemo(() => periodsOf(rows), [rows]);
  const period = periods.includes(query.get("period") ?? "") ? (query.get("period") ?? "") : (periods.at(-1) ?? "");
  const now = useMemo(
    () =>
      rows
        .filter((row) => row.period === period && !isNameless(row))
        .sort((a, b) => byName(schoolName(a.entity_name), schoolName(b.entity_name))),
    [rows, period],
  );
  const data = useMemo<BarsData>(
    () => ({
      names: now.map((row) => schoolName(row.entity_name)),
      unit: info.unit,
      isStacked: false,
      gone: now.map((row) => (row.value === null ? statusWords(row.status) : null)),
      parts: [
        {
          title: info.title,
          values: now.map((row) => row.value),
          low: now.map((row) => row.ci_low),
          high: now.map((row) => row.ci_high),
        },
      ],
    }),
    [now],
  );
  const gone = now.filter((row) => row.value === null).length;
  return (
    <Panel
      id="places"
      title={`${info.title}: ${level === "school" ? "школы" : "муниципалитеты"}`}
      about={info.formula}
      source={{ path: `/indicators/${info.id}/values`, parameters: asked }}
      of={now}
      facts={[
        `мест: ${number(now.length)}`,
        gone === 0 ? null : `скрыто или нет данных: ${number(gone)}`,
        "порядок — по названию",
        info.source ?? null,
      ]}
      class="is-long"
      tools={
        <Select
          label="Учебный год"
          name="period"
          value={period}
          choices={[...periods].reverse().map((one) => ({ value: one, title: periodTitle(one) }))}
        />
      }
      chart={
        <When of={values} lines={12}>
          {() =>
            now.length === 0 ? (
              <Empty title="Значений нет" />
            ) : (
              <Chart
                data={data}
                draw={bars}
                height={barsHeight(data)}
                label={`${info.title}, ${periodTitle(period)}. Те же числа — в таблице.`}
              />
            )
          }
        </When>
      }
      table={<ValuesTable info={info} rows={now} withPlace />}
    />
  );
}
