//! The order of models: each after what it reads.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{Diagnostic, Model, Place, Report, Rule, Severity, TableName};

/// Sorts models so that each comes after what it reads; those that read each other in a circle are reported once
/// and come last. Equal ranks keep the order of their names.
pub(crate) fn ordered(mut models: Vec<Model>, places: &HashMap<(TableName, TableName), Place>, report: &mut Report) -> Vec<Model> {
    models.sort_by(|a, b| a.name.cmp(&b.name));
    let names: BTreeSet<TableName> = models.iter().map(|model| model.name.clone()).collect();
    let mut waiting: BTreeMap<TableName, BTreeSet<TableName>> = models
        .iter()
        .map(|model| (model.name.clone(), model.reads.iter().filter(|read| names.contains(*read)).cloned().collect()))
        .collect();
    let mut order = Vec::with_capacity(models.len());
    loop {
        let ready: Vec<TableName> = waiting.iter().filter(|(_, reads)| reads.is_empty()).map(|(name, _)| name.clone()).collect();
        if ready.is_empty() {
            break;
        }
        for name in ready {
            waiting.remove(&name);
            for reads in waiting.values_mut() {
                reads.remove(&name);
            }
            order.push(name);
        }
    }
    if let Some(circle) = circle(&waiting) {
        let place = places.get(&(circle[0].clone(), circle[1 % circle.len()].clone()));
        let path: Vec<&str> = circle.iter().chain(circle.first()).map(TableName::as_str).collect();
        let fallback = || models.iter().find(|model| model.name == circle[0]).map(|model| model.place.clone());
        if let Some(place) = place.cloned().or_else(fallback) {
            report.push(Diagnostic {
                place,
                severity: Severity::Error,
                rule: Rule::Cycle,
                message: format!("cycle: {}", path.join(" -> ")),
                help: None,
            });
        }
    }
    order.extend(waiting.into_keys());
    let rank: HashMap<TableName, usize> = order.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
    models.sort_by_key(|model| rank.get(&model.name).copied());
    models
}

/// One circle among models that wait for each other.
fn circle(waiting: &BTreeMap<TableName, BTreeSet<TableName>>) -> Option<Vec<TableName>> {
    let mut path: Vec<TableName> = vec![waiting.keys().next()?.clone()];
    loop {
        let last = path.last()?;
        let next = waiting.get(last)?.iter().find(|read| waiting.contains_key(*read))?.clone();
        if let Some(start) = path.iter().position(|name| *name == next) {
            path.drain(..start);
            let smallest = path.iter().enumerate().min_by_key(|(_, name)| (*name).clone())?.0;
            path.rotate_left(smallest);
            return Some(path);
        }
        path.push(next);
    }
}
