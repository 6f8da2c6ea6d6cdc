/** A picture drawn from data: loads the engine when seen, follows size, theme and paper, can be saved. */

import type { EChartsCoreOption } from "echarts/core";
import { useEffect, useRef, useState } from "preact/hooks";
import { usePictureSlot } from "../parts/panel";
import { THEME_CHANGED } from "../shell/theme";
import type { Chart as Engine } from "./engine";
import { type Palette, palette } from "./palette";

/** A picture as the engine draws it. At some widths it is taller than asked: its legend takes rows, names lie over their
    bars. */
export type Drawing = EChartsCoreOption & { taller?: number };

interface ChartProps<D> {
  /** What is drawn; the same object draws nothing new. */
  data: D;
  draw: (data: D, palette: Palette, width: number) => Drawing;
  /** Pixels, before what the picture adds at its width. */
  height: number;
  /** What the picture shows, for those who do not see it. */
  label: string;
  /** A point was pressed: its data item. */
  onPick?: (item: unknown) => void;
}

export function Chart<D>({ data, draw, height, label, onPick }: ChartProps<D>) {
  const box = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(false);
  const slot = usePictureSlot();
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => watchNear(box.current, () => setNear(true)), []);

  useEffect(() => {
    if (!isNear || box.current === null) return;
    let isWanted = true;
    let end = (): void => undefined;
    void engine().then(({ begin, asSvg }) => {
      const at = box.current;
      if (!isWanted || at === null) return;
      const chart = begin(at);
      const drawn = () => {
        const { taller = 0, ...option } = draw(data, palette(), at.clientWidth);
        return { option: whole(option, palette()), high: height + taller };
      };
      const redraw = () => {
        const { option, high } = drawn();
        at.style.height = `${high}px`;
        chart.resize({ width: at.clientWidth, height: high });
        chart.setOption(option, { notMerge: true });
        // Now, not in the next frame: paper does not wait for it.
        chart.getZr().flush();
      };
      redraw();
      chart.on("click", (event) => pick.current?.(event.data));
      slot.picture = {
        svg: () => {
          const { option, high } = drawn();
          return asSvg({ ...option, backgroundColor: palette().paper }, at.clientWidth, high);
        },
        png: () => bitmap(chart),
      };
      const unfollow = follow(at, redraw);
      end = () => {
        unfollow();
        chart.dispose();
        slot.picture = null;
      };
    });
    return () => {
      isWanted = false;
      end();
    };
  }, [isNear, data, draw, height]);

  return <div class="chart" ref={box} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

/** The engine, each picture in a turn of its own: all at once they would hold the page. */
async function engine() {
  const loaded = await import("./engine");
  await new Promise((go) => setTimeout(go, 0));
  return loaded;
}

/** What all pictures share. */
function whole(option: EChartsCoreOption, colours: Palette): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, color: colours.quiet, fontSize: 12 },
    ...option,
  };
}

/** Redraws when the size, the theme or the paper under the picture changes. */
function follow(box: HTMLElement, redraw: () => void): () => void {
  let width = box.clientWidth;
  const sized = new ResizeObserver(() => {
    if (box.clientWidth === width || box.clientWidth === 0) return;
    width = box.clientWidth;
    redraw();
  });
  sized.observe(box);
  const media = [matchMedia("(prefers-color-scheme: dark)"), matchMedia("print")];
  for (const one of media) one.addEventListener("change", redraw);
  addEventListener(THEME_CHANGED, redraw);
  addEventListener("beforeprint", redraw);
  return () => {
    sized.disconnect();
    for (const one of media) one.removeEventListener("change", redraw);
    removeEventListener(THEME_CHANGED, redraw);
    removeEventListener("beforeprint", redraw);
  };
}

/** How long after the page is there charts below the fold are drawn too: paper shows them all. */
const LATER = 4_000;

/** Calls once the element is about to be seen, or a little later. */
function watchNear(element: Element | null, near: () => void): (() => void) | undefined {
  if (element === null) return undefined;
  const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && near(), {
    rootMargin: "80px",
  });
  seen.observe(element);
  const timer = setTimeout(near, LATER);
  return () => {
    seen.disconnect();
    clearTimeout(timer);
  };
}

function bitmap(chart: Engine): Promise<Blob> {
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: palette().paper });
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob === null ? fail(new Error("no picture")) : done(blob))),
  );
}

/** A tooltip of plain lines: the first is a heading. */
export function tip(lines: readonly string[]): HTMLElement {
  const root = document.createElement("div");
  lines.forEach((line, at) => {
    const element = document.createElement(at === 0 ? "strong" : "div");
    element.textContent = line;
    root.append(element);
  });
  return root;
}

/** The look of tooltips. */
export function tipBox(colours: Palette): object {
  return {
    backgroundColor: colours.paper,
    borderColor: colours["line-strong"],
    textStyle: { color: colours.ink, fontSize: 13 },
    padding: [7, 11],
    confine: true,
  };
}
