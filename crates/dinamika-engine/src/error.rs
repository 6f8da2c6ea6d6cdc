//! Why a query gave no rows, or not all of them.

use std::time::Duration;

use arrow::error::ArrowError;
use datafusion::{
    common::{Column, SchemaError},
    error::DataFusionError,
    sql::sqlparser::parser::ParserError,
};

/// Why a query gave no rows, or not all of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The SQL does not parse or plan, or its values do not fit: whoever wrote it mends it.
    #[error("{}", told(.0))]
    Query(#[source] Box<DataFusionError>),
    /// Reading or computing failed though the query is right.
    #[error("{}", told(.0))]
    Run(#[source] Box<DataFusionError>),
    /// The statement would change something.
    #[error("разрешены только запросы на чтение (SELECT); {0}")]
    NotReadOnly(String),
    /// The statement could take more than any may: its text, the tables it names, or the rows it makes.
    #[error("{0}")]
    Immodest(String),
    /// The memory allowed to queries is used up, also after spilling.
    #[error("запросу не хватило памяти: сузьте его фильтром или меньшим числом столбцов; {0}")]
    Memory(String),
    /// The deadline passed.
    #[error("запрос выполнялся дольше {} с и остановлен: сузьте его", .0.as_secs_f64())]
    Deadline(Duration),
    /// The result is larger than allowed.
    #[error("результат больше {0} байт: сузьте запрос или возьмите выгрузку Parquet")]
    TooLarge(u64),
    /// The result has more rows than allowed.
    #[error("результат больше {0} строк: сузьте запрос или сверните его")]
    TooManyRows(u64),
    /// A model's columns are not what its kind asks for.
    #[error("{model}: {message}")]
    Contract {
        /// The model.
        model: String,
        /// What was expected and what was found.
        message: String,
    },
    /// A file could not be written out.
    #[error("cannot write {format}: {message}")]
    Encode {
        /// The format's extension.
        format: &'static str,
        /// What went wrong.
        message: String,
    },
    /// The engine could not be started or a task of it broke.
    #[error("the query engine: {0}")]
    Engine(String),
}

impl EngineError {
    /// Whether whoever wrote the query can mend it.
    pub fn is_mistake(&self) -> bool {
        matches!(self, Self::Query(_) | Self::NotReadOnly(_) | Self::Immodest(_) | Self::Contract { .. })
    }

    /// Whether a value of a row is what the query could not be computed with: a cast, a division by zero.
    pub fn is_of_values(&self) -> bool {
        use arrow::error::ArrowError::{
            ArithmeticOverflow, CastError, ComputeError, DivideByZero, InvalidArgumentError, ParseError,
        };
        let Self::Run(error) = self else { return false };
        match error.find_root() {
            DataFusionError::ArrowError(error, _) => matches!(
                error.as_ref(),
                CastError(_)
                    | DivideByZero
                    | ArithmeticOverflow(_)
                    | ParseError(_)
                    | ComputeError(_)
                    | InvalidArgumentError(_)
            ),
            DataFusionError::Execution(_) => true,
            _ => false,
        }
    }

    /// DataFusion says `DDL not supported: DropTable`.
    pub(crate) fn not_read_only(error: &DataFusionError) -> Self {
        let message = error.find_root().message();
        let what = message.rsplit(": ").next().unwrap_or_default();
        Self::NotReadOnly(format!("«{what}» не выполняется"))
    }

    pub(crate) fn contract(model: impl ToString, message: impl Into<String>) -> Self {
        Self::Contract { model: model.to_string(), message: message.into() }
    }
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(message) => Self::Memory(message.clone()),
            DataFusionError::Plan(_)
            | DataFusionError::SQL(..)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Configuration(_) => Self::Query(Box::new(error)),
            _ if bad_regex(&error).is_some() => Self::Query(Box::new(error)),
            _ => Self::Run(Box::new(error)),
        }
    }
}

impl From<ArrowError> for EngineError {
    fn from(error: ArrowError) -> Self {
        Self::Run(Box::new(error.into()))
    }
}

/// What is wrong, for whoever wrote the SQL: mistakes people often make in Russian, the rest in DataFusion's words
/// without its class and what wraps it.
fn told(error: &DataFusionError) -> String {
    if let Some(sentence) = bad_regex(error) {
        return sentence;
    }
    let root = error.find_root();
    match root {
        DataFusionError::SchemaError(kind, _) => match kind.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let known: Vec<&str> = valid_fields.iter().map(Column::name).collect();
                let known = if known.is_empty() { String::new() } else { format!("; есть: {}", known.join(", ")) };
                format!("нет столбца «{}»{known}", field.name())
            }
            SchemaError::AmbiguousReference { field } => {
                format!("столбец «{}» есть в нескольких таблицах: напишите, из какой он", field.name())
            }
            _ => root.message().into_owned(),
        },
        DataFusionError::SQL(parser, _) => match parser.as_ref() {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => in_text(text),
            ParserError::RecursionLimitExceeded => "выражение вложено слишком глубоко".to_owned(),
        },
        DataFusionError::ArrowError(cause, _) => match cause.as_ref() {
            ArrowError::DivideByZero => "деление на ноль: напишите nullif(…, 0)".to_owned(),
            _ => root.message().into_owned(),
        },
        DataFusionError::Plan(message) => match missing_table(message) {
            Some(table) => format!("нет таблицы «{table}»"),
            None if message.starts_with("No SQL statements") => "напишите запрос: SELECT …".to_owned(),
            None => message.clone(),
        },
        _ => root.message().into_owned(),
    }
}

/// The parser's `Expected: …, found: … at Line: 3, Column: 5`, the place first.
fn in_text(message: &str) -> String {
    let (said, place) = message.rsplit_once(" at Line: ").unwrap_or((message, ""));
    let place = match place.split_once(", Column: ") {
        Some((line, column)) => format!(" (строка {line}, столбец {column})"),
        None => String::new(),
    };
    let said = match said.strip_prefix("Expected: ").and_then(|said| said.rsplit_once(", found: ")) {
        Some((expected, found)) => format!("ожидается «{expected}», стоит «{found}»"),
        None => said.to_owned(),
    };
    format!("SQL не разобран{place}: {said}")
}

/// What is wrong with a regular expression. It is told in text only: each function wraps it another way.
fn bad_regex(error: &DataFusionError) -> Option<String> {
    let text = error.to_string();
    if text.contains("Compiled regex exceeds size limit") || text.contains("CompiledTooBig") {
        return Some("регулярное выражение слишком велико: уменьшите число повторов".to_owned());
    }
    let (_, parsed) = text.split_once("regex parse error:")?;
    let cause = parsed.lines().find_map(|line| line.trim().strip_prefix("error: ")).unwrap_or_default();
    let cause = cause.trim_end_matches('.');
    Some(format!("регулярное выражение не разобрано: {cause}"))
}

/// DataFusion says `table 'dinamika.public.nope' not found`.
fn missing_table(message: &str) -> Option<&str> {
    let path = message.strip_prefix("table '")?.strip_suffix("' not found")?;
    Some(path.rsplit('.').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_in_russian_with_their_place() {
        assert_eq!(
            in_text("Expected: an SQL statement, found: selec at Line: 1, Column: 1"),
            "SQL не разобран (строка 1, столбец 1): ожидается «an SQL statement», стоит «selec»"
        );
        assert_eq!(in_text("Unterminated string"), "SQL не разобран: Unterminated string");
        assert_eq!(missing_table("table 'dinamika.public.nope' not found"), Some("nope"));
        let nothing = DataFusionError::ArrowError(Box::new(ArrowError::DivideByZero), None);
        assert_eq!(told(&nothing), "деление на ноль: напишите nullif(…, 0)");
        let unclosed = "Compute error: regex parse error:\n    (\n    ^\nerror: unclosed group";
        let error = EngineError::from(DataFusionError::Internal(unclosed.to_owned()));
        assert!(error.is_mistake(), "{error}");
        assert_eq!(error.to_string(), "регулярное выражение не разобрано: unclosed group");
    }
}
