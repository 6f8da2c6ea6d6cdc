//! Why a query gave no rows, or not all of them.

use std::time::Duration;

use datafusion::error::DataFusionError;

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
            _ => Self::Run(Box::new(error)),
        }
    }
}

impl From<arrow::error::ArrowError> for EngineError {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Run(Box::new(error.into()))
    }
}

/// DataFusion's sentence without its class and what wraps it.
fn told(error: &DataFusionError) -> String {
    error.find_root().message().into_owned()
}
