//! Tables of one release under their names, ready to be asked.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use arrow::record_batch::RecordBatch;
use datafusion::{
    common::ParamValues,
    dataframe::DataFrame,
    datasource::{MemTable, TableProvider, ViewTable},
    execution::{SessionState, context::SQLOptions},
    logical_expr::LogicalPlan,
    prelude::SessionContext,
    sql::parser::Statement,
};
use dinamika_project::{Model, ModelKind, QueryLimits, TableName};

use crate::{Engine, EngineError, PinnedTable, Rows, scan::PinnedScan};

/// A value bound to a parameter of a query.
pub use datafusion::scalar::ScalarValue as Param;

/// Values of a query's parameters. Names of `[params]` are always known besides.
#[derive(Debug, Clone, Default)]
pub enum Params {
    /// Only those of `[params]`.
    #[default]
    None,
    /// `$1`, `$2`, …
    Positional(Vec<Param>),
    /// `$name`.
    Named(BTreeMap<String, Param>),
}

/// Tables of one release under their names; cheap to clone.
#[derive(Clone)]
pub struct Session {
    engine: Engine,
    context: SessionContext,
    params: Arc<BTreeMap<String, f64>>,
    /// What is registered, in order, to be seen otherwise by others.
    entries: Arc<RwLock<Vec<(TableName, Entry)>>>,
    /// What one query may take, beyond the engine's own limits.
    limits: Option<QueryLimits>,
}

/// A table as it was registered.
#[derive(Clone)]
pub(crate) enum Entry {
    /// Rows.
    Table(Arc<dyn TableProvider>),
    /// The SQL of a view.
    View(String),
}

impl Engine {
    /// A session over pinned tables, tables at hand (references and built-ins; each needs a batch,
    /// an empty one for an empty table, since the schema is taken from it) and views, which are
    /// planned in the order given: views and indicators; table models among them are left out,
    /// since they are among the pinned tables.
    pub async fn session(
        &self,
        tables: Vec<PinnedTable>,
        memory: Vec<(TableName, Vec<RecordBatch>)>,
        views: Vec<&Model>,
        params: &BTreeMap<String, f64>,
    ) -> Result<Session, EngineError> {
        let session = Session {
            engine: self.clone(),
            context: self.context(),
            params: Arc::new(params.clone()),
            entries: Arc::default(),
            limits: None,
        };
        for table in &tables {
            session.register_pinned(table)?;
        }
        for (name, batches) in memory {
            session.register_memory(&name, batches)?;
        }
        for view in views {
            session.register_view(view).await?;
        }
        Ok(session)
    }
}

impl Session {
    /// Rows of a SELECT. Statements that change anything are refused.
    pub async fn query(&self, sql: &str, params: Params) -> Result<Rows, EngineError> {
        let plan = self.plan(sql, params).await?;
        self.execute(DataFrame::new(self.context.state(), plan)).await
    }

    /// Adds a pinned table, or takes its place with another version.
    pub fn register_pinned(&self, table: &PinnedTable) -> Result<(), EngineError> {
        let scan = PinnedScan::new(table)?;
        self.engine.environment().register_object_store(scan.url().as_ref(), Arc::clone(scan.store()));
        self.replace(&table.name, Entry::Table(Arc::new(scan)))
    }

    /// Adds a table at hand, or takes its place.
    pub fn register_memory(&self, name: &TableName, batches: Vec<RecordBatch>) -> Result<(), EngineError> {
        let schema = batches.first().map(RecordBatch::schema).ok_or_else(|| {
            EngineError::contract(name, "a table at hand needs at least one batch: its schema is taken from it")
        })?;
        self.replace(name, Entry::Table(Arc::new(MemTable::try_new(schema, vec![batches])?)))
    }

    /// Adds the view of a view model or an indicator. A table model is left to its pinned table.
    pub async fn register_view(&self, model: &Model) -> Result<(), EngineError> {
        if matches!(model.kind, ModelKind::Table { .. }) {
            return Ok(());
        }
        let view = self.view(&model.sql).await?;
        self.put(&model.name, view)?;
        self.note(&model.name, Entry::View(model.sql.clone()));
        Ok(())
    }

    /// The rows of a SELECT over this session as a table.
    pub(crate) async fn view(&self, sql: &str) -> Result<Arc<dyn TableProvider>, EngineError> {
        let plan = self.plan(sql, Params::None).await?;
        Ok(Arc::new(ViewTable::new(plan, None)))
    }

    /// A session without tables, of the same engine.
    pub(crate) fn bare(&self, limits: Option<QueryLimits>) -> Result<Self, EngineError> {
        let context = match limits {
            Some(limits) => self.engine.context_within(limits.memory_bytes)?,
            None => self.engine.context(),
        };
        let (engine, params) = (self.engine.clone(), Arc::clone(&self.params));
        Ok(Self { engine, context, params, entries: Arc::default(), limits })
    }

    /// A session without tables, for the same reader.
    pub(crate) fn beside(&self) -> Result<Self, EngineError> {
        self.bare(self.limits)
    }

    /// Another session with the same tables and limits, to put others beside them.
    pub(crate) async fn copy(&self) -> Result<Self, EngineError> {
        let copy = self.beside()?;
        for (name, entry) in self.entries() {
            copy.put(&name, self.context.table_provider(name.as_str()).await?)?;
            copy.note(&name, entry);
        }
        Ok(copy)
    }

    /// What is registered, in order.
    pub(crate) fn entries(&self) -> Vec<(TableName, Entry)> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a frame in the place of a table.
    pub(crate) fn register_frame(&self, name: &TableName, frame: DataFrame) -> Result<(), EngineError> {
        self.replace(name, Entry::Table(Arc::new(ViewTable::new(frame.into_unoptimized_plan(), None))))
    }

    /// Whether a table, view or table at hand of this name is there.
    pub fn has(&self, table: &str) -> bool {
        self.context.table_exist(table).unwrap_or(false)
    }

    pub(crate) fn context(&self) -> &SessionContext {
        &self.context
    }

    /// This session's tables and functions with little memory and one thread.
    pub(crate) fn frugal(&self) -> Result<SessionState, EngineError> {
        self.engine.frugal(self.context.state())
    }

    /// Whether what it may take is limited.
    pub(crate) fn is_limited(&self) -> bool {
        self.limits.is_some()
    }

    fn deadline(&self) -> Option<Duration> {
        self.limits.map(|limits| limits.deadline)
    }

    /// Plans a SELECT and binds its parameters.
    pub(crate) async fn plan(&self, sql: &str, params: Params) -> Result<LogicalPlan, EngineError> {
        let state = self.context.state();
        let dialect = state.config().options().sql_parser.dialect;
        let statement = state.sql_to_statement(sql, &dialect).map_err(mistake)?;
        self.bound(self.plan_unbound(statement).await?, params)
    }

    /// Plans a statement that changes nothing; its parameters stay open.
    pub(crate) async fn plan_unbound(&self, statement: Statement) -> Result<LogicalPlan, EngineError> {
        let state = self.context.state();
        if let (true, Statement::Statement(own)) = (self.is_limited(), &statement) {
            crate::access::plannable(own)?;
        }
        self.engine
            .run_within(self.deadline(), async move {
                let plan = state.statement_to_plan(statement).await.map_err(mistake)?;
                read_only().verify_plan(&plan).map_err(|error| EngineError::not_read_only(&error))?;
                Ok(plan)
            })
            .await
    }

    /// The plan with values in the place of its parameters.
    pub(crate) fn bound(&self, plan: LogicalPlan, params: Params) -> Result<LogicalPlan, EngineError> {
        plan.with_param_values(self.values(params)).map_err(mistake)
    }

    /// Starts a frame on the queries' threads.
    pub(crate) async fn execute(&self, frame: DataFrame) -> Result<Rows, EngineError> {
        let started = async move { Ok(frame.execute_stream().await?) };
        let stream = self.engine.run_within(self.deadline(), started).await?;
        let rows = self.engine.pump(stream, self.deadline())?;
        Ok(match self.limits {
            Some(limits) => crate::access::counted(rows.at_most(limits.bytes), limits.rows),
            None => rows,
        })
    }

    /// Runs a frame to its end on the queries' threads.
    pub(crate) async fn collect(&self, frame: DataFrame) -> Result<Vec<RecordBatch>, EngineError> {
        self.engine.run(async move { Ok(frame.collect().await?) }).await
    }

    pub(crate) fn replace(&self, name: &TableName, entry: Entry) -> Result<(), EngineError> {
        if let Entry::Table(provider) = &entry {
            self.put(name, Arc::clone(provider))?;
        }
        self.note(name, entry);
        Ok(())
    }

    fn note(&self, name: &TableName, entry: Entry) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|(known, _)| known != name);
        entries.push((name.clone(), entry));
    }

    pub(crate) fn put(&self, name: &TableName, provider: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        self.context.deregister_table(name.as_str())?;
        self.context.register_table(name.as_str(), provider)?;
        Ok(())
    }

    fn values(&self, params: Params) -> ParamValues {
        let named = match params {
            Params::Positional(values) => return ParamValues::from(values),
            Params::Named(values) => values,
            Params::None => BTreeMap::new(),
        };
        let known = self.params.iter().map(|(name, value)| (name.clone(), Param::from(*value)));
        ParamValues::from(known.chain(named).collect::<HashMap<_, _>>())
    }
}

fn read_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

/// Whatever fails while planning is a mistake of whoever wrote the query.
pub(crate) fn mistake(error: datafusion::error::DataFusionError) -> EngineError {
    EngineError::Query(Box::new(error))
}
