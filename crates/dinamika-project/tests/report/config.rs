use super::*;

#[test]
fn a_project_without_a_word_is_a_project() {
    assert_snapshot!(report(""), @"");
    assert!(project("").project.config.sources.keys().any(|name| name.as_str() == "inbox"));
}

#[test]
fn a_folder_without_dinamika_toml_is_no_project() {
    let report = load_text(&BTreeMap::new()).report;
    assert_snapshot!(report.iter().map(ToString::to_string).collect::<String>(), @"dinamika.toml:1:1: error: there is no dinamika.toml: this folder is no project [bad-value]");
}

#[test]
fn a_login_elsewhere_is_believed_where_nobody_can_listen_only() {
    let mistakes = r#"
-- dinamika.toml
[oidc]
issuer = "http://id.example"
client_id = "dinamika"
adress = "https://dinamika.example"
claim = "name"
"#;
    assert_snapshot!(report(mistakes), @r"
dinamika.toml:1:1: error: `address` is missing [bad-value]
dinamika.toml:2:10: error: expected an address `https://…` (`http://` only on this computer), found `http://id.example` [bad-value]
dinamika.toml:4:1: error: unknown key `adress` [unknown-key]
    help: did you mean `address`?
dinamika.toml:5:9: error: expected `email`, `preferred_username` or `sub`, found `name` [bad-value]
");
    let right = project(
        "-- dinamika.toml\n[oidc]\nissuer = \"https://id.example/realms/edu\"\nclient_id = \"d\"\naddress = \"http://localhost:8080\"\n",
    );
    assert_eq!(right.project.config.oidc.unwrap().claim, dinamika_project::Claim::Email);
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
"#), @"
        dinamika.toml:1:1: error: unknown key `titel` [unknown-key]
            help: did you mean `title`?
        dinamika.toml:2:15: error: expected the two digits school logins begin with, found `235` [bad-value]
        dinamika.toml:3:8: error: expected a folder, `file://…` or `s3://bucket/prefix`, found `ftp://far` [bad-value]
        dinamika.toml:4:1: error: a source has exactly one of `folder`, `s3` and `http` [bad-value]
        dinamika.toml:8:9: error: expected an address that begins with http:// or https://, found `example.org/файл.xlsx` [bad-value]
        dinamika.toml:9:10: error: `region` goes with `s3` only [bad-value]
        dinamika.toml:11:14: error: expected a size like `256 MB`, found `256 ME` [bad-value]
        dinamika.toml:12:8: error: expected a whole number from 1, found 0 [bad-value]
        dinamika.toml:14:1: error: unknown key `cellchars` [unknown-key]
            help: did you mean `cell_chars`?
        dinamika.toml:16:1: error: `Months` is not a parameter's name: lower-case Latin letters, digits and _ [bad-value]
        dinamika.toml:17:9: error: expected a number, found string [bad-value]
        dinamika.toml:20:8: error: `61 2 * * *` is no cron line of 5 or 6 fields: Component error: Number out of bounds. [bad-value]
        dinamika.toml:21:13: error: `Europe/Moskow` is no time zone; write one like `Europe/Moscow` [bad-value]
        dinamika.toml:22:12: error: expected `none`, `last` or `all`, found `lost` [bad-value]
            help: did you mean `last`?
        dinamika.toml:23:11: error: expected a whole number from 0, found -1 [bad-value]
        dinamika.toml:24:11: error: `soon` is no duration; write one like `30s`, `5m` or `1h` [bad-value]
        dinamika.toml:28:1: error: `cron` is missing [bad-value]
        dinamika.toml:29:6: error: two jobs are called `hourly`, the first at dinamika.toml:26:6 [duplicate]
    ");
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
"#), @"
        dinamika.toml:1:9: error: string values must be quoted, expected literal string [syntax]
        dinamika.toml:2:7: error: extra `=`, expected nothing [syntax]
        dinamika.toml:2:9: error: unexpected key or value, expected newline, `#` [syntax]
        dinamika.toml:4:1: error: `state` is written twice [duplicate]
    ");
}
