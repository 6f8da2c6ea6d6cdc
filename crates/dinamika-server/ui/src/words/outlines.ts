/** Outlines of municipalities as flat pictures. */

export type Ring = readonly (readonly [number, number])[];

export interface Outlines {
  features: readonly {
    properties: { entity: string };
    geometry: { coordinates: readonly (readonly Ring[])[] };
  }[];
}

export interface Flat {
  width: number;
  height: number;
  /** Path and the middle of the largest part of each, by key. */
  areas: readonly { key: string; path: string; middle: readonly [number, number]; size: number }[];
}

/** Degrees round the pole's other side: Chukotka lies on both ends of the map. */
const TURN = 360;

/** Draws outlines on paper of this width. Degrees of longitude shrink with the latitude of the map's middle, so that
    a round district is round. */
export function flat(outlines: Outlines, width: number): Flat {
  const rings = outlines.features.flatMap((feature) => feature.geometry.coordinates.flat());
  const all = rings.flat();
  if (all.length === 0) return { width, height: 0, areas: [] };
  const [west, east] = ends(all.map(([x]) => x));
  const isSplit = east - west > TURN / 2;
  const turned = (x: number) => (isSplit && x < 0 ? x + TURN : x);
  const [south, north] = ends(all.map(([, y]) => y));
  const [left, right] = ends(all.map(([x]) => turned(x)));
  const middle = (south + north) / 2;
  const squeeze = Math.abs(middle) <= 90 ? Math.max(0.05, Math.cos((middle * Math.PI) / 180)) : 1;
  const scale = width / Math.max(1e-9, (right - left) * squeeze);
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    round((turned(x) - left) * squeeze * scale),
    round((north - y) * scale),
  ];
  const areas = outlines.features.map(({ properties: { entity }, geometry }) => {
    const polygons = geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(at)));
    const path = polygons
      .flat()
      .map((ring) => `M${ring.map((point) => point.join(" ")).join("L")}Z`)
      .join("");
    const outer = polygons.map((polygon) => polygon[0] ?? []);
    const largest = outer.reduce((one, other) => (area(other) > area(one) ? other : one), outer[0] ?? []);
    return { key: entity, path, middle: centre(largest), size: Math.sqrt(area(largest)) };
  });
  return { width, height: round((north - south) * scale), areas };
}

function ends(numbers: readonly number[]): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const one of numbers) {
    if (one < least) least = one;
    if (one > most) most = one;
  }
  return [least, most];
}

function area(ring: Ring): number {
  return Math.abs(crosses(ring).reduce((sum, one) => sum + one.cross, 0)) / 2;
}

function centre(ring: Ring): [number, number] {
  const all = crosses(ring);
  const whole = all.reduce((sum, one) => sum + one.cross, 0);
  if (Math.abs(whole) < 1e-9) return [...(ring[0] ?? [0, 0])] as [number, number];
  const sum = (at: 0 | 1) => all.reduce((total, one) => total + (one.from[at] + one.to[at]) * one.cross, 0);
  return [round(sum(0) / (3 * whole)), round(sum(1) / (3 * whole))];
}

function crosses(ring: Ring) {
  return ring.map((from, at) => {
    const to = ring[(at + 1) % ring.length] ?? from;
    return { from, to, cross: from[0] * to[1] - to[0] * from[1] };
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
