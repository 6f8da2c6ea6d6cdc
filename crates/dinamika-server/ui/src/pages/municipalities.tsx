/** All municipalities by name, with what their comparisons say. */

import { useMemo } from "preact/hooks";
import { useEntities, useIndicators, useValues } from "../api/use";
import { Page } from "../parts/page";
import { Empty, When } from "../parts/states";
import { periodsOf } from "../words/dates";
import { schoolName } from "../words/names";
import { Choices, useChosen, useKind } from "./choice";
import { PlacesTable } from "./places-table";

export default function Municipalities() {
  const entities = useEntities();
  const indicators = useIndicators();
  const asked = useChosen();
  const region = useValues(asked.indicator, { level: "region" });
  const names = useMemo(
    () =>
      new Map(
        entities.state === "ready" ? entities.data.rows.map((one) => [one.entity, schoolName(one.entity_name)]) : [],
      ),
    [entities],
  );
  const info =
    indicators.state === "ready" ? indicators.data.rows.find((one) => one.id === asked.indicator) : undefined;
  const periods = region.state === "ready" ? periodsOf(region.data.rows) : [];
  const period = asked.period ?? periods.at(-1) ?? null;
  const chosen = { ...asked, kind: useKind(asked, asked.indicator, period, "municipality") };
  return (
    <Page
      title="Муниципалитеты"
      lead="По названию. Откройте муниципалитет, чтобы увидеть динамику каждой его школы и скачать её."
    >
      <When of={indicators} lines={12}>
        {({ rows }) =>
          info === undefined ? (
            <Empty title="Такого показателя нет" />
          ) : (
            <>
              <Choices indicators={rows} periods={periods} chosen={chosen} period={period} />
              <PlacesTable
                level="municipality"
                info={info}
                period={period}
                kind={chosen.kind}
                within={null}
                names={names}
                page={100}
              />
            </>
          )
        }
      </When>
    </Page>
  );
}
