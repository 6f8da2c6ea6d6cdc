//! «Индивидуальные результаты» (Ф1): lines above the header, a line for each school.

use rust_xlsxwriter::XlsxError;

use super::{
    campaign::Test,
    protocol::{Roll, class, score},
    scores::{NOT_ATTEMPTED, NOT_TAUGHT},
    sheet::{Book, Cell, dotted, row},
};

/// A workbook of any number of schools.
pub(super) fn workbook<'a>(test: &Test, rolls: impl Iterator<Item = Roll<'a>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet(&format!("{} {} Индивидуальные результаты", test.subject_short(), test.grade))?;
    for cells in heading(test, "Индивидуальные результаты") {
        sheet.row(cells)?;
    }
    let tasks = &test.paper.tasks;
    let levels = tasks.iter().map(|task| Cell::from(task.level));
    let lead = row!["", "", "Уровень сложности задания", "", "", ""];
    sheet.row(lead.into_iter().chain(levels))?;
    let columns: Vec<String> = tasks.iter().map(|task| format!("{} ({}б)", task.label, task.max)).collect();
    let head = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"];
    let tail = ["Первичный балл", "Отметка", "Отметка по журналу"];
    sheet.texts(head.into_iter().chain(columns.iter().map(String::as_str)).chain(tail))?;
    let after = 6 + tasks.len() as u16;
    for roll in rolls {
        let login = format!("edu{}", roll.school.login());
        let municipality = format!("{}({})", roll.municipality.name, roll.municipality.code());
        let name = roll.school.angled();
        sheet.row(row![format!("{name}({login}) | Кол-во участников: {}", roll.pupils.len())])?;
        for pupil in &roll.pupils {
            sheet.text(0, &login)?;
            sheet.text(1, &municipality)?;
            sheet.text(2, &name)?;
            sheet.number(3, pupil.code)?;
            sheet.text(4, format!("{}{}", test.pupil_grade, class(pupil)))?;
            sheet.number(5, pupil.variant)?;
            for (task, column) in (0..tasks.len()).zip(6..) {
                match pupil.tasks[task] {
                    NOT_ATTEMPTED | NOT_TAUGHT => sheet.text(column, score(pupil, task))?,
                    score => sheet.number(column, score)?,
                }
            }
            sheet.number(after, pupil.score)?;
            sheet.number(after + 1, pupil.mark)?;
            if let Some(journal) = pupil.journal {
                sheet.number(after + 2, journal)?;
            }
            sheet.next();
        }
    }
    book.bytes()
}

/// The six lines above every federal report.
pub(super) fn heading(test: &Test, title: &str) -> Vec<Vec<Cell>> {
    vec![
        row![title],
        row![],
        row![format!("ВПР {} {} {} класс", test.year(), test.subject_name(), test.grade)],
        row!["Предмет:", test.subject_name()],
        row!["Максимальный первичный балл:", u32::from(test.paper.max())],
        row!["Дата:", dotted(test.written())],
    ]
}
