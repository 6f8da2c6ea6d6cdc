//! Reports over marks: «Статистика по отметкам» (Ф3) and the comparison with the journal.

use rust_xlsxwriter::XlsxError;

use super::{
    Scene,
    campaign::Test,
    individual::heading,
    region::{Municipality, REGION_NAME, School},
    results::Results,
    sheet::{Book, Cell, Sheet, row},
    tally::Tally,
    work::{Done, Job},
};

/// The country in Ф3: a benchmark that nobody adds up. Its shares are halfway from these to the region's, so that tests
/// differ there as they do here.
const COUNTRY: (u32, u32, [f64; 4]) = (35_589, 1_722_202, [5.06, 32.92, 44.33, 17.69]);

/// Both reports of every spring test.
pub(super) fn jobs<'a>(scene: Scene<'a>, results: &'a Results) -> Vec<Job<'a>> {
    // The reports name a calendar year, which says spring: those of an autumn would be misread.
    let spring = scene.tests.iter().filter(|test| !test.autumn);
    spring
        .map(|test| {
            let title = format!("Ф3 и журнал {}: {}, {} класс", test.period(), test.subject_name(), test.grade);
            Job::new(title, move |outbox| {
                let name =
                    |report: &str| format!("{}/{report} {} {}.xlsx", test.year(), test.subject_short(), test.grade);
                let (marks, first) = marks(scene, test, results)?;
                outbox.put(&name("Ф3_Статистика по отметкам"), test.exported(), &marks)?;
                let (journal, second) = journal(scene, test, results)?;
                outbox.put(&name("Сравнение отметок с отметками по журналу"), test.exported(), &journal)?;
                let mut done = Done::rows("vpr_mark_stats", first);
                done.add(Done::rows("vpr_journal_stats", second));
                Ok(done)
            })
        })
        .collect()
}

fn marks(scene: Scene<'_>, test: &Test, results: &Results) -> Result<(Vec<u8>, usize), XlsxError> {
    let mut book = Book::new()?;
    let mut sheet = book.sheet("Статистика по отметкам")?;
    head(&mut sheet, test, "Статистика по отметкам")?;
    sheet.texts(["Группы участников", "Кол-во ОО", "Кол-во участников", "2", "3", "4", "5"])?;
    let (schools, people, shares) = COUNTRY;
    let (_, region) = results.of_region(test);
    let mut halfway = std::array::from_fn::<_, 4, _>(|mark| {
        let own = 100.0 * region.marks[mark] as f64 / region.n.max(1) as f64;
        (50.0 * (own + shares[mark])).round() / 100.0
    });
    // Printed shares of the whole make a hundred.
    halfway[3] = ((100.0 - halfway[..3].iter().sum::<f64>()) * 100.0).round() / 100.0;
    sheet.row(row!["Вся выборка", schools, people].into_iter().chain(halfway.map(Cell::from)))?;
    let rows = hierarchy(scene, test, results, |label, schools, tally| {
        let shares = tally.marks.map(|count| Cell::from(percent(count, tally.n)));
        sheet.row(row![label, schools.map_or(Cell::Blank, Cell::from), tally.n as f64].into_iter().chain(shares))
    })?;
    Ok((book.bytes()?, rows + 1))
}

fn journal(scene: Scene<'_>, test: &Test, results: &Results) -> Result<(Vec<u8>, usize), XlsxError> {
    let mut book = Book::new()?;
    let title = format!("{} {} Сравнение отметок с отметками по журналу", test.subject_short(), test.grade);
    let mut sheet = book.sheet(&title)?;
    head(&mut sheet, test, "Сравнение отметок с отметками по журналу")?;
    let kinds = [
        "Понизили (Отметка < Отметка по журналу)",
        "Подтвердили (Отметка = Отметке по журналу)",
        "Повысили (Отметка > Отметка по журналу)",
    ];
    let columns: Vec<String> =
        kinds.iter().flat_map(|kind| [format!("{kind} %"), format!("{kind} Кол-во участников")]).collect();
    sheet.texts(
        ["Группы участников", "Кол-во участников(всего)"].into_iter().chain(columns.iter().map(String::as_str)),
    )?;
    let rows = hierarchy(scene, test, results, |label, _, tally| {
        let cells = tally
            .down_same_up
            .iter()
            .flat_map(|count| [Cell::from(percent(*count, tally.journal)), Cell::from(*count as f64)]);
        sheet.row(row![label, tally.n as f64].into_iter().chain(cells))
    })?;
    Ok((book.bytes()?, rows))
}

/// The region, its municipalities and their schools, each with its label.
fn hierarchy(
    scene: Scene<'_>,
    test: &Test,
    results: &Results,
    mut line: impl FnMut(String, Option<usize>, &Tally) -> Result<(), XlsxError>,
) -> Result<usize, XlsxError> {
    let (schools, whole) = results.of_region(test);
    line(REGION_NAME.to_owned(), Some(schools), &whole)?;
    let mut rows = 1;
    for municipality in &scene.region.municipalities {
        let tallies: Vec<(usize, &Tally)> =
            results.of_municipality(test, municipality).filter(|(_, tally)| tally.n > 0).collect();
        if tallies.is_empty() {
            continue;
        }
        let sum = Tally::sum(tallies.iter().map(|(_, tally)| *tally));
        line(label_of_municipality(municipality), Some(tallies.len()), &sum)?;
        for (school, tally) in &tallies {
            line(label_of_school(&scene.region.schools[*school]), None, tally)?;
        }
        rows += 1 + tallies.len();
    }
    Ok(rows)
}

fn label_of_municipality(municipality: &Municipality) -> String {
    format!("{}({})", municipality.name, municipality.code())
}

fn label_of_school(school: &School) -> String {
    format!("{}(edu{})", school.angled(), school.login())
}

/// Six lines and a blank one: the header is the eighth.
fn head(sheet: &mut Sheet<'_>, test: &Test, title: &str) -> Result<(), XlsxError> {
    for cells in heading(test, title) {
        sheet.row(cells)?;
    }
    sheet.next();
    Ok(())
}

/// With two decimals, as printed.
fn percent(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { (count as f64 * 10_000.0 / of as f64).round() / 100.0 }
}
