//! What a build writes: rows of a model.

use std::sync::Arc;

use datafusion::{
    common::tree_node::Transformed,
    dataframe::DataFrame,
    datasource::{provider_as_source, source_as_provider},
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableScan, col, lit},
};
use dinamika_project::{Model, ModelKind};

use crate::{EngineError, Params, Rows, Session, scan::PinnedScan};

impl Session {
    /// What a model gives. With `partitions` every table it reads, directly or through views, that
    /// has the model's partition column is seen with only the rows of these partitions; a table
    /// partitioned by it is not even opened elsewhere.
    pub async fn model_rows(&self, model: &Model, partitions: Option<&[Option<String>]>) -> Result<Rows, EngineError> {
        let plan = self.plan(&model.sql, Params::None).await?;
        let plan = match (partitions, &model.kind) {
            (None, _) => plan,
            (Some(partitions), ModelKind::Table { partition_by: Some(column), .. }) => {
                restricted(plan, column.as_str(), partitions)?
            }
            (Some(_), _) => {
                return Err(EngineError::contract(&model.name, "has no partition_by, so it is built whole"));
            }
        };
        self.execute(DataFrame::new(self.context().state(), plan)).await
    }
}

/// The plan with every table that has `column` restricted to `partitions`. Views are inlined in a
/// plan, so their tables are found as well.
fn restricted(plan: LogicalPlan, column: &str, partitions: &[Option<String>]) -> Result<LogicalPlan, EngineError> {
    let plan = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::TableScan(scan) if scan.source.schema().field_with_name(column).is_ok() => {
            restricted_scan(scan, column, partitions).map(Transformed::yes)
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(plan.data)
}

fn restricted_scan(
    mut scan: TableScan,
    column: &str,
    partitions: &[Option<String>],
) -> datafusion::error::Result<LogicalPlan> {
    let provider = source_as_provider(&scan.source)?;
    let pinned = (provider.as_ref() as &dyn std::any::Any).downcast_ref::<PinnedScan>();
    if let Some(pinned) = pinned
        && pinned.is_partitioned_by(column)
    {
        scan.source = provider_as_source(Arc::new(pinned.restricted_to(partitions)));
        return Ok(LogicalPlan::TableScan(scan));
    }
    LogicalPlanBuilder::from(LogicalPlan::TableScan(scan)).filter(one_of(column, partitions))?.build()
}

/// `column` is one of the values, null among them if asked for.
fn one_of(column: &str, partitions: &[Option<String>]) -> Expr {
    let values = partitions.iter().flatten().map(|value| lit(value.as_str())).collect();
    let known = col(column).in_list(values, false);
    match partitions.contains(&None) {
        true => known.or(col(column).is_null()),
        false => known,
    }
}
