//! Rows as a table a person reads.

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType},
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};

use super::{
    html::escape,
    words::{Words, heading},
};
use crate::Problem;

/// Rows of a table on a page.
pub(super) const SHOWN: usize = 50;

/// Columns of values a person does without: keys beside names, parts of a value.
const LEFT_OUT: &[&str] = &["level", "entity", "municipality", "num", "den", "sq", "pupils_received"];
/// Where a change is told, these of the value itself are too much.
const LEFT_OUT_OF_CHANGES: &[&str] =
    &["ci_low", "ci_high", "status", "schools_expected", "schools_received", "pupils_expected"];

/// What a change is read from, in this order, before anything else it has.
const CHANGE: &[&str] = &["kind", "base_period", "base_value", "value", "change", "verdict"];

/// Cells as they are shown.
pub(super) struct Table {
    columns: Vec<Column>,
    rows: usize,
    is_whole: bool,
}

struct Column {
    heading: String,
    is_number: bool,
    cells: Vec<String>,
}

impl Table {
    /// The first rows; columns with nothing to tell are left out. `several` tells that the panel has more
    /// than one indicator, even if the first rows are of one.
    pub(super) fn of(words: &Words<'_>, several: bool, batches: &[RecordBatch]) -> Result<Self, Problem> {
        let Some(first) = batches.first() else { return Ok(Self { columns: Vec::new(), rows: 0, is_whole: true }) };
        let batch = arrow::compute::concat_batches(&first.schema(), batches).map_err(Problem::internal)?;
        let is_whole = batch.num_rows() <= SHOWN;
        let batch = batch.slice(0, batch.num_rows().min(SHOWN));
        let unit = batch.column_by_name("indicator").and_then(|ids| words.unit(texts(ids)));
        let is_change = batch.column_by_name("verdict").is_some();
        let mut columns = Vec::new();
        for at in order(&batch) {
            let (field, array) = (batch.schema_ref().field(at), batch.column(at));
            let name = field.name().as_str();
            if array.null_count() == array.len() || is_left_out(&batch, name, array, several) {
                continue;
            }
            let told = if name == "value" && is_change { "Стало" } else { heading(name) };
            let heading = match unit {
                Some(unit) if matches!(name, "value" | "base_value") => format!("{told}, {unit}"),
                _ => told.to_owned(),
            };
            columns.push(Column {
                heading,
                is_number: field.data_type().is_numeric(),
                cells: cells(words, name, array)?,
            });
        }
        Ok(Self { columns, rows: batch.num_rows(), is_whole })
    }

    pub(super) fn html(&self, title: &str) -> String {
        let title = escape(title);
        let class = |column: &Column| if column.is_number { " class=\"number\"" } else { "" };
        // What does not fit the screen scrolls inside its own region, by keyboard too.
        let mut html = format!(
            "<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\"><table><caption class=\"hidden\">{title}</caption><thead><tr>"
        );
        for column in &self.columns {
            html.push_str(&format!("<th scope=\"col\"{}>{}</th>", class(column), escape(&column.heading)));
        }
        html.push_str("</tr></thead><tbody>");
        for row in 0..self.rows {
            html.push_str("<tr>");
            for column in &self.columns {
                html.push_str(&format!("<td{}>{}</td>", class(column), escape(&column.cells[row])));
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div>");
        if !self.is_whole {
            html.push_str(&format!("<p class=\"note\">Показаны первые {SHOWN} строк; все — в файлах.</p>"));
        }
        html
    }
}

/// Columns in the order they are shown: those of a change stand together, after what it is the change of.
fn order(batch: &RecordBatch) -> Vec<usize> {
    let all = 0..batch.num_columns();
    if batch.column_by_name("verdict").is_none() {
        return all.collect();
    }
    let schema = batch.schema_ref();
    let name = |at: &usize| schema.field(*at).name().as_str();
    let measured = all.clone().find(|at| name(at) == "num").unwrap_or(batch.num_columns());
    let moved = || CHANGE.iter().filter_map(|column| schema.index_of(column).ok());
    let rest = |at: &usize| !CHANGE.contains(&name(at));
    (0..measured).filter(rest).chain(moved()).chain((measured..batch.num_columns()).filter(rest)).collect()
}

/// Whether a column of values tells nothing beside the others. A table that is no indicator's keeps all it has.
fn is_left_out(batch: &RecordBatch, name: &str, array: &ArrayRef, several: bool) -> bool {
    if batch.column_by_name("indicator").is_none() {
        return false;
    }
    let only = |column: &ArrayRef, text: &str| texts(column).all(|found| found == text);
    match name {
        "indicator" => !several && texts(array).all(|id| texts(array).next() == Some(id)),
        "entity_name" => batch.column_by_name("level").is_some_and(|level| only(level, "region")),
        // Schools of one name stand in different municipalities.
        "municipality" => !batch.column_by_name("level").is_some_and(|level| only(level, "school")),
        // A count is its own number of cases.
        "n" if same_numbers(array, batch.column_by_name("value")) => true,
        "status" if only(array, "ok") => true,
        "pupil_grade" => batch.column_by_name("grade").is_some_and(|grade| grade == array),
        _ if LEFT_OUT.contains(&name) => true,
        _ => batch.column_by_name("verdict").is_some() && LEFT_OUT_OF_CHANGES.contains(&name),
    }
}

fn same_numbers(whole: &ArrayRef, value: Option<&ArrayRef>) -> bool {
    let Some(values) = value.and_then(|value| value.as_primitive_opt::<Float64Type>()) else { return false };
    let Some(counts) = whole.as_primitive_opt::<Int64Type>() else { return false };
    counts.iter().zip(values).all(|(count, value)| count.map(|count| count as f64) == value)
}

fn texts(array: &ArrayRef) -> impl Iterator<Item = &str> {
    array.as_string_opt::<i32>().into_iter().flat_map(|texts| texts.iter().map(Option::unwrap_or_default))
}

fn cells(words: &Words<'_>, name: &str, array: &ArrayRef) -> Result<Vec<String>, Problem> {
    let digits = digits(array);
    (0..array.len())
        .map(|row| {
            if array.is_null(row) {
                return Ok("—".to_owned());
            }
            Ok(match array.data_type() {
                DataType::Float64 => number(array.as_primitive::<Float64Type>().value(row), digits),
                DataType::Boolean => if array.as_boolean().value(row) { "да" } else { "нет" }.to_owned(),
                DataType::Date32 => {
                    let date = array.as_primitive::<Date32Type>().value_as_date(row);
                    date.map(|date| date.format("%d.%m.%Y").to_string()).unwrap_or_default()
                }
                DataType::Timestamp(TimeUnit::Microsecond, _) => {
                    let time = array.as_primitive::<TimestampMicrosecondType>().value_as_datetime(row);
                    time.map(|time| time.format("%d.%m.%Y %H:%M").to_string()).unwrap_or_default()
                }
                kind if kind.is_integer() => grouped(&array_value_to_string(array, row).map_err(Problem::internal)?),
                _ => {
                    let text = array_value_to_string(array, row).map_err(Problem::internal)?;
                    words.word(name, &text).map_or_else(|| text.clone(), str::to_owned)
                }
            })
        })
        .collect()
}

/// As many digits as a reader needs, the same down the column.
fn digits(array: &ArrayRef) -> usize {
    let Some(values) = array.as_primitive_opt::<Float64Type>() else { return 0 };
    let values = || values.iter().flatten();
    if values().all(|value| value.fract() == 0.0) {
        0
    } else if values().any(|value| value.abs() >= 10.0) {
        1
    } else {
        2
    }
}

/// Decimal comma.
fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}").replace('.', ",").replace('-', "−");
    if digits == 0 { grouped(&text) } else { text }
}

/// `12 345`; a year stays in one piece.
fn grouped(text: &str) -> String {
    if text.len() < 5 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut written = String::with_capacity(text.len() + 6);
    for (place, digit) in text.chars().enumerate() {
        if place > 0 && (text.len() - place).is_multiple_of(3) {
            written.push('\u{202f}');
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(-1.5, 2), "−1,50");
        assert_eq!(number(66_008.0, 0), "66\u{202f}008");
        assert_eq!(grouped("2023"), "2023");
    }
}
