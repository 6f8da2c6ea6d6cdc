//! What curators did, and what schools say of it: visits, and replies by items of the road map.

use chrono::{Datelike, Days, NaiveDate};

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::{Municipality, School},
    sheet::{Book, Cell, dotted, row},
    work::{Done, Job},
};

/// Items of a road map: code and title. Those of 2.1 are answered with a number of listeners.
const ITEMS: [(&str, &str); 12] = [
    ("2.1.1", "Курсы: подготовка к ОГЭ по математике"),
    ("2.1.2", "Курсы: управление качеством образования"),
    ("2.1.3", "Курсы: обновленные ФГОС"),
    ("2.2.1", "Внебюджетные курсы для директоров"),
    ("3.1", "Семинар: ВСОКО и мониторинг"),
    ("3.2", "Семинар: работа со слабоуспевающими"),
    ("3.3", "Семинар: проектно-исследовательская деятельность"),
    ("4.1", "Посещение школы куратором"),
    ("4.2", "Помощь в разработке нормативных документов"),
    ("5.1", "Стажировка"),
    ("6.1", "Консалтинг"),
    ("8.1", "Сетевое сообщество"),
];
/// A form has a column for each school: more do not fit on the sheet.
const COLUMNS: usize = 15;

/// Two workbooks for each reporting municipality and year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let job = |starts: u16| {
        Job::new(
            format!("Кураторы и ответы школ {starts}/{:02}", (starts + 1) % 100),
            move |outbox| {
                let mut done = Done::default();
                for municipality in scene.region.reporting() {
                    // Both forms name schools by their numbers.
                    let schools: Vec<&School> = scene.region.schools[municipality.schools.clone()]
                        .iter()
                        .filter(|school| school.body.starts_with("СОШ №") || school.body.starts_with("ООШ №"))
                        .filter(|school| school.form != "МКОУ")
                        .take(COLUMNS)
                        .collect();
                    if schools.is_empty() {
                        continue;
                    }
                    let folder = format!("Кураторы/{starts}-{}/{}", starts + 1, municipality.code());
                    let (bytes, rows) = visits(scene, municipality, &schools, starts)?;
                    outbox.put(&format!("{folder} Мероприятия кураторов.xlsx"), day(starts + 1, 6, 22), &bytes)?;
                    done.add(Done::rows("curator_visits", rows));
                    let bytes = replies(scene, municipality, &schools, starts)?;
                    outbox.put(&format!("{folder} Ответы школ.xlsx"), day(starts + 1, 1, 25), &bytes)?;
                    done.add(Done::rows("road_map_reply", schools.len() * ITEMS.len()));
                }
                Ok(done)
            },
        )
    };
    scene.options.years.iter().map(|starts| job(*starts)).collect()
}

fn visits(
    scene: Scene<'_>,
    municipality: &Municipality,
    schools: &[&School],
    starts: u16,
) -> Result<(Vec<u8>, usize), GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Дневник куратора")?;
    sheet.row(row!["Муниципалитет:", municipality.short.as_str()])?;
    sheet.texts(["Мероприятия сокращенно", "Сроки", "Ф.И.О. куратора"])?;
    let mut rows = 0;
    for school in schools {
        let mut dice = Dice::of(scene.options.seed, "visit", &[school.index, usize::from(starts)]);
        for _ in 0..dice.binomial(3, 0.45) {
            let what =
                dice.pick(&["Методическая помощь, посещение уроков в", "Круглый стол в", "Консультация администрации"]);
            let held = day(starts, 9, 4) + Days::new(dice.below(270) as u64);
            let curator = format!("Куратор-{:02}", municipality.index * 3 + dice.below(3) + 1);
            sheet.row(row![format!("{what} {}", school.angled()), when(held, &mut dice), curator])?;
            rows += 1;
        }
    }
    Ok((book.bytes()?, rows))
}

fn when(held: NaiveDate, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{:02}.{:02} {}г.", held.day(), held.month(), held.year()),
        1 => format!("{}г. {}г.", dotted(held), dotted(held + Days::new(14))),
        _ => format!("{}г.", dotted(held)),
    }
}

fn replies(
    scene: Scene<'_>,
    municipality: &Municipality,
    schools: &[&School],
    starts: u16,
) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Ответы")?;
    sheet.row(row![format!("Дорожная карта адресной помощи, II полугодие {starts}")])?;
    sheet.row(row!["Муниципалитет:", municipality.short.as_str()])?;
    let names: Vec<String> = schools.iter().map(|school| school.angled()).collect();
    sheet.texts(["Пункт", "Мероприятие"].into_iter().chain(names.iter().map(String::as_str)))?;
    for (place, (code, title)) in ITEMS.iter().enumerate() {
        let answers = schools.iter().map(|school| {
            let mut dice = Dice::of(scene.options.seed, "reply", &[school.index, usize::from(starts), place]);
            if code.starts_with("2.1") {
                return Cell::from(dice.binomial(6, 0.25).to_string());
            }
            Cell::from(match dice.below(10) {
                0..5 => "0",
                5..9 => "+",
                _ => "—",
            })
        });
        let answers: Vec<Cell> = answers.collect();
        sheet.row(row![*code, *title].into_iter().chain(answers))?;
    }
    Ok(book.bytes()?)
}
