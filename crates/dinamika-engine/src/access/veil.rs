//! The barrier: rows are read, those out of sight dropped and hidden cells emptied before anything a reader wrote is
//! computed over them.
//!
//! Nothing of a reader's query passes below but filters on columns that are never hidden, compared with literals:
//! they cannot fail on a row and only leave files unread. Everything above sees what the veil let through, so errors,
//! aggregates, orders and limits tell nothing of what it did not.

use std::{collections::HashSet, fmt, future::ready, sync::Arc};

use arrow::{
    array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions},
    datatypes::{Schema, SchemaRef},
    row::{RowConverter, SortField},
};
use async_trait::async_trait;
use datafusion::{
    catalog::Session as Catalog,
    common::tree_node::TreeNodeRecursion,
    datasource::{TableProvider, TableType},
    error::{DataFusionError, Result},
    execution::TaskContext,
    logical_expr::{Expr, TableProviderFilterPushDown},
    physical_expr::EquivalenceProperties,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties, SendableRecordBatchStream,
        coalesce_partitions::CoalescePartitionsExec, stream::RecordBatchStreamAdapter,
    },
};
use futures::{StreamExt, TryStreamExt, stream};

/// What is let through of a batch that has all columns of the table.
pub(super) trait Veil: fmt::Debug + Send + Sync {
    /// The rows and cells a reader may see, all columns kept. `seen` remembers what the scan has met.
    fn through(&self, batch: &RecordBatch, seen: &mut Seen) -> Result<RecordBatch>;
    /// The rows that were kept until all had been met.
    fn last(&self, _: &mut Seen) -> Result<Option<RecordBatch>> {
        Ok(None)
    }
    /// Whether rows depend on others of the scan: then all partitions have to come through one door.
    fn folds(&self) -> bool {
        false
    }
    /// Whether a column is never emptied nor changed, so that a filter on it may be applied below.
    fn is_plain(&self, column: &str) -> bool;
}

/// What a scan has met.
#[derive(Default)]
pub(super) struct Seen {
    /// Rows that were emptied: two that have become equal are one, since how many there were tells how many people
    /// stand behind them.
    emptied: Option<(RowConverter, HashSet<Box<[u8]>>)>,
    /// Rows without a name: where they lay among the others would tell whose they are, so they come after all of them.
    pub(super) nameless: Vec<RecordBatch>,
}

impl Seen {
    /// Which of the rows of these columns are hidden and have not been met before.
    pub(super) fn first(&mut self, columns: &[ArrayRef], hidden: &BooleanArray) -> Result<Vec<bool>> {
        let (converter, met) = match &mut self.emptied {
            Some(known) => known,
            none => {
                let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
                none.insert((RowConverter::new(fields)?, HashSet::new()))
            }
        };
        let rows = converter.convert_columns(columns)?;
        let is_first =
            |(row, hidden): (_, Option<bool>)| hidden == Some(true) && met.insert(AsRef::<[u8]>::as_ref(&row).into());
        Ok(rows.iter().zip(hidden.iter()).map(is_first).collect())
    }
}

/// A table seen through a veil.
#[derive(Debug)]
pub(super) struct Veiled {
    pub(super) inner: Arc<dyn TableProvider>,
    pub(super) veil: Arc<dyn Veil>,
}

#[async_trait]
impl TableProvider for Veiled {
    fn schema(&self) -> SchemaRef {
        nullable(&self.inner.schema())
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Catalog,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let inner = self.inner.scan(state, None, filters, None).await?;
        let inner: Arc<dyn ExecutionPlan> = match self.veil.folds() {
            true => Arc::new(CoalescePartitionsExec::new(inner)),
            false => inner,
        };
        Barrier::over(inner, Arc::clone(&self.veil), projection.cloned(), &self.schema())
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let harmless = |filter: &Expr| matches_literal(filter, |column| self.veil.is_plain(column));
        let told = |filter: &&Expr| match harmless(filter) {
            true => TableProviderFilterPushDown::Inexact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(told).collect())
    }
}

/// `column op literal` or `column in (literals)` on a column that may be looked at.
fn matches_literal(filter: &Expr, is_plain: impl Fn(&str) -> bool) -> bool {
    let is_literal = |expr: &Expr| matches!(expr, Expr::Literal(..));
    let is_column = |expr: &Expr| matches!(expr, Expr::Column(column) if is_plain(&column.name));
    match filter {
        Expr::BinaryExpr(both) => {
            both.op.is_comparison_operator_of_values() && is_column(&both.left) && is_literal(&both.right)
        }
        Expr::InList(list) => is_column(&list.expr) && list.list.iter().all(is_literal),
        _ => false,
    }
}

/// The comparisons that a row cannot make fail.
trait Comparison {
    fn is_comparison_operator_of_values(&self) -> bool;
}

impl Comparison for datafusion::logical_expr::Operator {
    fn is_comparison_operator_of_values(&self) -> bool {
        matches!(self, Self::Eq | Self::NotEq | Self::Lt | Self::LtEq | Self::Gt | Self::GtEq)
    }
}

/// The veil in a plan. It tells nothing of what is below: no statistics, no order, no filter, no limit passes.
struct Barrier {
    inner: Arc<dyn ExecutionPlan>,
    veil: Arc<dyn Veil>,
    projection: Option<Vec<usize>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl Barrier {
    fn over(
        inner: Arc<dyn ExecutionPlan>,
        veil: Arc<dyn Veil>,
        projection: Option<Vec<usize>>,
        whole: &SchemaRef,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match &projection {
            Some(columns) => Arc::new(whole.project(columns)?),
            None => Arc::clone(whole),
        };
        let properties = Self::properties_over(&inner, &schema);
        Ok(Arc::new(Self { inner, veil, projection, schema, properties }))
    }

    /// As many partitions as below: one that is not told of here is not read.
    fn properties_over(inner: &Arc<dyn ExecutionPlan>, schema: &SchemaRef) -> Arc<PlanProperties> {
        let below = inner.properties();
        Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(schema)),
            datafusion::physical_plan::Partitioning::UnknownPartitioning(below.output_partitioning().partition_count()),
            below.emission_type,
            below.boundedness,
        ))
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier")
    }
}

impl DisplayAs for Barrier {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier")
    }
}

impl ExecutionPlan for Barrier {
    fn name(&self) -> &'static str {
        "Barrier"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.inner]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let inner = children.pop().ok_or_else(|| DataFusionError::Internal("a barrier has one input".to_owned()))?;
        Ok(Arc::new(Self {
            veil: Arc::clone(&self.veil),
            projection: self.projection.clone(),
            schema: Arc::clone(&self.schema),
            properties: Self::properties_over(&inner, &self.schema),
            inner,
        }))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let (veil, projection) = (Arc::clone(&self.veil), self.projection.clone());
        let schema = Arc::clone(&self.schema);
        let size = context.session_config().batch_size();
        let asked = move |batch: &RecordBatch| -> Result<RecordBatch> {
            let batch = match &projection {
                Some(columns) => batch.project(columns)?,
                None => batch.clone(),
            };
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            Ok(RecordBatch::try_new_with_options(Arc::clone(&schema), batch.columns().to_vec(), &options)?)
        };
        // Each batch of the table, and a word that there are no more.
        let below = self.inner.execute(partition, context)?.map(Some).chain(stream::once(ready(None)));
        let mut seen = Seen::default();
        let through = below.map(move |batch| -> Result<Vec<RecordBatch>> {
            if let Some(batch) = batch {
                return Ok(vec![asked(&veil.through(&batch?, &mut seen)?)?]);
            }
            let Some(last) = veil.last(&mut seen)? else { return Ok(Vec::new()) };
            let last = asked(&last)?;
            let begins = (0..last.num_rows()).step_by(size.max(1));
            Ok(begins.map(|at| last.slice(at, size.min(last.num_rows() - at))).collect())
        });
        let through = through.map_ok(|batches: Vec<RecordBatch>| stream::iter(batches.into_iter().map(Ok)));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), through.try_flatten())))
    }
}

/// A hidden cell is null, whatever the table promises of its column.
pub(super) fn nullable(schema: &SchemaRef) -> SchemaRef {
    Arc::new(Schema::new(
        schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect::<Vec<_>>(),
    ))
}

#[cfg(test)]
mod tests {
    use arrow::{
        array::{AsArray, Int64Array},
        datatypes::{DataType, Field, Int64Type},
    };
    use datafusion::{
        datasource::MemTable,
        execution::context::{SessionConfig, SessionContext},
    };

    use super::*;

    /// Lets everything through.
    #[derive(Debug)]
    struct Clear;

    impl Veil for Clear {
        fn through(&self, batch: &RecordBatch, _: &mut Seen) -> Result<RecordBatch> {
            RecordBatch::try_new(nullable(&batch.schema()), batch.columns().to_vec())
                .map_err(|error| DataFusionError::ArrowError(Box::new(error), None))
        }

        fn is_plain(&self, _: &str) -> bool {
            true
        }
    }

    /// Keeps everything until the end.
    #[derive(Debug)]
    struct Slow;

    impl Veil for Slow {
        fn through(&self, batch: &RecordBatch, seen: &mut Seen) -> Result<RecordBatch> {
            seen.nameless.push(batch.clone());
            Ok(batch.slice(0, 0))
        }

        fn last(&self, seen: &mut Seen) -> Result<Option<RecordBatch>> {
            Ok(Some(arrow::compute::concat_batches(&seen.nameless[0].schema(), &seen.nameless)?))
        }

        fn folds(&self) -> bool {
            true
        }

        fn is_plain(&self, _: &str) -> bool {
            true
        }
    }

    /// However many partitions there are, what was kept comes once, in batches of the session's size.
    #[tokio::test]
    async fn what_was_kept_comes_last_in_small_batches() {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let part = |from: i64| {
            let numbers = Arc::new(Int64Array::from_iter_values(from..from + 50));
            vec![RecordBatch::try_new(Arc::clone(&schema), vec![numbers]).unwrap()]
        };
        let inner = Arc::new(MemTable::try_new(Arc::clone(&schema), vec![part(0), part(50), part(100)]).unwrap());
        let context =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(3).with_batch_size(16));
        context.register_table("seen", Arc::new(Veiled { inner, veil: Arc::new(Slow) })).unwrap();
        let found = context.sql("select n from seen").await.unwrap().collect().await.unwrap();
        let mut numbers: Vec<i64> =
            found.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..150).collect::<Vec<_>>());
        assert!(found.iter().all(|batch| batch.num_rows() <= 16), "{found:?}");
    }

    /// The planner spreads one file over all processors: what it puts below the barrier must all come through.
    #[tokio::test]
    async fn all_rows_of_a_large_file_come_through() {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let batch = |from: i64| {
            let numbers = Arc::new(Int64Array::from_iter_values(from..from + 8192));
            RecordBatch::try_new(Arc::clone(&schema), vec![numbers]).unwrap()
        };
        let batches = (0..6).map(|at| batch(at * 8192)).collect();
        let inner = Arc::new(MemTable::try_new(Arc::clone(&schema), vec![batches]).unwrap());
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(4));
        context.register_table("seen", Arc::new(Veiled { inner, veil: Arc::new(Clear) })).unwrap();
        for sql in ["select count(*) from seen where n >= 0", "select count(*) from (select distinct n from seen)"] {
            let found = context.sql(sql).await.unwrap().collect().await.unwrap();
            assert_eq!(found[0].column(0).as_primitive::<Int64Type>().value(0), 6 * 8192, "{sql}");
        }
    }
}
