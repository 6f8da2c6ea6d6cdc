//! Indicators of municipal programmes: shares, months and «да/нет» in one column.

use super::{
    GenerateError, Scene,
    campaign::day,
    dice::Dice,
    region::Municipality,
    sheet::{Book, Cell, row},
    work::{Done, Job},
};

const INDICATORS: [&str; 9] = [
    "Доля учащихся 1-х-4-х классов, достигших базового уровня предметной подготовки, %",
    "Доля учащихся 5-х-9-х классов, достигших базового уровня предметной подготовки, %",
    "Доля педагогических работников, прошедших курсы повышения квалификации за последние 3 года, %",
    "Доля ОО с низкими образовательными результатами, представивших педагогов для участия в конкурсах, %",
    "Доля ОО с низкими образовательными результатами, реализующих программы наставничества, %",
    "Доля педагогических работников школ с низкими результатами, прошедших диагностику дефицитов, %",
    "Доля педагогических работников школ с низкими результатами, имеющих индивидуальные программы развития, %",
    "Доля учащихся 10-х-11-х классов, достигших базового уровня предметной подготовки, %",
    "Наличие положительной динамики методической активности, да/нет",
];

/// One workbook for each municipality, with a column for each year.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    vec![Job::new("Показатели программ", move |outbox| {
        let last = scene.options.years.iter().max().copied().unwrap_or_default();
        for municipality in &scene.region.municipalities {
            let path = format!("Программы/{} Показатели программы.xlsx", municipality.code());
            outbox.put(&path, day(last + 1, 7, 1), &table(scene, municipality, last)?)?;
        }
        let cells = INDICATORS.len() * scene.options.years.len() * scene.region.municipalities.len();
        Ok(Done::rows("programme_indicators", cells))
    })]
}

fn table(scene: Scene<'_>, municipality: &Municipality, last: u16) -> Result<Vec<u8>, GenerateError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Показатели")?;
    sheet.row(row!["Муниципалитет:", municipality.short.as_str()])?;
    let years = &scene.options.years;
    let header: Vec<String> = years.iter().map(|starts| (starts + 1).to_string()).collect();
    sheet.texts(["Показатель"].into_iter().chain(header.iter().map(String::as_str)))?;
    let mut dice = Dice::of(scene.options.seed, "programme", &[municipality.index]);
    for (place, indicator) in INDICATORS.iter().enumerate() {
        let base = 40 + dice.below(45);
        let cells = years.iter().enumerate().map(|(year, starts)| match place {
            8 if dice.chance(0.7) => "да".to_owned(),
            8 => "нет".to_owned(),
            // What is known in August only is promised for August.
            0 | 1 | 7 if *starts == last => if place == 0 { "Август" } else { "август" }.to_owned(),
            _ => format!("{},{}%", (base + 3 * year).min(99), dice.below(10)),
        });
        let cells: Vec<Cell> = cells.map(Cell::from).collect();
        sheet.row(row![*indicator].into_iter().chain(cells))?;
    }
    Ok(book.bytes()?)
}
