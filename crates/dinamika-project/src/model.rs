//! Models, indicators and their tests (checked types).

use std::collections::BTreeMap;

use crate::{ColumnName, IndicatorId, Level, Place, Severity, TableName};

/// One `.sql` file: a SELECT with a TOML block in a leading `/* … */`.
#[derive(Debug, Clone)]
pub struct Model {
    /// Stem of the file; for an indicator `indicator_` and the id with `_` for `.`.
    pub name: TableName,
    /// What it is, Russian.
    pub title: String,
    /// The whole file's text: the comment is kept so that places agree.
    pub sql: String,
    /// Tables it reads, each a pipeline's table, a reference, a built-in or a model.
    pub reads: Vec<TableName>,
    /// What is made of it.
    pub kind: ModelKind,
    /// Data tests of its header.
    pub tests: Vec<DataTest>,
    /// What its columns are called in the files people open; others keep the usual heading or their name.
    pub headings: BTreeMap<ColumnName, Heading>,
    /// Where it is written.
    pub place: Place,
}

/// A column's heading.
#[derive(Debug, Clone)]
pub struct Heading {
    /// Russian.
    pub title: String,
    /// Where it is written.
    pub place: Place,
}

/// What is made of a model.
#[derive(Debug, Clone)]
pub enum ModelKind {
    /// Kept as SQL, run where it is read.
    View,
    /// A Delta table in the mart zone, replaced at each change; with `partition_by`, only the
    /// partitions whose inputs changed are built again (every table it reads that has a column of
    /// that name must be partitioned by it).
    Table {
        /// Delta partition column.
        partition_by: Option<ColumnName>,
        /// Which zone: `curated` for rows of people.
        zone: crate::Zone,
    },
    /// A measure: see [`Indicator`].
    Indicator(Indicator),
}

/// A measure: numerator, denominator, unit, direction, minimum n.
///
/// Its SELECT gives `num` and `den` (and `n` when it is not `den`; for a mean `sq`, the sum of squares) with
/// `school_key` — rolled up to municipality and region by sums — or with `municipality_key`
/// (rolled up to the region), or with `level` and `entity` (taken as they are: distinct counts).
/// Besides these it may give `period`, `subject`, `grade`, `pupil_grade` and further dimensions.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// `vpr.share2`.
    pub id: IndicatorId,
    /// The formula in words for readers.
    pub formula: String,
    /// `%`, `чел.`, `балл`, `шт.` …
    pub unit: String,
    /// What a larger value means.
    pub direction: Direction,
    /// Least n at which a value and its change are spoken of.
    pub min_n: u32,
    /// Levels it is published at.
    pub levels: Vec<Level>,
    /// How value and interval follow from num and den.
    pub measure: Measure,
    /// Where the formula comes from.
    pub source: Option<String>,
    /// Whether values of different periods mean the same. Tests of different years do not: their
    /// difficulty differs, so a change is judged by the gap to the region.
    pub equated: bool,
    /// Columns beyond the contract's that split its values (`task`, `topic`), in order.
    pub dimensions: Vec<ColumnName>,
}

/// What a larger value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Better.
    Up,
    /// Worse.
    Down,
    /// Neither.
    Neutral,
}

/// How value and interval follow from `num` and `den`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// `100·num/den` with num of den units having a property: Wilson; change: Newcombe.
    Share,
    /// `100·num/den` where num is not a count of den units (points of a maximum); with `sq`, the sum
    /// of squares of the n units' points, t and Welch, else no interval.
    Percent,
    /// `num/den` with `sq`: t; change: Welch.
    Mean,
    /// `num/den`: no interval.
    Ratio,
    /// `num`: no interval.
    Count,
}

/// A test of a model's rows.
#[derive(Debug, Clone)]
pub struct DataTest {
    /// What is tested.
    pub rule: DataRule,
    /// An error stops the release.
    pub severity: Severity,
    /// Where it is written.
    pub place: Place,
}

/// What a data test asks.
#[derive(Debug, Clone)]
pub enum DataRule {
    /// None of these columns is null.
    NotNull(Vec<ColumnName>),
    /// These columns together are unique.
    Unique(Vec<ColumnName>),
    /// The column's values are among these; null passes.
    AcceptedValues(ColumnName, Vec<String>),
    /// Each value of the column stands in the other table's column; null passes.
    Relationships(ColumnName, TableName, ColumnName),
    /// The column is within the bounds; null passes.
    AcceptedRange(ColumnName, Option<f64>, Option<f64>),
}

/// `sql/tests/NAME.sql`: must return no rows.
#[derive(Debug, Clone)]
pub struct Check {
    /// Stem of the file.
    pub name: TableName,
    /// What it holds, Russian.
    pub title: String,
    /// The query.
    pub sql: String,
    /// Tables it reads.
    pub reads: Vec<TableName>,
    /// An error stops the release.
    pub severity: Severity,
    /// Where it is written.
    pub place: Place,
}

/// `sql/unit/NAME.toml`: rows given to a model and the rows it must give.
#[derive(Debug, Clone)]
pub struct UnitTest {
    /// Stem of the file and the test's own name.
    pub name: String,
    /// The model under test.
    pub model: TableName,
    /// Rows of each table it reads; a table not named is empty, a column not named is null.
    pub given: BTreeMap<TableName, Vec<BTreeMap<String, toml::Value>>>,
    /// The rows it must give, in any order; only the columns named are compared.
    pub expect: Vec<BTreeMap<String, toml::Value>>,
    /// Where it is written.
    pub place: Place,
}
