//! `dinamika.toml`.

use std::{collections::BTreeMap, time::Duration};

use croner::parser::{CronParser, Seconds};
use url::Url;

use super::{
    map::{self, MapAsked},
    mentions::Mentions,
    tree::{Ids, Keys, Node, Source},
};
use crate::{CatchUp, Claim, Config, Job, JobId, Limits, Location, OpenId, Report, Rule, SourceName};

/// Reads `dinamika.toml` and which map it names; what is wrong takes its default.
pub(super) fn config(source: &Source<'_>, mentions: &mut Mentions, report: &mut Report) -> (Config, Option<MapAsked>) {
    let parsed = source.parse(report).unwrap_or_else(|| serde_spanned::Spanned::new(0..0, toml::de::DeTable::new()));
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let config = Config {
        title: keys.text("title", report).unwrap_or_else(|| "Динамика".to_owned()),
        region_code: keys.get("region_code").and_then(|node| region_code(node, report)),
        region_name: keys.text("region_name", report),
        lake: keys.get("lake").and_then(|node| lake(node, report)).unwrap_or_else(|| "data/lake".to_owned()),
        state: keys.text("state", report).unwrap_or_else(|| "data/state".to_owned()),
        sources: sources(&mut keys, mentions, report),
        limits: keys.get("limits").map(|node| limits(node, report)).unwrap_or_default(),
        params: params(&mut keys, report),
        jobs: jobs(&mut keys, report),
        oidc: keys.get("oidc").and_then(|node| open_id(node, report)),
        place: source.beginning(),
    };
    let map = keys.get("map").and_then(|node| map::asked(node, report));
    keys.finish(report);
    (config, map)
}

fn region_code(node: Node<'_, '_>, report: &mut Report) -> Option<String> {
    let text = node.text(report)?;
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("expected the two digits school logins begin with, found `{text}`");
        report.push(node.error(Rule::BadValue, message));
    }
    Some(text)
}

fn lake(node: Node<'_, '_>, report: &mut Report) -> Option<String> {
    let text = node.text(report)?;
    if text.split_once("://").is_some_and(|(scheme, _)| !matches!(scheme, "file" | "s3")) {
        let message = format!("expected a folder, `file://…` or `s3://bucket/prefix`, found `{text}`");
        report.push(node.error(Rule::BadValue, message));
    }
    Some(text)
}

fn open_id(node: Node<'_, '_>, report: &mut Report) -> Option<OpenId> {
    const CLAIMS: [(&str, Claim); 3] =
        [("email", Claim::Email), ("preferred_username", Claim::PreferredUsername), ("sub", Claim::Subject)];
    let mut keys = node.table(report)?;
    let (issuer, client_id, address) =
        (keys.must("issuer", report), keys.must("client_id", report), keys.must("address", report));
    let title = keys.text("title", report).unwrap_or_else(|| "Войти через учётную запись организации".to_owned());
    let claim = keys.one_of("claim", &CLAIMS, report).unwrap_or(Claim::Email);
    keys.finish(report);
    let issuer = issuer.and_then(|node| trusted(node, report));
    let address = address.and_then(|node| trusted(node, report));
    Some(OpenId { issuer: issuer?, client_id: client_id?.text(report)?, address: address?, title, claim })
}

/// An address whose answers can be believed.
fn trusted(node: Node<'_, '_>, report: &mut Report) -> Option<Url> {
    let text = node.text(report)?;
    let found = Url::parse(&text).ok().filter(is_trusted);
    if found.is_none() {
        let message = format!("expected an address `https://…` (`http://` only on this computer), found `{text}`");
        report.push(node.error(Rule::BadValue, message));
    }
    found
}

fn is_trusted(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && is_here)
}

fn sources(keys: &mut Keys<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> BTreeMap<SourceName, Location> {
    let Some(node) = keys.get("sources") else {
        let inbox = "inbox".parse().ok();
        return inbox.map(|name| (name, Location::Folder("inbox".to_owned()))).into_iter().collect();
    };
    let mut sources = BTreeMap::new();
    for (name, at, node) in node.entries(report) {
        match name.parse::<SourceName>() {
            Ok(name) => {
                mentions.sources.push((name.clone(), node.source.place(at)));
                if let Some(location) = location(node, report) {
                    sources.insert(name, location);
                }
            }
            Err(error) => report.push(node.source.error(at, Rule::BadValue, error.to_string())),
        }
    }
    sources
}

fn location(node: Node<'_, '_>, report: &mut Report) -> Option<Location> {
    let mut keys = node.table(report)?;
    let (folder, s3, http) = (keys.get("folder"), keys.get("s3"), keys.get("http"));
    let (endpoint, region) = (keys.get("endpoint"), keys.get("region"));
    keys.finish(report);
    if s3.is_none() {
        for (key, node) in [("endpoint", endpoint), ("region", region)] {
            if let Some(node) = node {
                report.push(node.error(Rule::BadValue, format!("`{key}` goes with `s3` only")));
            }
        }
    }
    match (folder, s3, http) {
        (Some(node), None, None) => node.text(report).map(Location::Folder),
        (None, Some(node), None) => Some(Location::S3 {
            url: address(node, &["s3://"], report)?,
            endpoint: endpoint.and_then(|node| address(node, &["http://", "https://"], report)),
            region: region.and_then(|node| node.text(report)),
        }),
        (None, None, Some(node)) => {
            let nodes = node.list(report);
            let addresses = nodes.into_iter().filter_map(|node| address(node, &["http://", "https://"], report));
            Some(Location::Http(addresses.collect()))
        }
        _ => {
            report.push(node.error(Rule::BadValue, "a source has exactly one of `folder`, `s3` and `http`"));
            None
        }
    }
}

fn address(node: Node<'_, '_>, schemes: &[&str], report: &mut Report) -> Option<String> {
    let text = node.text(report)?;
    if !schemes.iter().any(|scheme| text.starts_with(scheme)) {
        let message = format!("expected an address that begins with {}, found `{text}`", schemes.join(" or "));
        report.push(node.error(Rule::BadValue, message));
    }
    Some(text)
}

fn limits(node: Node<'_, '_>, report: &mut Report) -> Limits {
    let default = Limits::default();
    let Some(mut keys) = node.table(report) else { return default };
    let limits = Limits {
        file_bytes: size(&mut keys, "file_bytes", report).unwrap_or(default.file_bytes),
        unpacked_bytes: size(&mut keys, "unpacked_bytes", report).unwrap_or(default.unpacked_bytes),
        zip_ratio: keys.count("zip_ratio", 1, report).unwrap_or(default.zip_ratio),
        zip_entries: keys.count("zip_entries", 1, report).unwrap_or(default.zip_entries),
        columns: keys.count("columns", 1, report).unwrap_or(default.columns),
        rows: keys.count("rows", 1, report).unwrap_or(default.rows),
        cell_chars: keys.count("cell_chars", 1, report).unwrap_or(default.cell_chars),
    };
    keys.finish(report);
    limits
}

/// `1000` or `"256 MB"`.
pub(super) fn size(keys: &mut Keys<'_, '_>, key: &'static str, report: &mut Report) -> Option<u64> {
    let node = keys.get(key)?;
    let Some(text) = node.as_str() else { return node.count(1, report) };
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic()).trim();
    let factor = match text.trim_start_matches(|c: char| c.is_ascii_digit()).trim() {
        "" | "B" => Some(1),
        "KB" => Some(1 << 10),
        "MB" => Some(1 << 20),
        "GB" => Some(1 << 30),
        _ => None,
    };
    let size = digits.parse::<u64>().ok().zip(factor).and_then(|(n, factor)| n.checked_mul(factor)).filter(|n| *n > 0);
    if size.is_none() {
        report.push(node.error(Rule::BadValue, format!("expected a size like `256 MB`, found `{text}`")));
    }
    size
}

fn params(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<String, f64> {
    let mut params = BTreeMap::new();
    for (name, at, node) in keys.get("params").map(|node| node.entries(report)).unwrap_or_default() {
        // A parameter is written `$name` in SQL, so it is a word of the same letters as a column.
        if name.parse::<crate::ColumnName>().is_err() {
            let message = format!("`{name}` is not a parameter's name: lower-case Latin letters, digits and _");
            report.push(node.source.error(at, Rule::BadValue, message));
        }
        params.extend(node.number(report).map(|number| (name.to_owned(), number)));
    }
    params
}

fn jobs(keys: &mut Keys<'_, '_>, report: &mut Report) -> Vec<Job> {
    let mut ids = Ids::default();
    keys.list("job", report).into_iter().filter_map(|node| job(node, &mut ids, report)).collect()
}

fn job(node: Node<'_, '_>, ids: &mut Ids<JobId>, report: &mut Report) -> Option<Job> {
    let mut keys = node.table(report)?;
    let id = ids.of(&mut keys, "job", report);
    let cron = keys.must("cron", report).and_then(|node| {
        let text = node.text(report)?;
        let parser = CronParser::builder().seconds(Seconds::Optional).dom_and_dow(true).build();
        match parser.parse(&text) {
            Ok(cron) => Some((cron, text)),
            Err(error) => {
                let message = format!("`{text}` is no cron line of 5 or 6 fields: {error}");
                report.push(node.error(Rule::BadValue, message));
                None
            }
        }
    });
    let time_zone = keys.get("time_zone").and_then(|node| {
        let name = node.text(report)?;
        let zone = name.parse().ok();
        if zone.is_none() {
            let message = format!("`{name}` is no time zone; write one like `Europe/Moscow`");
            report.push(node.error(Rule::BadValue, message));
        }
        zone
    });
    let catch_up = [("none", CatchUp::None), ("last", CatchUp::Last), ("all", CatchUp::All)];
    let catch_up = keys.one_of("catch_up", &catch_up, report).unwrap_or(CatchUp::Last);
    let retries = keys.count("retries", 0, report).unwrap_or(0);
    let backoff = keys.get("backoff").and_then(|node| duration(node, report)).unwrap_or(Duration::from_secs(60));
    let select = keys.text("run", report).unwrap_or_default();
    keys.finish(report);
    let (cron, cron_text) = cron?;
    Some(Job {
        id: id?,
        cron,
        cron_text,
        time_zone: time_zone.unwrap_or(chrono_tz::UTC),
        select,
        catch_up,
        retries,
        backoff,
        place: node.place(),
    })
}

/// `30s`, `5m`, `1h`.
fn duration(node: Node<'_, '_>, report: &mut Report) -> Option<Duration> {
    let text = node.text(report)?;
    let parts = [('s', 1), ('m', 60), ('h', 3_600)]
        .into_iter()
        .find_map(|(unit, seconds): (char, u64)| Some((text.strip_suffix(unit)?.trim().parse::<u64>().ok()?, seconds)));
    let found = parts.and_then(|(number, seconds)| number.checked_mul(seconds)).map(Duration::from_secs);
    if found.is_none() {
        report.push(node.error(Rule::BadValue, format!("`{text}` is no duration; write one like `30s`, `5m` or `1h`")));
    }
    found
}
