use std::{collections::BTreeMap, fs, path::Path};

use super::{GenerateError, GenerateOptions, effects::Effect, generate, truth::Truth};

fn small() -> GenerateOptions {
    GenerateOptions { schools: 40, municipalities: 4, ..GenerateOptions::default() }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let first = generate(&small(), a.path(), &|_| {}).expect("exports");
    let second = generate(&small(), b.path(), &|_| {}).expect("exports");
    assert_eq!(first, second);
    let (a, b) = (files(a.path()), files(b.path()));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(bytes == &b[name], "{name} differs");
    }
}

#[test]
fn another_seed_gives_another_region() {
    let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let first = generate(&small(), a.path(), &|_| {}).expect("exports");
    let second = generate(&GenerateOptions { seed: 2, ..small() }, b.path(), &|_| {}).expect("exports");
    assert_ne!(first.tests, second.tests);
}

#[test]
fn truth_adds_up_and_is_written_beside_the_inbox() {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = generate(&small(), folder.path(), &|_| {}).expect("exports");
    let text = fs::read_to_string(folder.path().join("truth.json")).expect("a truth file");
    assert_eq!(serde_json::from_str::<Truth>(&text).expect("valid JSON"), truth);
    assert_eq!(files(&folder.path().join("inbox")).len(), truth.files);
    for test in &truth.tests {
        assert_eq!(test.region.marks.iter().sum::<u64>(), test.region.n, "{}", test.test);
        assert_eq!(test.region.down_same_up.iter().sum::<u64>(), test.region.journal, "{}", test.test);
        assert_eq!(test.municipalities.values().map(|tally| tally.n).sum::<u64>(), test.region.n, "{}", test.test);
        assert!(test.region.score_sum <= test.region.n * u64::from(test.max_score), "{}", test.test);
    }
    let strangers = truth.faults.iter().find(|fault| fault.kind == "unknown_login").expect("a fault").rows;
    let corrected = truth.faults.iter().find(|fault| fault.kind == "corrected").expect("a fault").rows;
    let lines: u64 = truth.tests.iter().map(|test| test.region.n + test.region.absent + test.region.unreadable).sum();
    assert_eq!(lines + strangers + corrected, truth.pupil_rows);
}

#[test]
fn faults_can_be_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = generate(&GenerateOptions { faults: false, ..small() }, folder.path(), &|_| {}).expect("exports");
    assert!(truth.faults.is_empty());
    assert!(truth.tests.iter().all(|test| test.region.unreadable == 0));
}

#[test]
fn planted_dynamics_can_be_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = GenerateOptions { schools: 120, municipalities: 6, ..GenerateOptions::default() };
    let truth = generate(&options, folder.path(), &|_| {}).expect("exports");
    let share = |effect: Effect, test: &str| {
        let tallies =
            truth.planted.iter().filter(|school| school.effect == effect).filter_map(|school| school.tests.get(test));
        let (twos, n) = tallies.fold((0, 0), |(twos, n), tally| (twos + tally.marks[0], n + tally.n));
        twos as f64 / n as f64
    };
    assert!(share(Effect::Share2Grows, "2023/24.RU.4") > 0.1 + share(Effect::Share2Grows, "2020/21.RU.4"));
    assert!(share(Effect::Share2Declines, "2023/24.RU.4") + 0.1 < share(Effect::Share2Declines, "2020/21.RU.4"));
    let mean = |effect: Effect, test: &str| {
        let tallies =
            truth.planted.iter().filter(|school| school.effect == effect).filter_map(|school| school.tests.get(test));
        let (sum, n) = tallies.fold((0, 0), |(sum, n), tally| (sum + tally.score_sum, n + tally.n));
        sum as f64 / n as f64 / 38.0
    };
    assert!(mean(Effect::Leaps, "2023/24.RU.4") > 0.1 + mean(Effect::Leaps, "2022/23.RU.4"));
    assert!(mean(Effect::Drops, "2023/24.RU.4") + 0.1 < mean(Effect::Drops, "2022/23.RU.4"));
    assert!((share(Effect::None, "2023/24.RU.4") - share(Effect::None, "2020/21.RU.4")).abs() < 0.06);
}

#[test]
fn a_folder_with_files_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("inbox")).expect("a folder");
    fs::write(folder.path().join("inbox/a.txt"), "a").expect("a file");
    let refused = generate(&small(), folder.path(), &|_| {});
    assert!(matches!(refused, Err(GenerateError::NotEmpty { .. })), "{refused:?}");
    let refused = generate(&GenerateOptions { schools: 3, ..small() }, folder.path(), &|_| {});
    assert!(matches!(refused, Err(GenerateError::Schools { .. })), "{refused:?}");
}
