/** Events on the school year, each as long as its date is known: a day is a point, «в течение года» a long bar. */

import { shortDay } from "../words/dates";
import { LETTER, categoryAxis, fitted } from "./axes";
import { type Drawing, tip, tipBox } from "./chart";
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

/** Pixels of an event, and of the months over all. */
const [STEP, TOP] = [24, 40];

/** On a narrower picture names lie over their bars: beside them they would be cut alike. */
const NARROW = 560;
const LINE = 14;

export function ganttHeight(data: GanttData): number {
  return data.events.length * STEP + TOP + 34;
}

export function gantt({ events }: GanttData, colours: Palette, width: number): Drawing {
  const labelled = Math.min(380, width * 0.42);
  const over = width < NARROW ? events.map((event) => inLines(event.title, width - 20)) : null;
  const lines = over === null ? 0 : Math.max(...over.map((name) => name.length));
  const [first = 0, last = 0] = months(events);
  return {
    taller: events.length * lines * LINE,
    grid: { left: 10, right: 16, top: TOP, bottom: 8 },
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
      min: first,
      max: last,
      minInterval: 28 * DAY,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colours.line } },
      axisLabel: { color: colours.quiet, hideOverlap: true, lineHeight: LINE, formatter: month },
    },
    yAxis: categoryAxis(
      colours,
      events.map((event) => fitted(event.title, labelled)),
      {
        inverse: true,
        axisLine: { show: false },
        axisLabel: { show: over === null, color: colours.ink, interval: 0 },
      },
    ),
    series: [
      {
        type: "custom",
        encode: { x: [1, 2], y: 0 },
        data: events.map((event, at) => [at, Date.parse(event.starts), Date.parse(event.ends) + DAY]),
        renderItem: (
          params: { dataIndex: number; coordSys: { x: number } },
          api: { value: (at: number) => number; coord: (point: number[]) => number[] },
        ) => {
          const event = events[params.dataIndex];
          if (event === undefined) return undefined;
          const [left = 0, middle = 0] = api.coord([api.value(1), api.value(0)]);
          const [right = 0] = api.coord([api.value(2), api.value(0)]);
          const name = over?.[params.dataIndex] ?? [];
          const y = middle + (lines * LINE) / 2;
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
          const words = name.map((text, at) => ({
            type: "text",
            style: {
              text,
              x: params.coordSys.x,
              y: y - 9 - (name.length - at) * LINE,
              fill: colours.ink,
              fontSize: 11.5,
            },
          }));
          return { type: "group", children: [mark, ...sign, ...words] };
        },
      },
    ],
  };
}

const DAY = 86_400_000;

/** From the beginning of the first month to the end of the last. */
function months(events: readonly GanttEvent[]): number[] {
  const days = events.flatMap((event) => [Date.parse(event.starts), Date.parse(event.ends)]).filter(Number.isFinite);
  if (days.length === 0) return [];
  const [from, to] = [new Date(Math.min(...days)), new Date(Math.max(...days))];
  return [
    new Date(from.getFullYear(), from.getMonth()).getTime(),
    new Date(to.getFullYear(), to.getMonth() + 1).getTime(),
  ];
}

const MONTH = new Intl.DateTimeFormat("ru-RU", { month: "short" });

/** The month of a line across; over January's, and over the first one's, the year. */
function month(value: number, at: number): string {
  const day = new Date(value);
  const name = MONTH.format(day).slice(0, 3);
  return at === 0 || day.getMonth() === 0 ? `${day.getFullYear()}\n${name}` : name;
}

/** A name in two lines; the rest of a longer one is in the tooltip. */
function inLines(text: string, width: number): string[] {
  const most = Math.floor(width / LETTER);
  if (text.length <= most) return [text];
  const space = text.lastIndexOf(" ", most);
  const end = space > 0 ? space : most;
  return [text.slice(0, end), fitted(text.slice(end).trim(), width)];
}
