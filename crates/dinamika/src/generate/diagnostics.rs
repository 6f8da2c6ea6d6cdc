//! Diagnostics of teachers' deficits, and the individual programmes that follow from them.

use chrono::Days;

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    sheet::{Book, dotted, row},
    staff::teachers,
    work::{Done, Job},
};

/// Share of teachers diagnosed in a year.
const DIAGNOSED: f64 = 0.08;
const DEFICITS: [&str; 5] = [
    "критериальное оценивание",
    "функциональная грамотность",
    "дифференциация заданий",
    "решение задач повышенной сложности",
    "работа с текстом",
];

/// Two workbooks a year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let job = |starts: u16| {
        Job::new(format!("Диагностика и ИПР {starts}/{:02}", (starts + 1) % 100), move |outbox| {
            let [diagnosed, programmes] = books(scene, starts)?;
            let sent = day(starts + 1, 6, 15);
            outbox.put(&format!("Диагностика/Диагностика {starts}-{}.xlsx", starts + 1), sent, &diagnosed.bytes)?;
            outbox.put(&format!("Диагностика/ИПР {starts}-{}.xlsx", starts + 1), sent, &programmes.bytes)?;
            let mut done = Done::rows("diagnostics", diagnosed.rows);
            done.add(Done::rows("ipr", programmes.rows));
            Ok(done)
        })
    };
    scene.options.years.iter().map(|starts| job(*starts)).collect()
}

/// The bytes of a workbook and its data rows.
struct Written {
    bytes: Vec<u8>,
    rows: usize,
}

fn books(scene: Scene<'_>, starts: u16) -> Result<[Written; 2], GenerateError> {
    let (mut first, mut second) = (Book::new()?, Book::new()?);
    let mut diagnosed = first.sheet("Результаты")?;
    diagnosed.texts([
        "№",
        "ФИО",
        "ОО",
        "Муниципалитет",
        "Предмет",
        "Дата диагностики",
        "Балл предметный",
        "Балл методический",
        "Итог, %",
        "Уровень",
        "Темы-дефициты",
        "ИОМ",
        "Дата рождения",
    ])?;
    let mut programmes = second.sheet("ИПР")?;
    programmes.texts([
        "№",
        "ФИО",
        "Дата рождения",
        "ОО",
        "Муниципалитет",
        "Тема",
        "Начало",
        "Окончание",
        "Состояние",
    ])?;
    let mut counts = [0, 0];
    for school in &scene.region.schools {
        let municipality = scene.region.municipality(school);
        let mut dice = Dice::of(scene.options.seed, "diagnostics", &[school.index, usize::from(starts)]);
        for teacher in teachers(scene.options.seed, school) {
            if !dice.chance(DIAGNOSED) {
                continue;
            }
            let subject = dice.binomial(50, strength(school.quality[0])) as usize;
            let method = dice.binomial(50, 0.6) as usize;
            let total = subject + method;
            let level = match total {
                ..50 => "низкий",
                50..75 => "средний",
                _ => "высокий",
            };
            let deficit = dice.pick(&DEFICITS);
            let programme = dice.chance(if total < 50 { 0.8 } else { 0.3 });
            let date = day(starts, 10, 5) + Days::new(dice.below(200) as u64);
            counts[0] += 1;
            diagnosed.row(row![
                counts[0],
                teacher.token.as_str(),
                school.quoted(),
                municipality.short.as_str(),
                teacher.subject,
                dotted(date),
                subject,
                method,
                total,
                level,
                deficit,
                if programme { "да" } else { "нет" },
                dotted(teacher.born),
            ])?;
            if programme {
                counts[1] += 1;
                let state = dice.pick(&["планируется", "реализуется", "завершена"]);
                programmes.row(row![
                    counts[1],
                    teacher.token.as_str(),
                    dotted(teacher.born),
                    school.quoted(),
                    municipality.short.as_str(),
                    deficit,
                    dotted(date + Days::new(10)),
                    dotted(date + Days::new(190)),
                    state,
                ])?;
            }
        }
    }
    let [first_rows, second_rows] = counts;
    Ok([Written { bytes: first.bytes()?, rows: first_rows }, Written { bytes: second.bytes()?, rows: second_rows }])
}

/// Teachers of stronger schools answer a little better.
fn strength(quality: f64) -> f64 {
    (0.62 + 0.05 * quality).clamp(0.2, 0.95)
}
