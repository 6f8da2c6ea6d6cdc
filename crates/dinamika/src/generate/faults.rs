//! What is wrong on purpose, each with what the product should make of it.

use chrono::Days;

use super::{
    GenerateError, GenerateOptions, Scene,
    campaign::{Shape, Test, day},
    outbox::Outbox,
    protocol::{self, Roll},
    region::{REGION_CODE, Region, School},
    scores::{self, Pupil},
    sheet::{Book, row},
    tally::Tally,
    truth::PlantedFault,
};

/// Printed instead of a score: above any maximum, with a letter О for a nought, negative.
const MISPRINTS: [&str; 3] = ["1420", "1О", "-3"];
/// Logins of the region's form that no school has: their numbers are beyond the last school's.
const STRANGERS: u32 = 2;

/// Where faults stand; nothing is planted when everything is `None`.
pub(super) struct Faults {
    seed: u64,
    /// A test and school with unreadable scores.
    misprinted: Option<(usize, usize)>,
    /// A test with lines of unknown schools.
    strange: Option<usize>,
    /// A test and municipality whose results were sent again, corrected.
    resent: Option<(usize, usize, String)>,
    /// A file that was sent twice.
    twice: Option<String>,
    /// Whether whole files are wrong.
    files: bool,
    /// Whether the institute's register has bad rows.
    pub(super) register: bool,
    list: Vec<PlantedFault>,
}

impl Faults {
    pub(super) fn plan(options: &GenerateOptions, region: &Region, tests: &[Test]) -> Self {
        let mut faults = Self {
            seed: options.seed,
            misprinted: None,
            strange: None,
            resent: None,
            twice: None,
            files: options.faults,
            register: options.faults && options.years.contains(&super::courses::SPOILED),
            list: Vec::new(),
        };
        if !options.faults {
            return faults;
        }
        let find = |shape, subject| {
            tests.iter().find(|test| test.shape == shape && test.subject == subject && test.grade == 4)
        };
        if let Some(test) = find(Shape::TwoSheets, "RU") {
            let school = region.schools.iter().find(|school| school.parallel >= 15.0).or(region.schools.first());
            faults.misprinted = school.map(|school| (test.index, school.index));
            faults.note(
                "misprint",
                &protocol::path(test),
                "три балла не читаются: ячейки отклонены, ученики не считаются участниками",
                3,
            );
        }
        if let Some(test) = find(Shape::Text, "MA").filter(|_| region.schools.len() + STRANGERS as usize <= 9_999) {
            faults.strange = Some(test.index);
            let rows = (0..STRANGERS).map(|place| faults.stranger(test, region, place).pupils.len() as u64).sum();
            faults.note(
                "unknown_login",
                &protocol::path(test),
                "логины, которых нет в реестре: строки ждут решения; они входят в показатели региона, но ни одной школы",
                rows,
            );
        }
        if let Some(test) = find(Shape::Text, "RU") {
            faults.twice = Some(protocol::path(test));
        }
        if let Some(test) = find(Shape::TwoSheets, "MA") {
            let path = format!(
                "{0}/{1}/Проведение работы по {2}, {1} класс. ВПР {0}. Исправлено.xlsx",
                test.year(),
                test.grade,
                test.subject_dative()
            );
            let municipality = region.municipalities.len() - 1;
            let rows = region.schools[region.municipalities[municipality].schools.clone()]
                .iter()
                .map(|school| scores::pupils(options.seed, test, school).len() as u64)
                .sum();
            faults.note(
                "corrected",
                &path,
                "исправленные протоколы одного муниципалитета заменяют прежние; файл новее",
                rows,
            );
            faults.resent = Some((test.index, municipality, path));
        }
        faults
    }

    pub(super) fn note(&mut self, kind: &str, path: &str, expect: &str, rows: u64) {
        self.list.push(PlantedFault { kind: kind.to_owned(), path: path.to_owned(), expect: expect.to_owned(), rows });
    }

    /// A school's lines in the end: misprints stay.
    pub(super) fn pupils(&self, scene: Scene<'_>, test: &Test, school: &School) -> Vec<Pupil> {
        let mut pupils = scores::pupils(scene.options.seed, test, school);
        if self.misprinted == Some((test.index, school.index)) {
            for (pupil, misprint) in pupils.iter_mut().filter(|pupil| !pupil.absent).zip(MISPRINTS) {
                pupil.misprint = Some(misprint);
            }
        }
        pupils
    }

    /// A school's lines as first sent: where a correction follows, every third pupil has less.
    pub(super) fn first_edition(&self, test: &Test, school: &School, mut pupils: Vec<Pupil>) -> Vec<Pupil> {
        let corrected = self
            .resent
            .as_ref()
            .is_some_and(|(index, municipality, _)| (*index, *municipality) == (test.index, school.municipality));
        if corrected {
            for pupil in pupils.iter_mut().filter(|pupil| !pupil.absent).step_by(3) {
                if let Some(score) = pupil.tasks.iter_mut().find(|score| (1..scores::NOT_TAUGHT).contains(*score)) {
                    pupil.score -= u16::from(*score);
                    *score = 0;
                    pupil.mark = test.paper.mark(pupil.score);
                }
            }
        }
        pupils
    }

    /// The path and municipality of the test's second file.
    pub(super) fn resent(&self, test: &Test) -> Option<(&str, usize)> {
        self.resent
            .as_ref()
            .filter(|(index, ..)| *index == test.index)
            .map(|(_, municipality, path)| (path.as_str(), *municipality))
    }

    /// Lines of schools that nobody knows.
    pub(super) fn strangers<'a>(&self, scene: Scene<'a>, test: &Test) -> Vec<Roll<'a>> {
        if self.strange != Some(test.index) {
            return Vec::new();
        }
        (0..STRANGERS).map(|place| self.stranger(test, scene.region, place)).collect()
    }

    /// What the lines of unknown schools come to.
    pub(super) fn unknown(&self, scene: Scene<'_>, test: &Test) -> Tally {
        Tally::sum(&self.strangers(scene, test).iter().map(|roll| Tally::of(&roll.pupils)).collect::<Vec<_>>())
    }

    fn stranger<'a>(&self, test: &Test, region: &'a Region, place: u32) -> Roll<'a> {
        let school = &region.schools[place as usize % region.schools.len()];
        let pupils = scores::pupils(self.seed, test, school);
        Roll {
            school,
            municipality: region.municipality(school),
            pupils,
            wrong_login: Some(REGION_CODE * 10_000 + 9_998 + place),
        }
    }

    /// Plants the files that are wrong as wholes; registers have their bad rows already.
    pub(super) fn spoil(&mut self, outbox: &Outbox) -> Result<(), GenerateError> {
        if !self.files {
            return Ok(());
        }
        if let Some(path) = self.twice.clone() {
            let bytes = outbox.read(&path)?;
            let copy = path.replace("Проведение", "Копия Проведение");
            outbox.put(&copy, day(2021, 6, 9), &bytes)?;
            self.note("duplicate_file", &copy, "те же байты: файл не читается второй раз", 0);
            let half = &bytes[..bytes.len() / 2];
            let broken = "2021/4/Математика, передано не полностью.xlsx";
            outbox.put(broken, day(2021, 6, 9), half)?;
            self.note("broken_file", broken, "книга обрывается: файл отклонён", 0);
        }
        let empty = "КПК/Пустой реестр.csv";
        outbox.put(empty, day(2022, 1, 10), b"")?;
        self.note("empty_file", empty, "файл пуст: отклонён", 0);
        let menu = "Прочее/Меню столовой.xlsx";
        outbox.put(menu, day(2022, 1, 10), &canteen()?)?;
        self.note("no_layout", menu, "ни одна форма не подходит: файл отклонён", 0);
        let leak = "ШНОР/Список ШНОР 2020 с лишним столбцом.xlsx";
        outbox.put(leak, day(2020, 1, 10) + Days::new(1), &leaked()?)?;
        self.note("personal_data", leak, "СНИЛС там, где его быть не должно: файл отклонён целиком", 1);
        Ok(())
    }

    pub(super) fn into_list(mut self) -> Vec<PlantedFault> {
        if self.register {
            for (kind, path, expect, rows) in super::courses::FAULTS {
                self.note(kind, path, expect, rows);
            }
        }
        if self.files {
            self.note("multi_row_header", "Мероприятия/", "заголовок в две строки: столбцы названы обеими", 0);
            self.note("windows_1251", "КПК/", "CSV в windows-1251 с точкой с запятой: читается", 0);
        }
        self.list.sort();
        self.list
    }
}

fn canteen() -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Меню")?;
    sheet.texts(["День недели", "Первое", "Второе", "Выход, г"])?;
    sheet.row(row!["Понедельник", "Борщ", "Каша гречневая", 250_u32])?;
    sheet.row(row!["Вторник", "Щи", "Макароны", 240_u32])?;
    Ok(book.bytes()?)
}

/// A list with a number of the form of СНИЛС and a right check sum, of nobody.
fn leaked() -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Лист1")?;
    sheet.texts(["Приложение к распоряжению от 10.01.2020 № 1-мр"])?;
    sheet.texts(["Список школ с низкими образовательными результатами на 2020 год"])?;
    sheet.texts(["№", "Муниципалитет", "Наименование ОО", "Уровень", "Примечание"])?;
    sheet.row(row![
        1_u32,
        "Образцовый муниципальный район",
        "МБОУ \"СОШ № 1\"",
        "базово неуспевающая",
        "ответственный: 112-233-445 95"
    ])?;
    Ok(book.bytes()?)
}
