//! Rows for those who read a file rather than a program: Russian headings, titles instead of codes.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{ArrayRef, AsArray, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
    record_batch::RecordBatch,
};
use dinamika_engine::{EngineError, Rows, Source};
use dinamika_project::{ColumnName, Model, ModelKind, Project, Subject};
use futures::StreamExt;

/// The rows with headings of words — a mart's own, else the usual ones —, indicators and subjects by their titles.
pub(crate) fn headed(rows: Rows, project: &Project, from: Option<&Source>) -> Rows {
    let titles: BTreeMap<String, String> = project
        .models
        .iter()
        .filter_map(|model| match &model.kind {
            ModelKind::Indicator(indicator) => Some((indicator.id.to_string(), model.title.clone())),
            _ => None,
        })
        .collect();
    let of_mart = project.models.iter().find(|model| matches!(from, Some(Source::Table(name)) if *name == model.name));
    let before = Arc::clone(rows.schema());
    let after = schema(&before, of_mart);
    let told = Arc::clone(&after);
    Rows::new(&after, rows.map(move |batch| titled(&batch?, &told, &titles)))
}

fn schema(before: &SchemaRef, of_mart: Option<&Model>) -> SchemaRef {
    let is_change = before.field_with_name("base_value").is_ok();
    let fields: Vec<Field> = before
        .fields()
        .iter()
        .map(|field| {
            let is_own = |column: &ColumnName| column.as_str() == field.name();
            let own = of_mart.and_then(|model| model.headings.iter().find(|(column, _)| is_own(column)));
            let name = match (own, field.name().as_str()) {
                (Some((_, own)), _) => own.title.as_str(),
                (None, "value") if is_change => "Стало",
                (None, name) => heading(name),
            };
            field.as_ref().clone().with_name(name)
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, before.metadata().clone()))
}

fn titled(
    batch: &RecordBatch,
    schema: &SchemaRef,
    titles: &BTreeMap<String, String>,
) -> Result<RecordBatch, EngineError> {
    let before = batch.schema();
    let columns = before
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| match (field.name().as_str(), field.data_type()) {
            ("indicator", DataType::Utf8) => words(column, |code| titles.get(code).map(String::as_str)),
            ("subject", DataType::Utf8) => words(column, |code| code.parse::<Subject>().ok().map(Subject::title)),
            _ => Arc::clone(column),
        })
        .collect();
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

fn words<'a>(column: &'a ArrayRef, word: impl Fn(&'a str) -> Option<&'a str>) -> ArrayRef {
    let codes = column.as_string::<i32>();
    Arc::new(codes.iter().map(|code| code.map(|code| word(code).unwrap_or(code))).collect::<StringArray>())
}

/// What a column of the contract is called; no two of one table alike. Others keep their names.
fn heading(column: &str) -> &str {
    match column {
        "indicator" => "Показатель",
        "level" => "Уровень",
        "entity" => "Код",
        "entity_name" => "Название",
        "school_key" => "Логин школы",
        "school_name" => "Школа",
        "municipality_name" => "Муниципалитет",
        "municipality" | "municipality_key" => "Код муниципалитета",
        "period" => "Кампания",
        "subject" => "Предмет",
        "grade" => "Класс работы",
        "pupil_grade" => "Класс учеников",
        "task" => "Задание",
        "num" => "Числитель",
        "den" => "Знаменатель",
        "n" => "Участников (n)",
        "value" => "Значение",
        "ci_low" => "Значение, от (95 %)",
        "ci_high" => "Значение, до (95 %)",
        "status" => "Состояние",
        "sq" => "Сумма квадратов",
        "schools_expected" => "Школ ожидалось",
        "schools_received" => "Школ прислали",
        "pupils_expected" => "Учеников ожидалось",
        "pupils_received" => "Учеников писали",
        "kind" => "Сравнение",
        "base_period" => "С какой кампанией",
        "base_value" => "Было",
        "base_n" => "Участников было",
        "change" => "Изменение",
        "change_ci_low" => "Изменение, от (95 %)",
        "change_ci_high" => "Изменение, до (95 %)",
        "verdict" => "Вывод",
        "gap" => "Отрыв от региона",
        "base_gap" => "Отрыв был",
        "base_z" => "z было",
        "gap_change" => "Изменение отрыва",
        "gap_ci_low" => "Изменение отрыва, от (95 %)",
        "gap_ci_high" => "Изменение отрыва, до (95 %)",
        "verdict_of" => "Вывод сделан по",
        "spread" => "Обычный разброс изменений",
        "break_reason" => "Почему несопоставимо",
        "path" => "Файл",
        "sheet" => "Лист",
        "row" => "Строка",
        "column" => "Столбец",
        "rule" => "Правило",
        "suggestion" => "Что сделать",
        other => other,
    }
}
