//! How many schools and pupils stand behind a value, of how many: the project's table `coverage`, beside each value.

use arrow::datatypes::DataType;
use datafusion::{
    common::JoinType,
    dataframe::DataFrame,
    logical_expr::{Expr, cast, col, lit},
    scalar::ScalarValue,
};

use crate::{EngineError, Session};

/// A project's table with `level`, `entity`, `period`, `subject`, `grade` and what was expected and received.
pub const COVERAGE: &str = "coverage";

/// Counts of schools and pupils, as `coverage` and `indicator_values` call them.
pub(super) const COVERED: [&str; 4] = ["schools_expected", "schools_received", "pupils_expected", "pupils_received"];
const KEYS: [(&str, DataType); 5] = [
    ("level", DataType::Utf8),
    ("entity", DataType::Utf8),
    ("period", DataType::Utf8),
    ("subject", DataType::Utf8),
    ("grade", DataType::Int64),
];

impl Session {
    /// Rows with their coverage; empty where a value is of no test, or the project has no such table.
    pub(super) async fn covered(&self, rows: DataFrame, is_of_tests: bool) -> Result<DataFrame, EngineError> {
        if !is_of_tests || !self.has(COVERAGE) {
            let unknown = COVERED.map(|name| lit(ScalarValue::Int64(None)).alias(name));
            let known = rows.schema().columns().into_iter().map(Expr::Column);
            return Ok(rows.select(known.chain(unknown).collect::<Vec<_>>())?);
        }
        let aside = |name: &str| format!("_covered_{name}");
        let keys = KEYS.iter().map(|(name, data_type)| cast(col(*name), data_type.clone()).alias(aside(name)));
        let counts = COVERED.iter().map(|name| cast(col(*name), DataType::Int64).alias(*name));
        let coverage = self.context().table(COVERAGE).await.map_err(crate::session::mistake)?;
        let coverage = coverage.select(keys.chain(counts).collect::<Vec<_>>())?;
        let right = KEYS.map(|(name, _)| aside(name));
        let right = right.iter().map(String::as_str).collect::<Vec<_>>();
        Ok(rows.join(coverage, JoinType::Left, &KEYS.map(|(name, _)| name), &right, None)?)
    }
}
