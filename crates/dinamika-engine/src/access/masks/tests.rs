//! Cells of one row, as guests see them.

use std::collections::HashMap;

use arrow::array::{Float64Array, StringArray};
use dinamika_project::Principal;

use super::*;
use crate::access::{
    suppress::EDGE,
    veil::{Seen, Veil},
};

/// Rows of one school, whose share is at its end and who a guest sees the number of.
fn seen(indicator: &'static str) -> RecordBatch {
    let text = |text: &'static str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let whole = |n: i64| Arc::new(Int64Array::from(vec![n])) as ArrayRef;
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("indicator", text(indicator)),
        ("level", text("school")),
        ("entity", text("223080")),
        ("entity_name", text("Школа")),
        ("municipality", text("alsk")),
        ("period", text("2020/21")),
        ("subject", text("MA")),
        ("grade", whole(4)),
        ("pupil_grade", whole(4)),
        ("n", whole(15)),
        ("value", Arc::new(Float64Array::from(vec![0.0]))),
        ("status", text("ok")),
    ];
    let coverage = ["schools_expected", "schools_received", "pupils_expected", "pupils_received"];
    columns.extend(coverage.map(|name| (name, whole(16))));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let place = crate::access::hidden::Place {
        group: "vpr",
        tasks: false,
        level: "school",
        entity: "223080",
        period: Some("2020/21"),
        subject: Some("MA"),
        grade: Some(4),
        pupil_grade: Some(4),
    };
    let groups = [("vpr.n", true), ("vpr.share2", false)];
    let facts = Facts {
        policy: Policy::standard(),
        hidden: Some(Hidden::of(&place, EDGE)),
        groups: groups.map(|(id, counts)| (id.to_owned(), ("vpr".to_owned(), counts))).into(),
        schools: HashMap::from([("223080".to_owned(), "alsk".to_owned())]),
    };
    let veil = IndicatorVeil::new(&Arc::new(facts), &Principal::public(), Kind::Values);
    veil.through(&batch, &mut Seen::default()).unwrap()
}

#[test]
fn guests_who_see_how_many_but_not_how_well_do_not_see_who_of_those_expected_came() {
    let empty = |batch: &RecordBatch, name: &str| batch.column_by_name(name).unwrap().null_count() == 1;
    let (count, share) = (seen("vpr.n"), seen("vpr.share2"));
    // Fifteen of sixteen would be a share one person from its end.
    assert!(!empty(&count, "n") && empty(&count, "pupils_expected") && empty(&count, "pupils_received"), "{count:?}");
    assert!(empty(&count, "schools_expected") && empty(&count, "schools_received"), "{count:?}");
    assert!(empty(&share, "n") && empty(&share, "value") && empty(&share, "pupils_expected"), "{share:?}");
    assert_eq!(share.column_by_name("status").unwrap().as_string::<i32>().value(0), "suppressed");
}
