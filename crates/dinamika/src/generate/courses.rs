//! Teachers' courses: the institute's own sheet (CSV) and the federal register's form.

use chrono::{Days, NaiveDate};
use encoding_rs::WINDOWS_1251;

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::School,
    sheet::{Book, Cell, dotted, row},
    staff::{Teacher, teachers},
    work::{Done, Job},
};

/// Programmes: title, hours, whether they are in the federal register.
const PROGRAMMES: [(&str, usize, bool); 9] = [
    ("Формирование функциональной грамотности обучающихся", 36, true),
    ("Реализация требований обновленных ФГОС в работе учителя", 36, true),
    ("Школа современного учителя: развитие читательской грамотности", 56, true),
    ("Объективность оценивания: от ВПР к внутренней системе оценки", 24, false),
    ("Работа с обучающимися с рисками учебной неуспешности", 72, false),
    ("Информационная безопасность детей", 16, false),
    ("Методика преподавания в малокомплектной школе", 72, true),
    ("Управление качеством образования: перевод школы в эффективный режим", 72, false),
    ("Дефектология", 254, false),
];
const IRO: &str = "ГАУ ДПО «Светлогорский институт развития образования»";
const PLAIN: &str = "КПК/Реестр ИРО 2021-2022.csv";
/// The school year whose sheet has bad rows.
pub(super) const SPOILED: u16 = 2021;
/// Faults of the sheet of 2021/22: kind, file, what to expect, rows.
pub(super) const FAULTS: [(&str, &str, &str, u64); 4] = [
    ("impossible_date", PLAIN, "31 февраля: ячейка отклонена, строка остаётся", 2),
    ("letters_in_number", PLAIN, "часы словами: ячейка отклонена, строка остаётся", 2),
    ("unknown_school", PLAIN, "школы № 999 нет: строки ждут решения", 2),
    (
        "misspelled_school",
        PLAIN,
        "латинские буквы и опечатки в названии: школа опознаётся или предлагается к проверке",
        4,
    ),
];
const HEADER: [&str; 15] = [
    "№",
    "ФИО",
    "Дата рождения",
    "Должность",
    "ОО",
    "Муниципалитет",
    "Предмет",
    "Программа",
    "Вид",
    "Часы",
    "Сроки",
    "Форма",
    "№ удостоверения",
    "Организация ДПО",
    "Входит в фед. реестр",
];

/// One sheet a year, and one federal form.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job<'_>> = scene
        .options
        .years
        .iter()
        .map(|&starts| {
            Job::new(format!("Реестр ИРО {starts}/{:02}", (starts + 1) % 100), move |outbox| {
                let (bytes, rows) = institute(scene, starts)?;
                outbox.put(&format!("КПК/Реестр ИРО {starts}-{}.csv", starts + 1), day(starts + 1, 7, 1), &bytes)?;
                Ok(Done::rows("kpk_registry", rows))
            })
        })
        .collect();
    if let Some(&starts) = scene.options.years.iter().max() {
        jobs.push(Job::new("Форма ФИС ФРДО", move |outbox| {
            let (bytes, rows) = federal(scene, starts)?;
            outbox.put(&format!("КПК/ФРДО {}.xlsx", starts + 1), day(starts + 1, 7, 1), &bytes)?;
            Ok(Done::rows("kpk_registry", rows))
        }));
    }
    jobs
}

/// A completed course.
struct Course {
    programme: usize,
    from: NaiveDate,
    to: NaiveDate,
}

/// Who of a school finished what in a year; the institute and the academy draw apart.
fn completed<'a>(
    scene: Scene<'a>,
    school: &'a School,
    starts: u16,
    provider: &str,
    share: f64,
) -> impl Iterator<Item = (Teacher, Course)> + use<'a> {
    let mut dice = Dice::of(scene.options.seed, provider, &[school.index, usize::from(starts)]);
    teachers(scene.options.seed, school).filter_map(move |teacher| {
        // Both draws are made for everybody, so that one teacher's luck is not another's.
        let (luck, programme, start) = (dice.unit(), dice.below(PROGRAMMES.len()), dice.below(260));
        let from = day(starts, 9, 7) + Days::new(start as u64);
        let to = from + Days::new(PROGRAMMES[programme].1 as u64 / 4);
        (luck < share).then_some((teacher, Course { programme, from, to }))
    })
}

fn institute(scene: Scene<'_>, starts: u16) -> Result<(Vec<u8>, usize), GenerateError> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER)?;
    let mut rows = 0;
    let faulty = scene.faults.register && starts == SPOILED;
    for school in &scene.region.schools {
        let municipality = scene.region.municipality(school);
        for (teacher, course) in completed(scene, school, starts, "institute", 0.3) {
            rows += 1;
            let (title, hours, federal) = PROGRAMMES[course.programme];
            let mut cells = [
                rows.to_string(),
                teacher.token,
                dotted(teacher.born),
                teacher.position.to_owned(),
                school.quoted(),
                municipality.short.clone(),
                teacher.subject.to_owned(),
                title.to_owned(),
                if hours >= 250 {
                    "Профессиональная переподготовка".to_owned()
                } else {
                    "Повышение квалификации".to_owned()
                },
                hours.to_string(),
                format!("{} - {}", dotted(course.from), dotted(course.to)),
                if rows % 2 == 0 { "очная" } else { "заочная с ДОТ" }.to_owned(),
                format!("ИРО-{}-{rows:06}", starts + 1),
                IRO.to_owned(),
                if federal { "да" } else { "нет" }.to_owned(),
            ];
            if faulty {
                spoil(&mut cells, rows);
            }
            writer.write_record(&cells)?;
        }
    }
    let text = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    let text = String::from_utf8_lossy(&text);
    Ok((WINDOWS_1251.encode(&text).0.into_owned(), rows))
}

/// Bad rows of the sheet, by their number.
fn spoil(cells: &mut [String; 15], row: usize) {
    match row {
        11 | 12 => cells[10] = "01.02.2022 - 31.02.2022".to_owned(),
        21 | 22 => cells[9] = "семьдесят два".to_owned(),
        31 | 32 => cells[4] = "МБОУ \"СОШ № 999\"".to_owned(),
        // Latin M, O, C and O among Cyrillic letters.
        41 | 42 => cells[4] = cells[4].replace("МБОУ", "MБOУ").replace("СОШ", "COШ"),
        43 | 44 => cells[4] = cells[4].replace("СОШ", "СОШ ").replace("Гимназия", "Гимазия").replace('"', "'"),
        _ => {}
    }
}

/// The forty columns of the federal form.
const FEDERAL: [&str; 40] = [
    "Вид документа",
    "Статус документа",
    "Подтверждение утраты",
    "Подтверждение обмена",
    "Подтверждение уничтожения",
    "Серия документа",
    "Номер документа",
    "Дата выдачи документа",
    "Регистрационный номер",
    "Дополнительная профессиональная программа (повышение квалификации/ профессиональная переподготовка)",
    "Наименование дополнительной профессиональной программы",
    "Наименование области профессиональной деятельности",
    "Укрупненные группы специальностей",
    "Наименование квалификации, профессии, специальности",
    "Уровень образования ВО/СПО",
    "Фамилия указанная в дипломе о ВО или СПО",
    "Серия документа о ВО/СПО",
    "Номер документа о ВО/СПО",
    "Год начала обучения (для документа о квалификации)",
    "Год окончания обучения (для документа о квалификации)",
    "Срок обучения, часов (для документа о квалификации)",
    "Фамилия получателя",
    "Имя получателя",
    "Отчество получателя",
    "Дата рождения получателя",
    "Пол получателя",
    "СНИЛС",
    "Форма обучения",
    "Источник финансирования обучения",
    "Форма получения образования на момент прекращения образовательных отношений",
    "Гражданство получателя (код страны по ОКСМ)",
    "Наименование документа об образовании (оригинала)",
    "Серия (оригинала)",
    "Номер (оригинала)",
    "Регистрационный N (оригинала)",
    "Дата выдачи (оригинала)",
    "Фамилия получателя (оригинала)",
    "Имя получателя (оригинала)",
    "Отчество получателя (оригинала)",
    "Номер документа для изменения",
];

fn federal(scene: Scene<'_>, starts: u16) -> Result<(Vec<u8>, usize), GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Шаблон")?;
    sheet.texts(FEDERAL)?;
    let mut rows = 0;
    for school in &scene.region.schools {
        for (teacher, course) in completed(scene, school, starts, "academy", 0.08) {
            rows += 1;
            sheet.row(document(&teacher, &course, starts, rows, "Оригинал"))?;
            // A lost document is issued again under a number of its own: one course all the same.
            if rows % 50 == 0 {
                rows += 1;
                sheet.row(document(&teacher, &course, starts, rows, "Дубликат"))?;
            }
        }
    }
    Ok((book.bytes()?, rows))
}

fn document(teacher: &Teacher, course: &Course, starts: u16, place: usize, status: &str) -> Vec<Cell> {
    let (title, hours, _) = PROGRAMMES[course.programme];
    let (document, kind) = if hours >= 250 {
        ("Диплом о профессиональной переподготовке", "Профессиональная переподготовка")
    } else {
        ("Удостоверение о повышении квалификации", "Повышение квалификации")
    };
    let year = u32::from(starts) + u32::from(course.to >= day(starts + 1, 1, 1));
    let mut cells = row![document, status, "Нет", "Нет", "Нет", "АМ"];
    cells.extend(row![format!("{place:06}"), dotted(course.to), format!("АМ-{year}-{place:06}"), kind, title]);
    cells.extend(row!["Образование и наука", "44.00.00 Образование и педагогические науки", "", "ВО", "", "", ""]);
    cells.extend(row![u32::from(starts), year, hours, teacher.token.as_str(), "Имя", "Отчество", dotted(teacher.born)]);
    // Numbers this low were never given to people, and no sum is checked in them.
    cells.extend(row![
        "Жен",
        format!("000-{:03}-{:03} 00", place / 1_000, place % 1_000),
        "Заочная",
        "Федеральный бюджет",
        "в образовательной организации",
        "643"
    ]);
    cells
}
