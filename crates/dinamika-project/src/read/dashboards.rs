//! `dashboards/ID.toml`.

use super::{
    mentions::{Mentions, PanelMentions},
    models::LEVELS,
    sql::Select,
    tree::{Ids, Keys, Node, Source},
};
use crate::{
    Dashboard, Diagnostic, IndicatorId, Level, PageFilter, Panel, PanelData, PanelWidth, Report, Rule, SlugId,
};

/// Reads one dashboard.
pub(super) fn dashboard(
    source: &Source<'_>,
    id: SlugId,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Dashboard> {
    let parsed = source.parse(report)?;
    let mut keys = Keys::new(source, parsed.get_ref(), 0);
    let title = keys.required("title", report).unwrap_or_default();
    let description = keys.text("description", report).unwrap_or_default();
    let filters = match keys.get("filters") {
        Some(node) => {
            node.list(report).into_iter().filter_map(|node| node.one_of(&PageFilter::WORDS, report)).collect()
        }
        None => vec![PageFilter::Period, PageFilter::Municipality],
    };
    let mut ids = Ids::default();
    let nodes = keys.list("panel", report);
    let mut section = None;
    let panels = nodes.into_iter().filter_map(|node| panel(node, &mut ids, &mut section, mentions, report)).collect();
    keys.finish(report);
    Some(Dashboard { id, title, description, filters, panels, place: source.beginning() })
}

/// `section` is the one the panels before stand in: a panel that names none stands there too.
fn panel(
    node: Node<'_, '_>,
    ids: &mut Ids<SlugId>,
    section: &mut Option<String>,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<Panel> {
    let mut keys = node.table(report)?;
    let id = ids.of(&mut keys, "panel", report);
    let title = keys.required("title", report).unwrap_or_default();
    let kind = keys.text("kind", report).unwrap_or_else(|| "table".to_owned());
    if let Some(begun) = keys.text("section", report) {
        *section = Some(begun);
    }
    let width = keys.one_of("width", &PanelWidth::WORDS, report).unwrap_or_default();
    let data = data(node, &mut keys, mentions, report);
    keys.finish(report);
    Some(Panel { id: id?, title, section: section.clone(), kind, width, data: data?, place: node.place() })
}

fn data(
    node: Node<'_, '_>,
    keys: &mut Keys<'_, '_>,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<PanelData> {
    let indicators = keys.get("indicators");
    let sql = keys.get("sql");
    let text = keys.get("text");
    // Asked for here so that they are known words also where they mean nothing.
    let of_values = ["level", "dynamics", "filters"].map(|key| (key, keys.get(key)));
    match (indicators, sql, text) {
        (Some(node), None, None) => values(node, keys, mentions, report),
        (None, sql, text) if sql.is_some() != text.is_some() => {
            for (key, node) in of_values {
                if let Some(node) = node {
                    report.push(node.error(Rule::BadValue, format!("`{key}` goes with `indicators` only")));
                }
            }
            match sql {
                Some(node) => query(node, mentions, report),
                None => text?.text(report).map(PanelData::Text),
            }
        }
        _ => {
            report.push(node.error(Rule::BadValue, "a panel has exactly one of `indicators`, `sql` and `text`"));
            None
        }
    }
}

fn values(
    node: Node<'_, '_>,
    keys: &mut Keys<'_, '_>,
    mentions: &mut Mentions,
    report: &mut Report,
) -> Option<PanelData> {
    let named: Vec<_> = node
        .list(report)
        .into_iter()
        .filter_map(|node| Some((node.word::<IndicatorId>(report)?, node.place())))
        .collect();
    let level_node = keys.get("level");
    let level = level_node.and_then(|node| node.one_of(&LEVELS, report)).unwrap_or(Level::Region);
    let dynamics = keys.flag("dynamics", report).unwrap_or(false);
    let filters = keys.get("filters").map(|node| node.entries(report)).unwrap_or_default();
    mentions.panels.push(PanelMentions {
        indicators: named.clone(),
        level: (level, level_node.unwrap_or(node).place()),
        filters: filters.iter().map(|(name, at, node)| ((*name).to_owned(), node.source.place(*at))).collect(),
        dynamics,
    });
    let filters = filters
        .into_iter()
        .filter_map(|(name, _, node)| {
            let value = node.plain()?;
            Some((name.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        })
        .collect();
    let indicators: Vec<_> = named.into_iter().map(|(id, _)| id).collect();
    if indicators.is_empty() {
        report.push(node.error(Rule::BadValue, "`indicators` names none"));
        return None;
    }
    Some(match dynamics {
        true => PanelData::Dynamics { indicators, level, filters },
        false => PanelData::Values { indicators, level, filters },
    })
}

fn query(node: Node<'_, '_>, mentions: &mut Mentions, report: &mut Report) -> Option<PanelData> {
    let sql = node.text(report)?;
    let select = match node.verbatim() {
        Some(range) => Select::parse(&node.source.part(range), report),
        None => {
            // Written with escapes: places within the text are those of its beginning.
            let mut found = Report::default();
            let mut select = Select::parse(&Source::new(&node.source.path, &sql), &mut found);
            found.iter().for_each(|mistake| report.push(Diagnostic { place: node.place(), ..mistake.clone() }));
            let places = select.iter_mut().flat_map(|select| {
                select.reads.iter_mut().map(|(_, place)| place).chain(select.params.iter_mut().map(|(_, place)| place))
            });
            places.for_each(|place| *place = node.place());
            select
        }
    };
    let select = select.unwrap_or_default();
    mentions.query(&select);
    Some(PanelData::Sql { reads: select.tables(), sql })
}
