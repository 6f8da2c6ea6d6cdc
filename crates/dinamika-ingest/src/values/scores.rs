//! Scores of tasks in the alphabets of the protocols.

use arrow::array::{Array, Float32Array, Float32Builder, StringArray};

use super::{cells, numbers::number, texts::is_dash};

/// The task has a score.
pub const SCORE_SCORED: u8 = 0;
/// The pupil did not attempt the task: `X` or `Х` of either alphabet, `H`, `-`; the score is 0.
pub const SCORE_BLANK: u8 = 1;
/// The topic was not taught: `не пройд.`; no score.
pub const SCORE_UNTAUGHT: u8 = 2;
/// The cell is empty; no score.
pub const SCORE_MISSING: u8 = 3;

/// Reads a column of task scores: the scores, what each is (`SCORE_…`), and the rows that are
/// none of them (which count as missing).
pub fn scores(raw: &StringArray) -> (Float32Array, Vec<u8>, Vec<usize>) {
    let mut out = Float32Builder::with_capacity(raw.len());
    let mut states = Vec::with_capacity(raw.len());
    let mut failed = Vec::new();
    for (row, text) in cells(raw) {
        let read = text.map_or(Some((None, SCORE_MISSING)), score);
        if read.is_none() {
            failed.push(row);
        }
        let (value, state) = read.unwrap_or((None, SCORE_MISSING));
        out.append_option(value);
        states.push(state);
    }
    (out.finish(), states, failed)
}

fn score(text: &str) -> Option<(Option<f32>, u8)> {
    if let [digit @ b'0'..=b'9'] = text.as_bytes() {
        return Some((Some(f32::from(digit - b'0')), SCORE_SCORED));
    }
    let mut chars = text.chars();
    if let (Some(only), None) = (chars.next(), chars.next()) {
        let not_attempted = matches!(only, 'X' | 'x' | 'Х' | 'х' | 'H' | 'h' | 'Н' | 'н') || is_dash(only);
        return not_attempted.then_some((Some(0.0), SCORE_BLANK));
    }
    if untaught(text) {
        return Some((None, SCORE_UNTAUGHT));
    }
    let value = number(text).filter(|value| (0.0..=1000.0).contains(value))?;
    Some((Some(value as f32), SCORE_SCORED))
}

/// `не пройд.`, `Не пройдено`, `не пройдена`, `не прой`, `непройд.`, in any case.
fn untaught(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some(rest) = lower.strip_prefix("не") else { return false };
    let rest = rest.trim_start();
    let word = rest.trim_end_matches('.');
    word == "пр"
        || word == "изуч"
        || rest.starts_with("прой")
        || rest.starts_with("проход")
        || rest.starts_with("изучал")
        || rest.starts_with("изучен")
}
