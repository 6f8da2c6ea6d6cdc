//! Rows as a table a person reads.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, AsArray},
    datatypes::{DataType, Float64Type},
    record_batch::RecordBatch,
    util::display::array_value_to_string,
};
use dinamika_project::{Project, Subject};

use super::html::escape;
use crate::{Problem, answer::label, resources::indicators::indicators};

/// Rows of a table on a page.
pub(super) const SHOWN: usize = 50;

/// Columns a person does without: keys beside names, parts of a value.
const LEFT_OUT: &[&str] = &["level", "entity", "municipality", "num", "den", "sq"];

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
    /// The first rows; columns with nothing to tell are left out.
    pub(super) fn of(project: &Project, batches: &[RecordBatch]) -> Result<Self, Problem> {
        let Some(first) = batches.first() else { return Ok(Self { columns: Vec::new(), rows: 0, is_whole: true }) };
        let batch = arrow::compute::concat_batches(&first.schema(), batches).map_err(Problem::internal)?;
        let rows = batch.num_rows().min(SHOWN);
        let titles: BTreeMap<&str, &str> =
            indicators(project).map(|(model, indicator)| (indicator.id.as_str(), model.title.as_str())).collect();
        // A table that is no indicator's may have nothing but keys.
        let is_indicators = first.schema().field_with_name("indicator").is_ok();
        let mut columns = Vec::new();
        for (field, array) in first.schema().fields().iter().zip(batch.columns()) {
            let name = field.name().as_str();
            if array.null_count() == array.len() || is_indicators && LEFT_OUT.contains(&name) {
                continue;
            }
            let cells = (0..rows).map(|row| cell(&titles, name, array, row)).collect::<Result<Vec<_>, _>>()?;
            if name == "indicator" && cells.iter().all(|cell| *cell == cells[0]) {
                continue;
            }
            columns.push(Column {
                heading: heading(name).to_owned(),
                is_number: field.data_type().is_numeric(),
                cells,
            });
        }
        Ok(Self { columns, rows, is_whole: batch.num_rows() <= SHOWN })
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

fn cell(titles: &BTreeMap<&str, &str>, name: &str, array: &dyn Array, row: usize) -> Result<String, Problem> {
    if array.is_null(row) {
        return Ok("—".to_owned());
    }
    if *array.data_type() == DataType::Float64 {
        return Ok(number(array.as_primitive::<Float64Type>().value(row)));
    }
    let text = array_value_to_string(array, row).map_err(Problem::internal)?;
    let subject = || text.parse::<Subject>().ok().map(Subject::title);
    let word = match name {
        "indicator" => titles.get(text.as_str()).copied(),
        "subject" => subject(),
        _ => label(name, &text),
    };
    Ok(word.map_or_else(|| text.clone(), str::to_owned))
}

/// Decimal comma; as many digits as a reader needs.
fn number(value: f64) -> String {
    let digits = if value.fract() == 0.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$}").replace('.', ",").replace('-', "−")
}

fn heading(column: &str) -> &str {
    match column {
        "indicator" => "Показатель",
        "level" => "Уровень",
        "entity" => "Код",
        "entity_name" => "Название",
        "municipality" => "Муниципалитет",
        "period" => "Период",
        "subject" => "Предмет",
        "grade" => "Класс",
        "pupil_grade" => "Класс учеников",
        "task" => "Задание",
        "n" => "Участников",
        "value" => "Значение",
        "ci_low" => "от (95 %)",
        "ci_high" => "до (95 %)",
        "status" => "Состояние",
        "kind" => "Сравниваются",
        "base_period" => "Было в",
        "base_value" => "Было",
        "change" => "Изменение",
        "change_ci_low" => "изменение от (95 %)",
        "change_ci_high" => "изменение до (95 %)",
        "verdict" => "Вывод",
        other => other,
    }
}
