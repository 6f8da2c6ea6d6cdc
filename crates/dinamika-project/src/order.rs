//! The order of models: each after what it reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{Diagnostic, Model, Place, Report, Rule, Severity, TableName};

/// What each model still waits for.
type Waiting = BTreeMap<TableName, BTreeSet<TableName>>;

/// Sorts models so that each comes after what it reads, and equals by name. Circles are reported, each once;
/// `places` tells where a model names what it reads.
pub(crate) fn ordered(
    mut models: Vec<Model>,
    places: &HashMap<(TableName, TableName), Place>,
    report: &mut Report,
) -> Vec<Model> {
    let names: BTreeSet<TableName> = models.iter().map(|model| model.name.clone()).collect();
    let mut waiting: Waiting = models
        .iter()
        .map(|model| (model.name.clone(), model.reads.iter().filter(|read| names.contains(*read)).cloned().collect()))
        .collect();
    let mut order = Vec::with_capacity(models.len());
    loop {
        let ready: Vec<TableName> =
            waiting.iter().filter(|(_, reads)| reads.is_empty()).map(|(name, _)| name.clone()).collect();
        if !ready.is_empty() {
            leave(&ready, &mut waiting);
            order.extend(ready);
            continue;
        }
        let Some(circle) = circle(&waiting) else { break };
        let closes = circle.first().zip(circle.get(1).or(circle.first()));
        if let Some(place) = closes.and_then(|(from, to)| places.get(&(from.clone(), to.clone()))) {
            let path: Vec<&str> = circle.iter().chain(circle.first()).map(TableName::as_str).collect();
            report.push(Diagnostic {
                place: place.clone(),
                severity: Severity::Error,
                rule: Rule::Cycle,
                message: format!("models read each other in a circle: {}", path.join(" -> ")),
                help: None,
            });
        }
        leave(&circle, &mut waiting);
        order.extend(circle);
    }
    let rank: HashMap<TableName, usize> = order.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    models.sort_by_cached_key(|model| (rank.get(&model.name).copied(), model.place.clone()));
    models
}

/// Nobody waits for these any longer.
fn leave(done: &[TableName], waiting: &mut Waiting) {
    for name in done {
        waiting.remove(name);
        for reads in waiting.values_mut() {
            reads.remove(name);
        }
    }
}

/// One circle among models that wait for each other, from its first name on; none when nobody waits.
fn circle(waiting: &Waiting) -> Option<Vec<TableName>> {
    let mut path: Vec<TableName> = vec![waiting.keys().next()?.clone()];
    loop {
        let next = waiting.get(path.last()?)?.iter().next()?.clone();
        if let Some(start) = path.iter().position(|name| *name == next) {
            path.drain(..start);
            let smallest = path.iter().enumerate().min_by_key(|(_, name)| (*name).clone())?.0;
            path.rotate_left(smallest);
            return Some(path);
        }
        path.push(next);
    }
}
