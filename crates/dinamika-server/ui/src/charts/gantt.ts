/** Events on the school year, each as long as its date is known: a day is a point, «в течение года» a long bar. */

import type { EChartsCoreOption } from "echarts/core";
import { shortDay } from "../words/dates";
import { categoryAxis, fitted } from "./axes";
import { tip, tipBox } from "./chart";
import { type Palette, faint } from "./palette";

export interface GanttEvent {
  title: string;
  starts: string;
  ends: string;
  precision: string;
  printed: string;
  isContradicting: boolean;
  isDone: boolean;
  note: string;
}

export interface GanttData {
  events: readonly GanttEvent[];
}

const STEP = 24;

export function ganttHeight(data: GanttData): number {
  return data.events.length * STEP + 64;
}

export function gantt({ events }: GanttData, colours: Palette, width: number): EChartsCoreOption {
  const labelled = Math.min(380, width * 0.42);
  return {
    grid: { left: 4, right: 16, top: 30, bottom: 8 },
    tooltip: {
      trigger: "item",
      ...tipBox(colours),
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const event = events[dataIndex];
        if (event === undefined) return "";
        const span =
          event.starts === event.ends ? shortDay(event.starts) : `${shortDay(event.starts)} — ${shortDay(event.ends)}`;
        return tip(
          [event.title, `напечатано: ${event.printed}`, `${span}, точность: ${event.precision}`, event.note].filter(
            Boolean,
          ),
        );
      },
    },
    xAxis: {
      type: "time",
      position: "top",
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.line } },
      axisLabel: { color: colours.quiet, hideOverlap: true },
    },
    yAxis: categoryAxis(
      colours,
      events.map((event) => fitted(event.title, labelled)),
      {
        inverse: true,
        axisLine: { show: false },
        axisLabel: { color: colours.ink, interval: 0 },
      },
    ),
    series: [
      {
        type: "custom",
        encode: { x: [1, 2], y: 0 },
        data: events.map((event, at) => [at, Date.parse(event.starts), Date.parse(event.ends) + 86_400_000]),
        renderItem: (
          params: { dataIndex: number },
          api: { value: (at: number) => number; coord: (point: number[]) => number[] },
        ) => {
          const event = events[params.dataIndex];
          if (event === undefined) return undefined;
          const [left = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
          const [right = 0] = api.coord([api.value(2), api.value(0)]);
          const ink = event.isContradicting ? colours.worse : event.isDone ? colours.better : colours.accent;
          const isDay = right - left < 8;
          const mark = isDay
            ? { type: "circle", shape: { cx: (left + right) / 2, cy: y, r: 5 }, style: { fill: ink } }
            : {
                type: "rect",
                shape: { x: left, y: y - 5, width: right - left, height: 10, r: 4 },
                style: { fill: faint(ink, 0.35), stroke: ink, lineWidth: 1 },
              };
          const sign = event.isContradicting
            ? [
                {
                  type: "text",
                  style: {
                    text: "!",
                    x: (left + right) / 2 + (isDay ? 9 : 0),
                    y: y - 7,
                    fill: ink,
                    fontWeight: 700,
                    fontSize: 14,
                  },
                },
              ]
            : [];
          return { type: "group", children: [mark, ...sign] };
        },
      },
    ],
  };
}
