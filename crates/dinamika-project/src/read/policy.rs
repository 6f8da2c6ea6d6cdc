//! `policy.toml`.

use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use super::{
    config::size,
    tree::{Keys, Node, Source},
};
use crate::{
    ByAudience, ColumnName, Diagnostic, Edges, Group, MadeOf, Pattern, Place, Policy, QueryLimits, Report, Role, Rule,
    Show, SlugId, Subject, TableName, TableRule,
};

const ROLES: [(&str, Role); 5] = [
    ("public", Role::Public),
    ("school", Role::School),
    ("municipal", Role::Municipal),
    ("regional", Role::Regional),
    ("administrator", Role::Administrator),
];

/// Reads `policy.toml`; what is wrong takes the narrower meaning.
pub(crate) fn policy(source: &Source<'_>, report: &mut Report) -> Policy {
    let parsed = source.parse(report).unwrap_or_else(|| serde_spanned::Spanned::new(0..0, toml::de::DeTable::new()));
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let default = Edges { below: 20, of: Vec::new(), rare: Vec::new() };
    let edges = keys.get("edges").and_then(|node| edges(node, &default, report)).unwrap_or(default);
    let policy = Policy {
        anonymous: keys.flag("anonymous", report).unwrap_or(false),
        requests: NonZeroU32::new(keys.count("requests", 0, report).unwrap_or(600)),
        minimum: by_audience(&mut keys, "minimum", 1, ByAudience { public: 10, inside: 5 }, report),
        together: by_audience(&mut keys, "together", 2, ByAudience { public: 3, inside: 2 }, report),
        edges,
        groups: groups(&mut keys, report),
        shows: keys.list("show", report).into_iter().filter_map(|node| show(node, report)).collect(),
        tables: tables(&mut keys, report),
        columns: columns(&mut keys, report),
        limits: limits(&mut keys, report),
        text: source.text.to_owned(),
        place: source.beginning(),
    };
    keys.finish(report);
    policy
}

/// Two numbers; guests never get the looser one.
fn by_audience(
    keys: &mut Keys<'_, '_>,
    key: &'static str,
    least: i64,
    default: ByAudience,
    report: &mut Report,
) -> ByAudience {
    let Some(node) = keys.get(key) else { return default };
    let Some(mut inner) = node.table(report) else { return default };
    let found = ByAudience {
        public: inner.count("public", least, report).unwrap_or(default.public),
        inside: inner.count("inside", least, report).unwrap_or(default.inside),
    };
    inner.finish(report);
    if found.public < found.inside {
        let message =
            format!("`public` is {}, less than `inside`, {}: guests would see more", found.public, found.inside);
        report.push(node.error(Rule::BadValue, message));
    }
    found
}

fn edges(node: Node<'_, '_>, default: &Edges, report: &mut Report) -> Option<Edges> {
    let mut keys = node.table(report)?;
    let below = keys.count("below", 0, report).unwrap_or(default.below);
    let mut patterns = |key: &'static str| -> Vec<Pattern> {
        keys.list(key, report).into_iter().filter_map(|node| pattern(node, report)).collect()
    };
    let (of, rare) = (patterns("indicators"), patterns("rare"));
    keys.finish(report);
    Some(Edges { below, of, rare })
}

fn groups(keys: &mut Keys<'_, '_>, report: &mut Report) -> Vec<Group> {
    let found: Vec<(Group, Node<'_, '_>)> =
        keys.list("group", report).into_iter().filter_map(|node| Some((group(node, report)?, node))).collect();
    // A group of people that leans on no other one; `of` may name one that goes `with` another.
    let is_found = |name: &SlugId, is_plain: &dyn Fn(&Group) -> bool| {
        found.iter().any(|(other, _)| other.name == *name && other.people && is_plain(other))
    };
    for (group, node) in &found {
        if let Some(MadeOf { group: of, .. }) = &group.of
            && !is_found(of, &|other| other.of.is_none())
        {
            let message = format!("`of` names a group of people that is made of no other, found `{of}`");
            report.push(node.error(Rule::BadValue, message));
        }
        if let Some(with) = &group.with
            && !is_found(with, &|other| other.of.is_none() && other.with.is_none())
        {
            let message = format!("`with` names a group of people without `of` and `with`, found `{with}`");
            report.push(node.error(Rule::BadValue, message));
        }
    }
    found.into_iter().map(|(group, _)| group).collect()
}

fn group(node: Node<'_, '_>, report: &mut Report) -> Option<Group> {
    let mut keys = node.table(report)?;
    let name: Option<SlugId> = keys.must("name", report).and_then(|node| node.word(report));
    let indicators = patterns(&mut keys, report);
    let people = keys.flag("people", report).unwrap_or(true);
    let of: Option<SlugId> = keys.word("of", report);
    let with: Option<SlugId> = keys.word("with", report);
    let subjects: Vec<Subject> =
        keys.list("subjects", report).into_iter().filter_map(|node| node.word(report)).collect();
    let years = keys.count("years", 1, report);
    keys.finish(report);
    if of.is_none() && (years.is_some() || !subjects.is_empty()) {
        report.push(node.error(Rule::BadValue, "`subjects` and `years` say which cells of the group `of` count"));
    }
    if with.is_some() && !people {
        report.push(node.error(Rule::BadValue, "`with` is for groups that count people"));
    }
    let years = years.unwrap_or(1);
    Some(Group { name: name?, indicators, people, of: of.map(|group| MadeOf { group, subjects, years }), with })
}

fn show(node: Node<'_, '_>, report: &mut Report) -> Option<Show> {
    let mut keys = node.table(report)?;
    let indicators = patterns(&mut keys, report);
    let to = keys.must("to", report).and_then(|node| node.one_of(&ROLES, report));
    let schools = keys.one_of("schools", &ROLES, report);
    keys.finish(report);
    let to = to?;
    Some(Show { indicators, to, schools: schools.unwrap_or(to) })
}

fn patterns(keys: &mut Keys<'_, '_>, report: &mut Report) -> Vec<Pattern> {
    let nodes = keys.must("indicators", report).map(|node| node.list(report)).unwrap_or_default();
    nodes.into_iter().filter_map(|node| pattern(node, report)).collect()
}

fn pattern(node: Node<'_, '_>, report: &mut Report) -> Option<Pattern> {
    let text = node.text(report)?;
    let stem = text.strip_suffix('*').unwrap_or(&text);
    if !stem.contains('.') || !stem.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c)) {
        let message = format!("expected an indicator's id or its beginning (`vpr.share2`, `vpr.*`), found `{text}`");
        report.push(node.error(Rule::BadValue, message));
        return None;
    }
    Some(Pattern(text))
}

fn tables(keys: &mut Keys<'_, '_>, report: &mut Report) -> Vec<TableRule> {
    let mut named: BTreeMap<TableName, Place> = BTreeMap::new();
    let mut rules = Vec::new();
    for node in keys.list("table", report) {
        let Some(mut keys) = node.table(report) else { continue };
        let mut names = Vec::new();
        for node in keys.must("names", report).map(|node| node.list(report)).unwrap_or_default() {
            let Some(name) = node.word::<TableName>(report) else { continue };
            if let Some(first) = named.insert(name.clone(), node.place()) {
                report.push(node.error(Rule::Duplicate, format!("`{name}` has two rules, the first at {first}")));
            }
            names.push(name);
        }
        let to = keys.must("to", report).and_then(|node| node.one_of(&ROLES, report));
        let cells: Option<SlugId> = keys.word("cells", report);
        let place: (Option<ColumnName>, Option<ColumnName>) = (keys.word("level", report), keys.word("entity", report));
        let rule = TableRule {
            names,
            to: to.unwrap_or(Role::Administrator),
            school: keys.word("school", report),
            municipality: keys.word("municipality", report),
            place: place.0.clone().zip(place.1.clone()),
            tasks: keys.flag("tasks", report).unwrap_or(false),
            keys: keys.list("keys", report).into_iter().filter_map(|node| node.word::<ColumnName>(report)).collect(),
            cells,
        };
        keys.finish(report);
        let mut wrong = |message: &str| report.push(node.error(Rule::BadValue, message));
        let is_placed = rule.place.is_some();
        if place.0.is_some() != place.1.is_some() {
            wrong("`level` and `entity` go together: which places a row is of, and which of them");
        }
        if is_placed && (rule.school.is_some() || rule.municipality.is_some()) {
            wrong("`level` and `entity` say whose a row is: `school` and `municipality` are for tables of one level");
        }
        if rule.cells.is_some() && rule.school.is_none() && !is_placed {
            wrong("`cells` needs `school`, or `level` and `entity`: a hidden cell is of a place");
        }
        if rule.cells.is_some() == rule.keys.is_empty() {
            wrong("`cells` and `keys` go together: `keys` are the columns that stay in a hidden row");
        }
        if matches!(rule.to, Role::School) && rule.school.is_none() && !is_placed {
            wrong(
                "a table seen from `school` on needs the column of the school's key, `school`, or `level` and `entity`",
            );
        }
        if matches!(rule.to, Role::Municipal) && rule.school.is_none() && rule.municipality.is_none() && !is_placed {
            wrong(
                "a table seen from `municipal` on needs the column of a key: `municipality` or `school`, or `level` and `entity`",
            );
        }
        rules.push(rule);
    }
    rules
}

fn columns(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<ColumnName, Role> {
    let mut all = BTreeMap::new();
    for node in keys.list("column", report) {
        let Some(mut keys) = node.table(report) else { continue };
        let names = keys.must("names", report).map(|node| node.list(report)).unwrap_or_default();
        let to = keys.must("to", report).and_then(|node| node.one_of(&ROLES, report));
        keys.finish(report);
        let names = names.into_iter().filter_map(|node| node.word::<ColumnName>(report));
        all.extend(names.map(|name| (name, to.unwrap_or(Role::Administrator))));
    }
    all
}

fn limits(keys: &mut Keys<'_, '_>, report: &mut Report) -> BTreeMap<Role, QueryLimits> {
    let mut all = BTreeMap::new();
    for (name, at, node) in keys.get("limits").map(|node| node.entries(report)).unwrap_or_default() {
        let role =
            ROLES.iter().find(|(word, role)| *word == name && *role > Role::Public && *role < Role::Administrator);
        let Some((_, role)) = role else {
            let message = format!("expected `school`, `municipal` or `regional`, found `{name}`");
            report.push(Diagnostic { ..node.source.error(at, Rule::BadValue, message) });
            continue;
        };
        let Some(mut keys) = node.table(report) else { continue };
        let default = QueryLimits::default();
        let limits = QueryLimits {
            deadline: keys.count("seconds", 1, report).map_or(default.deadline, Duration::from_secs),
            memory_bytes: size(&mut keys, "memory", report).unwrap_or(default.memory_bytes),
            rows: keys.count("rows", 1, report).unwrap_or(default.rows),
            bytes: size(&mut keys, "bytes", report).unwrap_or(default.bytes),
        };
        keys.finish(report);
        all.insert(*role, limits);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Level, STANDARD_POLICY};

    fn read(text: &str) -> (Policy, Vec<String>) {
        let mut report = Report::default();
        let policy = policy(&Source::new(Path::new("policy.toml"), text), &mut report);
        (policy, report.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_standard_policy_says_what_the_handbook_says() {
        let (policy, mistakes) = read(STANDARD_POLICY);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        assert_eq!((policy.minimum.public, policy.minimum.inside, policy.edges.below), (10, 5, 20));
        assert_eq!(policy.shown_to("vpr.share2", Level::School), Role::Public);
        assert_eq!(policy.shown_to("vpr.task_pct", Level::School), Role::School);
        assert_eq!(policy.shown_to("vpr.task_pct", Level::Region), Role::Public);
        assert_eq!(policy.shown_to("shnor.count", Level::Region), Role::Municipal);
        assert_eq!(policy.shown_to("obj.heap", Level::School), Role::Municipal);
        assert_eq!(policy.shown_to("new.thing", Level::Region), Role::Regional, "what nobody classed is inside");
        assert_eq!(policy.group("vpr.share2"), policy.group("obj.heap"));
        // What compares with the journal is hidden with the test, and for its own sake.
        let journal = policy.group_named("journal").and_then(|group| group.with.clone());
        assert_eq!(
            (policy.group("obj.spearman"), journal.as_ref().map(SlugId::as_str)),
            (Some("journal"), Some("vpr"))
        );
        assert_eq!(policy.group("ev.done"), None);
        // Made of others' cells: hidden with them, whether people are counted or not.
        assert_eq!((policy.group("kpk.people_3y"), policy.group("kpk.topic")), (Some("staff_3y"), Some("staff")));
        assert_eq!((policy.group("obj.index"), policy.group("shnor.count")), (Some("objectivity"), None));
        let window = policy.group_named("staff_3y").and_then(|group| group.of.clone()).unwrap();
        let has = |of: &str| window.has("2023/24".parse().ok(), ("staff", of.parse().ok(), None));
        assert_eq!(["2020/21", "2021/22", "2023/24", "2024/25", "год"].map(has), [false, true, true, false, false]);
        assert_eq!(policy.group("new.thing"), Some("new"));
    }

    #[test]
    fn mistakes_have_their_places() {
        let text = "anonimous = true\n[minimum]\npublic = 3\ninside = 5\n[[show]]\nindicators = [\"vpr\"]\nto = \"all\"\n\
                    [[table]]\nnames = [\"a\"]\nto = \"school\"\n[limits.guest]\nseconds = 1\n\
                    [[group]]\nname = \"x\"\nindicators = [\"x.*\"]\nof = \"y\"\n\
                    [[group]]\nname = \"z\"\nindicators = [\"z.*\"]\nyears = 2\n\
                    [[group]]\nname = \"w\"\nindicators = [\"w.*\"]\nwith = \"x\"\n";
        let (_, mistakes) = read(text);
        let told = mistakes.join("\n");
        for part in [
            "policy.toml:1:1: error: unknown key `anonimous`",
            "policy.toml:2:1: error: `public` is 3, less than `inside`, 5",
            "policy.toml:6:15: error: expected an indicator's id",
            "policy.toml:7:6: error: expected `public`",
            "policy.toml:8:1: error: a table seen from `school` on needs",
            "policy.toml:11:9: error: expected `school`, `municipal` or `regional`, found `guest`",
            "policy.toml:13:1: error: `of` names a group of people that is made of no other, found `y`",
            "policy.toml:21:1: error: `with` names a group of people without `of` and `with`, found `x`",
            "policy.toml:17:1: error: `subjects` and `years` say which cells of the group `of` count",
        ] {
            assert!(told.contains(part), "{part}\n{told}");
        }
    }
}
