/** A region's indicator over years, before the whole country where Ф3 tells of it. */

import type { Change, IndicatorInfo, Value } from "../api/rows";
import { useChanges, useCountry } from "../api/use";
import { Multiples } from "../parts/multiples";

interface RegionMultiplesProps {
  info: Pick<IndicatorInfo, "id" | "unit" | "direction">;
  values: readonly Value[];
  /** Where the series break; asked for when they are not at hand. */
  changes?: readonly Change[];
  periods: readonly string[];
}

export function RegionMultiples({ info, values, changes, periods }: RegionMultiplesProps) {
  const country = useCountry(info.id);
  const asked = useChanges(changes === undefined ? info.id : null, { level: "region" });
  const known = changes ?? (asked.state === "ready" ? asked.data.rows : []);
  return (
    <>
      <Multiples
        values={values}
        changes={known}
        behind={country}
        whole="вся страна"
        unit={info.unit}
        direction={info.direction}
        periods={periods}
      />
      {country.length > 0 && <p class="small quiet">Серые точки — вся страна: строка «Вся выборка» отчёта Ф3.</p>}
    </>
  );
}
