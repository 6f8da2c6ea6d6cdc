//! `[map]` of `dinamika.toml` and the GeoJSON it names (RFC 7946).

use std::collections::BTreeSet;

use serde_json::Value;

use super::tree::{Node, Source};
use crate::{Area, AreaMap, Report, Rule, Severity};

/// What `[map]` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MapAsked {
    /// The file, relative to the project.
    pub(super) file: String,
    /// The property that holds the municipality's key.
    key: String,
    at: usize,
}

/// Reads `[map]`.
pub(super) fn asked(node: Node<'_, '_>, report: &mut Report) -> Option<MapAsked> {
    let mut keys = node.table(report)?;
    let file = keys.must("file", report);
    let at = file.map_or(0, Node::at);
    let file = file.and_then(|file| file.text(report));
    let key = keys.text("key", report).unwrap_or_else(|| "municipality_key".to_owned());
    keys.finish(report);
    Some(MapAsked { file: file?, key, at })
}

/// Reads the outlines. What is wrong is told with the number of its feature: a file of one line has no better place.
pub(super) fn map(config: &Source<'_>, asked: &MapAsked, text: Option<&str>, report: &mut Report) -> Option<AreaMap> {
    let MapAsked { file, key, at } = asked;
    let Some(text) = text else {
        let mut mistake = config.error(*at, Rule::BadValue, format!("there is no file `{file}`"));
        mistake.help = Some("put the outlines of municipalities there as GeoJSON, or take `[map]` away".to_owned());
        report.push(mistake);
        return None;
    };
    let text = text.trim_start_matches('\u{feff}');
    let source = Source::new(std::path::Path::new(file), text);
    let json: Value = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => {
            let mut mistake = source.error(0, Rule::Syntax, format!("this is not JSON: {error}"));
            mistake.place.line = error.line().max(1);
            mistake.place.column = error.column().max(1);
            report.push(mistake);
            return None;
        }
    };
    let Some(features) = json["features"].as_array().filter(|_| json["type"] == "FeatureCollection") else {
        report.push(source.error(0, Rule::BadValue, "expected a GeoJSON FeatureCollection"));
        return None;
    };
    let mut known = BTreeSet::new();
    let mut areas = Vec::new();
    for (number, feature) in features.iter().enumerate() {
        match area(feature, key) {
            Ok(area) if known.insert(area.key.clone()) => areas.push(area),
            Ok(Area { key, .. }) => {
                let message = format!("feature {}: `{key}` is on the map already", number + 1);
                report.push(source.error(0, Rule::Duplicate, message));
            }
            Err(message) => {
                report.push(source.error(0, Rule::BadValue, format!("feature {}: {message}", number + 1)));
            }
        }
    }
    if features.is_empty() {
        let mut mistake = source.error(0, Rule::BadValue, "the map has no features");
        mistake.severity = Severity::Warning;
        report.push(mistake);
    }
    Some(AreaMap { areas })
}

fn area(feature: &Value, property: &str) -> Result<Area, String> {
    let key = match &feature["properties"][property] {
        Value::String(text) if !text.trim().is_empty() => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Err(format!("expected the municipality's key in the property `{property}`")),
    };
    let geometry = &feature["geometry"];
    let coordinates = geometry["coordinates"].as_array().map_or(&[][..], Vec::as_slice);
    let polygons = match geometry["type"].as_str() {
        Some("Polygon") => vec![polygon(coordinates)?],
        Some("MultiPolygon") => coordinates.iter().map(|part| polygon(items(part))).collect::<Result<_, _>>()?,
        Some(other) => return Err(format!("expected a Polygon or MultiPolygon, found `{other}`")),
        None => return Err("expected a Polygon or MultiPolygon, found no geometry".to_owned()),
    };
    if polygons.is_empty() {
        return Err("a MultiPolygon of no polygons".to_owned());
    }
    Ok(Area { key, polygons })
}

fn polygon(rings: &[Value]) -> Result<Vec<Vec<[f64; 2]>>, String> {
    if rings.is_empty() {
        return Err("a polygon of no rings".to_owned());
    }
    rings.iter().map(|part| ring(items(part))).collect()
}

fn ring(points: &[Value]) -> Result<Vec<[f64; 2]>, String> {
    let points = points
        .iter()
        .map(|point| match items(point) {
            [x, y, ..] => x.as_f64().zip(y.as_f64()).map(|(x, y)| [x, y]),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .ok_or("expected points of two numbers")?;
    match points.as_slice() {
        [first, _, _, .., last] if first == last => Ok(points),
        _ => Err("expected rings of four points at least, the last equal to the first".to_owned()),
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
