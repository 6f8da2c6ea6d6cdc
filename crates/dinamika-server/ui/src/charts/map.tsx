/** A map whose areas are links: reached by keyboard, read aloud, coloured by tone and signed. */

import { useMemo, useRef } from "preact/hooks";
import { usePictureSlot } from "../parts/panel";
import { go } from "../route/router";
import { type Outlines, flat } from "../words/outlines";

export interface AreaLook {
  /** `better`, `worse`, `noise` … */
  tone: string;
  /** Drawn in the middle. */
  sign: string;
  /** Name, value, verdict. */
  label: string;
}

interface MapProps {
  outlines: Outlines;
  looks: ReadonlyMap<string, AreaLook>;
  label: string;
  href: (key: string) => string;
}

const WIDTH = 900;
/** Areas smaller than this have no room for a sign. */
const ROOM = 22;

export function AreaMap({ outlines, looks, label, href }: MapProps) {
  const picture = useMemo(() => flat(outlines, WIDTH), [outlines]);
  const svg = useRef<SVGSVGElement>(null);
  const slot = usePictureSlot();
  slot.picture = {
    svg: () => (svg.current === null ? "" : asText(svg.current)),
    png: () => (svg.current === null ? Promise.reject(new Error("no picture")) : bitmap(svg.current)),
  };
  return (
    <svg
      ref={svg}
      class="map"
      viewBox={`-4 -4 ${picture.width + 8} ${picture.height + 8}`}
      role="group"
      aria-label={label}
      xmlns="http://www.w3.org/2000/svg"
    >
      {picture.areas.map(({ key, path, middle, size }) => {
        const look = looks.get(key) ?? { tone: "none", sign: "", label: key };
        return (
          <a
            key={key}
            href={href(key)}
            aria-label={look.label}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
              event.preventDefault();
              go(href(key));
            }}
          >
            <title>{look.label}</title>
            <path d={path} class={look.tone} />
            {look.sign !== "" && size > ROOM && (
              <text x={middle[0]} y={middle[1]} class={look.tone} aria-hidden="true">
                {look.sign}
              </text>
            )}
          </a>
        );
      })}
    </svg>
  );
}

/** Looks a picture needs outside the page. */
const KEPT = [
  "fill",
  "stroke",
  "stroke-width",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
];

function asText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [drawn, kept] = [svg.querySelectorAll("path, text"), copy.querySelectorAll("path, text")];
  drawn.forEach((element, at) => {
    const look = getComputedStyle(element);
    for (const name of KEPT) kept[at]?.setAttribute(name, look.getPropertyValue(name));
    kept[at]?.removeAttribute("class");
  });
  const box = svg.viewBox.baseVal;
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  return new XMLSerializer().serializeToString(copy);
}

async function bitmap(svg: SVGSVGElement): Promise<Blob> {
  const [image, box] = [new Image(), svg.viewBox.baseVal];
  const address = URL.createObjectURL(new Blob([asText(svg)], { type: "image/svg+xml" }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [box.width * 2, box.height * 2];
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no canvas");
    pen.fillStyle = getComputedStyle(svg).backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob === null ? fail(new Error("no picture")) : done(blob))),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
