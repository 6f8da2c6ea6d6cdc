/** Task profile: how each task is done here and in the region, with the band of the sufficient level. */

import { number } from "../words/numbers";
import { categoryAxis, under, valueAxis } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
import { legend } from "./legend";
import { type Palette, faint } from "./palette";

export interface TaskPoint {
  task: string;
  own: number | null;
  behind: number | null;
  n: number | null;
  /** Share of those who were not taught it, in percent. */
  untaught: number | null;
}

export interface TasksData {
  tasks: readonly TaskPoint[];
  ownTitle: string;
}

/** Who was not taught a task, of all who had it. */
const UNTAUGHT = "не пройдено";

export function tasks({ tasks, ownTitle }: TasksData, colours: Palette, width: number): Drawing {
  const titles = tasks.map((one) => one.task);
  const names = ["регион", ownTitle, ...(tasks.some((one) => (one.untaught ?? 0) > 0) ? [UNTAUGHT] : [])];
  const named = legend(
    names.map((name) => ({ name })),
    colours,
    width,
  );
  return {
    taller: named.taller,
    grid: { left: 4, right: 12, top: named.height + 32, bottom: under(1) },
    legend: named.option,
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: faint(colours.quiet, 0.08) } },
      ...tipBox(colours),
      formatter: ([point]: { dataIndex: number }[]) => {
        const one = tasks[point?.dataIndex ?? 0];
        if (one === undefined) return "";
        const told = (value: number | null) => (value === null ? "—" : `${number(value, 1)} %`);
        const lines = [`Задание ${one.task}`, `${ownTitle}: ${told(one.own)}`, `регион: ${told(one.behind)}`];
        if (one.n !== null) lines.push(`n = ${number(one.n)}`);
        if (one.untaught !== null && one.untaught > 0) lines.push(`не пройдено: ${told(one.untaught)}`);
        return tip(lines);
      },
    },
    xAxis: categoryAxis(colours, titles),
    yAxis: valueAxis(colours, "% выполнения", { min: 0, max: 100 }),
    series: [
      {
        name: UNTAUGHT,
        type: "bar",
        data: tasks.map((one) => one.untaught || null),
        barMaxWidth: 16,
        itemStyle: {
          color: faint(colours.quiet, 0.1),
          borderColor: faint(colours.quiet, 0.5),
          // Hatched: these pupils are no part of the percent above.
          decal: {
            symbol: "rect",
            color: faint(colours.quiet, 0.7),
            dashArrayX: [1, 0],
            dashArrayY: [1.5, 4],
            rotation: -Math.PI / 4,
          },
        },
      },
      {
        name: "разница",
        type: "custom",
        silent: true,
        legendHoverLink: false,
        data: tasks.map((one, at) => [at, one.own, one.behind]),
        renderItem: (_: unknown, api: { value: (at: number) => number; coord: (point: number[]) => number[] }) => {
          const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
          const [, other = 0] = api.coord([api.value(0), api.value(2)]);
          if (Number.isNaN(y) || Number.isNaN(other)) return undefined;
          return {
            type: "line",
            shape: { x1: x, y1: y, x2: x, y2: other },
            style: { stroke: colours["line-strong"], lineWidth: 2 },
          };
        },
        z: 1,
      },
      {
        name: "регион",
        type: "scatter",
        data: tasks.map((one) => one.behind),
        symbol: "diamond",
        symbolSize: 10,
        itemStyle: { color: colours.paper, borderColor: colours.s2, borderWidth: 2 },
      },
      {
        name: ownTitle,
        type: "scatter",
        data: tasks.map((one) => one.own),
        symbolSize: 11,
        itemStyle: { color: colours.accent },
        markArea: {
          silent: true,
          itemStyle: { color: faint(colours.quiet, 0.18) },
          data: [
            [{ yAxis: 57 }, { yAxis: 60 }],
            [{ yAxis: 28.5 }, { yAxis: 30 }],
          ],
        },
      },
    ],
  };
}
