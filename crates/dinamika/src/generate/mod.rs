//! Invented exports of a region that does not exist, with planted effects and faults.
//!
//! Everything follows from the seed: each school, pupil and file draws from a stream of its own,
//! so the bytes do not depend on how many threads write them.

mod aggregates;
mod campaign;
mod context;
mod courses;
mod curators;
mod descriptions;
mod diagnostics;
mod dice;
mod effects;
mod faults;
mod individual;
mod map;
mod names;
mod outbox;
mod participation;
mod programme;
mod protocol;
mod region;
mod registry;
mod results;
mod roadmap;
mod scores;
mod sheet;
mod staff;
mod support;
mod tally;
mod tasks;
mod truth;
mod work;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use self::{
    campaign::{Test, tests},
    faults::Faults,
    outbox::Outbox,
    region::{MOST_SCHOOLS, REGION_NAME, Region},
    results::Results,
    truth::Truth,
    work::finish,
};

/// What to invent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GenerateOptions {
    /// Schools of the region.
    pub(crate) schools: usize,
    /// Municipalities of the region.
    pub(crate) municipalities: usize,
    /// Calendar years in which the school years begin: 2020 is 2020/21.
    pub(crate) years: Vec<u16>,
    /// The same seed gives the same bytes.
    pub(crate) seed: u64,
    /// Whether to plant faults among the exports.
    pub(crate) faults: bool,
    /// How much larger than real ones the schools are.
    pub(crate) pupils: f64,
    /// Whether schools in which nothing is planted stay as able as they were: no good or weak years.
    pub(crate) calm: bool,
}

impl Default for GenerateOptions {
    fn default() -> Self {
        Self {
            schools: 1_200,
            municipalities: 44,
            years: vec![2020, 2021, 2022, 2023],
            seed: 1,
            faults: true,
            pupils: 1.0,
            calm: false,
        }
    }
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GenerateError {
    /// The number of schools does not fit.
    #[error(
        "нельзя придумать школ: {asked}; нужно от числа муниципалитетов ({least}) до {MOST_SCHOOLS}: логин школы — шесть цифр"
    )]
    Schools {
        /// How many were asked for.
        asked: usize,
        /// How many there must be.
        least: usize,
    },
    /// The number of municipalities does not fit.
    #[error("нельзя придумать муниципалитетов: {asked}; нужно от 1 до 99")]
    Municipalities {
        /// How many were asked for.
        asked: usize,
    },
    /// Years without exports.
    #[error("не сказано, за какие учебные годы делать выгрузки, или год вне 2015–2098")]
    Years,
    /// There are files in the folder.
    #[error("{}: папка не пуста, а файл истины говорил бы только о новых файлах; укажите другую", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file could not be written or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A workbook could not be made.
    #[error("книга не получилась: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A CSV could not be made.
    #[error("таблица CSV не получилась: {0}")]
    Csv(#[from] csv::Error),
    /// An archive could not be made.
    #[error("архив не получился: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// The truth file could not be made.
    #[error("файл истины не получился: {0}")]
    Truth(#[from] serde_json::Error),
}

impl GenerateError {
    pub(self) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Writes exports to `out/inbox`, a map to `out/maps` and what is true of the exports to `out/truth.json`.
pub(crate) fn generate(options: &GenerateOptions, out: &Path, progress: &dyn Fn(&str)) -> Result<Truth, GenerateError> {
    check(options)?;
    let mut options = options.clone();
    options.years.sort_unstable();
    options.years.dedup();
    let options = &options;
    let outbox = Outbox::open(&out.join("inbox"))?;
    let region = Region::invent(options);
    let tests = tests(options);
    let mut faults = Faults::plan(options, &region, &tests);
    progress(&format!("{REGION_NAME}: школ {}, муниципалитетов {}", region.schools.len(), region.municipalities.len()));

    let scene = Scene { options, region: &region, tests: &tests, faults: &faults };
    let written = finish(results::jobs(scene), &outbox, progress)?;
    let results = Results::of(&tests, written.tallies);
    let mut jobs = registry::jobs(scene);
    jobs.extend(descriptions::jobs(scene));
    jobs.extend(context::jobs(scene));
    jobs.extend(aggregates::jobs(scene, &results));
    jobs.extend(courses::jobs(scene));
    jobs.extend(diagnostics::jobs(scene));
    jobs.extend(support::jobs(scene));
    jobs.extend(roadmap::jobs(scene));
    jobs.extend(participation::jobs(scene));
    jobs.extend(curators::jobs(scene));
    jobs.extend(programme::jobs(scene));
    let others = finish(jobs, &outbox, progress)?;
    let truths = results.truths(scene);
    faults.spoil(&outbox)?;

    let (files, bytes) = outbox.size();
    let truth = Truth {
        seed: options.seed,
        region: REGION_NAME.to_owned(),
        municipalities: region.municipalities.len(),
        schools: region.schools.len(),
        files,
        bytes,
        pupil_rows: written.rows.values().sum(),
        rows: others.rows,
        tests: truths,
        planted: results.planted(&region, &tests),
        faults: faults.into_list(),
    };
    let path = out.join("maps/municipalities.geojson");
    let map = serde_json::to_string(&map::geojson(&region, options.seed))?;
    fs::create_dir_all(out.join("maps")).and_then(|()| fs::write(&path, map)).map_err(GenerateError::io(&path))?;
    let path = out.join("truth.json");
    fs::write(&path, serde_json::to_string_pretty(&truth)?).map_err(GenerateError::io(&path))?;
    progress(&format!("файлов {}, строк учеников {}, {} МБ", truth.files, truth.pupil_rows, truth.bytes / 1_000_000));
    Ok(truth)
}

/// What every kind of export is made from.
#[derive(Clone, Copy)]
struct Scene<'a> {
    options: &'a GenerateOptions,
    region: &'a Region,
    tests: &'a [Test],
    faults: &'a Faults,
}

fn check(options: &GenerateOptions) -> Result<(), GenerateError> {
    if !(1..=99).contains(&options.municipalities) {
        return Err(GenerateError::Municipalities { asked: options.municipalities });
    }
    if !(options.municipalities..=MOST_SCHOOLS).contains(&options.schools) {
        return Err(GenerateError::Schools { asked: options.schools, least: options.municipalities });
    }
    if options.years.is_empty() || options.years.iter().any(|year| !(2015..=2098).contains(year)) {
        return Err(GenerateError::Years);
    }
    Ok(())
}

#[cfg(test)]
mod tests_of_the_whole;
