/** An indicator of no test over years, a line for each place; cut where the series break. */

import { useMemo } from "preact/hooks";
import type { Change, IndicatorInfo, Value } from "../api/rows";
import { useChanges } from "../api/use";
import { Chart } from "../charts/chart";
import { lines } from "../charts/lines";
import { toLines } from "./value-shapes";

interface PlaceLinesProps {
  rows: readonly Value[];
  info: IndicatorInfo;
  level: string | null;
  names: ReadonlyMap<string, string>;
  label: string;
}

const NO_BREAKS: readonly Change[] = [];

export function PlaceLines({ rows, info, level, names, label }: PlaceLinesProps) {
  const asked = useChanges(info.id, { level, verdict: "not_comparable" });
  const breaks = asked.state === "ready" ? asked.data.rows : NO_BREAKS;
  const data = useMemo(() => toLines(rows, info, names, breaks), [rows, info, names, breaks]);
  return <Chart data={data} draw={lines} height={340} label={label} />;
}
