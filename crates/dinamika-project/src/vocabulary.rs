//! The words of the house as types with one door each.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a text is not one of the vocabulary's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not {expected}")]
pub struct WordError {
    /// What was read.
    pub found: String,
    /// What would have been right, in words.
    pub expected: &'static str,
}

/// Declares a newtype over `String` whose only door is `FromStr` with a rule.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);
        impl $name {
            /// The word itself.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl FromStr for $name {
            type Err = WordError;
            fn from_str(text: &str) -> Result<Self, WordError> {
                let rule: fn(&str) -> bool = $rule;
                if rule(text) { Ok(Self(text.to_owned())) }
                else { Err(WordError { found: text.to_owned(), expected: $expected }) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = WordError;
            fn try_from(text: String) -> Result<Self, WordError> { text.parse() }
        }
        impl From<$name> for String { fn from(word: $name) -> String { word.0 } }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    };
}

fn identifier(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

word!(
    /// Name of a Delta table, a reference table or a model: the name SQL reads it by.
    TableName, "a table name: lower-case Latin letters, digits and _", identifier
);
word!(
    /// Name of a column of a table.
    ColumnName, "a column name: lower-case Latin letters, digits and _", identifier
);
word!(
    /// Name of a pipeline: the stem of its file.
    PipelineName, "a pipeline name: lower-case Latin letters, digits and _", identifier
);
word!(
    /// Name of a source of `dinamika.toml`.
    SourceName, "a source name: lower-case Latin letters, digits and _", identifier
);
word!(
    /// Id of a scheduled job.
    JobId, "a job id: lower-case Latin letters, digits and _", identifier
);
word!(
    /// Id of a dashboard or of a panel: the stem of the file, the `id` of the panel.
    SlugId, "an id: lower-case Latin letters, digits, _ and -",
    |text| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
);
word!(
    /// Id of an indicator, `group.name`: `vpr.share2`.
    IndicatorId, "an indicator id: `group.name`",
    |text| text.split_once('.').is_some_and(|(group, name)| identifier(group) && identifier(name))
);
word!(
    /// One file (one sheet of it) read by one pipeline.
    BatchId, "a batch id: 16 hexadecimal digits",
    |text| text.len() == 16 && text.chars().all(|c| c.is_ascii_hexdigit())
);
word!(
    /// Key of a school: the six digits of its login, else the registry's own key.
    SchoolKey, "a school key: six login digits or the registry's key",
    |text| !text.is_empty() && text.len() <= 32 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
);

/// A school year with an optional wave: `2020/21` (spring, the regular one) or `2020/21-осень`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// The calendar year in which the school year begins.
    pub starts: u16,
    /// The campaign within the school year; autumn comes before spring.
    pub wave: Wave,
}

/// The campaign of a school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wave {
    /// `осень`.
    Autumn,
    /// The regular campaign, not written.
    Spring,
}

impl Period {
    /// The school year's end, a calendar year.
    pub fn ends(self) -> u16 {
        self.starts + 1
    }
    /// The same campaign one school year earlier.
    pub fn previous(self) -> Self {
        Self { starts: self.starts - 1, wave: self.wave }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.starts, self.ends() % 100)?;
        match self.wave {
            Wave::Autumn => f.write_str("-осень"),
            Wave::Spring => Ok(()),
        }
    }
}

impl FromStr for Period {
    type Err = WordError;
    fn from_str(text: &str) -> Result<Self, WordError> {
        let wrong = || WordError { found: text.to_owned(), expected: "a period: `2020/21` or `2020/21-осень`" };
        let (years, wave) = match text.split_once('-') {
            None => (text, Wave::Spring),
            Some((years, "осень")) => (years, Wave::Autumn),
            Some((years, "весна")) => (years, Wave::Spring),
            Some(_) => return Err(wrong()),
        };
        let (starts, ends) = years.split_once('/').ok_or_else(wrong)?;
        let period = Self { starts: starts.parse().map_err(|_| wrong())?, wave };
        let fits = (1990..=2100).contains(&period.starts) && ends.len() == 2 && ends.parse() == Ok(period.ends() % 100);
        fits.then_some(period).ok_or_else(wrong)
    }
}

/// Which of the three kinds of entity a value is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// One school.
    School,
    /// One municipality.
    Municipality,
    /// The region.
    Region,
}

impl Level {
    /// The word in columns and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Municipality => "municipality",
            Self::Region => "region",
        }
    }
}

/// Which zone a table is in: what may leave it (DOMAIN.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// Rows of pupils, teachers and documents; never leaves the house.
    Curated,
    /// Aggregates meant for reading.
    Mart,
}

/// The codes of subjects with the names exports use for them.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("RU", &["русский язык", "русскому языку", "ру", "ru"]),
    ("MA", &["математика", "математике", "ма", "ma"]),
    ("OKR", &["окружающий мир", "окружающему миру", "ом", "okr"]),
    ("IS", &["история", "истории", "ис", "is"]),
    ("BI", &["биология", "биологии", "би", "bi"]),
    ("GG", &["география", "географии", "гг", "gg"]),
    ("OB", &["обществознание", "обществознанию", "об", "ob"]),
    ("FI", &["физика", "физике", "фи", "fi"]),
    ("HI", &["химия", "химии", "хи", "hi"]),
    ("EN", &["английский язык", "английскому языку", "ая", "en"]),
    ("DE", &["немецкий язык", "немецкому языку", "ня", "de"]),
    ("FR", &["французский язык", "французскому языку", "фя", "fr"]),
    ("LI", &["литература", "литературе", "ли", "li"]),
    ("INF", &["информатика", "информатике", "инф", "inf"]),
];

/// Code of a school subject: `RU`, `MA`, `OKR` …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(&'static str);

impl Subject {
    /// The code.
    pub fn as_str(self) -> &'static str {
        self.0
    }
    /// The subject's name in the nominative, lower case.
    pub fn title(self) -> &'static str {
        SUBJECTS.iter().find(|(code, _)| *code == self.0).map_or(self.0, |(_, names)| names[0])
    }
}

impl FromStr for Subject {
    type Err = WordError;
    /// Reads a code or a name in the nominative or the dative, in any case.
    fn from_str(text: &str) -> Result<Self, WordError> {
        let folded = text.trim().to_lowercase().replace('_', " ");
        SUBJECTS
            .iter()
            .find(|(_, names)| names.contains(&folded.as_str()))
            .map(|(code, _)| Self(code))
            .ok_or_else(|| WordError { found: text.to_owned(), expected: "a subject's name or code" })
    }
}
