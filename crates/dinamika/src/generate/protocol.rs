//! Pupils' results as the system gave them out until 2022: three shapes, each with its dirt.

use rust_xlsxwriter::XlsxError;

use super::{
    campaign::{Shape, Test},
    region::{Municipality, REGION_CODE, REGION_NAME, School},
    scores::{NOT_ATTEMPTED, NOT_TAUGHT, Pupil},
    sheet::{Book, Sheet, row},
};

/// A school with what is printed of its pupils.
pub(super) struct Roll<'a> {
    pub(super) school: &'a School,
    pub(super) municipality: &'a Municipality,
    pub(super) pupils: Vec<Pupil>,
    /// Printed instead of the school's login when its sender got it wrong.
    pub(super) wrong_login: Option<u32>,
}

impl Roll<'_> {
    fn login(&self) -> u32 {
        self.wrong_login.unwrap_or_else(|| self.school.login())
    }
}

/// Where the test's protocol lies.
pub(super) fn path(test: &Test) -> String {
    match test.shape {
        Shape::Text => format!(
            "{0}/{1}/Проведение работы по {2}, {1} класс. ВПР {0}.xlsx",
            test.year(),
            test.grade,
            test.subject_dative()
        ),
        _ => format!("{}/{}/{}.xlsx", test.year(), test.grade, test.subject_name()),
    }
}

/// A protocol in the shape of its year.
pub(super) fn workbook<'a>(test: &Test, rolls: impl Iterator<Item = Roll<'a>>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Book::new()?;
    match test.shape {
        Shape::English => english(&mut book.sheet("Sheet1")?, test, rolls)?,
        Shape::Text => text(&mut book.sheet("Sheet")?, test, rolls)?,
        _ => two_sheets(&mut book, test, rolls)?,
    }
    book.bytes()
}

/// Columns of tasks go on to 40; the textbook stands after the last real one.
const ENGLISH_TASKS: usize = 40;

fn english<'a>(sheet: &mut Sheet<'_>, test: &Test, rolls: impl Iterator<Item = Roll<'a>>) -> Result<(), XlsxError> {
    let tasks = test.paper.tasks.len();
    let head = ["groups", "user", "id", "code", "otc", "gender", "klass", "var-1", "var-2", "sum"].map(str::to_owned);
    let columns =
        (1..=ENGLISH_TASKS).map(|n| if n == tasks + 1 { "Учебник".to_owned() } else { format!("a-{n}-grade") });
    let header: Vec<String> = head.into_iter().chain(columns).collect();
    sheet.texts(header.iter().map(String::as_str))?;
    let groups = format!("{REGION_CODE}-RU-SVG,EAST,VPR_{REGION_CODE},vpr_msk_3,vpr_ma_var_9-10,tcs_schools,");
    for roll in rolls {
        let login = format!("sch{}", roll.login());
        for (place, pupil) in roll.pupils.iter().enumerate() {
            sheet.text(0, &groups)?;
            sheet.text(1, &login)?;
            sheet.number(2, (place + 1) as f64)?;
            sheet.number(3, pupil.code)?;
            sheet.text(4, journal(pupil))?;
            sheet.text(5, sex(pupil))?;
            sheet.text(6, class(pupil))?;
            sheet.text(7, variant(pupil))?;
            if test.subject == "RU" {
                sheet.text(8, variant(pupil))?;
            }
            if !pupil.absent {
                match pupil.misprint {
                    Some(misprint) => sheet.text(9, misprint)?,
                    None => sheet.number(9, pupil.score)?,
                }
                for (task, column) in (0..tasks).zip(10..) {
                    sheet.text(column, score(pupil, task))?;
                }
            }
            sheet.next();
        }
    }
    Ok(())
}

fn text<'a>(sheet: &mut Sheet<'_>, test: &Test, rolls: impl Iterator<Item = Roll<'a>>) -> Result<(), XlsxError> {
    let tasks = test.paper.tasks.len();
    let head = [
        "логин школы",
        "регион",
        "номер обучающегося",
        "код обучающегося",
        "отметка за предыдущую четверть/триместр",
        "пол",
        "класс",
        "вариант",
        "всего баллов",
    ]
    .map(str::to_owned);
    let columns = (1..=tasks).map(|n| format!("балл за {n}"));
    let tail = ["Учебник", "Др.уч. автор", "Др.уч. название"].map(str::to_owned);
    let header: Vec<String> = head.into_iter().chain(columns).chain(tail).collect();
    sheet.texts(header.iter().map(String::as_str))?;
    for roll in rolls {
        let login = format!("sch{}", roll.login());
        let textbook = textbook(test, roll.school);
        for (place, pupil) in roll.pupils.iter().enumerate() {
            sheet.text(0, &login)?;
            sheet.text(1, &roll.municipality.short)?;
            sheet.text(2, (place + 1).to_string())?;
            sheet.text(3, pupil.code.to_string())?;
            sheet.text(4, journal(pupil))?;
            sheet.text(5, sex(pupil))?;
            sheet.text(6, class(pupil))?;
            sheet.text(7, variant(pupil))?;
            if !pupil.absent {
                sheet.text(8, total(pupil))?;
                for (task, column) in (0..tasks).zip(9..) {
                    sheet.text(column, score(pupil, task))?;
                }
                sheet.text(9 + tasks as u16, &textbook)?;
            }
            sheet.next();
        }
    }
    Ok(())
}

fn two_sheets<'a>(book: &mut Book, test: &Test, rolls: impl Iterator<Item = Roll<'a>>) -> Result<(), XlsxError> {
    let rolls: Vec<Roll<'a>> = rolls.collect();
    let place = ["Пользователь", "Код региона", "Регион", "Муниципалитет", "Школа", "Дата загрузки"];
    let mut classes = book.sheet("Классы")?;
    classes.texts(place.into_iter().chain([
        "Буква (цифра) класса. Введите \"нет\" - если отсутствует",
        "Основной учебник по предмету",
        "Другое (автор учебника)",
        "Другое (название учебника)",
    ]))?;
    for roll in &rolls {
        let mut cells = who(test, roll);
        cells.extend(row!["А", textbook(test, roll.school)]);
        classes.row(cells)?;
    }
    let mut sheet = book.sheet("Протокол")?;
    let columns: Vec<String> = test.paper.tasks.iter().map(|task| format!("{} ({}б)", task.label, task.max)).collect();
    let tail = ["Наименование класса", "Пол", "Отметка за предыдущий триместр/ четверть/полугодие", "Итого баллов"];
    sheet.texts(place.into_iter().chain(["Код", "Вариант"]).chain(columns.iter().map(String::as_str)).chain(tail))?;
    let after = 8 + columns.len() as u16;
    for roll in &rolls {
        let who = who(test, roll);
        for pupil in &roll.pupils {
            // The row is finished below: its cells are of three kinds.
            for (column, cell) in (0..).zip(&who) {
                match cell {
                    super::sheet::Cell::Text(text) => sheet.text(column, text)?,
                    super::sheet::Cell::Number(number) => sheet.number(column, *number)?,
                    super::sheet::Cell::Blank => {}
                }
            }
            sheet.number(6, pupil.code)?;
            sheet.text(7, variant(pupil))?;
            if !pupil.absent {
                for (task, column) in (0..columns.len()).zip(8..) {
                    match pupil.tasks[task] {
                        NOT_ATTEMPTED | NOT_TAUGHT => sheet.text(column, score(pupil, task))?,
                        score => sheet.number(column, score)?,
                    }
                }
                match pupil.misprint {
                    Some(misprint) => sheet.text(after + 3, misprint)?,
                    None => sheet.number(after + 3, pupil.score)?,
                }
            }
            sheet.text(after, class(pupil))?;
            sheet.text(after + 1, sex(pupil))?;
            sheet.text(after + 2, journal(pupil))?;
            sheet.next();
        }
    }
    Ok(())
}

/// The first six columns of the exports of 2022.
fn who(test: &Test, roll: &Roll<'_>) -> Vec<super::sheet::Cell> {
    let login = format!("edu{}", roll.login());
    let loaded = test.written() + chrono::Days::new(3 + roll.school.index as u64 % 20);
    row![
        login.as_str(),
        REGION_CODE,
        format!("reg{REGION_CODE}0000 | {REGION_NAME}"),
        format!("{} | {}", roll.municipality.code(), roll.municipality.name),
        format!("{login} | {}", roll.school.quoted()),
        format!("{} {:02}:{:02}:51", super::sheet::dotted(loaded), 8 + roll.school.index % 9, roll.school.index % 60),
    ]
}

fn textbook(test: &Test, school: &School) -> String {
    format!("Учебник-{:02}. {} {} класс", school.index % 12 + 1, test.subject_name(), test.pupil_grade)
}

fn total(pupil: &Pupil) -> String {
    pupil.misprint.map_or_else(|| pupil.score.to_string(), str::to_owned)
}

/// What schools type for a task that was not attempted: four signs that look alike.
const CROSSES: [&str; 8] = ["X", "X", "X", "x", "X", "Х", "X ", "х"];
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

pub(super) fn score(pupil: &Pupil, task: usize) -> &'static str {
    match pupil.tasks[task] {
        NOT_TAUGHT => "не пройд.",
        NOT_ATTEMPTED => CROSSES[(pupil.code as usize + task) % CROSSES.len()],
        score => DIGITS.get(usize::from(score)).copied().unwrap_or("0"),
    }
}

pub(super) fn class(pupil: &Pupil) -> &'static str {
    let lower = pupil.code % 7 == 3;
    match (pupil.class, lower) {
        (0, false) => "А",
        (0, true) => "а",
        (1, false) => "Б",
        (1, true) => "б",
        (_, false) => "В",
        (_, true) => "в",
    }
}

fn sex(pupil: &Pupil) -> &'static str {
    match (pupil.girl, pupil.code % 11 == 5) {
        (None, _) => "",
        (Some(true), false) => "ж",
        (Some(true), true) => "Ж",
        (Some(false), false) => "м",
        (Some(false), true) => "М",
    }
}

fn variant(pupil: &Pupil) -> &'static str {
    match (pupil.absent, pupil.variant) {
        (true, _) => "отсутствовал",
        (false, 1) => "1",
        (false, _) => "2",
    }
}

fn journal(pupil: &Pupil) -> &'static str {
    match pupil.journal {
        None if pupil.absent || pupil.code.is_multiple_of(2) => "",
        None => "нет отметки",
        Some(mark) => DIGITS[usize::from(mark)],
    }
}
