//! Which sign stands between the cells of a text table.

use csv::ReaderBuilder;

/// Signs that are tried; of equals the earlier wins.
const CANDIDATES: [u8; 4] = [b';', b',', b'\t', b'|'];
/// Rows that are looked at.
const ROWS: usize = 100;

/// The delimiter whose rows agree best on their number of cells; `,` when there is only one column.
/// `sample` is the decoded beginning of the file, cut anywhere.
pub(super) fn detect(sample: &str, quote: u8) -> u8 {
    if let Some(told) = told(sample) {
        return told;
    }
    let mut best = (0.0, b',');
    for delimiter in CANDIDATES {
        let score = consistency(sample, delimiter, quote);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// `sep=;` on the first line is Excel's own way to tell.
pub(super) fn told(sample: &str) -> Option<u8> {
    let line = sample.lines().next()?.trim().trim_matches('"');
    let rest = line.strip_prefix("sep=").or_else(|| line.strip_prefix("SEP="))?;
    match rest.as_bytes() {
        [delimiter] => Some(*delimiter),
        [] => Some(b'\t'),
        _ => None,
    }
}

/// Share of rows that have the most frequent number of cells (over one), with a little more for wide rows.
fn consistency(sample: &str, delimiter: u8, quote: u8) -> f64 {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(quote)
        .from_reader(sample.as_bytes());
    let mut widths: Vec<usize> = reader.byte_records().take(ROWS).filter_map(Result::ok).map(|row| row.len()).collect();
    if widths.len() > 1 {
        // The sample may end within the last row.
        widths.pop();
    }
    let rows = widths.len();
    widths.sort_unstable();
    let (count, width) = widths
        .chunk_by(|a, b| a == b)
        .filter(|same| same[0] > 1)
        .map(|same| (same.len(), same[0]))
        .max()
        .unwrap_or((0, 1));
    if width < 2 {
        return 0.0;
    }
    count as f64 / rows as f64 + (width as f64).ln() / 20.0
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn the_consistent_sign_wins() {
        assert_eq!(detect("a;b;c\n1,5;2,5;3,5\n1,5;2;3,75\n", b'"'), b';');
        assert_eq!(detect("a,b\n\"x;y;z\",2\n\"p;q\",3\n", b'"'), b',');
        assert_eq!(detect("a\tb\n1, 2\t3\n", b'"'), b'\t');
        assert_eq!(detect("a|b|c\n1|2|3\n", b'"'), b'|');
        assert_eq!(detect("title\na;b\n1;2\n3;4\n", b'"'), b';');
        assert_eq!(detect("one\ntwo\n", b'"'), b',');
        assert_eq!(detect("sep=|\na|b\n", b'"'), b'|');
    }
}
