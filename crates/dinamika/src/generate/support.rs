//! Schools that are helped: ШНОР lists, participants of 500+, their risks.

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::School,
    sheet::{Book, row},
    work::{Done, Job},
};

const TIERS: [&str; 3] = ["базово неуспевающая", "умеренно неуспевающая", "сильно неуспевающая"];
const RISKS: [&str; 11] = [
    "Низкий уровень оснащения школы",
    "Дефицит педагогических кадров",
    "Недостаточная предметная и методическая компетентность педагогических работников",
    "Риски низкой адаптивности учебного процесса",
    "Несформированность внутришкольной системы повышения квалификации",
    "Высокая доля обучающихся с ОВЗ",
    "Низкое качество преодоления языковых и культурных барьеров",
    "Низкая учебная мотивация обучающихся",
    "Пониженный уровень качества школьной образовательной и воспитательной среды",
    "Высокая доля обучающихся с рисками учебной неуспешности",
    "Низкий уровень вовлеченности родителей",
];

/// Three workbooks a year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let job = |starts: u16| {
        Job::new(format!("ШНОР и 500+ на {} год", starts + 1), move |outbox| {
            let year = starts + 1;
            let listed = listed(scene, starts);
            let sent = day(year, 2, 1);
            outbox.put(&format!("ШНОР/Список ШНОР {year}.xlsx"), sent, &list(scene, &listed, year)?)?;
            let helped: Vec<&School> = listed.iter().copied().step_by(2).collect();
            outbox.put(
                &format!("500+/Участники проекта 500+ {year}.xlsx"),
                sent,
                &participants(scene, &helped, year)?,
            )?;
            let (risks, rows) = risks(scene, &helped, year)?;
            outbox.put(&format!("500+/Рисковые профили {year}.xlsx"), day(year, 5, 20), &risks)?;
            let mut done = Done::rows("shnor", listed.len() + helped.len());
            done.add(Done::rows("risk_500", rows));
            Ok(done)
        })
    };
    scene.options.years.iter().map(|starts| job(*starts)).collect()
}

/// The twentieth part of schools with the lowest quality; it varies a little from year to year.
pub(super) fn listed<'a>(scene: Scene<'a>, starts: u16) -> Vec<&'a School> {
    let mut schools: Vec<(f64, &School)> = scene
        .region
        .schools
        .iter()
        .map(|school| {
            let luck = Dice::of(scene.options.seed, "shnor", &[school.index, usize::from(starts)]).normal();
            (school.quality[0] + 0.4 * luck, school)
        })
        .collect();
    schools.sort_by(|a, b| a.0.total_cmp(&b.0));
    let many = schools.len().div_ceil(20);
    let mut schools: Vec<&School> = schools.into_iter().take(many).map(|(_, school)| school).collect();
    schools.sort_by_key(|school| school.index);
    schools
}

fn list(scene: Scene<'_>, schools: &[&School], year: u16) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Лист1")?;
    sheet.row(row![format!(
        "Приложение к распоряжению министерства образования от 21.01.{year} № 55-{}-мр",
        year % 100
    )])?;
    sheet.row(row![format!("Список школ с низкими образовательными результатами на {year} год")])?;
    sheet.texts(["№ п/п", "Муниципалитет", "Наименование общеобразовательной организации", "Уровень"])?;
    for (place, school) in schools.iter().enumerate() {
        let tier = TIERS[Dice::of(scene.options.seed, "tier", &[school.index]).below(3)];
        sheet.row(row![place + 1, scene.region.municipality(school).short.as_str(), school.full(), tier])?;
    }
    Ok(book.bytes()?)
}

fn participants(scene: Scene<'_>, schools: &[&School], year: u16) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Участники")?;
    sheet.texts(["№", "Муниципалитет", "ОО", "Проект", "Год", "Основание"])?;
    for (place, school) in schools.iter().enumerate() {
        let order = format!("Приказ министерства образования от 03.03.{year} № 28");
        sheet.row(row![
            place + 1,
            scene.region.municipality(school).short.as_str(),
            school.angled(),
            "500+",
            u32::from(year),
            order
        ])?;
    }
    Ok(book.bytes()?)
}

fn risks(scene: Scene<'_>, schools: &[&School], year: u16) -> Result<(Vec<u8>, usize), GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Рисковые профили")?;
    sheet.row(row![format!("Рисковые профили школ проекта 500+ на {year} год")])?;
    sheet.texts([
        "Муниципалитет",
        "ОО",
        "Фактор риска",
        "Значимость",
        "Состояние",
        "Подтверждающие документы",
        "Срок",
    ])?;
    let mut rows = 0;
    for school in schools {
        let mut dice = Dice::of(scene.options.seed, "risk", &[school.index, usize::from(year)]);
        let mut factors = RISKS;
        dice.shuffle(&mut factors);
        let many = 2 + dice.below(4);
        let mut paper = Dice::of(scene.options.seed, "risk paper", &[school.index, usize::from(year)]);
        for (place, risk) in factors.iter().take(many).enumerate() {
            // The school is written once for all of its risks.
            let (municipality, name) = if place == 0 {
                (scene.region.municipality(school).short.as_str(), school.angled())
            } else {
                ("", String::new())
            };
            let significance = dice.pick(&["высокая", "средняя", "низкая"]);
            let state =
                dice.pick(&["выявлен", "верифицирован", "верифицирован", "включен в антирисковую программу", "закрыт"]);
            let (evidence, due) = evidence(state, year, &mut paper);
            sheet.row(row![municipality, name, *risk, significance, state, evidence, due])?;
            rows += 1;
        }
    }
    Ok((book.bytes()?, rows))
}

/// What proves a risk's state and the day it is to be closed by: what is only pointed out has neither, and of what is
/// being done the paper is forgotten at times.
fn evidence(state: &str, year: u16, dice: &mut Dice) -> (String, String) {
    let order = format!("приказ от {:02}.04.{year} № {}", 1 + dice.below(28), 10 + dice.below(90));
    match state {
        "выявлен" => (String::new(), String::new()),
        "верифицирован" => (order, format!("до 1 сентября {year} года")),
        "закрыт" => (format!("{order}; справка от 16.05.{year}"), format!("май {year} года")),
        _ if dice.chance(0.2) => (String::new(), format!("до 31 декабря {year} года")),
        _ => (order, format!("до 31 декабря {year} года")),
    }
}
