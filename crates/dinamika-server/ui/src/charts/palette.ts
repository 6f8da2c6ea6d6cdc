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

/** Ink read at 4.5 : 1 on a colour let through over paper: the page's own where it is, else black or white, one of
    which always is. */
export function inkOn(fill: string, colours: Palette): string {
  const ground = over(channels(fill), channels(colours.paper));
  const isRead = (ink: string) => contrast(luminance(channels(ink)), luminance(ground)) >= 4.5;
  return [colours.ink, colours.paper, "rgb(0, 0, 0)"].find(isRead) ?? "rgb(255, 255, 255)";
}

/** Red, green, blue and opacity. */
function channels(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}

function over(fill: readonly number[], ground: readonly number[]): number[] {
  const [opacity = 1] = fill.slice(3);
  return fill.slice(0, 3).map((one, at) => one * opacity + (ground[at] ?? 255) * (1 - opacity));
}

function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((one) => {
    const share = one / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
