//! `values.csv` is `values` in another format: the extension leaves the path before routing.

use axum::{extract::Request, http::Uri};
use dinamika_engine::encode::Format;

/// Formats given over HTTP, by extension.
const FORMATS: [Format; 5] = [Format::Csv, Format::Json, Format::Xlsx, Format::Parquet, Format::Arrow];

/// The address as sent, left in the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// Path with its extension.
    pub(crate) path: String,
    /// What the extension says.
    pub(crate) format: Option<Format>,
}

/// Takes a known extension off the path of an API address.
pub(crate) fn split_extension(mut request: Request) -> Request {
    let path = request.uri().path().to_owned();
    let split = FORMATS.into_iter().find_map(|format| {
        let stem = path.strip_suffix(format.extension())?.strip_suffix('.')?;
        (path.starts_with("/api/v1/") && !stem.ends_with('/')).then(|| (stem.to_owned(), format))
    });
    let format = split.as_ref().map(|(_, format)| *format);
    if let Some((stem, _)) = split
        && let Some(uri) = with_path(request.uri(), &stem)
    {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(Sent { path, format });
    request
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_known_extensions_leave_the_path() {
        let routed = |uri: &str| {
            let request = split_extension(Request::builder().uri(uri).body(Body::empty()).unwrap());
            let sent = request.extensions().get::<Sent>().unwrap().clone();
            format!("{} {}", request.uri(), sent.format.map_or("-", Format::extension))
        };
        assert_eq!(
            routed("/api/v1/indicators/vpr.share2/values.csv?a=b"),
            "/api/v1/indicators/vpr.share2/values?a=b csv"
        );
        assert_eq!(routed("/api/v1/indicators/vpr.share2"), "/api/v1/indicators/vpr.share2 -");
        assert_eq!(routed("/api/v1/indicators.json"), "/api/v1/indicators json");
        assert_eq!(routed("/api/openapi.json"), "/api/openapi.json -");
        assert_eq!(routed("/api/v1/.csv"), "/api/v1/.csv -");
    }
}
