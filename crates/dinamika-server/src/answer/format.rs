//! Which format the reader wants.

use axum::http::{HeaderMap, header};
use dinamika_engine::encode::{Dialect, Encoding, Format};

use crate::{Problem, layers::Sent, query::Asked};

/// Format, dialect and language of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish {
    pub(crate) format: Format,
    pub(crate) dialect: Dialect,
    pub(crate) encoding: Encoding,
    /// Russian words instead of codes.
    pub(crate) labels: bool,
    /// Russian headings too, and titles instead of the codes of indicators and subjects.
    pub(crate) headings: bool,
}

const OFFERED: [(&str, Format); 8] = [
    ("application/json", Format::Json),
    ("text/csv", Format::Csv),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Format::Xlsx),
    ("application/vnd.apache.parquet", Format::Parquet),
    ("application/vnd.apache.arrow.stream", Format::Arrow),
    // Ranges, for those who do not say.
    ("application/*", Format::Json),
    ("text/*", Format::Csv),
    ("*/*", Format::Json),
];

impl Wish {
    /// The extension wins over `Accept`.
    pub(crate) fn of(sent: &Sent, headers: &HeaderMap, asked: &Asked) -> Result<Self, Problem> {
        let format = match sent.format {
            Some(format) => format,
            None => accepted(headers)?,
        };
        let dialect = match asked.choice("dialect", &["plain", "excel-ru"])? {
            Some("excel-ru") => Dialect::ExcelRu,
            _ => Dialect::Plain,
        };
        let encoding = match asked.choice("encoding", &["utf-8", "windows-1251"])? {
            Some(asked @ "windows-1251") if format != Format::Csv => {
                let expected = "В этой кодировке отдаётся только CSV: допишите к адресу .csv.".to_owned();
                let (parameter, value) = ("encoding".to_owned(), asked.to_owned());
                return Err(Problem::BadValue { parameter, value, expected });
            }
            Some("windows-1251") => Encoding::Windows1251,
            _ => Encoding::Utf8,
        };
        let labels = asked.choice("labels", &["ru", "full"])?;
        // Keys of JSON and columns of Parquet are the contract: only what people open has headings of words.
        let headings = labels == Some("full") && matches!(format, Format::Csv | Format::Xlsx);
        Ok(Self { format, dialect, encoding, labels: labels.is_some(), headings })
    }

    /// The media type with its charset.
    pub(crate) fn content_type(&self) -> &'static str {
        match self.encoding {
            Encoding::Windows1251 => "text/csv; charset=windows-1251",
            Encoding::Utf8 => self.format.content_type(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

/// The most wanted of the offered; of equals the one named first.
fn accepted(headers: &HeaderMap) -> Result<Format, Problem> {
    let accept: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    if accept.is_empty() {
        return Ok(Format::Json);
    }
    let mut best: Option<(f32, Format)> = None;
    for range in accept.iter().flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let Some((_, format)) = OFFERED.iter().find(|(offered, _)| *offered == media) else { continue };
        if quality > best.map_or(0.0, |(quality, _)| quality) {
            best = Some((quality, *format));
        }
    }
    let known = || OFFERED[..5].iter().map(|(media, format)| format!("{media} (.{})", format.extension())).collect();
    best.map(|(_, format)| format).ok_or_else(|| Problem::NotAcceptable { known: known() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_is_weighed() {
        let chosen = |accept: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            accepted(&headers).map_or("406", Format::extension)
        };
        assert_eq!(chosen("text/csv"), "csv");
        assert_eq!(chosen("text/html,application/xhtml+xml,*/*;q=0.8"), "json");
        assert_eq!(chosen("text/csv;q=0.5, application/json"), "json");
        assert_eq!(chosen("image/png"), "406");
        assert_eq!(chosen("application/json;q=0"), "406");
    }
}
