//! SQL that a reader wrote: read-only by construction, of tables they see, of functions that are known to be harmless.
//!
//! What is not named here is refused: nodes of a plan, tables, functions. So a new node of DataFusion's, a table
//! function or somebody's own function is closed until it is let in. Numbers hidden from the reader are null at the
//! scan: their own sums and counts are of what they see, and by the rule of `blocks.rs` tell nothing of what they do not.

use datafusion::{
    common::{
        ScalarValue, TableReference,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    dataframe::DataFrame,
    execution::SessionStateBuilder,
    logical_expr::{Expr, LogicalPlan, WindowFrameBound},
};

use super::modest;
use crate::{EngineError, Params, Rows, Session};

/// Longest statement.
const LONGEST: usize = 64 * 1024;

/// Functions without files, settings, sleep or a look at the machine.
const FUNCTIONS: &[&str] = &[
    // Ours.
    "prop_ci",
    "diff_ci",
    "diff_p",
    "mean_ci",
    "mean_diff_ci",
    "mean_diff_p",
    "shrink",
    "shrink_share",
    "funnel",
    "verdict",
    "icc",
    "spearman",
    "trend_ci",
    "bh",
    // Aggregates and windows.
    "count",
    "sum",
    "min",
    "max",
    "avg",
    "mean",
    "median",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "var",
    "var_pop",
    "var_samp",
    "var_population",
    "var_sample",
    "corr",
    "covar",
    "covar_pop",
    "covar_samp",
    "regr_slope",
    "regr_intercept",
    "regr_r2",
    "regr_count",
    "bool_and",
    "bool_or",
    "string_agg",
    "first_value",
    "last_value",
    "nth_value",
    "approx_distinct",
    "approx_median",
    "approx_percentile_cont",
    "percentile_cont",
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "grouping",
    // Numbers.
    "abs",
    "ceil",
    "floor",
    "round",
    "trunc",
    "sqrt",
    "cbrt",
    "power",
    "pow",
    "exp",
    "ln",
    "log",
    "log2",
    "log10",
    "signum",
    "greatest",
    "least",
    "isnan",
    "nanvl",
    "mod",
    // Null and choice.
    "coalesce",
    "nullif",
    "ifnull",
    "nvl",
    "nvl2",
    "named_struct",
    "struct",
    "get_field",
    // Texts.
    "lower",
    "upper",
    "initcap",
    "length",
    "char_length",
    "character_length",
    "substr",
    "substring",
    "left",
    "right",
    "trim",
    "btrim",
    "ltrim",
    "rtrim",
    "concat",
    "concat_ws",
    "replace",
    "split_part",
    "starts_with",
    "ends_with",
    "contains",
    "strpos",
    "instr",
    "position",
    "reverse",
    "lpad",
    "rpad",
    "translate",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    // Days and times.
    "date_part",
    "datepart",
    "date_trunc",
    "datetrunc",
    "extract",
    "to_date",
    "to_char",
    "to_timestamp",
    "make_date",
    "current_date",
    "now",
    "date_bin",
    // Lists.
    "make_array",
    "array_length",
    "cardinality",
    "array_has",
    "array_element",
    "array_to_string",
    "array_sort",
    "array_distinct",
    "unnest",
];

impl Session {
    /// Rows of a reader's own SELECT.
    pub async fn ask(&self, sql: &str, params: Params) -> Result<Rows, EngineError> {
        short_enough(sql)?;
        let plan = self.plan(sql, params).await?;
        let table = |table: &TableReference| table.schema().is_none() && self.has(table.table());
        harmless(&plan, &Allowed { table: &table, functions: &[] })?;
        self.execute_own(plan).await
    }
}

impl Session {
    /// Starts a plan that a reader wrote and that is known to be harmless.
    pub(crate) async fn execute_own(&self, plan: LogicalPlan) -> Result<Rows, EngineError> {
        // Whoever may do anything may also ask for long rows.
        if !self.is_limited() {
            return self.execute(DataFrame::new(self.context().state(), plan)).await;
        }
        modest::narrow(&plan)?;
        let state = self.context().state();
        let config = state.config().clone().with_batch_size(modest::BATCH);
        // The catalogue is shared with the session: a new empty one would take its place.
        let config = config.with_create_default_catalog_and_schema(false);
        let state = SessionStateBuilder::new_from_existing(state).with_config(config).build();
        self.execute(DataFrame::new(state, plan)).await
    }
}

/// Refuses a text that is no query.
pub(crate) fn short_enough(sql: &str) -> Result<(), EngineError> {
    if sql.len() > LONGEST {
        return Err(EngineError::NotReadOnly(format!("запрос длиннее {LONGEST} байт")));
    }
    modest::shallow(sql)
}

/// What a statement may name.
pub(crate) struct Allowed<'a> {
    /// Whether a table is there.
    pub(crate) table: &'a dyn Fn(&TableReference) -> bool,
    /// Functions besides [`FUNCTIONS`].
    pub(crate) functions: &'static [&'static str],
}

/// Refuses a plan with anything in it that is not known to be harmless.
pub(crate) fn harmless(plan: &LogicalPlan, allowed: &Allowed<'_>) -> Result<(), EngineError> {
    let mut refused: Option<String> = None;
    let walked = plan.apply_with_subqueries(|node| {
        refused = refused.take().or_else(|| node_refused(node, allowed));
        if refused.is_none() {
            node.apply_expressions(|expr| {
                expr.apply(|part| {
                    refused = refused.take().or_else(|| expression_refused(part, allowed));
                    Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
                })
            })?;
        }
        Ok(if refused.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    walked.map_err(crate::session::mistake)?;
    refused.map_or(Ok(()), |what| Err(EngineError::NotReadOnly(what)))
}

fn node_refused(node: &LogicalPlan, allowed: &Allowed<'_>) -> Option<String> {
    match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Unnest(_) => None,
        LogicalPlan::TableScan(scan) if (allowed.table)(&scan.table_name) => None,
        LogicalPlan::TableScan(scan) => Some(format!("таблицы «{}» нет", scan.table_name.table())),
        LogicalPlan::RecursiveQuery(_) => Some("рекурсивные запросы не выполняются".to_owned()),
        other => Some(format!("«{}» не выполняется", first_word(&other.display().to_string()))),
    }
}

fn expression_refused(expr: &Expr, allowed: &Allowed<'_>) -> Option<String> {
    if let Expr::WindowFunction(call) = expr
        && [&call.params.window_frame.start_bound, &call.params.window_frame.end_bound].into_iter().any(is_far)
    {
        return Some(format!("окно больше {FARTHEST} строк не выполняется"));
    }
    let name = match expr {
        Expr::ScalarFunction(call) => call.func.name(),
        Expr::AggregateFunction(call) => call.func.name(),
        Expr::WindowFunction(call) => call.fun.name(),
        Expr::HigherOrderFunction(call) => call.func.name(),
        Expr::ScalarVariable(..) => return Some("переменных нет".to_owned()),
        _ => return None,
    };
    let name = name.to_ascii_lowercase();
    let is_known = FUNCTIONS.contains(&name.as_str()) || allowed.functions.contains(&name.as_str());
    (!is_known).then(|| format!("функция «{name}» не разрешена"))
}

/// Rows a bound of a window may lie away.
const FARTHEST: u64 = 1_000_000_000;

fn is_far(bound: &WindowFrameBound) -> bool {
    match bound {
        WindowFrameBound::Preceding(ScalarValue::UInt64(Some(rows)))
        | WindowFrameBound::Following(ScalarValue::UInt64(Some(rows))) => *rows > FARTHEST,
        _ => false,
    }
}

fn first_word(text: &str) -> &str {
    text.split([' ', ':', '(']).next().unwrap_or(text)
}

/// Rows beyond so many are an error, not a shorter answer.
pub(crate) fn counted(rows: Rows, most: u64) -> Rows {
    use futures::StreamExt as _;
    let schema = rows.schema().clone();
    let mut sum = 0_u64;
    let rows = rows.map(move |batch| {
        let batch = batch?;
        sum += batch.num_rows() as u64;
        if sum > most { Err(EngineError::TooManyRows(most)) } else { Ok(batch) }
    });
    Rows::new(&schema, rows)
}
