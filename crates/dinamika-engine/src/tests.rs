//! Data tests of models and checks: which rows should not be there.

use arrow::{datatypes::DataType, record_batch::RecordBatch};
use datafusion::{
    common::JoinType,
    dataframe::DataFrame,
    functions_aggregate::expr_fn::count,
    logical_expr::{Expr, cast, col, lit},
};
use dinamika_project::{Check, ColumnName, DataRule, DataTest, Model};
use futures::TryStreamExt;

use crate::{EngineError, Params, Rows, Session};

/// Rows of a sample.
const SAMPLE: usize = 10;

/// Rows that should not be there.
#[derive(Debug)]
pub struct Outcome {
    /// How many; for `unique`, how many keys stand more than once.
    pub failing: u64,
    /// The first of them. May hold what is in the table: not for logs.
    pub sample: Option<RecordBatch>,
}

impl Outcome {
    /// Whether there is none.
    pub fn passed(&self) -> bool {
        self.failing == 0
    }
}

impl Session {
    /// Rows of a model that break a test of its header. The model is read under its own name: from
    /// its table, or as the view it is.
    pub async fn run_data_test(&self, model: &Model, test: &DataTest) -> Result<Outcome, EngineError> {
        let rows = self.context().table(model.name.as_str()).await.map_err(crate::session::mistake)?;
        let failing = self.failing(rows, &test.rule).await?;
        outcome(self.execute(failing).await?).await
    }

    /// Rows a check returns.
    pub async fn run_check(&self, check: &Check) -> Result<Outcome, EngineError> {
        outcome(self.query(&check.sql, Params::None).await?).await
    }

    async fn failing(&self, rows: DataFrame, rule: &DataRule) -> Result<DataFrame, EngineError> {
        Ok(match rule {
            DataRule::NotNull(columns) => rows.filter(any(columns, Expr::is_null))?,
            // A row without any of the key is no double of another one.
            DataRule::Unique(columns) => rows
                .filter(any(columns, Expr::is_not_null))?
                .aggregate(columns.iter().map(column).collect(), vec![count(lit(1)).alias("rows")])?
                .filter(col("rows").gt(lit(1)))?,
            DataRule::AcceptedValues(name, values) => {
                let values = values.iter().map(|value| lit(value.as_str())).collect();
                rows.filter(text(name).in_list(values, true))?
            }
            DataRule::Relationships(name, table, other) => {
                let known = self.context().table(table.as_str()).await.map_err(crate::session::mistake)?;
                let known = known.select(vec![text(other).alias("_known")])?;
                let rows = rows.filter(column(name).is_not_null())?.with_column("_key", text(name))?;
                rows.join(known, JoinType::LeftAnti, &["_key"], &["_known"], None)?
            }
            DataRule::AcceptedRange(name, min, max) => {
                let number = || cast(column(name), DataType::Float64);
                let below = min.map(|min| number().lt(lit(min)));
                let above = max.map(|max| number().gt(lit(max)));
                rows.filter(below.into_iter().chain(above).reduce(Expr::or).unwrap_or_else(|| lit(false)))?
            }
        })
    }
}

fn column(name: &ColumnName) -> Expr {
    col(name.as_str())
}

fn text(name: &ColumnName) -> Expr {
    cast(column(name), DataType::Utf8)
}

fn any(columns: &[ColumnName], holds: fn(Expr) -> Expr) -> Expr {
    columns.iter().map(|name| holds(column(name))).reduce(Expr::or).unwrap_or_else(|| lit(false))
}

async fn outcome(mut rows: Rows) -> Result<Outcome, EngineError> {
    let (mut failing, mut sample) = (0, None);
    while let Some(batch) = rows.try_next().await? {
        failing += batch.num_rows() as u64;
        if sample.is_none() && batch.num_rows() > 0 {
            sample = Some(batch.slice(0, SAMPLE.min(batch.num_rows())));
        }
    }
    Ok(Outcome { failing, sample })
}
