//! Which schools took part in what: marks in a table with a header of two rows, and the
//! coefficient of participation.

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::{Municipality, School},
    sheet::{Book, Cell, row},
    work::{Done, Job},
};

const EVENTS: [&str; 5] = [
    "Научно-практическая конференция «Развитие муниципальной системы образования»",
    "Педагогические чтения по функциональной грамотности",
    "Вебинар «Использование цифровых технологий»",
    "Вебинар «Лучшие практики подготовки к ГИА и ВПР»",
    "Конкурс «Педагогический импульс»",
];
/// Sections of a road map.
const SECTIONS: u32 = 10;

/// Two workbooks for each reporting municipality and year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let job = |starts: u16| {
        Job::new(format!("Участие школ {starts}/{:02}", (starts + 1) % 100), move |outbox| {
            let mut done = Done::default();
            for municipality in scene.region.reporting() {
                let schools = &scene.region.schools[municipality.schools.clone()];
                let folder = format!("Мероприятия/{starts}-{}/{}", starts + 1, municipality.code());
                let marks = marks(scene, municipality, schools, starts)?;
                outbox.put(&format!("{folder} Участие школ.xlsx"), day(starts + 1, 6, 21), &marks)?;
                done.add(Done::rows("participation", schools.len() * EVENTS.len()));
                let coefficients = coefficients(scene, municipality, schools, starts)?;
                outbox.put(&format!("{folder} Коэффициент участия.xlsx"), day(starts + 1, 1, 20), &coefficients)?;
                done.add(Done::rows("ku", schools.len()));
            }
            Ok(done)
        })
    };
    scene.options.years.iter().map(|starts| job(*starts)).collect()
}

fn marks(
    scene: Scene<'_>,
    municipality: &Municipality,
    schools: &[School],
    starts: u16,
) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Участие")?;
    sheet.row(row![format!("Участие школ в мероприятиях {starts}-{} учебного года", starts + 1)])?;
    sheet.row(row!["Муниципалитет:", municipality.short.as_str()])?;
    sheet.text(0, "№")?;
    sheet.text(1, "МОУ")?;
    sheet.across(2, EVENTS.len() as u16, "Наименование мероприятия")?;
    sheet.next();
    sheet.texts(["", ""].into_iter().chain(EVENTS))?;
    for (place, school) in schools.iter().enumerate() {
        let mut dice = Dice::of(scene.options.seed, "participation", &[school.index, usize::from(starts)]);
        let cells = row![place + 1, school.angled()];
        sheet.row(cells.into_iter().chain(EVENTS.map(|_| Cell::from(mark(&mut dice)))))?;
    }
    Ok(book.bytes()?)
}

fn mark(dice: &mut Dice) -> &'static str {
    match dice.below(20) {
        0..9 => "+",
        9..16 => "-",
        16 => "организатор",
        17 => "+ (диплом 2 степени)",
        18 => "+ (диплом 3 степени)",
        _ => "+ (участие, без обобщения опыта",
    }
}

fn coefficients(
    scene: Scene<'_>,
    municipality: &Municipality,
    schools: &[School],
    starts: u16,
) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("КУ")?;
    sheet.row(row![format!("Коэффициент участия школ в мероприятиях дорожной карты, II полугодие {starts} года")])?;
    sheet.row(row!["Муниципалитет:", municipality.short.as_str()])?;
    sheet.texts(["ОО", "КУ"])?;
    for school in schools {
        let taken = Dice::of(scene.options.seed, "ku", &[school.index, usize::from(starts)]).binomial(SECTIONS, 0.35);
        sheet.row(row![
            school.angled(),
            if taken == 0 { format!("менее 1 из {SECTIONS}") } else { format!("{taken} из {SECTIONS}") }
        ])?;
    }
    Ok(book.bytes()?)
}
