/** A region's indicator over years, before the whole country where Ф3 tells of it. */

import type { Change, IndicatorInfo, Value } from "../api/rows";
import { useCountry } from "../api/use";
import { Multiples } from "../parts/multiples";

interface RegionMultiplesProps {
  info: Pick<IndicatorInfo, "id" | "unit" | "direction">;
  values: readonly Value[];
  changes?: readonly Change[];
  periods: readonly string[];
}

export function RegionMultiples({ info, values, changes = [], periods }: RegionMultiplesProps) {
  const country = useCountry(info.id);
  return (
    <>
      <Multiples
        values={values}
        changes={changes}
        behind={country}
        whole="вся страна"
        unit={info.unit}
        direction={info.direction}
        periods={periods}
      />
      {country.length > 0 && <p class="small quiet">Пунктир — вся страна: строка «Вся выборка» отчёта Ф3.</p>}
    </>
  );
}
