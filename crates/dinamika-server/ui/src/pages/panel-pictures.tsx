/** Rows of a panel's SELECT as the picture its text asks for; what is long is folded. */

import type { PanelInfo, Row } from "../api/rows";
import { type BarsData, bars, barsHeight } from "../charts/bars";
import { Chart } from "../charts/chart";
import { gantt, ganttHeight } from "../charts/gantt";
import { heat, heatHeight, heatLeast, heatLegend } from "../charts/heat";
import { histogram } from "../charts/histogram";
import { tasks } from "../charts/tasks";
import { Fold } from "../parts/fold";
import { eventsOf, histogramOf, matrixOf, partsOf, profileOf } from "./panel-shapes";

/** Bars, events and rows of a matrix drawn at first: a screen's height; all of them at a press. */
export const FOLDED = 20;

export const LINE_WORDS = ["строки", "строк", "строк"] as const;

export function pictureOf(
  panel: PanelInfo,
  rows: readonly Row[],
  columns: readonly string[],
  most: number,
  onMore: () => void,
  /** The municipality the reader chose or is of. */
  municipality: string,
) {
  const label = `${panel.title}. Те же строки — в таблице.`;
  const lead = (about: string) => about !== "" && <p class="small quiet">{about}</p>;
  const fold = (all: number) => <Fold all={all} most={most} onMore={onMore} words={LINE_WORDS} />;
  if (panel.kind === "gantt") {
    const all = eventsOf(rows);
    const data = { events: all.slice(0, most) };
    return all.length === 0 ? null : (
      <>
        <Chart data={data} draw={gantt} height={ganttHeight(data)} label={label} />
        <Fold all={all.length} most={most} onMore={onMore} words={["события", "событий", "событий"]} />
      </>
    );
  }
  if (panel.kind === "matrix" || panel.kind === "heat") {
    const found = matrixOf(rows, columns);
    if (found === null) return null;
    const all = found.picture;
    const data = {
      ...all,
      down: all.down.slice(0, most),
      cells: all.cells.filter((cell) => cell.y < most),
    };
    const legend = heatLegend(data);
    return (
      <>
        {lead(found.about)}
        <section class="picture-scroll" aria-label={`График: ${panel.title}`} tabIndex={0}>
          <div style={{ minWidth: `${heatLeast(data)}px` }}>
            <Chart data={data} draw={heat} height={heatHeight(data)} label={label} />
          </div>
        </section>
        {legend !== null && <p class="small quiet">{legend}</p>}
        {fold(all.down.length)}
      </>
    );
  }
  if (panel.kind === "histogram") {
    const data = histogramOf(rows);
    return data === null ? null : (
      <>
        {lead(data.about)}
        <Chart data={data.picture} draw={histogram} height={320} label={`${data.about}. ${label}`} />
      </>
    );
  }
  if (panel.kind === "task_profile") {
    const data = profileOf(rows, municipality);
    return data === null ? null : (
      <>
        {lead(data.about)}
        <Chart data={data.picture} draw={tasks} height={320} label={`${data.about}. ${label}`} />
      </>
    );
  }
  if (panel.kind === "stacked" || panel.kind === "bar") {
    const found = partsOf(rows, columns, panel.kind === "stacked");
    if (found === null) return null;
    const all = found.picture;
    const data = firstBars(all, most);
    return (
      <>
        {lead(found.about)}
        <Chart data={data} draw={bars} height={barsHeight(data)} label={label} />
        {fold(all.names.length)}
      </>
    );
  }
  return null;
}

/** The first bars of many. */
export function firstBars(data: BarsData, most: number): BarsData {
  if (data.names.length <= most) return data;
  const cut = <T,>(all: readonly T[]): readonly T[] => all.slice(0, most);
  return {
    ...data,
    names: cut(data.names),
    ...(data.gone === undefined ? {} : { gone: cut(data.gone) }),
    parts: data.parts.map((part) => ({
      ...part,
      values: cut(part.values),
      ...(part.low === undefined ? {} : { low: cut(part.low) }),
      ...(part.high === undefined ? {} : { high: cut(part.high) }),
    })),
  };
}
