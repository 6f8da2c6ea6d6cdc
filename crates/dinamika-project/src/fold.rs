//! Header texts folded to what people mean by them.

/// Blanks and line breaks to one blank, quotes to `"`, dashes to `-`, invisible signs dropped; letters stay.
pub fn tidy_header(text: &str) -> String {
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

/// [`tidy_header`] in lower case with ё as е: how header cells are compared.
pub fn fold_header(text: &str) -> String {
    tidy_header(text).to_lowercase().replace('ё', "е")
}
