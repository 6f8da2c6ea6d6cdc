//! Header texts folded to what people mean by them.

/// Blanks and line breaks to one blank, quotes to `"`, dashes to `-`, invisible signs dropped;
/// letters stay as they are.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for sign in text.chars() {
        let sign = match sign {
            '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{ad}' => continue,
            sign if sign.is_whitespace() => {
                gap = !out.is_empty();
                continue;
            }
            '«' | '»' | '„' | '“' | '”' | '‟' | '″' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
            sign => sign,
        };
        if gap {
            out.push(' ');
            gap = false;
        }
        out.push(sign);
    }
    out
}

/// [`tidy`] in lower case with ё as е. Keeps the length of a tidy text in bytes for Latin and
/// Cyrillic letters, so that a place in the folded text is a place in the tidy one.
pub(crate) fn lower(tidy: &str) -> String {
    tidy.to_lowercase().replace('ё', "е")
}

/// Both at once.
pub(crate) fn fold(text: &str) -> String {
    lower(&tidy(text))
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn headers_fold() {
        assert_eq!(fold("  Кол-во\r\n участников\u{a0}(всего) "), "кол-во участников (всего)");
        assert_eq!(fold("МБОУ «Ёлка» — 5"), "мбоу \"елка\" - 5");
    }
}
