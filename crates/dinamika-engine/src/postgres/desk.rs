//! Where tools that speak PostgreSQL ask: one release as one reader sees it.

use std::{collections::HashMap, sync::Arc};

use arrow::datatypes::{DataType, Field, SchemaRef};
use datafusion::{
    common::{DFSchema, TableReference},
    logical_expr::{EmptyRelation, LogicalPlan},
    sql::{parser::Statement as Parsed, sqlparser::ast::Statement},
};
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;
use futures::Stream;
use pgwire::{
    api::{
        Type,
        portal::{Format, Portal},
    },
    error::PgWireResult,
    messages::data::DataRow,
};

use super::{
    Column, Wish, catalogue, rewrite,
    types::{self, Slot},
};
use crate::{EngineError, Params, Session, access::Allowed};

/// A release as one reader sees it, with the catalogue of its tables; cheap to clone.
#[derive(Clone)]
pub struct Desk {
    session: Session,
    reads: Arc<PostgresCompatibilityParser>,
}

/// A SELECT that may be run, with what a client wants to know of it before.
#[derive(Clone)]
pub struct Asked {
    session: Session,
    plan: LogicalPlan,
    slots: Vec<Slot>,
    schema: SchemaRef,
    is_of_data: bool,
}

impl Session {
    /// The desk of this session for whom `reader` names. It has the session's tables as they are: what a reader does not see is not there.
    pub async fn desk(&self, reader: &str) -> Result<Desk, EngineError> {
        let session = self.copy().await?;
        catalogue::put_up(session.context(), reader)?;
        Ok(Desk { session, reads: Arc::new(PostgresCompatibilityParser::new()) })
    }
}

impl Desk {
    /// What the statements of a text wish.
    pub fn read(&self, sql: &str) -> Result<Vec<Wish>, EngineError> {
        crate::access::short_enough(sql)?;
        let statements = self.reads.parse(sql).map_err(|error| crate::session::mistake(error.into()))?;
        let rewritten = statements.into_iter().map(|mut statement| {
            rewrite::rewrite(&mut statement);
            Wish::of(statement)
        });
        rewritten.collect()
    }

    /// Plans a SELECT and makes sure that it may be run.
    pub async fn prepare(&self, statement: &Statement) -> Result<Asked, EngineError> {
        let parsed = Parsed::Statement(Box::new(statement.clone()));
        let plan = match self.session.plan_unbound(parsed).await {
            Ok(plan) => plan,
            // Keys and indexes, of which there are none, are asked for in more ways than we plan.
            Err(mistake) => nothing_of(rewrite::empty_columns(statement).ok_or(mistake)?)?,
        };
        let of = Tables::of(&plan)?;
        // What is optimised before its parameters are known is not what is run.
        let is_planned = of.data || !of.catalogued || self.session.context().state().optimize(&plan).is_ok();
        let plan = match rewrite::empty_columns(statement).filter(|_| !is_planned) {
            Some(columns) => nothing_of(columns)?,
            None => plan,
        };
        let allowed = Allowed {
            // A table function is for what tools ask the catalogue.
            table: &|table| match table.schema() {
                Some("pg_catalog") => catalogue::is_catalogued(table),
                Some("public") | None if catalogue::is_table_function(table) => {
                    !of.data && (of.catalogued || catalogue::is_told(table))
                }
                Some("public") | None => self.session.has(table.table()),
                Some(_) => false,
            },
            functions: catalogue::FUNCTIONS,
        };
        crate::access::harmless(&plan, &allowed)?;
        let schema = types::told_schema(plan.schema().as_arrow());
        let slots = types::slots(&plan)?;
        Ok(Asked { session: self.session.clone(), plan, slots, schema, is_of_data: of.data })
    }
}

impl Asked {
    /// Whether it reads anything but the catalogue.
    pub fn is_of_data(&self) -> bool {
        self.is_of_data
    }

    /// The types of its parameters.
    pub fn parameters(&self) -> Vec<Type> {
        self.slots.iter().map(Slot::wire).collect()
    }

    /// Its columns in the format a client asks for.
    pub fn columns(&self, format: &Format) -> PgWireResult<Vec<Column>> {
        types::columns(&self.schema, format)
    }

    /// The values a client sent for its parameters.
    pub fn bound<S: Clone>(&self, portal: &Portal<S>) -> PgWireResult<Params> {
        types::bound(&self.slots, portal)
    }

    /// Runs it: its rows as messages.
    pub async fn run(
        &self,
        params: Params,
        columns: Arc<Vec<Column>>,
    ) -> Result<impl Stream<Item = Result<PgWireResult<DataRow>, EngineError>> + Send + use<>, EngineError> {
        let plan = self.session.bound(self.plan.clone(), params)?;
        let rows = self.session.execute_own(plan).await?;
        Ok(types::messages(rows, Arc::clone(&self.schema), columns))
    }
}

/// No rows with these columns.
fn nothing_of(columns: Vec<String>) -> Result<LogicalPlan, EngineError> {
    let fields = columns.into_iter().enumerate().map(|(at, name)| {
        // Two columns of one name are told apart by their place.
        let of = TableReference::bare(format!("c{at}"));
        (Some(of), Arc::new(Field::new(name, DataType::Utf8, true)))
    });
    let schema = DFSchema::new_with_metadata(fields.collect(), HashMap::new())?;
    Ok(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema: Arc::new(schema) }))
}

/// Which kinds of tables a plan reads.
#[derive(Default)]
struct Tables {
    catalogued: bool,
    data: bool,
}

impl Tables {
    fn of(plan: &LogicalPlan) -> Result<Self, EngineError> {
        use datafusion::common::tree_node::TreeNodeRecursion;
        let mut found = Self::default();
        let walked = plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                let is_catalogued = catalogue::is_catalogued(&scan.table_name);
                found.catalogued |= is_catalogued;
                found.data |= !is_catalogued && !catalogue::is_table_function(&scan.table_name);
            }
            Ok(TreeNodeRecursion::Continue)
        });
        walked.map_err(crate::session::mistake)?;
        Ok(found)
    }
}
