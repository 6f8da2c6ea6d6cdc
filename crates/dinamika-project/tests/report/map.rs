//! `[map]` and its GeoJSON.

use insta::assert_snapshot;

use super::{project, report};

const CONFIG: &str = "-- dinamika.toml\n[map]\nfile = \"maps/areas.geojson\"\nkey = \"oktmo\"\n";

fn with(geojson: &str) -> String {
    format!("{CONFIG}-- maps/areas.geojson\n{geojson}\n")
}

#[test]
fn outlines_are_read_with_their_keys() {
    let loaded = project(&with(
        r#"{"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"oktmo": 3701000}, "geometry": {"type": "Polygon",
             "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}},
            {"type": "Feature", "properties": {"oktmo": "03702000"}, "geometry": {"type": "MultiPolygon",
             "coordinates": [[[[5, 6, 100], [7, 6, 100], [7, 8, 100], [5, 6, 100]]]]}}]}"#,
    ));
    let map = loaded.project.map.unwrap();
    let keys: Vec<&str> = map.areas.iter().map(|area| area.key.as_str()).collect();
    assert_eq!(keys, ["3701000", "03702000"]);
    assert_eq!(map.areas[1].polygons[0][0][0], [5.0, 6.0]);
}

#[test]
fn what_cannot_be_drawn_is_told_with_its_feature() {
    let ring = "[[1, 2], [3, 2], [3, 4], [1, 2]]";
    let feature = |properties: &str, geometry: &str| {
        format!(r#"{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}"#)
    };
    let features = [
        feature(r#"{"oktmo": "1"}"#, &format!(r#"{{"type": "Polygon", "coordinates": [{ring}]}}"#)),
        feature(r#"{"oktmo": "1"}"#, &format!(r#"{{"type": "Polygon", "coordinates": [{ring}]}}"#)),
        feature(r#"{"name": "2"}"#, "null"),
        feature(r#"{"oktmo": "3"}"#, "null"),
        feature(r#"{"oktmo": "4"}"#, r#"{"type": "Point", "coordinates": [1, 2]}"#),
        feature(r#"{"oktmo": "5"}"#, r#"{"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4]]]}"#),
        feature(r#"{"oktmo": "6"}"#, r#"{"type": "Polygon", "coordinates": [[["a", 2], [3, 2], [3, 4], [1, 2]]]}"#),
    ];
    let text = with(&format!(r#"{{"type": "FeatureCollection", "features": [{}]}}"#, features.join(",")));
    assert_snapshot!(report(&text), @r##"
maps/areas.geojson:1:1: error: feature 3: expected the municipality's key in the property `oktmo` [bad-value]
maps/areas.geojson:1:1: error: feature 4: expected a Polygon or MultiPolygon, found no geometry [bad-value]
maps/areas.geojson:1:1: error: feature 5: expected a Polygon or MultiPolygon, found `Point` [bad-value]
maps/areas.geojson:1:1: error: feature 6: expected rings of four points at least, the last equal to the first [bad-value]
maps/areas.geojson:1:1: error: feature 7: expected points of two numbers [bad-value]
maps/areas.geojson:1:1: error: feature 2: `1` is on the map already [duplicate]
"##);
}

#[test]
fn a_file_that_is_no_map_is_told() {
    assert_snapshot!(report(CONFIG), @r##"
dinamika.toml:2:8: error: there is no file `maps/areas.geojson` [bad-value]
    help: put the outlines of municipalities there as GeoJSON, or take `[map]` away
"##);
    assert_snapshot!(report(&with("{\n  \"type\": ,\n}")), @r##"
maps/areas.geojson:2:11: error: this is not JSON: expected value at line 2 column 11 [syntax]
"##);
    assert_snapshot!(report(&with("{\"type\": \"Topology\"}")), @r##"
maps/areas.geojson:1:1: error: expected a GeoJSON FeatureCollection [bad-value]
"##);
    assert_snapshot!(report("-- dinamika.toml\n[map]\nkey = 1\ncolour = \"red\"\n"), @r##"
dinamika.toml:1:1: error: `file` is missing [bad-value]
dinamika.toml:2:7: error: expected a string, found integer [bad-value]
dinamika.toml:3:1: error: unknown key `colour` [unknown-key]
    help: known keys: file, key
"##);
}
