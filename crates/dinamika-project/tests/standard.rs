//! The standard project, which is this repository's root, is without a mistake.

use std::path::Path;

#[test]
fn the_standard_project_is_without_a_mistake() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let loaded = dinamika_project::load(root).unwrap();
    let report: Vec<String> = loaded.report.iter().map(ToString::to_string).collect();
    assert!(report.is_empty(), "\n{}", report.join("\n"));
    assert!(
        loaded.project.pipelines.len() >= 20 && loaded.project.models.len() >= 40,
        "the standard project is all there"
    );
}

#[test]
fn formulas_tell_numbers_and_not_the_names_of_parameters() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let models = dinamika_project::load(root).unwrap().project.models;
    let formulas = models.iter().filter_map(|model| match &model.kind {
        dinamika_project::ModelKind::Indicator(indicator) => Some((indicator.id.as_str(), indicator.formula.as_str())),
        _ => None,
    });
    for (id, formula) in formulas {
        assert!(!formula.contains('$'), "{id}: {formula}");
        assert!(id != "kpk.people_3y" || formula.contains("за 36 месяцев"), "{formula}");
    }
}
