//! Typed questions to a session: what a reader filters, sorts and pages by never becomes SQL text.

use arrow::{
    array::AsArray,
    datatypes::{DataType, Int64Type, SchemaRef},
};
use datafusion::{
    common::ScalarValue,
    dataframe::DataFrame,
    functions_aggregate::expr_fn::count,
    logical_expr::{Expr, SortExpr, cast, ident, lit},
};
use dinamika_project::TableName;

use crate::{EngineError, Params, Rows, Session, rows::plain_schema};

/// What a question is about.
#[derive(Debug, Clone)]
pub enum Source {
    /// A table or view of the session.
    Table(TableName),
    /// A SELECT written by the project: a panel's.
    Sql(String),
    /// Schools, municipalities and the region: level, entity, entity_name, municipality.
    Entities,
}

/// A question: rows of a source that pass all filters, in an order, from one place to another.
#[derive(Debug, Clone)]
pub struct Select {
    /// What it is about.
    pub from: Source,
    /// The columns to give; all when empty.
    pub columns: Vec<String>,
    /// Each combination of the columns once.
    pub distinct: bool,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// The first key decides first.
    pub sort: Vec<SortKey>,
    /// Rows to leave out at the start.
    pub offset: usize,
    /// Rows to give at most.
    pub limit: Option<usize>,
}

impl Select {
    /// All rows of a source.
    pub fn all(from: Source) -> Self {
        Self {
            from,
            columns: Vec::new(),
            distinct: false,
            filters: Vec::new(),
            sort: Vec::new(),
            offset: 0,
            limit: None,
        }
    }
}

/// The column has one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Which column.
    pub column: String,
    /// Any of these; rows whose column is null pass only when the list is empty.
    pub any_of: Vec<Wanted>,
}

/// A value a filter asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(i64),
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// Which column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
    /// Rows without a value come first.
    pub nulls_first: bool,
}

impl Session {
    /// The columns of a source.
    pub async fn columns(&self, from: &Source) -> Result<SchemaRef, EngineError> {
        Ok(plain_schema(self.frame(from).await?.schema().as_arrow()))
    }

    /// Rows of a question. Values are bound as literals of the plan.
    pub async fn select(&self, select: Select) -> Result<Rows, EngineError> {
        let frame = self.filtered(select).await?;
        self.execute(frame).await
    }

    /// The same for answers of any size: one thread, little memory; what does not fit is sorted on disk.
    pub async fn stream(&self, select: Select) -> Result<Rows, EngineError> {
        let plan = self.filtered(select).await?.into_unoptimized_plan();
        let state = self.frugal()?;
        self.execute(DataFrame::new(state, plan)).await
    }

    /// How many rows have each of these texts in a column.
    pub async fn counts(
        &self,
        from: &Source,
        column: &str,
        texts: &[String],
    ) -> Result<Vec<(String, u64)>, EngineError> {
        let any_of = texts.iter().cloned().map(Wanted::Text).collect::<Vec<_>>();
        if any_of.is_empty() {
            return Ok(Vec::new());
        }
        let filters = vec![Filter { column: column.to_owned(), any_of }];
        let frame = self.filtered(Select { filters, ..Select::all(from.clone()) }).await?;
        let text = cast(ident(column), DataType::Utf8).alias("text");
        let rows = cast(count(lit(1)), DataType::Int64).alias("rows");
        let counted = self.execute(frame.aggregate(vec![text], vec![rows])?).await?.collect_one().await?;
        let (texts, rows) = (counted.column(0).as_string::<i32>(), counted.column(1).as_primitive::<Int64Type>());
        Ok(texts
            .iter()
            .flatten()
            .map(str::to_owned)
            .zip(rows.values().iter().map(|rows| rows.unsigned_abs()))
            .collect())
    }

    /// A question as a frame.
    pub(crate) async fn filtered(&self, select: Select) -> Result<DataFrame, EngineError> {
        let mut frame = self.frame(&select.from).await?;
        for filter in select.filters {
            frame = frame.filter(holds(filter))?;
        }
        if !select.columns.is_empty() {
            frame = frame.select(select.columns.into_iter().map(ident).collect::<Vec<_>>())?;
        }
        if select.distinct {
            frame = frame.distinct()?;
        }
        if !select.sort.is_empty() {
            frame = frame.sort(select.sort.into_iter().map(order).collect())?;
        }
        if select.offset > 0 || select.limit.is_some() {
            frame = frame.limit(select.offset, select.limit)?;
        }
        Ok(frame)
    }

    async fn frame(&self, from: &Source) -> Result<DataFrame, EngineError> {
        match from {
            Source::Table(name) => Ok(self.context().table(name.as_str()).await?),
            Source::Sql(sql) => {
                let plan = self.plan(sql, Params::None).await?;
                Ok(DataFrame::new(self.context().state(), plan))
            }
            Source::Entities => self.entities().await,
        }
    }

    /// Each level's own table under the contract's column names; a level whose table the session
    /// has not is left out.
    async fn entities(&self) -> Result<DataFrame, EngineError> {
        let text = |column: &str, name: &str| cast(ident(column), DataType::Utf8).alias(name);
        let none = || lit(ScalarValue::Utf8(None)).alias("municipality");
        let levels = [
            ("schools", "school", "school_key", "school_name", Some("municipality_key")),
            ("municipalities", "municipality", "municipality_key", "municipality_name", Some("municipality_key")),
            ("region", "region", "region_key", "region_name", None),
        ];
        let mut all: Option<DataFrame> = None;
        for (table, level, key, name, municipality) in levels {
            if !self.has(table) {
                continue;
            }
            let frame = self.context().table(table).await?.select(vec![
                lit(level).alias("level"),
                text(key, "entity"),
                text(name, "entity_name"),
                municipality.map_or_else(none, |column| text(column, "municipality")),
            ])?;
            all = Some(match all {
                None => frame,
                Some(others) => others.union(frame)?,
            });
        }
        all.ok_or_else(|| EngineError::Engine("the release has neither schools nor municipalities nor region".into()))
    }
}

fn holds(filter: Filter) -> Expr {
    let values: Vec<Expr> = filter
        .any_of
        .into_iter()
        .map(|value| match value {
            Wanted::Text(text) => lit(text),
            Wanted::Whole(number) => lit(number),
        })
        .collect();
    match values.is_empty() {
        true => ident(filter.column).is_null(),
        false => ident(filter.column).in_list(values, false),
    }
}

fn order(key: SortKey) -> SortExpr {
    ident(key.column).sort(!key.descending, key.nulls_first)
}
