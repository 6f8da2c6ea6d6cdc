//! What columns and their codes are called on a page.

use std::collections::BTreeMap;

use dinamika_project::{Project, Subject};

use crate::{answer::label, resources::indicators::indicators};

/// Titles a project gives to what its tables name by code.
pub(super) struct Words<'a> {
    indicators: BTreeMap<&'a str, (&'a str, &'a str)>,
    pipelines: BTreeMap<&'a str, &'a str>,
    municipalities: &'a BTreeMap<String, String>,
}

impl<'a> Words<'a> {
    pub(super) fn of(project: &'a Project, municipalities: &'a BTreeMap<String, String>) -> Self {
        let titled = indicators(project)
            .map(|(model, indicator)| (indicator.id.as_str(), (model.title.as_str(), indicator.unit.as_str())));
        let pipelines = project.pipelines.iter().map(|pipeline| (pipeline.name.as_str(), pipeline.title.as_str()));
        Self { indicators: titled.collect(), pipelines: pipelines.collect(), municipalities }
    }

    /// The word for a code of a column; none where it speaks for itself.
    pub(super) fn word(&self, column: &str, code: &str) -> Option<&'a str> {
        match column {
            "indicator" => self.indicators.get(code).map(|(title, _)| *title),
            "pipeline" => self.pipelines.get(code).copied(),
            "municipality" => self.municipalities.get(code).map(String::as_str),
            "subject" => code.parse::<Subject>().ok().map(Subject::title),
            "status" | "method" => label(column, code).or_else(|| matching(code)),
            _ => label(column, code),
        }
    }

    /// The unit that all these indicators are measured in.
    pub(super) fn unit<'i>(&self, mut ids: impl Iterator<Item = &'i str>) -> Option<&'a str> {
        let unit = self.indicators.get(ids.next()?)?.1;
        let same = ids.all(|id| self.indicators.get(id).is_some_and(|(_, other)| *other == unit));
        (same && !unit.is_empty()).then_some(unit)
    }
}

/// How a school's spelling was resolved.
fn matching(code: &str) -> Option<&'static str> {
    Some(match code {
        "matched" => "опознана",
        "review" => "ждёт решения",
        "rejected" => "решено: нет в реестре",
        "decision" => "по решению",
        "login" => "по логину",
        "inn" => "по ИНН",
        "ogrn" => "по ОГРН",
        "oge" => "по коду ОГЭ",
        "ege" => "по коду ЕГЭ",
        "number" => "по номеру",
        "name" => "по названию",
        _ => return None,
    })
}

pub(super) fn heading(column: &str) -> &str {
    match column {
        "indicator" => "Показатель",
        "level" => "Уровень",
        "entity" => "Код",
        "entity_name" | "school_name" => "Название",
        "municipality" | "municipality_name" => "Муниципалитет",
        "period" => "Период",
        "subject" => "Предмет",
        "grade" => "Класс",
        "pupil_grade" => "Класс учеников",
        "task" => "Задание",
        "n" => "Всего",
        "value" => "Значение",
        "ci_low" => "от (95 %)",
        "ci_high" => "до (95 %)",
        "status" => "Состояние",
        "schools_expected" => "Школ ждали",
        "schools_received" => "Школ прислали",
        "pupils_expected" => "Учеников ждали",
        "kind" => "Сравнение",
        "base_period" => "База",
        "base_value" => "Было",
        "change" => "Изменение",
        "change_ci_low" => "от (95 %)",
        "change_ci_high" => "до (95 %)",
        "verdict" => "Вывод",
        "test" => "Работа",
        "score" => "Балл",
        "pipeline" => "Вид выгрузки",
        "layout" => "Форма",
        "path" => "Файл",
        "sheet" => "Лист",
        "line" => "№",
        "column_name" => "Столбец",
        "rule" => "Правило",
        "suggestion" => "Что сделать",
        "method" => "Как опознана",
        "loaded_at" => "Загружен",
        "rows_in" => "Строк в файле",
        "rows_kept" => "Принято",
        "rows_rejected" => "Отклонено",
        "rejected_pct" => "Отклонено, %",
        "n_over_max" => "Балл выше максимума",
        "n_differs" => "Балл не равен сумме заданий",
        "claim" => "Утверждение",
        "printed" => "Напечатано",
        "printed_cmp" => "Оговорка",
        "num" => "Числитель",
        "den" => "Знаменатель",
        "recomputed" => "Пересчёт",
        "contradiction" => "Расходится",
        other => other,
    }
}
