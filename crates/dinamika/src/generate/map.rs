//! An invented map: municipalities share out a region whose shape is nobody's.
//!
//! Cells are a power diagram — a Voronoi diagram in which towns take less land — cut out of a bent outline by
//! half-planes; borders are then broken in the same places for both neighbours.

use serde_json::{Value, json};

use super::{dice::Dice, region::Region};

type Point = [f64; 2];

/// Rounds in which places move to the middle of their land, so that no district is a sliver.
const ROUNDS: usize = 12;
/// How much less land a town takes.
const TOWN: f64 = -0.16;
/// Points of the region's outline.
const OUTLINE: usize = 72;

/// The GeoJSON of a region's municipalities, in a stretch of ocean around 0°, 0°.
pub(super) fn geojson(region: &Region, seed: u64) -> Value {
    let outline = outline(seed);
    let towns: Vec<bool> = region.municipalities.iter().map(|municipality| municipality.town).collect();
    let cells = cells(&outline, &towns, seed);
    let features: Vec<Value> = region
        .municipalities
        .iter()
        .zip(cells)
        .map(|(municipality, cell)| {
            json!({
                "type": "Feature",
                "properties": { "municipality_key": municipality.code(), "name": municipality.name },
                "geometry": { "type": "Polygon", "coordinates": [ring(&cell, seed)] },
            })
        })
        .collect();
    json!({ "type": "FeatureCollection", "features": features })
}

fn outline(seed: u64) -> Vec<Point> {
    let mut dice = Dice::of(seed, "outline", &[]);
    let waves: Vec<(f64, f64, f64)> = (2..7)
        .map(|wave| {
            (f64::from(wave), 0.16 / f64::from(wave) * (0.5 + dice.unit()), std::f64::consts::TAU * dice.unit())
        })
        .collect();
    (0..OUTLINE)
        .map(|at| {
            let angle = std::f64::consts::TAU * at as f64 / OUTLINE as f64;
            let radius =
                1.0 + waves.iter().map(|(wave, height, turn)| height * (wave * angle + turn).sin()).sum::<f64>();
            [2.6 * radius * angle.cos(), 1.7 * radius * angle.sin()]
        })
        .collect()
}

/// The land of each place; places begin at random and move to the middle of what they have.
fn cells(outline: &[Point], towns: &[bool], seed: u64) -> Vec<Vec<Point>> {
    let mut places: Vec<Point> = (0..towns.len())
        .map(|index| {
            let mut dice = Dice::of(seed, "place", &[index]);
            let (angle, radius) = (std::f64::consts::TAU * dice.unit(), dice.unit().sqrt());
            [2.2 * radius * angle.cos(), 1.4 * radius * angle.sin()]
        })
        .collect();
    let share = 1.0 / (towns.len() as f64).sqrt();
    let weights: Vec<f64> = towns.iter().map(|town| if *town { TOWN * share } else { 0.0 }).collect();
    let land = |places: &[Point]| -> Vec<Vec<Point>> {
        (0..places.len()).map(|at| cell(outline, places, &weights, at)).collect()
    };
    for _ in 0..ROUNDS {
        let cells = land(&places);
        for (place, cell) in places.iter_mut().zip(&cells) {
            *place = middle(cell).unwrap_or(*place);
        }
    }
    land(&places)
}

/// What of the outline is nearer to one place than to any other.
fn cell(outline: &[Point], places: &[Point], weights: &[f64], at: usize) -> Vec<Point> {
    let mut cell = outline.to_vec();
    let [x, y] = places[at];
    for (other, [ox, oy]) in places.iter().enumerate().filter(|(other, _)| *other != at) {
        let (a, b) = (2.0 * (ox - x), 2.0 * (oy - y));
        let c = ox * ox + oy * oy - x * x - y * y - weights[other] + weights[at];
        cell = cut(&cell, |[px, py]| c - a * px - b * py);
    }
    cell
}

/// The part of a polygon where `side` is not negative (Sutherland and Hodgman).
fn cut(polygon: &[Point], side: impl Fn(Point) -> f64) -> Vec<Point> {
    let mut left = Vec::with_capacity(polygon.len() + 1);
    for (at, &from) in polygon.iter().enumerate() {
        let to = polygon[(at + 1) % polygon.len()];
        let (begins, ends) = (side(from), side(to));
        if begins >= 0.0 {
            left.push(from);
        }
        if (begins < 0.0) != (ends < 0.0) {
            let part = begins / (begins - ends);
            left.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
        }
    }
    left
}

fn middle(polygon: &[Point]) -> Option<Point> {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for (at, from) in polygon.iter().enumerate() {
        let to = polygon[(at + 1) % polygon.len()];
        let cross = from[0] * to[1] - to[0] * from[1];
        area += cross;
        x += (from[0] + to[0]) * cross;
        y += (from[1] + to[1]) * cross;
    }
    (area.abs() > 1e-9).then(|| [x / (3.0 * area), y / (3.0 * area)])
}

/// A closed ring whose sides are bent like borders are.
fn ring(cell: &[Point], seed: u64) -> Vec<Point> {
    let corners: Vec<Point> = cell.iter().map(|&point| rounded(point)).collect();
    let mut ring: Vec<Point> = Vec::new();
    for (at, &from) in corners.iter().enumerate() {
        let to = corners[(at + 1) % corners.len()];
        if from == to {
            continue;
        }
        ring.push(from);
        // Both neighbours walk the border from the same end.
        let is_forward = from < to;
        let mut bends = Vec::new();
        let (one, two) = if is_forward { (from, to) } else { (to, from) };
        bend(one, two, seed, &mut bends);
        if !is_forward {
            bends.reverse();
        }
        ring.extend(bends);
    }
    ring.extend(ring.first().copied());
    ring
}

/// Points between two ends, each half moved aside a little.
fn bend(from: Point, to: Point, seed: u64, bends: &mut Vec<Point>) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    if dx.hypot(dy) < 0.12 {
        return;
    }
    let keys = [from[0], from[1], to[0], to[1]].map(|number| (number * 1e4 + 1e6).round() as usize);
    let aside = 0.22 * (Dice::of(seed, "border", &keys).unit() - 0.5);
    let half = rounded([(from[0] + to[0]) / 2.0 - aside * dy, (from[1] + to[1]) / 2.0 + aside * dx]);
    bend(from, half, seed, bends);
    bends.push(half);
    bend(half, to, seed, bends);
}

fn rounded([x, y]: Point) -> Point {
    [x, y].map(|number| (number * 1e4).round() / 1e4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::GenerateOptions;

    #[test]
    fn land_is_shared_out_without_gaps_and_towns_are_small() {
        let outline = outline(1);
        let region = Region::invent(&GenerateOptions::default());
        let towns: Vec<bool> = region.municipalities.iter().map(|municipality| municipality.town).collect();
        let cells = cells(&outline, &towns, 1);
        let area = |polygon: &[Point]| -> f64 {
            let sides = (0..polygon.len()).map(|at| (polygon[at], polygon[(at + 1) % polygon.len()]));
            sides.map(|(from, to)| from[0] * to[1] - to[0] * from[1]).sum::<f64>() / 2.0
        };
        let whole = area(&outline);
        let shared: f64 = cells.iter().map(|cell| area(cell)).sum();
        assert!((whole - shared).abs() < 1e-6 * whole, "{whole} {shared}");
        assert!(cells.iter().all(|cell| area(cell) > whole / 2_000.0));
        let mean = |is_town: bool| {
            let of: Vec<f64> =
                cells.iter().zip(&towns).filter(|(_, town)| **town == is_town).map(|(c, _)| area(c)).collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        assert!(mean(true) < mean(false));
    }
}
