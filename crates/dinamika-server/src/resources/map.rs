//! Outlines of municipalities.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use dinamika_project::{Area, AreaMap};
use serde_json::{Value, json};

use super::Refusals;
use crate::{Problem, Serving, answer::Etag};

/// Контуры муниципалитетов как GeoJSON; `properties.entity` — ключ муниципалитета. Без раздела `[map]` в
/// dinamika.toml контуров нет.
#[utoipa::path(get, path = "/api/v1/map", operation_id = "map", tag = "entities",
    responses((status = 200, description = "GeoJSON (RFC 7946)", body = Object, content_type = "application/geo+json"),
        Refusals))]
pub(crate) async fn show(State(serving): State<Arc<Serving>>, headers: HeaderMap) -> Result<Response, Problem> {
    let json = geojson(serving.project().map.as_ref().unwrap_or(&AreaMap::default()));
    let etag = Etag::of(&headers, &["map", &json.to_string()]);
    let told = [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    let mut response = match etag.is_known(&headers) {
        true => (axum::http::StatusCode::NOT_MODIFIED, told).into_response(),
        false => (told, Json(json)).into_response(),
    };
    if response.headers().contains_key(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json"));
    }
    response.headers_mut().extend(etag.header().map(|etag| (header::ETAG, etag)));
    Ok(response)
}

fn geojson(map: &AreaMap) -> Value {
    let feature = |Area { key, polygons }: &Area| {
        json!({
            "type": "Feature",
            "properties": { "entity": key },
            "geometry": { "type": "MultiPolygon", "coordinates": polygons },
        })
    };
    json!({ "type": "FeatureCollection", "features": map.areas.iter().map(feature).collect::<Vec<_>>() })
}
