//! HTML around text that is never trusted.

use serde_json::Value;

use crate::NOTICE;

/// The text with nothing left that HTML would read.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A whole page. `heading` is text, `above` and `body` are HTML.
pub(super) fn document(site: &str, heading: &str, above: &str, body: &str) -> String {
    let (site, heading) = (escape(site), escape(heading));
    let title = if site == heading { site.clone() } else { format!("{heading} — {site}") };
    format!(
        "<!doctype html>\n<html lang=\"ru\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/plain/app.css\"></head><body>\
         <header>{above}<h1>{heading}</h1></header><main>{body}</main>\
         <footer><p>{NOTICE}.</p></footer></body></html>\n"
    )
}

/// Headings, lists and paragraphs of Markdown; whatever else it has stays text.
pub(super) fn paragraphs(markdown: &str) -> String {
    let mut html = String::new();
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        if let Some(heading) = block.strip_prefix('#') {
            html.push_str(&format!("<h3>{}</h3>", escape(heading.trim_start_matches('#').trim())));
        } else if block.lines().all(|line| line.trim_start().starts_with("- ")) {
            let items = block.lines().map(|line| format!("<li>{}</li>", escape(line.trim_start()[2..].trim())));
            html.push_str(&format!("<ul>{}</ul>", items.collect::<String>()));
        } else {
            html.push_str(&format!("<p>{}</p>", escape(block)));
        }
    }
    html
}

/// A JSON value in one line of plain words.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(self::value).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| format!("{name}: {}", self::value(field))).collect::<Vec<_>>().join("; ")
        }
        Value::Null => "—".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_becomes_markup() {
        assert_eq!(escape("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
        assert_eq!(
            paragraphs("# <b>\n\n- a\n- b\n\nв <i>"),
            "<h3>&lt;b&gt;</h3><ul><li>a</li><li>b</li></ul><p>в &lt;i&gt;</p>"
        );
    }
}
