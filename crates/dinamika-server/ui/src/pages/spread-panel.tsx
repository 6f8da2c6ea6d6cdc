/** How places lie: a histogram of their values. */

import { useMemo } from "preact/hooks";
import type { IndicatorInfo, Level } from "../api/rows";
import { useValues } from "../api/use";
import { LETTER, below, categoryAxis, under, valueAxis } from "../charts/axes";
import { Chart, type Drawing, tip, tipBox } from "../charts/chart";
import { type Palette, faint } from "../charts/palette";
import { Panel } from "../parts/panel";
import { DataTable } from "../parts/table";
import { periodTitle } from "../words/dates";
import { digitsOf, number, quantity } from "../words/numbers";
import type { ValuesFocus } from "./values-table";

interface Bin {
  from: number;
  to: number;
  n: number;
}

interface SpreadData {
  bins: readonly Bin[];
  unit: string;
  places: string;
}

interface SpreadProps {
  info: IndicatorInfo;
  level: Exclude<Level, "region">;
  focus: ValuesFocus;
  about: string;
}

export function SpreadPanel({ info, level, focus, about }: SpreadProps) {
  const values = useValues(info.id, { level, ...focus });
  const places = level === "school" ? "школ" : "муниципалитетов";
  const data = useMemo<SpreadData | null>(() => {
    if (values.state !== "ready") return null;
    const known = values.data.rows.map((row) => row.value).filter((value): value is number => value !== null);
    return known.length < 3 ? null : { bins: binned(known), unit: info.unit, places };
  }, [values]);
  if (data === null) return null;
  const all = data.bins.reduce((sum, bin) => sum + bin.n, 0);
  const hidden = values.state === "ready" ? values.data.rows.length - all : 0;
  const title = `Как лежат значения ${places}`;
  const label = (bin: Bin) => `${number(bin.from, digitsOf(info.unit))}–${number(bin.to, digitsOf(info.unit))}`;
  return (
    <Panel
      id="spread"
      class="half"
      title={title}
      about={[about, periodTitle(focus.period)].filter(Boolean).join(", ")}
      source={{ path: `/indicators/${info.id}/values`, parameters: { level, ...focus } }}
      of={values.state === "ready" ? values.data.rows : []}
      facts={[`${places}: ${number(all)}`, hidden > 0 ? `без значения: ${number(hidden)}` : null]}
      chart={
        <Chart
          data={data}
          draw={spread}
          height={320}
          label={`${title}: ${data.bins.map((bin) => `${label(bin)}: ${bin.n}`).join("; ")}`}
        />
      }
      table={
        <DataTable
          caption={title}
          rows={data.bins}
          rowKey={(bin) => String(bin.from)}
          columns={[
            {
              id: "bin",
              title: info.title,
              isHead: true,
              cell: (bin) => `${quantity(bin.from, info.unit)} — ${quantity(bin.to, info.unit)}`,
            },
            { id: "n", title: `Число ${places}`, isNumber: true, cell: (bin) => number(bin.n) },
          ]}
        />
      }
    />
  );
}

function spread({ bins, unit, places }: SpreadData, colours: Palette, width: number): Drawing {
  const edges = [...bins.map((bin) => bin.from), bins.at(-1)?.to ?? 0];
  const digits = edges.every(Number.isInteger) ? 0 : Math.max(1, digitsOf(unit));
  const words = edges.map((edge) => number(edge, digits));
  // As many edges are named as there is room for.
  const widest = (Math.max(...words.map((word) => word.length)) + 1) * LETTER;
  const each = Math.ceil((widest * bins.length) / (width - 50));
  return {
    grid: { left: 4, right: 16, top: 28, bottom: under(2) },
    tooltip: {
      trigger: "axis",
      ...tipBox(colours),
      formatter: ([point]: { dataIndex: number }[]) => {
        const bin = bins[point?.dataIndex ?? 0];
        return bin === undefined
          ? ""
          : tip([`${quantity(bin.from, unit)} — ${quantity(bin.to, unit)}`, `${places}: ${number(bin.n)}`]);
      },
    },
    xAxis: [
      categoryAxis(
        colours,
        bins.map((bin) => String(bin.from)),
        { axisLabel: { show: false } },
      ),
      // The edges of the bars, not their middles.
      {
        ...categoryAxis(colours, words, { boundaryGap: false, position: "bottom" }),
        axisLabel: { color: colours.quiet, interval: (at: number) => at % each === 0 },
        ...below(colours, unit || "значение"),
      },
    ],
    yAxis: valueAxis(colours, `число ${places}`, { minInterval: 1 }),
    series: [
      {
        type: "bar",
        data: bins.map((bin) => bin.n),
        barCategoryGap: "6%",
        itemStyle: { color: faint(colours.accent, 0.8), borderRadius: [2, 2, 0, 0] },
      },
    ],
  };
}

/** Bins of a round width, about as many as the square root of the number of places. */
export function binned(values: readonly number[]): Bin[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const wanted = Math.min(24, Math.max(5, Math.sqrt(values.length) * 1.4));
  const rough = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const width = ([1, 2, 2.5, 5, 10].find((step) => step * power >= rough) ?? 10) * power;
  const first = Math.floor(low / width);
  const last = Math.max(first, Math.ceil(high / width) - 1);
  const bins = Array.from({ length: last - first + 1 }, (_, at) => ({
    from: (first + at) * width,
    to: (first + at + 1) * width,
    n: 0,
  }));
  for (const value of values) {
    const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor(value / width) - first))];
    if (bin !== undefined) bin.n += 1;
  }
  return bins;
}
