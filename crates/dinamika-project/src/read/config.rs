//! `dinamika.toml`.

use std::{collections::BTreeMap, time::Duration};

use croner::parser::{CronParser, Seconds};

use super::tree::{Keys, Node, Source};
use crate::{CatchUp, Config, Job, Limits, Location, Report, Rule};

/// Reads `dinamika.toml`; what is wrong takes its default.
pub(super) fn config(source: &Source<'_>, report: &mut Report) -> Config {
    let parsed = source.parse(report).unwrap_or_else(|| serde_spanned::Spanned::new(0..0, toml::de::DeTable::new()));
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let place = keys.place();
    let config = Config {
        title: keys.text("title", report).unwrap_or_else(|| "Динамика".to_owned()),
        region_code: keys.text("region_code", report),
        region_name: keys.text("region_name", report),
        lake: keys.text("lake", report).unwrap_or_else(|| "data/lake".to_owned()),
        state: keys.text("state", report).unwrap_or_else(|| "data/state".to_owned()),
        sources: sources(&mut keys, report),
        limits: keys.get("limits").map(|node| limits(node, report)).unwrap_or_default(),
        params: params(&mut keys, report),
        jobs: keys.list("job", report).into_iter().filter_map(|node| job(node, report)).collect(),
        place,
    };
    keys.finish(report);
    for (at, job) in config.jobs.iter().enumerate() {
        if config.jobs[..at].iter().any(|other| other.id == job.id) {
            report.push(crate::Diagnostic {
                place: job.place.clone(),
                severity: crate::Severity::Error,
                rule: Rule::Duplicate,
                message: format!("two jobs are called `{}`", job.id),
                help: None,
            });
        }
    }
    config
}

fn sources(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<crate::SourceName, Location> {
    let Some(node) = keys.get("sources") else {
        let inbox = "inbox".parse().ok();
        return inbox.map(|name| (name, Location::Folder("inbox".to_owned()))).into_iter().collect();
    };
    let mut sources = BTreeMap::new();
    for (name, at, node) in node.entries(report) {
        match name.parse() {
            Ok(name) => {
                if let Some(location) = location(node, report) {
                    sources.insert(name, location);
                }
            }
            Err(error) => report.push(node.source.error(at, Rule::BadValue, crate::WordError::to_string(&error))),
        }
    }
    sources
}

fn location(node: Node<'_, '_>, report: &mut Report) -> Option<Location> {
    let mut keys = node.table(report)?;
    let folder = keys.text("folder", report);
    let s3 = keys.text("s3", report);
    let endpoint = keys.text("endpoint", report);
    let region = keys.text("region", report);
    let http: Vec<String> = keys.list("http", report).into_iter().filter_map(|node| node.text(report)).collect();
    keys.finish(report);
    match (folder, s3, http.is_empty()) {
        (Some(folder), None, true) => Some(Location::Folder(folder)),
        (None, Some(url), true) => Some(Location::S3 { url, endpoint, region }),
        (None, None, false) => Some(Location::Http(http)),
        _ => {
            report.push(node.error(Rule::BadValue, "a source has exactly one of `folder`, `s3` and `http`"));
            None
        }
    }
}

fn limits(node: Node<'_, '_>, report: &mut Report) -> Limits {
    let default = Limits::default();
    let Some(mut keys) = node.table(report) else { return default };
    let mut size = |key, default| keys.get(key).and_then(|node| bytes(node, report)).unwrap_or(default);
    let limits = Limits {
        file_bytes: size("file_bytes", default.file_bytes),
        unpacked_bytes: size("unpacked_bytes", default.unpacked_bytes),
        zip_ratio: size("zip_ratio", default.zip_ratio),
        zip_entries: usize::try_from(size("zip_entries", default.zip_entries as u64)).unwrap_or(default.zip_entries),
        columns: usize::try_from(size("columns", default.columns as u64)).unwrap_or(default.columns),
        rows: usize::try_from(size("rows", default.rows as u64)).unwrap_or(default.rows),
        cell_chars: usize::try_from(size("cell_chars", default.cell_chars as u64)).unwrap_or(default.cell_chars),
    };
    keys.finish(report);
    limits
}

/// `1000` or `"256 MB"`.
fn bytes(node: Node<'_, '_>, report: &mut Report) -> Option<u64> {
    let Some(text) = node.as_str() else { return node.integer(report).and_then(|n| u64::try_from(n).ok()) };
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic()).trim();
    let factor = match text[digits.len()..].trim() {
        "" | "B" => Some(1),
        "KB" => Some(1 << 10),
        "MB" => Some(1 << 20),
        "GB" => Some(1 << 30),
        _ => None,
    };
    let size = digits.parse::<u64>().ok().zip(factor).and_then(|(n, factor)| n.checked_mul(factor));
    if size.is_none() {
        report.push(node.error(Rule::BadValue, "expected a size like `256 MB`"));
    }
    size
}

fn params(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<String, f64> {
    let Some(node) = keys.get("params") else { return BTreeMap::new() };
    let entries = node.entries(report);
    entries.into_iter().filter_map(|(name, _, node)| Some((name.to_owned(), node.number(report)?))).collect()
}

fn job(node: Node<'_, '_>, report: &mut Report) -> Option<Job> {
    let mut keys = node.table(report)?;
    let id = keys.word("id", report);
    let cron_text = keys.required("cron", report);
    let cron = cron_text.as_deref().and_then(|text| {
        let parser = CronParser::builder().seconds(Seconds::Optional).dom_and_dow(true).build();
        let parsed = parser.parse(text);
        if let (Err(error), Some(node)) = (&parsed, keys.get("cron")) {
            report.push(node.error(Rule::BadValue, format!("`{text}` is no cron line of 5 or 6 fields: {error}")));
        }
        parsed.ok()
    });
    let time_zone = keys.get("time_zone").and_then(|node| {
        let name = node.text(report)?;
        let zone = name.parse().ok();
        if zone.is_none() {
            report.push(node.error(Rule::BadValue, format!("`{name}` is no time zone; write one like `Europe/Moscow`")));
        }
        zone
    });
    let catch_up = match keys.get("catch_up") {
        None => CatchUp::Last,
        Some(node) => match node.as_str() {
            Some("none") => CatchUp::None,
            Some("last") => CatchUp::Last,
            Some("all") => CatchUp::All,
            _ => {
                node.wrong("`none`, `last` or `all`", report);
                CatchUp::Last
            }
        },
    };
    let backoff = keys.get("backoff").and_then(|node| duration(node, report)).unwrap_or(Duration::from_secs(60));
    let retries = keys.get("retries").and_then(|node| node.integer(report)).unwrap_or(0);
    let select = keys.text("run", report).unwrap_or_default();
    if id.is_none() && keys.get("id").is_none() {
        report.push(node.error(Rule::BadValue, "`id` is missing"));
    }
    keys.finish(report);
    Some(Job {
        id: id?,
        cron: cron?,
        cron_text: cron_text?,
        time_zone: time_zone.unwrap_or(chrono_tz::UTC),
        select,
        catch_up,
        retries: u32::try_from(retries).unwrap_or(0),
        backoff,
        place: node.place(),
    })
}

/// `30s`, `5m`, `1h`.
fn duration(node: Node<'_, '_>, report: &mut Report) -> Option<Duration> {
    let text = node.text(report)?;
    let unit = match text.chars().last() {
        Some('s') => Some(1),
        Some('m') => Some(60),
        Some('h') => Some(3_600),
        _ => None,
    };
    let number = text.trim_end_matches(['s', 'm', 'h']).trim().parse::<u64>().ok();
    let found = number.zip(unit).map(|(number, unit)| Duration::from_secs(number * unit));
    if found.is_none() {
        report.push(node.error(Rule::BadValue, format!("`{text}` is no duration; write one like `30s`, `5m` or `1h`")));
    }
    found
}
