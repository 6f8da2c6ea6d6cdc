//! Our errors in PostgreSQL's words: a severity, a code of its appendix A, our sentence.

use dinamika_engine::EngineError;
use pgwire::{
    api::{ClientInfo, ErrorHandler, PgWireConnectionState},
    error::{ErrorInfo, PgWireError},
};

use crate::Problem;

/// An error after which the connection goes on.
pub(super) fn error(code: &str, message: impl Into<String>) -> PgWireError {
    told("ERROR", code, message)
}

/// An error after which it does not.
pub(super) fn fatal(code: &str, message: impl Into<String>) -> PgWireError {
    told("FATAL", code, message)
}

fn told(severity: &str, code: &str, message: impl Into<String>) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new(severity.to_owned(), code.to_owned(), message.into())))
}

/// What the gate or the release said.
pub(super) fn of_problem(problem: Problem) -> PgWireError {
    let code = match &problem {
        Problem::BadLogin | Problem::BadToken => "28P01",
        Problem::TooManyLogins(_) | Problem::NotLoggedIn(_) | Problem::NotAllowed(_) => "28000",
        Problem::NoRelease => "57P03",
        Problem::Internal(cause) => {
            tracing::error!(%cause, "a statement could not be answered");
            "XX000"
        }
        _ => "XX000",
    };
    error(code, problem.to_string())
}

/// What the engine said.
pub(super) fn of_engine(problem: EngineError) -> PgWireError {
    let code = match &problem {
        EngineError::NotReadOnly(_) => "42501",
        EngineError::Memory(_) => "53200",
        EngineError::Deadline(_) => "57014",
        EngineError::TooLarge(_) | EngineError::TooManyRows(_) => "54000",
        mistake if mistake.is_mistake() => "42000",
        of_values if of_values.is_of_values() => "22000",
        cause => {
            tracing::error!(%cause, "a statement could not be answered");
            return error("XX000", "внутренняя ошибка: подробности в журнале сервера");
        }
    };
    error(code, problem.to_string())
}

/// While nobody has logged in, an error ends the connection: pgwire would take it for one that is ready.
pub(super) struct Unfriendly;

impl ErrorHandler for Unfriendly {
    fn on_error<C: ClientInfo>(&self, client: &C, error: &mut PgWireError) {
        let is_in = !matches!(
            client.state(),
            PgWireConnectionState::AwaitingSslRequest
                | PgWireConnectionState::AwaitingStartup
                | PgWireConnectionState::AuthenticationInProgress
        );
        if is_in {
            return;
        }
        if let PgWireError::UserError(info) = error {
            info.severity = "FATAL".to_owned();
        } else {
            *error = fatal("08P01", error.to_string());
        }
    }
}
