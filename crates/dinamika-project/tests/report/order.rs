use super::*;

/// The order of models, or the circles that forbid one.
fn order(models: &[(&str, &str)]) -> String {
    let files: String = models
        .iter()
        .map(|(name, sql)| format!("-- sql/marts/{name}.sql\n/* title = \"{name}\" */\n{sql}\n"))
        .collect();
    let loaded = project(&files);
    if loaded.report.has_errors() {
        return loaded.report.iter().map(|mistake| format!("{mistake}\n")).collect();
    }
    loaded.project.models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_model_comes_after_what_it_reads() {
    assert_snapshot!(order(&[
        ("a", "select * from c"),
        ("b", "select 1"),
        ("c", "with x as (select * from d) select * from x"),
        ("d", "select 1"),
        ("e", "select * from b where exists (select 1 from A)"),
    ]), @"b d c a e");
}

#[test]
fn equals_keep_the_order_of_their_names() {
    let sql = "select 1";
    assert_snapshot!(order(&[("z", sql), ("m", sql), ("a", sql)]), @"a m z");
}

#[test]
fn every_circle_is_told_once_with_its_place() {
    assert_snapshot!(order(&[
        ("a", "select *\nfrom   b"),
        ("b", "select * from c"),
        ("c", "select * from a"),
        ("own", "select 1 union all select * from own"),
        ("reader", "select * from a"),
        ("x", "select * from y"),
        ("y", "select * from x"),
    ]), @"
        sql/marts/a.sql:3:8: error: models read each other in a circle: a -> b -> c -> a [cycle]
        sql/marts/own.sql:2:34: error: models read each other in a circle: own -> own [cycle]
        sql/marts/x.sql:2:15: error: models read each other in a circle: x -> y -> x [cycle]
    ");
}

#[test]
fn indicators_are_models_too() {
    let loaded = project(
        "-- sql/marts/a.sql\n/* title = \"a\" */\nselect * from indicator_vpr_n\n\
         -- sql/indicators/vpr.n.sql\n/* title = \"n\"\nformula = \"n\"\nunit = \"шт.\"\nmeasure = \"count\" */\nselect * from z\n\
         -- sql/staging/z.sql\n/* title = \"z\" */\nselect 1\n",
    );
    assert_eq!(loaded.report.iter().count(), 0);
    let order: Vec<_> = loaded.project.models.iter().map(|model| model.name.as_str()).collect();
    assert_snapshot!(order.join(" "), @"z indicator_vpr_n a");
}

/// Whatever graph without circles is drawn, each model comes after what it reads, and twice the same way.
#[test]
fn any_graph_without_circles_is_put_in_order() {
    use proptest::prelude::*;
    let edges = proptest::collection::vec((0_usize..12, 0_usize..12), 0..40);
    proptest!(ProptestConfig::with_cases(32), |(edges in edges)| {
        let name = |at: usize| format!("m{}", (at * 7) % 12);
        let models: Vec<(String, String)> = (0..12).map(|at| {
            let reads: String = edges.iter().filter(|(a, b)| a.max(b) == &at && a != b)
                .map(|(a, b)| format!(" union all select * from {}", name(*a.min(b)))).collect();
            (name(at), format!("select 1{reads}"))
        }).collect();
        let models: Vec<(&str, &str)> = models.iter().map(|(name, sql)| (name.as_str(), sql.as_str())).collect();
        let told = order(&models);
        prop_assert_eq!(&told, &order(&models));
        let order: Vec<&str> = told.split(' ').collect();
        prop_assert_eq!(order.len(), 12);
        for (a, b) in edges.iter().filter(|(a, b)| a != b) {
            let rank = |at: usize| order.iter().position(|known| *known == name(at));
            prop_assert!(rank(*a.min(b)) < rank(*a.max(b)));
        }
    });
}
