//! The map of municipalities (checked types).

/// Outlines of municipalities, from the GeoJSON that `[map]` of `dinamika.toml` names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AreaMap {
    /// In the order of the file.
    pub areas: Vec<Area>,
}

/// One municipality on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Key of the municipality, as in `municipalities`.
    pub key: String,
    /// Polygons: each an outer ring and its holes; a ring is its points, longitude and latitude (or any two
    /// coordinates of one plane) in turn, the last equal to the first.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
}
