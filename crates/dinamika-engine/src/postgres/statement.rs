//! What a statement wishes: rows, or one of the words a PostgreSQL client says before and after.

use std::time::Duration;

use datafusion::sql::sqlparser::ast::{ContextModifier, Expr, Ident, Set, Statement, Value};

use super::catalogue::SERVER_VERSION;
use crate::EngineError;

/// What a statement wishes.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Rows of a SELECT, as it was rewritten for us.
    Rows(Box<Statement>),
    /// A setting that changes nothing of what is read.
    Set(Setting),
    /// The value of a setting.
    Show(String),
    /// A transaction begins; every statement reads the release of its moment all the same.
    Begin,
    /// It ends.
    Commit,
    /// It ends.
    Rollback,
    /// It goes on from a savepoint: an error since then is forgotten.
    Resume,
    /// Something to be forgotten, of which nothing was kept.
    Forget(&'static str),
}

/// A setting a client may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// How long a statement may take; none for as long as the role may.
    Timeout(Option<Duration>),
    /// Any other: noted to be shown again.
    Noted(String, String),
}

/// Settings that change nothing of what is read, nor how; values of others are theirs alone to change.
const HARMLESS: &[&str] = &[
    "application_name",
    "bytea_output",
    "client_min_messages",
    "datestyle",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "extra_float_digits",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
    "intervalstyle",
    "jit",
    "lock_timeout",
    "row_security",
    "search_path",
    "standard_conforming_strings",
    "synchronize_seqscans",
    "timezone",
];

impl Wish {
    pub(super) fn of(statement: Statement) -> Result<Self, EngineError> {
        Ok(match statement {
            Statement::Query(_) => Self::Rows(Box::new(statement)),
            Statement::Set(set) => Self::Set(setting(set)?),
            Statement::ShowVariable { variable } => Self::Show(shown(&variable)?),
            Statement::StartTransaction { ref statements, .. } if statements.is_empty() => Self::Begin,
            Statement::Commit { .. } => Self::Commit,
            Statement::Rollback { savepoint: Some(_), .. } => Self::Resume,
            Statement::Rollback { .. } => Self::Rollback,
            // Nothing is changed, so there is nothing to go back to.
            Statement::Savepoint { .. } => Self::Forget("SAVEPOINT"),
            Statement::ReleaseSavepoint { .. } => Self::Forget("RELEASE"),
            Statement::Deallocate { .. } => Self::Forget("DEALLOCATE"),
            Statement::Discard { .. } => Self::Forget("DISCARD ALL"),
            Statement::UNLISTEN { .. } => Self::Forget("UNLISTEN"),
            other => {
                let word = other.to_string();
                let word = word.split_whitespace().next().unwrap_or_default().to_uppercase();
                return Err(EngineError::NotReadOnly(format!("«{word}» не выполняется")));
            }
        })
    }
}

fn setting(set: Set) -> Result<Setting, EngineError> {
    let (name, value) = match set {
        Set::SingleAssignment {
            scope: None | Some(ContextModifier::Session | ContextModifier::Local),
            variable,
            values,
            ..
        } => (variable.to_string().to_lowercase(), values.iter().map(text).collect::<Vec<_>>().join(", ")),
        Set::SetTimeZone { value, .. } => ("timezone".to_owned(), text(&value)),
        Set::SetNames { charset_name, .. } => ("client_encoding".to_owned(), charset_name.to_string()),
        // Every statement reads one release: no level of isolation changes that.
        Set::SetTransaction { .. } => ("default_transaction_isolation".to_owned(), "repeatable read".to_owned()),
        other => return Err(EngineError::NotReadOnly(format!("«{other}» не выполняется"))),
    };
    match name.as_str() {
        "statement_timeout" => Ok(Setting::Timeout(timeout(&value)?)),
        "client_encoding" if is_utf8(&value) => Ok(Setting::Noted(name, "UTF8".to_owned())),
        "client_encoding" => Err(EngineError::NotReadOnly(format!("кодировка «{value}»: отвечаем только в UTF8"))),
        known if HARMLESS.contains(&known) => Ok(Setting::Noted(name, value)),
        _ => Err(EngineError::NotReadOnly(format!("настройки «{name}» нет"))),
    }
}

fn is_utf8(name: &str) -> bool {
    ["utf8", "utf-8", "unicode"].contains(&name.trim_matches('\'').to_lowercase().as_str())
}

/// Milliseconds unless a unit is told; 0 for no limit.
fn timeout(value: &str) -> Result<Option<Duration>, EngineError> {
    let digits = value.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match value[digits.len()..].trim() {
        "" | "ms" => Some(1),
        "s" => Some(1_000),
        "min" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    let milliseconds =
        factor.zip(digits.trim().parse::<u64>().ok()).map(|(factor, count)| count.saturating_mul(factor));
    let milliseconds = milliseconds
        .ok_or_else(|| EngineError::NotReadOnly(format!("statement_timeout «{value}»: пишут 5000, 5s, 1min")))?;
    Ok((milliseconds > 0).then(|| Duration::from_millis(milliseconds)))
}

fn text(value: &Expr) -> String {
    match value {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
            other => other.to_string(),
        },
        other => other.to_string().trim_matches('"').to_owned(),
    }
}

/// The setting's name, when there is such a setting.
fn shown(words: &[Ident]) -> Result<String, EngineError> {
    let words: Vec<String> = words.iter().map(|word| word.value.to_lowercase()).collect();
    let name = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["time", "zone"] => "timezone".to_owned(),
        ["transaction", "isolation", "level"] => "transaction_isolation".to_owned(),
        [one] => (*one).to_owned(),
        _ => words.join(" "),
    };
    match Setting::default_of(&name) {
        Some(_) => Ok(name),
        None => Err(EngineError::NotReadOnly(format!("настройки «{name}» нет"))),
    }
}

impl Setting {
    /// Every setting there is.
    pub(super) const NAMES: &[&str] = &[
        "server_version",
        "server_version_num",
        "server_encoding",
        "client_encoding",
        "transaction_isolation",
        "default_transaction_isolation",
        "transaction_read_only",
        "default_transaction_read_only",
        "standard_conforming_strings",
        "is_superuser",
        "in_hot_standby",
        "jit",
        "synchronize_seqscans",
        "integer_datetimes",
        "row_security",
        "search_path",
        "timezone",
        "datestyle",
        "intervalstyle",
        "bytea_output",
        "client_min_messages",
        "extra_float_digits",
        "max_identifier_length",
        "max_index_keys",
        "lc_collate",
        "lc_ctype",
        "lc_messages",
        "lc_monetary",
        "lc_numeric",
        "lc_time",
        "lock_timeout",
        "statement_timeout",
        "idle_session_timeout",
        "idle_in_transaction_session_timeout",
        "application_name",
    ];

    /// What a setting is while nobody has set it; none when there is no such setting.
    pub fn default_of(name: &str) -> Option<&'static str> {
        Some(match name {
            "server_version" => SERVER_VERSION,
            "server_version_num" => "160006",
            "server_encoding" | "client_encoding" => "UTF8",
            "transaction_isolation" | "default_transaction_isolation" => "repeatable read",
            "transaction_read_only" | "default_transaction_read_only" | "standard_conforming_strings" => "on",
            "is_superuser" | "in_hot_standby" | "jit" | "synchronize_seqscans" => "off",
            "integer_datetimes" | "row_security" => "on",
            "search_path" => "public",
            "timezone" => "UTC",
            "datestyle" => "ISO, YMD",
            "intervalstyle" => "postgres",
            "bytea_output" => "hex",
            "client_min_messages" => "notice",
            "extra_float_digits" => "1",
            "max_identifier_length" => "63",
            "max_index_keys" => "32",
            "lc_collate" | "lc_ctype" | "lc_messages" | "lc_monetary" | "lc_numeric" | "lc_time" => "C.UTF-8",
            "lock_timeout" | "statement_timeout" | "idle_session_timeout" | "idle_in_transaction_session_timeout" => {
                "0"
            }
            "application_name" => "",
            _ => return None,
        })
    }
}
