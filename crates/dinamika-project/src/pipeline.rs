//! A pipeline: how one kind of export is pulled and read into one table (checked types).

use regex::Regex;

use crate::{ColumnName, PipelineName, Place, SourceName, TableName, Zone};

/// One file of `pipelines/`.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Stem of the file.
    pub name: PipelineName,
    /// What people call this export, Russian.
    pub title: String,
    /// Where its files lie.
    pub source: SourceName,
    /// The table it fills.
    pub table: TableName,
    /// Which zone the table is in.
    pub zone: Zone,
    /// The table's columns, in order.
    pub columns: Vec<Column>,
    /// The shapes this export comes in; the first whose header is found in a sheet is taken,
    /// pipelines with more required header cells before those with fewer.
    pub layouts: Vec<Layout>,
    /// Rows of a newer file replace rows of older files that agree on these columns. Empty: never.
    pub natural_key: Vec<ColumnName>,
    /// The table's Delta partition column.
    pub partition_by: Option<ColumnName>,
    /// Which columns tell the school; gives the table a column `school_ref`.
    pub school: Option<SchoolColumns>,
    /// What becomes of a row with a value that cannot be typed, unless the column says otherwise.
    pub on_reject: OnReject,
    /// Share of rejected rows (0..1) over which the whole file is refused.
    pub max_reject_share: f64,
    /// Whether СНИЛС and passports may stand in this export (they are hashed or dropped on
    /// reading); elsewhere they refuse the file.
    pub personal: bool,
    /// Where it is written.
    pub place: Place,
}

/// What becomes of a row one of whose values cannot be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnReject {
    /// The value becomes null, the row stays.
    Null,
    /// The row is left out.
    Row,
    /// The file is refused.
    File,
}

/// A column of a pipeline's table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: ColumnName,
    /// What people call it, Russian.
    pub title: Option<String>,
    /// What its values are.
    pub kind: ColumnKind,
    /// An empty value is a reject.
    pub required: bool,
    /// Overrides the pipeline's rule.
    pub on_reject: Option<OnReject>,
    /// Where it is written.
    pub place: Place,
}

/// What the values of a column are, and the Arrow type (Delta type) they become.
#[derive(Debug, Clone)]
pub enum ColumnKind {
    /// Trimmed text, runs of blanks folded to one. Utf8.
    Text,
    /// A whole number; blanks between digits and `12.0` allowed. Int64.
    Int {
        /// Smallest and largest value allowed.
        range: Option<(f64, f64)>,
    },
    /// A number; decimal comma, blanks, a percent sign, en dash as minus. Float64.
    Number {
        /// Smallest and largest value allowed.
        range: Option<(f64, f64)>,
    },
    /// A number with a qualifier (`не менее 70 %`, `около 20%`, `от 30 % до 50 %`): Float64 `NAME`
    /// (the lower bound of a range) and Utf8 `NAME_cmp` (`=`, `>=`, `>`, `<=`, `<`, `~`, `..`).
    Amount,
    /// да/нет, +/-, 1/0, true/false. Boolean.
    Bool,
    /// One day in any of the spellings of DOMAIN.md §1.5, or an Excel date. Date32.
    Date,
    /// A time in Russian spellings: Date32 `NAME_from`, Date32 `NAME_to` (either may be null),
    /// Utf8 `NAME_precision` (`day`, `days`, `deadline`, `month`, `half_year`, `year`) and the text
    /// itself in `NAME`. Several dates in a cell give the first and the last.
    Dates,
    /// Documents named in prose: Int32 `NAME_count`, Date32 `NAME_from` (the earliest date named),
    /// Date32 `NAME_to` (the latest) and the text itself in `NAME`.
    Documents,
    /// `sch223080`, `edu223080`, `223080 | …`: the six digits. Utf8.
    Login,
    /// A school year: `2020/21`, `2020-2021`, `2020/2021 учебный год`. Utf8, as `Period` writes it.
    Period,
    /// A subject's name or code → code. Utf8.
    Subject,
    /// A mark 2..5; `нет отметки`, `н/а`, `-` are null. Int32.
    Mark,
    /// One of a closed list, each with the patterns (anchored, case-insensitive, after folding
    /// homoglyphs and blanks) that mean it. Utf8.
    Choice(Vec<(String, Regex)>),
    /// Keyed hash of personal data (several cells joined), never the data itself: HMAC-SHA256 with
    /// the project's secret, 16 hex digits, of the text lower-cased, ё→е, blanks folded. Utf8.
    Key,
    /// Unpivoted task scores: List<Struct<no: Int32, label: Utf8, max: Int32, score: Float32,
    /// state: Utf8>>, one element a task column, and Float64 `NAME_sum`, the sum of the scores. `state`: `scored`, `blank` (X in any alphabet,
    /// H, `-`: not attempted, score 0), `untaught` (`не пройд.`, score null), `missing` (empty).
    Tasks,
}

/// Which columns of the table tell the school, in order of trust.
#[derive(Debug, Clone, Default)]
pub struct SchoolColumns {
    /// Six login digits.
    pub login: Option<ColumnName>,
    /// ИНН.
    pub inn: Option<ColumnName>,
    /// ОГРН.
    pub ogrn: Option<ColumnName>,
    /// Code of the school in ОГЭ.
    pub oge: Option<ColumnName>,
    /// Code of the school in ЕГЭ.
    pub ege: Option<ColumnName>,
    /// The name as printed.
    pub name: Option<ColumnName>,
    /// The municipality as printed.
    pub municipality: Option<ColumnName>,
}

/// One shape of an export.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Its name within the pipeline.
    pub name: String,
    /// The sheets it may be; any visible sheet when none is given. CSV has one sheet, named as the file.
    pub sheet: Option<Regex>,
    /// How the header is found.
    pub header: Header,
    /// Where each column of the table comes from. A column not bound here is null.
    pub bindings: Vec<Binding>,
    /// Columns turned into rows or into one list.
    pub unpivot: Option<Unpivot>,
    /// Rows that head a group or are one of several levels, tried in order.
    pub groups: Vec<GroupRule>,
    /// Rows that are no data.
    pub skip: Vec<SkipRule>,
    /// CSV only: what cannot be told from the content.
    pub csv: CsvOptions,
    /// Where it is written.
    pub place: Place,
}

/// How a header is found: the first row (within the first 60 non-empty ones) in which every cell of `must` stands.
#[derive(Debug, Clone)]
pub struct Header {
    /// Rows it takes; cells of one column are joined with ` | ` after merged cells are spread,
    /// the same text once.
    pub rows: usize,
    /// Cells that have to be there. With `rows` > 1 they are looked for in the joined header.
    pub must: Vec<HeaderMatch>,
    /// No header at all: columns are `Position`s, and every sheet matches whose first row passes `must`
    /// as patterns of cells from the left.
    pub absent: bool,
}

/// How a header cell is recognised, after folding: trim, blanks and line breaks to one blank, lower case,
/// ё→е, quotes to `"`, dashes to `-`.
#[derive(Debug, Clone)]
pub enum HeaderMatch {
    /// The folded text.
    Exact(String),
    /// A pattern over the folded text.
    Pattern(Regex),
    /// The column's place from 1.
    Position(usize),
}

/// Where one column of the table comes from: the first origin that yields a value.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The table's column.
    pub column: ColumnName,
    /// Tried in order.
    pub origins: Vec<Origin>,
    /// Whether a sheet without it is another layout (a header origin that must be there).
    pub place: Place,
}

/// One place a value may come from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The place.
    pub from: From,
    /// Keeps only the capture `v` (or the first group) of this pattern; no match gives nothing.
    pub take: Option<Regex>,
    /// Reads the value as something else first.
    pub reading: Reading,
}

/// A place a value may come from.
#[derive(Debug, Clone)]
pub enum From {
    /// A header cell's column.
    Header(HeaderMatch),
    /// Several header cells' columns joined with a blank (for `Key`).
    Headers(Vec<HeaderMatch>),
    /// The file's path in its source (`/` between parts, a zip's name as a folder).
    Path,
    /// The sheet's name.
    Sheet,
    /// Any cell above the header that `take` matches.
    Above,
    /// The cell to the right of the cell above the header with this folded text.
    AboveRightOf(String),
    /// A capture of the group rules, carried down.
    Group(String),
    /// The header text (or capture) of an unpivoted column; rows mode only.
    UnpivotLabel(String),
    /// The cell of an unpivoted column; rows mode only.
    UnpivotValue,
    /// Always this.
    Constant(String),
    /// Other columns of this table joined: parts are texts and columns.
    Join(Vec<JoinPart>),
    /// The number of the row in the sheet, from 1.
    Row,
}

/// A part of a joined value.
#[derive(Debug, Clone)]
pub enum JoinPart {
    /// As it is.
    Text(String),
    /// The typed value of another column, as text.
    Column(ColumnName),
}

/// What a taken text means before the column types it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As it stands.
    AsIs,
    /// A calendar year whose autumn campaign is meant: `2020` → `2020/21-осень`.
    AutumnOf,
    /// A calendar year whose spring campaign is meant: `2021` → `2020/21`.
    SpringOf,
    /// A calendar year in which a school year begins: `2020` → `2020/21`.
    SchoolYearFrom,
    /// A date → the school year it is in (from 1 September): `2022-01-21` → `2021/22`.
    SchoolYearOf,
}

/// Columns turned into rows or into one list.
#[derive(Debug, Clone)]
pub struct Unpivot {
    /// Matched against folded headers; captures are named `label`, `no`, `max` or freely.
    pub columns: Regex,
    /// Where they go.
    pub into: UnpivotInto,
}

/// Where unpivoted columns go.
#[derive(Debug, Clone)]
pub enum UnpivotInto {
    /// One list column of kind `Tasks`. `no` counts the columns from 1, `label` is the capture
    /// `label` (else `no`), `max` the capture `max`. Columns empty in the whole sheet are left out.
    Tasks(ColumnName),
    /// One row a column; empty cells give no row.
    Rows,
}

/// A row that heads a group, or a row whose level is told by its label.
#[derive(Debug, Clone)]
pub struct GroupRule {
    /// The column whose cell is tried.
    pub column: HeaderMatch,
    /// Matched against the cell's trimmed text; named captures are carried to the rows below,
    /// and a rule forgets the captures of the rules after it. The first rule that matches decides for its column;
    /// rules of other columns are tried too where the row is data.
    pub matches: Regex,
    /// The row is data itself.
    pub keep: bool,
    /// Further captures with fixed values.
    pub set: Vec<(String, String)>,
}

/// A row that is no data.
#[derive(Debug, Clone)]
pub struct SkipRule {
    /// The column whose cell is tried; any cell when none.
    pub column: Option<HeaderMatch>,
    /// Matched against the cell's trimmed text.
    pub matches: Regex,
    /// What such a row is; skipped rows are counted by it.
    pub kind: SkipKind,
}

/// What a skipped row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipKind {
    /// A hint to whoever fills the form.
    Hint,
    /// A total of rows above or below.
    Total,
    /// A note.
    Note,
}

/// What cannot be told from a CSV's content; everything is detected when none is given.
#[derive(Debug, Clone, Default)]
pub struct CsvOptions {
    /// The delimiter.
    pub delimiter: Option<u8>,
    /// The encoding's name (`windows-1251`, `ibm866`, `koi8-r`, `utf-8`, `utf-16le`).
    pub encoding: Option<String>,
    /// The quote.
    pub quote: Option<u8>,
}

/// A hand-kept table: `pipelines/reference/NAME.csv`, UTF-8, `,`; header cells are `name` or `name:type`
/// with type `text` (default), `int`, `number`, `date` or `bool`. An empty cell is null.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Stem of the file.
    pub name: TableName,
    /// Its columns with types (`Text`, `Int`, `Number`, `Date`, `Bool`).
    pub columns: Vec<Column>,
    /// Rows as written, each as long as `columns`.
    pub rows: Vec<Vec<Option<String>>>,
    /// Where it is written.
    pub place: Place,
}
