//! Statements of one connection.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use dinamika_engine::{
    EngineError, Params,
    postgres::{Asked, Setting, Wish},
};
use dinamika_project::Principal;
use futures::{
    FutureExt, Sink, Stream, StreamExt,
    channel::oneshot,
    future::{BoxFuture, Either, Shared, select},
    stream::BoxStream,
};
use pgwire::{
    api::{
        ClientInfo, ClientPortalStore, ConnectionHandle, Type,
        portal::{Format, Portal},
        query::{ExtendedQueryHandler, SimpleQueryHandler},
        results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse, Response, Tag},
        stmt::QueryParser,
        store::PortalStore,
    },
    error::{PgWireError, PgWireResult},
    messages::{PgWireBackendMessage, data::DataRow, response::TransactionStatus, simplequery::Query},
};
use tokio::time::Instant;

use super::{
    errors::{error, of_engine, of_problem},
    startup::Admitted,
};
use crate::{
    Problem, ServedRelease, Serving,
    access::{Noting, Who},
};

/// Answers the statements of one connection.
pub(super) struct Queries {
    serving: Arc<Serving>,
    settings: Mutex<BTreeMap<String, String>>,
    timeout: Mutex<Option<Duration>>,
}

/// A statement as it was prepared.
#[derive(Clone)]
pub(super) struct Prepared {
    sql: Arc<str>,
    wish: Wish,
    /// Planned over a release as a principal sees it; over another one, or as another, it is planned anew.
    planned: Option<(Asked, u64, Principal)>,
}

impl Queries {
    pub(super) fn new(serving: Arc<Serving>) -> Self {
        Self { serving, settings: Mutex::default(), timeout: Mutex::default() }
    }

    /// Who asks now, and the release they see.
    async fn now<C: ClientInfo>(&self, client: &C) -> PgWireResult<(Who, Arc<ServedRelease>)> {
        let admitted = client.session_extensions().get::<Admitted>();
        let admitted = admitted.ok_or_else(|| of_problem(Problem::BadLogin))?;
        let who = admitted.who(&self.serving).map_err(of_problem)?;
        let release = self.serving.current(&who).await.map_err(of_problem)?;
        Ok((who, release))
    }

    fn note(&self, who: &Who, sql: &str, outcome: &str) -> PgWireResult<()> {
        self.serving.gate().note(who, "sql", sql, outcome).map_err(of_problem)
    }

    /// What the statements of a text wish; the text is noted when it is refused.
    async fn wishes<C: ClientInfo>(&self, client: &C, sql: &str) -> PgWireResult<Vec<Wish>> {
        let (who, release) = self.now(client).await?;
        let read = release.desk(&who).await.map_err(of_problem)?.read(sql);
        read.map_err(|problem| self.refused(&who, sql, problem))
    }

    async fn planned<C: ClientInfo>(
        &self,
        client: &C,
        sql: &str,
        wish: &Wish,
    ) -> PgWireResult<Option<(Asked, u64, Principal)>> {
        let Wish::Rows(statement) = wish else { return Ok(None) };
        let (who, release) = self.now(client).await?;
        let desk = release.desk(&who).await.map_err(of_problem)?;
        match desk.prepare(statement).await {
            Ok(asked) => Ok(Some((asked, release.info.id, who.principal))),
            Err(problem) => Err(self.refused(&who, sql, problem)),
        }
    }

    /// A refusal is noted like an answer.
    fn refused(&self, who: &Who, sql: &str, problem: EngineError) -> PgWireError {
        self.note(who, sql, "refused").err().unwrap_or_else(|| of_engine(problem))
    }

    /// Does what a statement wishes.
    async fn done<C: ClientInfo>(
        &self,
        client: &C,
        prepared: &Prepared,
        format: &Format,
        params: impl FnOnce(&Asked) -> PgWireResult<Params>,
    ) -> PgWireResult<Response> {
        let ends = matches!(prepared.wish, Wish::Commit | Wish::Rollback | Wish::Resume);
        if client.transaction_status() == TransactionStatus::Error && !ends {
            return Err(error("25P02", "в этой транзакции была ошибка: сначала ROLLBACK"));
        }
        Ok(match &prepared.wish {
            Wish::Begin => Response::TransactionStart(Tag::new("BEGIN")),
            Wish::Commit if client.transaction_status() == TransactionStatus::Error => {
                Response::TransactionEnd(Tag::new("ROLLBACK"))
            }
            Wish::Commit => Response::TransactionEnd(Tag::new("COMMIT")),
            Wish::Rollback => Response::TransactionEnd(Tag::new("ROLLBACK")),
            Wish::Resume => Response::TransactionStart(Tag::new("ROLLBACK")),
            Wish::Forget(word) => Response::Execution(Tag::new(word)),
            Wish::Set(setting) => {
                self.set(setting);
                Response::Execution(Tag::new("SET"))
            }
            Wish::Show(name) => Response::Query(self.shown(name)?),
            Wish::Rows(_) => Response::Query(self.rows(client, prepared, format, params).await?),
        })
    }

    async fn rows<C: ClientInfo>(
        &self,
        client: &C,
        prepared: &Prepared,
        format: &Format,
        params: impl FnOnce(&Asked) -> PgWireResult<Params>,
    ) -> PgWireResult<QueryResponse> {
        let (who, release) = self.now(client).await?;
        let is_same =
            |(_, id, principal): &&(Asked, u64, Principal)| *id == release.info.id && *principal == who.principal;
        let asked = match prepared.planned.as_ref().filter(is_same) {
            Some((asked, ..)) => asked.clone(),
            None => self.planned(client, &prepared.sql, &prepared.wish).await?.ok_or_else(nothing)?.0,
        };
        let columns = Arc::new(asked.columns(format)?);
        let params = params(&asked)?;
        // What a tool asks the catalogue is not what a person asks.
        let of_person = || Noting::begun(self.serving.gate(), &who, "sql", &prepared.sql);
        let noting = asked.is_of_data().then(of_person);
        let ran = asked.run(params, Arc::clone(&columns)).await;
        let outcome = if ran.is_ok() { "ok" } else { "refused" };
        let noting = noting.or_else(|| ran.is_err().then(of_person));
        noting.map_or(Ok(()), |noting| noting.ended(outcome)).map_err(of_problem)?;
        let rows = ran.map_err(of_engine)?;
        Ok(QueryResponse::new(columns, rows.map(|row| row.unwrap_or_else(|problem| Err(of_engine(problem))))))
    }

    fn set(&self, setting: &Setting) {
        match setting {
            Setting::Timeout(timeout) => *self.timeout.lock().unwrap_or_else(PoisonError::into_inner) = *timeout,
            Setting::Noted(name, value) => {
                self.settings.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), value.clone());
            }
        }
    }

    fn shown(&self, name: &str) -> PgWireResult<QueryResponse> {
        let set = self.settings.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let timeout = *self.timeout.lock().unwrap_or_else(PoisonError::into_inner);
        let value = match timeout.filter(|_| name == "statement_timeout") {
            Some(timeout) => format!("{}ms", timeout.as_millis()),
            None => set.or_else(|| Setting::default_of(name).map(str::to_owned)).unwrap_or_default(),
        };
        let columns = Arc::new(setting_column(name));
        let mut row = DataRowEncoder::new(Arc::clone(&columns));
        row.encode_field(&Some(value))?;
        let row = Ok(row.take_row());
        let mut answer = QueryResponse::new(columns, futures::stream::once(std::future::ready(row)));
        answer.set_command_tag("SHOW");
        Ok(answer)
    }

    /// Does something within the time a client gives each of its statements; and how much of it is left.
    async fn in_time<T>(&self, work: impl Future<Output = PgWireResult<T>>) -> PgWireResult<(T, Option<Duration>)> {
        let timeout = *self.timeout.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(timeout) = timeout else { return Ok((work.await?, None)) };
        let end = Instant::now() + timeout;
        let done = tokio::time::timeout_at(end, work).await.map_err(|_| error("57014", LATE))?;
        Ok((done?, Some(end.saturating_duration_since(Instant::now()))))
    }

    /// Answers that end when a client cancels them. The last thing done before they are given back: pgwire's own wait
    /// for a cancellation ends here and would end the statement with it.
    async fn stoppable<C: ClientInfo>(&self, client: &C, answers: Vec<(Response, Option<Duration>)>) -> Vec<Response> {
        let receiver = match client.session_extensions().get::<Arc<ConnectionHandle>>() {
            Some(handle) => Some(handle.start_query().await),
            None => None,
        };
        let cancelled: Cancelled = cancelled(receiver).boxed().shared();
        let stoppable = |(answer, left)| match answer {
            Response::Query(mut answer) => {
                let rows = std::mem::replace(&mut answer.data_rows, futures::stream::empty().boxed());
                answer.data_rows = until(rows, stopped(cancelled.clone(), left).boxed()).boxed();
                Response::Query(answer)
            }
            other => other,
        };
        answers.into_iter().map(stoppable).collect()
    }
}

fn nothing() -> PgWireError {
    error("XX000", "нечего выполнять")
}

fn setting_column(name: &str) -> Vec<FieldInfo> {
    vec![FieldInfo::new(name.to_owned(), None, None, Type::TEXT, FieldFormat::Text)]
}

/// What is said of a statement that took too long.
const LATE: &str = "запрос выполнялся дольше statement_timeout и остановлен";

/// Ends when the client cancels what it asked.
type Cancelled = Shared<BoxFuture<'static, ()>>;
/// Ends with the sentence to be said when a statement is to be stopped.
type Stop = BoxFuture<'static, &'static str>;

async fn cancelled(receiver: Option<oneshot::Receiver<()>>) {
    // A sender that is gone cancels nothing any more.
    let is_cancelled = match receiver {
        Some(receiver) => receiver.await.is_ok(),
        None => false,
    };
    if !is_cancelled {
        std::future::pending::<()>().await;
    }
}

/// The time that is left begins with the first row asked for: the answers before it have times of their own.
async fn stopped(cancelled: Cancelled, left: Option<Duration>) -> &'static str {
    let late = async {
        match left {
            Some(left) => tokio::time::sleep(left).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = cancelled => "запрос отменён",
        () = late => LATE,
    }
}

/// The rows until they are stopped; dropped then, which stops the work behind them.
fn until(
    rows: BoxStream<'static, PgWireResult<DataRow>>,
    stop: Stop,
) -> impl Stream<Item = PgWireResult<DataRow>> + Send {
    futures::stream::unfold(Some((rows, stop)), |state| async move {
        let (mut rows, stop) = state?;
        match select(stop, rows.next()).await {
            Either::Left((sentence, _)) => Some((Err(error("57014", sentence)), None)),
            Either::Right((None, _)) => None,
            Either::Right((Some(row), stop)) => Some((row, Some((rows, stop)))),
        }
    })
}

#[async_trait]
impl SimpleQueryHandler for Queries {
    async fn on_query<C>(&self, client: &mut C, query: Query) -> PgWireResult<()>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        // pgwire knows no way out of a failed transaction but its end.
        let is_failed = client.transaction_status() == TransactionStatus::Error;
        if is_failed && matches!(self.wishes(client, &query.query).await?.as_slice(), [Wish::Resume]) {
            client.set_transaction_status(TransactionStatus::Transaction);
        }
        self._on_query(client, query).await
    }

    async fn do_query<C>(&self, client: &mut C, sql: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let wishes = self.wishes(client, sql).await?;
        if wishes.is_empty() {
            return Ok(vec![Response::EmptyQuery]);
        }
        let sql: Arc<str> = sql.into();
        let mut answers = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let prepared = Prepared { sql: Arc::clone(&sql), wish, planned: None };
            let done = self.done(client, &prepared, &Format::UnifiedText, |_| Ok(Params::None));
            answers.push(self.in_time(done).await?);
        }
        Ok(self.stoppable(client, answers).await)
    }
}

#[async_trait]
impl ExtendedQueryHandler for Queries {
    type Statement = Prepared;
    type QueryParser = Self;

    fn query_parser(&self) -> Arc<Self> {
        Arc::new(Self::new(Arc::clone(&self.serving)))
    }

    async fn do_query<C>(&self, client: &mut C, portal: &Portal<Prepared>, _: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let prepared = &portal.statement.statement;
        let done = self.done(client, prepared, &portal.result_column_format, |asked| asked.bound(portal));
        let answer = self.in_time(done).await?;
        self.stoppable(client, vec![answer]).await.pop().ok_or_else(nothing)
    }
}

#[async_trait]
impl QueryParser for Queries {
    type Statement = Prepared;

    async fn parse_sql<C>(&self, client: &C, sql: &str, _: &[Option<Type>]) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let mut wishes = self.wishes(client, sql).await?;
        if wishes.len() > 1 {
            return Err(error("42601", "в подготовленном запросе — одна команда"));
        }
        let Some(wish) = wishes.pop() else { return Ok(None) };
        let planned = self.planned(client, sql, &wish).await?;
        Ok(Some(Prepared { sql: sql.into(), wish, planned }))
    }

    fn get_parameter_types(&self, prepared: &Prepared) -> PgWireResult<Vec<Type>> {
        Ok(prepared.planned.as_ref().map(|(asked, ..)| asked.parameters()).unwrap_or_default())
    }

    fn get_result_schema(&self, prepared: &Prepared, format: Option<&Format>) -> PgWireResult<Vec<FieldInfo>> {
        match (&prepared.wish, &prepared.planned) {
            (Wish::Rows(_), Some((asked, ..))) => asked.columns(format.unwrap_or(&Format::UnifiedText)),
            (Wish::Show(name), _) => Ok(setting_column(name)),
            _ => Ok(Vec::new()),
        }
    }
}
