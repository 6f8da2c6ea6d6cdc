use super::*;

#[test]
fn a_project_without_a_word_is_a_project() {
    assert_snapshot!(report(""), @"");
    assert!(project("").project.config.sources.keys().any(|name| name.as_str() == "inbox"));
}

#[test]
fn a_folder_without_dinamika_toml_is_no_project() {
    let report = load_text(&BTreeMap::new()).report;
    assert_snapshot!(report.iter().map(ToString::to_string).collect::<String>(), @"");
}

#[test]
fn all_mistakes_of_the_settings_at_once() {
    assert_snapshot!(report(r#"
-- dinamika.toml
titel = "Динамика"
region_code = "235"
lake = "ftp://far"
[sources.inbox]
folder = "inbox"
s3 = "s3://bucket"
[sources.web]
http = ["example.org/файл.xlsx"]
region = "eu"
[limits]
file_bytes = "256 ME"
rows = 0
columns = 1_000
cellchars = 5
[params]
Months = 36
share = "half"
[[job]]
id = "nightly"
cron = "61 2 * * *"
time_zone = "Europe/Moskow"
catch_up = "lost"
retries = -1
backoff = "soon"
[[job]]
id = "hourly"
cron = "0 * * * *"
[[job]]
id = "hourly"
"#), @"");
}

#[test]
fn sizes_are_numbers_or_words() {
    let loaded = project("-- dinamika.toml\n[limits]\nfile_bytes = 1_000\nunpacked_bytes = \"2 GB\"\n");
    assert_eq!(loaded.report.iter().count(), 0);
    assert_eq!(loaded.project.config.limits.file_bytes, 1_000);
    assert_eq!(loaded.project.config.limits.unpacked_bytes, 2 << 30);
}

#[test]
fn every_syntax_error_of_a_file_is_told() {
    assert_snapshot!(report(r#"
-- dinamika.toml
title = «Динамика»
lake == "lake"
state = "data/state"
state = "data/other"
"#), @"");
}
