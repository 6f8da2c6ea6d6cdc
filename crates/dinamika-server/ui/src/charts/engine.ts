/** The part of ECharts the pictures use, in Russian. Loaded when the first chart comes into view. */

import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import russian from "echarts/i18n/langRU-obj.js";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
  SVGRenderer,
]);
echarts.registerLocale("RU", russian);

export type Chart = echarts.ECharts;

/** A chart in a box. Canvas: the SVG renderer writes `style` attributes, which the content policy forbids. */
export function begin(box: HTMLElement): Chart {
  return echarts.init(box, null, { renderer: "canvas", locale: "RU", devicePixelRatio: Math.max(2, devicePixelRatio) });
}

/** The same picture as the text of an SVG file. */
export function asSvg(option: echarts.EChartsCoreOption, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height, locale: "RU" });
  chart.setOption({ ...option, animation: false });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}
