//! Documents named in prose.

use std::sync::Arc;

use arrow::array::{Array, Date32Builder, Int32Builder, StringArray, StringBuilder};
use chrono::NaiveDate;

use super::{
    Failures, Typed, cells,
    dates::days,
    texts::fold_blanks,
    timeline::{Precision, Time, Token, fold, times, tokens},
};

/// Beginnings of words that name a sort of document.
const NOUNS: [&str; 12] = [
    "приказ",
    "протокол",
    "письм",
    "распоряжени",
    "постановлени",
    "положени",
    "приложени",
    "договор",
    "соглашени",
    "решени",
    "справк",
    "отчет",
];
/// Words before a `№` that make it the number of a school.
const SCHOOLS: [&str; 9] = ["сош", "оош", "школ", "гимнази", "лице", "ноо", "оо", "оу", "шк"];
/// Words that may stand between a document and its number: `Приказ МКУ ЦРОиОК № 18`.
const NEAR: usize = 4;

pub(super) fn parse(raw: &StringArray) -> Typed {
    let mut texts = StringBuilder::with_capacity(raw.len(), raw.values().len());
    let mut count = Int32Builder::with_capacity(raw.len());
    let (mut from, mut to) = (Date32Builder::with_capacity(raw.len()), Date32Builder::with_capacity(raw.len()));
    for (_, text) in cells(raw) {
        texts.append_option(text.map(fold_blanks));
        let named = text.map(named);
        count.append_option(named.as_ref().map(|named| named.count));
        from.append_option(named.as_ref().and_then(|named| named.days.iter().min().copied()).map(days));
        to.append_option(named.as_ref().and_then(|named| named.days.iter().max().copied()).map(days));
    }
    Failures::default().with(vec![
        ("", Arc::new(texts.finish())),
        ("_count", Arc::new(count.finish())),
        ("_from", Arc::new(from.finish())),
        ("_to", Arc::new(to.finish())),
    ])
}

struct Named {
    count: i32,
    days: Vec<NaiveDate>,
}

/// A document is named by its date (`от 25.02.2021`, `30.11.2020 № 5`), or by a word for it with
/// a number. A word alone (`договор о сотрудничестве`) names none.
fn named(text: &str) -> Named {
    let folded = fold(text);
    let tokens = tokens(&folded);
    let found: Vec<Time> = times(&tokens, None).into_iter().filter(|time| time.precision == Precision::Day).collect();
    let mut named = Named { count: 0, days: Vec::new() };
    // Where the last word for a document stands that has neither date nor number yet.
    let mut noun: Option<usize> = None;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(time) = found.iter().find(|time| time.start == at) {
            let after_from = at > 0 && tokens[at - 1] == Token::Word("от");
            let numbered = tokens.get(time.end) == Some(&Token::Numero);
            if after_from || numbered || noun.is_some() {
                named.count += 1;
                named.days.extend(time.from);
                noun = None;
            }
            // The number after the date is of the same document.
            at = if numbered { time.end + 1 } else { time.end };
            continue;
        }
        match tokens[at] {
            token if is_noun(token) => noun = Some(at),
            Token::Numero if noun.is_some_and(|noun| at - noun <= NEAR + 1) && !school_before(&tokens, at) => {
                // `№ 18 от 10.02.2021`, `№ 4 (29.01.2021)`: the date to come is of the same document.
                let next_noun = (at..tokens.len()).find(|next| is_noun(tokens[*next])).unwrap_or(tokens.len());
                let dated = found.iter().any(|time| (at..next_noun.min(at + NEAR + 2)).contains(&time.start));
                if !dated {
                    named.count += 1;
                    noun = None;
                }
            }
            _ => {}
        }
        at += 1;
    }
    named
}

fn is_noun(token: Token<'_>) -> bool {
    // `письменная заявка` is no letter.
    matches!(token, Token::Word(word) if NOUNS.iter().any(|stem| word.starts_with(stem)) && !word.starts_with("письмен"))
}

fn school_before(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(at.checked_sub(1).map(|at| tokens[at]), Some(Token::Word(word)) if SCHOOLS.iter().any(|stem| word.starts_with(stem)))
}
