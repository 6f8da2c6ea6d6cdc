//! Reports on municipal road maps: the form of eight columns, with dates and documents as people
//! write them.

use chrono::{Datelike, Days, NaiveDate};

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::{Municipality, REGION_CODE},
    sheet::{Book, dotted, row},
    work::{Done, Job},
};

const HEADER: [&str; 8] = [
    "Код региона",
    "Муниципалитет",
    "Все мероприятия, запланированные в муниципальной дорожной карте",
    "Краткое описание мероприятий",
    "Дата проведения мероприятия",
    "Организация, ответственная за проведение мероприятия",
    "Целевая аудитория мероприятия",
    "Ссылка на размещение документов, подтверждающих проведение мероприятия",
];
const EVENTS: [&str; 12] = [
    "Совещание с руководителями общеобразовательных организаций о результатах ВПР",
    "Семинар по разработке программы повышения качества образования",
    "Методический семинар «Результаты оценочных процедур как средство повышения эффективности»",
    "Выездная проверка качества образования в школах с низкими результатами ВПР",
    "Круглый стол «Объективность оценивания»",
    "Практикум для учителей русского языка",
    "Практикум для учителей математики",
    "Мастер-классы по управлению образовательной системой",
    "Консультации кураторов по рисковым профилям",
    "Конкурс педагогического мастерства",
    "Вебинар «Функциональная грамотность: от задачи к уроку»",
    "Мониторинг реализации среднесрочных программ развития",
];
const MONTHS: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];
const MONTHS_OF: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// One report for each municipality and year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let job = |starts: u16| {
        Job::new(format!("Дорожные карты {starts}/{:02}", (starts + 1) % 100), move |outbox| {
            let mut rows = 0;
            for municipality in &scene.region.municipalities {
                let (bytes, count) = report(scene, municipality, starts)?;
                let path =
                    format!("Дорожные карты/{starts}-{}/{} Отчет о мероприятиях.xlsx", starts + 1, municipality.code());
                outbox.put(&path, day(starts + 1, 6, 20), &bytes)?;
                rows += count;
            }
            Ok(Done::rows("road_map", rows))
        })
    };
    scene.options.years.iter().map(|starts| job(*starts)).collect()
}

fn report(scene: Scene<'_>, municipality: &Municipality, starts: u16) -> Result<(Vec<u8>, usize), GenerateError> {
    let mut dice = Dice::of(scene.options.seed, "roadmap", &[municipality.index, usize::from(starts)]);
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Отчет")?;
    sheet.row(row![format!(
        "Отчет о выполнении мероприятий муниципальной дорожной карты за {starts}-{} учебный год",
        starts + 1
    )])?;
    sheet.texts(HEADER)?;
    sheet.texts(["", "", "перечислить муниципальные мероприятия", "", "Или плановая дата мероприятия", "", "", ""])?;
    let mut events = EVENTS;
    dice.shuffle(&mut events);
    let many = 7 + dice.below(6);
    for (place, event) in events.iter().take(many).enumerate() {
        // A page break repeats the header.
        if place == 8 {
            sheet.texts(HEADER)?;
        }
        let held = day(starts, 9, 10) + Days::new(dice.below(260) as u64);
        let organisation = dice.pick(&[
            "МКУ «Центр развития образования»",
            "Управление образования администрации",
            "Методический отдел",
            "Методист-01, методист-02",
        ]);
        sheet.row(row![
            REGION_CODE,
            municipality.short.as_str(),
            *event,
            if dice.chance(0.1) {
                ""
            } else {
                "Рассмотрены итоги, даны адресные рекомендации, определены сроки повторного посещения"
            },
            when(held, &mut dice),
            organisation,
            dice.pick(&[
                "руководители ОО",
                "учителя-предметники",
                "кураторы ШНОР",
                "руководители и заместители руководителей ОО"
            ]),
            evidence(held, &mut dice),
        ])?;
    }
    Ok((book.bytes()?, many))
}

/// The same day in one of the ways found in reports.
fn when(held: NaiveDate, dice: &mut Dice) -> String {
    let (year, month) = (held.year(), held.month0() as usize);
    match dice.below(8) {
        0 | 1 => format!("{} {} {year} года", held.day(), MONTHS_OF[month]),
        2 => format!("До {} {} {year} года", held.day(), MONTHS_OF[month]),
        3 => format!("{} {year} года", capital(MONTHS[month])),
        4 => "В течение учебного года".to_owned(),
        5 if held.day() < 28 => format!("{} и {} {} {year}", held.day(), held.day() + 1, MONTHS_OF[month]),
        6 => held.format("%d.%m.%y").to_string(),
        _ => dotted(held),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// None, one or two documents; now and then one from before the event.
fn evidence(held: NaiveDate, dice: &mut Dice) -> String {
    let number = 10 + dice.below(400);
    let after = held + Days::new(2 + dice.below(20) as u64);
    match dice.below(7) {
        0 => String::new(),
        1 => "Материалы размещены на сайте".to_owned(),
        2 => format!("Протокол совещания от {} № {number}", dotted(held - Days::new(30))),
        3 => format!(
            "Приказ управления образования от {} № {number} Протокол заседания от {} № {}",
            dotted(after),
            dotted(after + Days::new(9)),
            number % 12 + 1
        ),
        _ => format!("Приказ управления образования от {} № {number}", dotted(after)),
    }
}
