/** The page's colours as a canvas needs them: computed, not named. */

const NAMES = [
  "ink",
  "quiet",
  "paper",
  "sunken",
  "line",
  "line-strong",
  "accent",
  "accent-soft",
  "better",
  "worse",
  "noise",
  "broken",
  "s1",
  "s2",
  "s3",
  "s4",
  "s5",
  "s6",
  "s7",
  "s8",
] as const;

export type Palette = Record<(typeof NAMES)[number], string> & { font: string; series: string[] };

/** Reads the colours that stand now: light, dark or of paper. */
export function palette(): Palette {
  const probe = document.createElement("span");
  document.body.append(probe);
  const computed = getComputedStyle(probe);
  const colours = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, computed.color];
    }),
  ) as Record<(typeof NAMES)[number], string>;
  const font = computed.fontFamily;
  probe.remove();
  const series = [colours.s1, colours.s2, colours.s3, colours.s4, colours.s5, colours.s6, colours.s7, colours.s8];
  return { ...colours, font, series };
}

/** A colour let through: `rgb(1, 2, 3)` at an opacity. */
export function faint(colour: string, opacity: number): string {
  const parts = /rgba?\(([^)]+)\)/
    .exec(colour)?.[1]
    ?.split(/[\s,/]+/)
    .filter(Boolean)
    .slice(0, 3);
  return parts === undefined ? colour : `rgba(${parts.join(", ")}, ${opacity})`;
}
