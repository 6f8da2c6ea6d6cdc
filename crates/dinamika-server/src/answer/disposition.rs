//! Text in places that take ASCII only.

use axum::http::HeaderValue;

/// `attachment` with a plain name and, for those who read RFC 5987, the Russian one.
pub(crate) fn attachment(plain: &str, title: &str, extension: &str) -> Option<HeaderValue> {
    let title: String =
        title.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let plain: String =
        plain.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let title = percent(title.trim());
    HeaderValue::try_from(format!("attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{title}.{extension}"))
        .ok()
}

/// Percent-encoded UTF-8, safe in a header, a path segment and a query.
pub(crate) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
                encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_russian_and_cannot_end_the_header() {
        let header = attachment("vpr.share2 \"x\"", "Доля «2»: \"да\"\r\n", "csv").unwrap();
        assert_eq!(
            header.to_str().unwrap(),
            "attachment; filename=\"vpr.share2__x_.csv\"; \
             filename*=UTF-8''%D0%94%D0%BE%D0%BB%D1%8F%20%C2%AB2%C2%BB_%20_%D0%B4%D0%B0___.csv"
        );
    }
}
