//! The spellings of times, one method each.

use chrono::{Days, Months, NaiveDate};
use dinamika_project::Period;

use super::{Precision, Time, Token, Yearless, century, month};
use crate::values::codes::school_year;

/// Reads a time at a place of the tokens.
pub(super) struct Scan<'s, 't> {
    pub(super) tokens: &'s [Token<'t>],
    /// The school year of times that name none.
    pub(super) year: Option<Period>,
}

/// A time, and what is known of it when it names no year.
type Found = (Time, Option<Yearless>);

impl Scan<'_, '_> {
    /// The time that begins here.
    pub(super) fn at(&self, at: usize) -> Option<Found> {
        // A figure after `№`, or a part of a longer code, is no date.
        if at > 0 && self.tokens[at - 1] == Token::Numero {
            return None;
        }
        self.numeric_day(at)
            .or_else(|| self.half_year(at))
            .or_else(|| self.days_of_month(at))
            .or_else(|| self.month(at))
            .or_else(|| self.whole_year(at))
            .or_else(|| self.years(at))
            .or_else(|| self.one_year(at))
    }

    fn figure(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at) {
            Some(Token::Figure(digits)) => Some(digits),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(Token::Word(word)) => word,
            _ => "",
        }
    }

    fn sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(sign))
    }

    fn small(&self, at: usize, most: u32) -> Option<u32> {
        let digits = self.figure(at).filter(|digits| digits.len() <= 2)?;
        digits.parse().ok().filter(|value| (1..=most).contains(value))
    }

    fn four_digit_year(&self, at: usize) -> Option<i32> {
        let digits = self.figure(at).filter(|digits| digits.len() == 4)?;
        digits.parse().ok().filter(|year| (1900..=2100).contains(year))
    }

    /// Past `г.`, `г`, `гг.`, `год`, `года`, `уч.`, `учебного` and the like.
    fn past_year_word(&self, mut at: usize) -> usize {
        loop {
            let word = self.word(at);
            let known = matches!(word, "г" | "гг" | "уч")
                || word.starts_with("год")
                || word.starts_with("учебн")
                || word.starts_with("календарн");
            if !known {
                return at;
            }
            at += 1;
            if (word.len() <= 4) && self.sign(at, '.') {
                at += 1;
            }
        }
    }

    fn found(
        &self,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        precision: Precision,
        start: usize,
        end: usize,
    ) -> Option<Found> {
        Some((Time { from, to, precision, start, end: self.past_year_word(end) }, None))
    }

    /// `04.09.2020`, `04.09 2020`, `24.03.22`, `4/9/2020`, `2020-09-04`.
    fn numeric_day(&self, at: usize) -> Option<Found> {
        if let Some(year) = self.four_digit_year(at)
            && (self.sign(at + 1, '-') && self.sign(at + 3, '-') || self.sign(at + 1, '.') && self.sign(at + 3, '.'))
            && let (Some(month), Some(day)) = (self.small(at + 2, 12), self.small(at + 4, 31))
        {
            let day = NaiveDate::from_ymd_opt(year, month, day)?;
            return self.found(Some(day), Some(day), Precision::Day, at, at + 5);
        }
        let day = self.small(at, 31)?;
        let separator = ['.', '/', '-'].into_iter().find(|sign| self.sign(at + 1, *sign))?;
        let month = self.small(at + 2, 12)?;
        let (year, end) = if self.sign(at + 3, separator) {
            match self.four_digit_year(at + 4) {
                Some(year) => (year, at + 5),
                None => {
                    let short = self.figure(at + 4).filter(|digits| digits.len() == 2 && separator != '-')?;
                    // A further point and figure makes it the number of a chapter: 2.1.13.1.
                    if self.sign(at + 5, separator) && self.figure(at + 6).is_some() {
                        return None;
                    }
                    (century(short.parse().ok()?), at + 5)
                }
            }
        } else {
            (self.four_digit_year(at + 3).filter(|_| separator == '.')?, at + 4)
        };
        let day = NaiveDate::from_ymd_opt(year, month, day)?;
        self.found(Some(day), Some(day), Precision::Day, at, end)
    }

    /// `II полугодие 2020 года`, `1 полугодие 2022`, `I полугодие 2020/21 учебного года`, `2 квартал 2021`.
    fn half_year(&self, at: usize) -> Option<Found> {
        let ordinal = match self.tokens.get(at)? {
            Token::Figure(digits) => digits.parse::<u32>().ok()?,
            Token::Word(word) => match *word {
                "i" | "і" | "l" => 1,
                "ii" | "іі" | "ll" => 2,
                "iii" | "ііі" => 3,
                "iv" | "іv" => 4,
                word if word.starts_with("перв") => 1,
                word if word.starts_with("втор") => 2,
                word if word.starts_with("трет") => 3,
                word if word.starts_with("четверт") => 4,
                _ => return None,
            },
            _ => return None,
        };
        // `1-е полугодие`, `2-ом полугодии`.
        let mut next = at + 1;
        if self.sign(next, '-') && self.word(next + 1).chars().count() <= 2 {
            next += 2;
        }
        let (parts, precision) = match self.word(next) {
            word if word.starts_with("полугоди") => (2, Precision::HalfYear),
            word if word.starts_with("квартал") => (4, Precision::Month),
            _ => return None,
        };
        if !(1..=parts).contains(&ordinal) {
            return None;
        }
        next += 1;
        let days = |first: (i32, u32), months: u32| {
            let from = NaiveDate::from_ymd_opt(first.0, first.1, 1)?;
            Some((from, from.checked_add_months(Months::new(months))?.checked_sub_days(Days::new(1))?))
        };
        let (span, end) = if let Some((starts, end)) = self.pair_of_years(next).filter(|_| parts == 2) {
            (self.half_of_school_year(i32::from(starts), ordinal), end)
        } else if let Some(year) = self.four_digit_year(next) {
            let months = 12 / parts;
            (days((year, (ordinal - 1) * months + 1), months), next + 1)
        } else {
            let year = self.year.filter(|_| parts == 2);
            (year.and_then(|year| self.half_of_school_year(i32::from(year.starts), ordinal)), next)
        };
        self.found(span.map(|(from, _)| from), span.map(|(_, to)| to), precision, at, end)
    }

    /// Schools' first half-year ends with December.
    fn half_of_school_year(&self, starts: i32, ordinal: u32) -> Option<(NaiveDate, NaiveDate)> {
        Some(if ordinal == 1 {
            (NaiveDate::from_ymd_opt(starts, 9, 1)?, NaiveDate::from_ymd_opt(starts, 12, 31)?)
        } else {
            (NaiveDate::from_ymd_opt(starts + 1, 1, 1)?, NaiveDate::from_ymd_opt(starts + 1, 8, 31)?)
        })
    }

    /// `22 сентября 2020`, `5 и 6 ноября 2020`, `1-3, 7 марта`.
    fn days_of_month(&self, at: usize) -> Option<Found> {
        let first = self.small(at, 31)?;
        let (mut least, mut most, mut next) = (first, first, at + 1);
        let month = loop {
            if let Some(month) = month(self.word(next)) {
                break month;
            }
            let link = matches!(self.word(next), "и" | "по" | "до") || self.sign(next, ',') || self.sign(next, '-');
            let day = self.small(next + 1, 31).filter(|_| link)?;
            (least, most) = (least.min(day), most.max(day));
            next += 2;
        };
        next += 1;
        if self.sign(next, '.') {
            next += 1;
        }
        let precision = if least == most { Precision::Day } else { Precision::Days };
        self.with_year(Yearless { month, days: Some((least, most)) }, precision, at, next)
    }

    /// `Февраль 2021 года`, `август`.
    fn month(&self, at: usize) -> Option<Found> {
        let month = month(self.word(at))?;
        let next = if self.sign(at + 1, '.') { at + 2 } else { at + 1 };
        self.with_year(Yearless { month, days: None }, Precision::Month, at, next)
    }

    fn with_year(&self, yearless: Yearless, precision: Precision, start: usize, next: usize) -> Option<Found> {
        let short = || {
            // `18 февраля 21 г.`: two digits are a year only with its word.
            let digits = self.figure(next).filter(|digits| digits.len() == 2)?;
            let named = self.word(next + 1) == "г" || self.word(next + 1).starts_with("год");
            digits.parse().ok().filter(|_| named).map(century)
        };
        match self.four_digit_year(next).or_else(short) {
            Some(year) => {
                let (from, to) = yearless.days(year);
                from.zip(to)?;
                self.found(from, to, precision, start, next + 1)
            }
            None => {
                // 2020 has every day there is.
                yearless.days(2020).0.zip(yearless.days(2020).1)?;
                let end = self.past_year_word(next);
                Some((Time { from: None, to: None, precision, start, end }, Some(yearless)))
            }
        }
    }

    /// `в течение учебного года`, `ежемесячно`, `постоянно`, `за последние 3 года`.
    fn whole_year(&self, at: usize) -> Option<Found> {
        let word = self.word(at);
        let mut end = at + 1;
        let rolling = word.starts_with("последни") && self.small(at + 1, 99).is_some();
        if rolling {
            return self.found(None, None, Precision::Year, at, at + 2);
        }
        let all_year = ["ежемесячн", "ежегодн", "ежеквартальн", "еженедельн", "постоянн"]
            .iter()
            .any(|stem| word.starts_with(stem));
        if !all_year {
            let within = word.starts_with("течени") || word.starts_with("весь") || word.starts_with("всего");
            if !within {
                return None;
            }
            if let Some((starts, after)) = self.pair_of_years(end) {
                return self.school_year(starts, at, after);
            }
            let named = self.past_year_word(end);
            if named == end {
                return None;
            }
            end = named;
            if let Some((starts, after)) = self.pair_of_years(end) {
                return self.school_year(starts, at, after);
            }
            if let Some(year) = self.four_digit_year(end) {
                return self.calendar_years(year, year, at, end + 1);
            }
        }
        match self.year {
            Some(year) => self.school_year(year.starts, at, end),
            None => self.found(None, None, Precision::Year, at, end),
        }
    }

    /// `2020-2021`, `2020/21`, and with a word for the year `22-23`.
    fn pair_of_years(&self, at: usize) -> Option<(u16, usize)> {
        let (first, second) = (self.figure(at)?, self.figure(at + 2)?);
        if !self.sign(at + 1, '-') && !self.sign(at + 1, '/') {
            return None;
        }
        let end = at + 3;
        let named = first.len() == 4 || self.past_year_word(end) > end;
        // 2020-09-04 is a day, not two years.
        let longer = (self.sign(end, '-') || self.sign(end, '/')) && self.figure(end + 1).is_some();
        school_year(first, second).filter(|_| named && !longer).map(|starts| (starts, end))
    }

    fn years(&self, at: usize) -> Option<Found> {
        if let Some((starts, end)) = self.pair_of_years(at) {
            return self.school_year(starts, at, end);
        }
        let (first, last) = (self.four_digit_year(at)?, self.four_digit_year(at + 2)?);
        (self.sign(at + 1, '-') && first < last).then(|| self.calendar_years(first, last, at, at + 3)).flatten()
    }

    fn one_year(&self, at: usize) -> Option<Found> {
        let year = self.four_digit_year(at)?;
        let part = at > 0 && matches!(self.tokens[at - 1], Token::Sign('.' | '/' | '-')) || self.sign(at + 1, '/');
        (!part).then(|| self.calendar_years(year, year, at, at + 1)).flatten()
    }

    fn school_year(&self, starts: u16, at: usize, end: usize) -> Option<Found> {
        let from = NaiveDate::from_ymd_opt(i32::from(starts), 9, 1);
        let to = NaiveDate::from_ymd_opt(i32::from(starts) + 1, 8, 31);
        self.found(from, to, Precision::Year, at, end)
    }

    fn calendar_years(&self, first: i32, last: i32, at: usize, end: usize) -> Option<Found> {
        self.found(
            NaiveDate::from_ymd_opt(first, 1, 1),
            NaiveDate::from_ymd_opt(last, 12, 31),
            Precision::Year,
            at,
            end,
        )
    }
}
