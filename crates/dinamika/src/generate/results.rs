//! Protocols of all tests, and what they come to.

use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    GenerateError, Scene,
    campaign::{Shape, Test},
    effects::Effect,
    individual,
    protocol::{self, Roll},
    region::{Municipality, Region, School},
    tally::Tally,
    truth::{PlantedSchool, TestTruth},
    work::{Done, Job},
};

/// Tallies by test and school.
pub(super) struct Results(Vec<BTreeMap<usize, Tally>>);

/// One job for each workbook of the region or archive of a municipality.
pub(super) fn jobs(scene: Scene<'_>) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for test in scene.tests.iter().filter(|test| test.shape != Shape::Archives) {
        jobs.push(region_job(scene, test));
    }
    let mut years: Vec<u16> =
        scene.tests.iter().filter(|test| test.shape == Shape::Archives).map(|test| test.starts).collect();
    years.dedup();
    for starts in years {
        for municipality in &scene.region.municipalities {
            jobs.push(archive_job(scene, starts, municipality));
        }
    }
    jobs
}

fn region_job<'a>(scene: Scene<'a>, test: &'a Test) -> Job<'a> {
    let title = format!("ВПР {}: {}, {} класс", test.period(), test.subject_name(), test.grade);
    Job::new(title, move |outbox| {
        let mut done = Done::default();
        let rolls: Vec<Roll<'_>> =
            test.schools(scene.region).map(|school| roll(scene, test, school, &mut done)).collect();
        let strangers = scene.faults.strangers(scene, test);
        count(&mut done, strangers.iter().map(|roll| roll.pupils.len()).sum());
        let rolls = rolls.into_iter().chain(strangers);
        match test.shape {
            Shape::Individual => {
                let path = format!(
                    "{}/Ф1_Индивидуальные результаты {} {}.xlsx",
                    test.year(),
                    test.subject_short(),
                    test.grade
                );
                outbox.put(&path, test.exported(), &individual::workbook(test, rolls)?)?;
            }
            _ => outbox.put(&protocol::path(test), test.exported(), &protocol::workbook(test, rolls)?)?,
        }
        if let Some((path, municipality)) = scene.faults.resent(test) {
            let again = scene.region.schools[scene.region.municipalities[municipality].schools.clone()].iter();
            let rolls: Vec<Roll<'_>> = again
                .filter(|school| test.reaches(school))
                .map(|school| Roll {
                    school,
                    municipality: scene.region.municipality(school),
                    pupils: scene.faults.pupils(scene, test, school),
                    wrong_login: None,
                })
                .collect();
            count(&mut done, rolls.iter().map(|roll| roll.pupils.len()).sum());
            let sent = test.exported() + chrono::Days::new(24);
            outbox.put(path, sent, &protocol::workbook(test, rolls.into_iter())?)?;
        }
        Ok(done)
    })
}

/// The school's lines as first sent; counted as they are in the end.
fn roll<'a>(scene: Scene<'a>, test: &Test, school: &'a School, done: &mut Done) -> Roll<'a> {
    let pupils = scene.faults.pupils(scene, test, school);
    if !pupils.is_empty() {
        done.tallies.push((test.index, school.index, Tally::of(&pupils)));
    }
    count(done, pupils.len());
    let pupils = scene.faults.first_edition(test, school, pupils);
    Roll { school, municipality: scene.region.municipality(school), pupils, wrong_login: None }
}

fn archive_job<'a>(scene: Scene<'a>, starts: u16, municipality: &'a Municipality) -> Job<'a> {
    let title = format!("ВПР {starts}/{:02}: {}", (starts + 1) % 100, municipality.name);
    Job::new(title, move |outbox| {
        let mut done = Done::default();
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        // Workbooks are compressed already; the entries' time is fixed so that the bytes are.
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut sent = None;
        for test in scene.tests.iter().filter(|test| test.starts == starts && test.shape == Shape::Archives) {
            let schools =
                scene.region.schools[municipality.schools.clone()].iter().filter(|school| test.reaches(school));
            let rolls: Vec<Roll<'_>> = schools.map(|school| roll(scene, test, school, &mut done)).collect();
            if rolls.is_empty() {
                continue;
            }
            let name =
                format!("{} {} ВПР {}. Индивидуальные результаты.xlsx", test.subject_short(), test.grade, test.year());
            archive.start_file(name, options)?;
            let bytes = individual::workbook(test, rolls.into_iter())?;
            archive.write_all(&bytes).map_err(|error| GenerateError::Archive(error.into()))?;
            sent = Some(test.exported());
        }
        let bytes = archive.finish()?.into_inner();
        if let Some(sent) = sent {
            let path = format!("{}/Ф1/{}.zip", starts + 1, municipality.code());
            outbox.put(&path, sent, &bytes)?;
        }
        Ok(done)
    })
}

fn count(done: &mut Done, rows: usize) {
    *done.rows.entry("vpr_protocol".to_owned()).or_default() += rows as u64;
}

impl Results {
    pub(super) fn of(tests: &[Test], tallies: Vec<(usize, usize, Tally)>) -> Self {
        let mut results = vec![BTreeMap::new(); tests.len()];
        for (test, school, tally) in tallies {
            results[test].insert(school, tally);
        }
        Self(results)
    }

    /// A municipality's schools with their tallies, in order.
    pub(super) fn of_municipality(
        &self,
        test: &Test,
        municipality: &Municipality,
    ) -> impl Iterator<Item = (usize, &Tally)> {
        self.0[test.index].range(municipality.schools.clone()).map(|(school, tally)| (*school, tally))
    }

    pub(super) fn of_region(&self, test: &Test) -> (usize, Tally) {
        let schools = &self.0[test.index];
        (schools.len(), Tally::sum(schools.values()))
    }

    pub(super) fn truths(&self, scene: Scene<'_>) -> Vec<TestTruth> {
        let region = scene.region;
        scene
            .tests
            .iter()
            .map(|test| {
                let (schools, whole) = self.of_region(test);
                let municipalities = region
                    .municipalities
                    .iter()
                    .map(|municipality| {
                        let tallies = self.of_municipality(test, municipality).map(|(_, tally)| tally);
                        (municipality.code(), Tally::sum(tallies))
                    })
                    .filter(|(_, tally)| *tally != Tally::default())
                    .collect();
                TestTruth {
                    test: test.key(),
                    period: test.period(),
                    subject: test.subject.to_owned(),
                    grade: test.grade,
                    pupil_grade: test.pupil_grade,
                    max_score: test.paper.max(),
                    cuts: test.paper.cuts,
                    schools,
                    region: whole,
                    municipalities,
                    unknown: scene.faults.unknown(scene, test),
                }
            })
            .collect()
    }

    /// Schools with something planted, and as many large ones in which nothing is.
    pub(super) fn planted(&self, region: &Region, tests: &[Test]) -> Vec<PlantedSchool> {
        let carries = |school: &&School| school.effect != Effect::None;
        let many = region.schools.iter().filter(carries).count();
        let mut controls: Vec<&School> = region.schools.iter().filter(|school| school.effect == Effect::None).collect();
        controls.sort_by(|a, b| b.parallel.total_cmp(&a.parallel).then(a.index.cmp(&b.index)));
        let mut schools: Vec<&School> = region.schools.iter().filter(carries).collect();
        schools.extend(controls.into_iter().take(many));
        schools.sort_by_key(|school| (school.effect, school.index));
        let planted = schools.into_iter().map(|school| PlantedSchool {
            school_ref: format!("login:{}", school.login()),
            municipality: region.municipality(school).code(),
            effect: school.effect,
            tests: tests
                .iter()
                .filter_map(|test| Some((test.key(), self.0[test.index].get(&school.index)?.clone())))
                .collect(),
        });
        planted.collect()
    }
}
