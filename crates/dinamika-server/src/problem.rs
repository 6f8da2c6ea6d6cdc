//! The one shape of every error: `application/problem+json` (RFC 9457).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use dinamika_engine::EngineError;
use dinamika_project::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Failure;

/// What went wrong, in the reader's terms. A new variant must choose its status and its sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing is published yet.
    #[error(
        "Ещё нет ни одного опубликованного выпуска. Положите выгрузки в inbox и выполните `dinamika run`; после успешного запуска данные появятся здесь сами."
    )]
    NoRelease,
    /// No route.
    #[error("Такого адреса нет. Список адресов — в /api/openapi.json.")]
    NoSuchPath,
    /// A route with another method.
    #[error("Этот адрес не принимает такой метод; допустимые — в заголовке Allow.")]
    WrongMethod,
    /// A resource that is not there.
    #[error("Нет {what} «{id}». {hint}")]
    NotFound {
        /// Kind of resource, Russian, genitive.
        what: &'static str,
        /// What was asked for.
        id: String,
        /// Where the known ones are.
        hint: String,
    },
    /// A query parameter nobody reads.
    #[error("Неизвестный параметр «{name}». Известны: {}.", .known.join(", "))]
    UnknownParameter {
        /// As sent.
        name: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// A column that is not there.
    #[error("Неизвестный столбец «{name}». Известны: {}.", .known.join(", "))]
    UnknownColumn {
        /// As sent.
        name: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// A value the parameter cannot have.
    #[error("Недопустимое значение «{value}» параметра «{parameter}». {expected}")]
    BadValue {
        /// The parameter.
        parameter: String,
        /// As sent.
        value: String,
        /// What is known or expected, a Russian sentence.
        expected: String,
    },
    /// The query string cannot be read at all.
    #[error("Строка запроса не читается: ожидается `имя=значение`, соединённые `&`, в кодировке UTF-8.")]
    BadQueryString,
    /// None of the formats accepted can be given.
    #[error("Запрошенный формат не отдаётся. Известны: {}.", .known.join(", "))]
    NotAcceptable {
        /// Media types and extensions.
        known: Vec<String>,
    },
    /// The release changed its shape, or the cursor is of another query.
    #[error("Курсор не от этого запроса: повторите запрос без `cursor`.")]
    BadCursor,
    /// Jobs are not run here.
    #[error(
        "Этот экземпляр только показывает данные: задания запускаются там, где работает `dinamika serve` с планировщиком."
    )]
    NoControl,
    /// Another run is on.
    #[error("Уже идёт другой запуск: дождитесь его конца (см. /api/v1/runs).")]
    Busy,
    /// A browser page of another site tried to change something.
    #[error("Запрос с чужой страницы отклонён.")]
    CrossSite,
    /// Whoever asks did not say who they are, and has to.
    #[error("Чтобы это увидеть, войдите (/login) или пришлите токен: нужна роль «{}».", .0.title())]
    NotLoggedIn(Role),
    /// Whoever asks is known and may not.
    #[error("Вашей роли это не видно: нужна роль «{}» или выше.", .0.title())]
    NotAllowed(Role),
    /// Name or password are wrong; which of them is not told.
    #[error("Имя или пароль неверны.")]
    BadLogin,
    /// The institution's provider did not prove who somebody is.
    #[error("Вход через организацию не выполнен. Начните его заново; если не получается — скажите администратору.")]
    NotProved,
    /// The institution's provider cannot be asked.
    #[error("Вход через организацию сейчас не работает. Повторите позже или войдите по паролю.")]
    ProviderDown,
    /// The institution knows somebody whom the administrator does not.
    #[error("Учётной записи «{0}» здесь нет, или она отключена. Попросите администратора её создать.")]
    NoAccount(String),
    /// Too many wrong passwords.
    #[error("Слишком много неверных паролей. Повторите через {0} с.")]
    TooManyLogins(u64),
    /// Too many requests in a minute.
    #[error(
        "Слишком много запросов за минуту. Повторите через {0} с. Сколько можно, говорит `requests` в policy.toml."
    )]
    TooManyRequests(u64),
    /// Whoever changes their password does not know the old one.
    #[error("Прежний пароль неверен.")]
    WrongPassword,
    /// What only a person does who has logged in.
    #[error("Для этого нужен вход на странице (/login): токен и открытый доступ для этого не годятся.")]
    NeedsSession,
    /// A token that is unknown, over or taken back.
    #[error("Токен не действует: он неизвестен, истёк или отозван. Новый создаёт `dinamika token create`.")]
    BadToken,
    /// Asked from elsewhere while there are no accounts.
    #[error(
        "Учётных записей ещё нет, поэтому ответы даются только этому компьютеру (http://127.0.0.1, http://localhost). \
         Создайте первую: `dinamika user add ИМЯ --role administrator`."
    )]
    NoAccounts,
    /// The body is not what the address takes.
    #[error("Тело запроса не читается: ожидается JSON {0}.")]
    BadBody(&'static str),
    /// The number asked about is hidden from whoever asks.
    #[error("Эта ячейка скрыта: в ней или в соседней слишком мало участников.")]
    Suppressed,
    /// A reader's own SQL that cannot be run.
    #[error("{}", sentence(.0))]
    BadSql(String),
    /// The query took more than it may.
    #[error("Запрос оказался слишком тяжёлым: {0}.")]
    TooHeavy(String),
    /// Our own failure; the cause goes to the log, not to the reader.
    #[error("Внутренняя ошибка. Сообщите администратору номер запроса из заголовка X-Request-Id.")]
    Internal(#[source] Failure),
}

impl Problem {
    /// A failure of ours.
    pub(crate) fn internal(cause: impl Into<Failure>) -> Self {
        Self::Internal(cause.into())
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPath | Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownParameter { .. }
            | Self::UnknownColumn { .. }
            | Self::BadValue { .. }
            | Self::BadQueryString
            | Self::BadBody(_)
            | Self::BadSql(_)
            | Self::BadCursor => StatusCode::BAD_REQUEST,
            Self::NotLoggedIn(_) | Self::BadLogin | Self::NotProved | Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::TooManyLogins(_) | Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
            Self::CrossSite
            | Self::NotAllowed(_)
            | Self::NeedsSession
            | Self::WrongPassword
            | Self::NoAccounts
            | Self::NoAccount(_)
            | Self::Suppressed => StatusCode::FORBIDDEN,
            Self::Busy => StatusCode::CONFLICT,
            Self::ProviderDown => StatusCode::BAD_GATEWAY,
            Self::NoRelease | Self::NoControl | Self::TooHeavy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NoRelease => "Нет опубликованного выпуска",
            Self::NoSuchPath => "Нет такого адреса",
            Self::WrongMethod => "Метод не поддерживается",
            Self::NotFound { .. } => "Не найдено",
            Self::UnknownParameter { .. } => "Неизвестный параметр",
            Self::UnknownColumn { .. } => "Неизвестный столбец",
            Self::BadValue { .. } => "Недопустимое значение",
            Self::BadQueryString => "Строка запроса не читается",
            Self::NotAcceptable { .. } => "Неизвестный формат",
            Self::BadCursor => "Чужой курсор",
            Self::NoControl => "Задания здесь не запускаются",
            Self::Busy => "Запуск уже идёт",
            Self::CrossSite | Self::NotAllowed(_) | Self::NoAccounts => "Запрещено",
            Self::Suppressed => "Скрыто",
            Self::NotLoggedIn(_) | Self::NeedsSession => "Нужно войти",
            Self::BadLogin | Self::NotProved | Self::ProviderDown | Self::NoAccount(_) => "Вход не выполнен",
            Self::WrongPassword => "Пароль не сменён",
            Self::TooManyLogins(_) | Self::TooManyRequests(_) => "Подождите",
            Self::BadToken => "Токен не действует",
            Self::BadSql(_) => "Запрос не выполнен",
            Self::BadBody(_) => "Тело запроса не читается",
            Self::TooHeavy(_) => "Слишком тяжёлый запрос",
            Self::Internal(_) => "Внутренняя ошибка",
        }
    }

    fn known(&self) -> Option<Vec<String>> {
        match self {
            Self::UnknownParameter { known, .. }
            | Self::UnknownColumn { known, .. }
            | Self::NotAcceptable { known } => Some(known.clone()),
            Self::NoRelease
            | Self::NoSuchPath
            | Self::WrongMethod
            | Self::NotFound { .. }
            | Self::BadValue { .. }
            | Self::BadQueryString
            | Self::BadCursor
            | Self::NoControl
            | Self::Busy
            | Self::CrossSite
            | Self::NotLoggedIn(_)
            | Self::NotAllowed(_)
            | Self::BadLogin
            | Self::NotProved
            | Self::ProviderDown
            | Self::NoAccount(_)
            | Self::TooManyLogins(_)
            | Self::TooManyRequests(_)
            | Self::BadToken
            | Self::NeedsSession
            | Self::WrongPassword
            | Self::NoAccounts
            | Self::Suppressed
            | Self::BadBody(_)
            | Self::BadSql(_)
            | Self::TooHeavy(_)
            | Self::Internal(_) => None,
        }
    }
}

/// The body of a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "about:blank", "title": "Неизвестный параметр", "status": 400,
    "detail": "Неизвестный параметр «levl». Известны: level, entity.", "known": ["level", "entity"]
}))]
pub(crate) struct ProblemBody {
    /// Always `about:blank`: the status and the title say it.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The kind of mistake, Russian.
    title: &'static str,
    /// The HTTP status again.
    status: u16,
    /// What was wrong and what to do, Russian.
    detail: String,
    /// What would have been known.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<Vec<String>>,
    /// The parameter whose value cannot be.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
}

/// The cause of a 5xx, left in the response's extensions for the one middleware that logs.
#[derive(Clone)]
pub(crate) struct Cause(pub(crate) std::sync::Arc<str>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = ProblemBody {
            kind: "about:blank",
            title: self.title(),
            status: status.as_u16(),
            detail: self.to_string(),
            known: self.known(),
            parameter: match &self {
                Self::BadValue { parameter, .. } => Some(parameter.clone()),
                _ => None,
            },
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        if let Self::TooManyLogins(seconds) | Self::TooManyRequests(seconds) = &self {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        if matches!(self, Self::NotLoggedIn(_) | Self::BadToken) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"dinamika\""));
        }
        if let Self::Internal(cause) = &self {
            response.extensions_mut().insert(Cause(told(cause.as_ref()).into()));
        }
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Memory(_)
            | EngineError::Deadline(_)
            | EngineError::TooLarge(_)
            | EngineError::TooManyRows(_) => Self::TooHeavy(error.to_string()),
            // Filters and columns were checked before: what still fails is ours.
            other => Self::internal(other),
        }
    }
}

/// With a capital letter: the title before it ends.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The error with its causes, one line.
fn told(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        line.push_str(": ");
        line.push_str(&next.to_string());
        cause = next.source();
    }
    line
}
