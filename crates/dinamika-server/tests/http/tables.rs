//! Rows of the made-up region: three schools, one municipality, two years.

use std::sync::Arc;

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, Schema, SchemaRef},
    json::ReaderBuilder,
};
use dinamika_project::TableName;
use serde_json::{Value, json};

/// Tables of a release; its number is the region's value.
pub(crate) fn tables(id: u64) -> Vec<(TableName, Vec<RecordBatch>)> {
    let text = |names: &[&str]| -> Vec<(String, DataType)> {
        names.iter().map(|name| ((*name).to_owned(), DataType::Utf8)).collect()
    };
    let values = [
        text(&["indicator", "level", "entity", "entity_name", "municipality", "period", "subject"]),
        ["grade", "pupil_grade"].map(|name| (name.to_owned(), DataType::Int64)).to_vec(),
        text(&["task"]),
        ["num", "den"].map(|name| (name.to_owned(), DataType::Float64)).to_vec(),
        vec![("n".to_owned(), DataType::Int64)],
        ["value", "ci_low", "ci_high"].map(|name| (name.to_owned(), DataType::Float64)).to_vec(),
        text(&["status"]),
    ]
    .concat();
    let dynamics = [
        values.clone(),
        text(&["kind", "base_period"]),
        vec![("change".to_owned(), DataType::Float64)],
        text(&["verdict"]),
    ]
    .concat();
    let mut value_rows = Vec::new();
    let mut dynamics_rows = Vec::new();
    for (index, (level, entity, name)) in entities().into_iter().enumerate() {
        for period in ["2019/20", "2020/21"] {
            let value = if level == "region" { id as f64 } else { 10.0 + index as f64 + 0.5 };
            let row = json!({"indicator": "vpr.share2", "level": level, "entity": entity, "entity_name": name,
                "municipality": if level == "region" { Value::Null } else { json!("03701000") },
                "period": period, "subject": "MA", "grade": 5, "num": 7.0, "den": 61.0, "n": 61, "value": value,
                "ci_low": 5.5, "ci_high": 21.5, "status": "ok"});
            value_rows.push(row.clone());
            if period == "2020/21" {
                let mut row = row;
                row["kind"] = json!("grade");
                row["base_period"] = json!("2019/20");
                row["change"] = json!(-1.5);
                row["verdict"] = json!("within_noise");
                dynamics_rows.push(row);
            }
        }
    }
    let schools: Vec<Value> = entities()
        .iter()
        .filter(|(level, ..)| *level == "school")
        .map(|(_, key, name)| json!({"school_key": key, "school_name": name, "municipality_key": "03701000"}))
        .collect();
    vec![
        table("indicator_values", &values, &value_rows),
        table("indicator_dynamics", &dynamics, &dynamics_rows),
        table("schools", &text(&["school_key", "school_name", "municipality_key"]), &schools),
        table(
            "municipalities",
            &text(&["municipality_key", "municipality_name"]),
            &[json!({"municipality_key": "03701000", "municipality_name": "Горячий Ключ"})],
        ),
    ]
}

fn entities() -> Vec<(&'static str, &'static str, &'static str)> {
    vec![
        ("school", "223080", "СОШ № 3 <им. \"А\">"),
        ("school", "223081", "=Гимназия; 1"),
        ("school", "223082", "Лицей"),
        ("municipality", "03701000", "Горячий Ключ"),
        ("region", "23", "Край"),
    ]
}

fn table(name: &str, columns: &[(String, DataType)], rows: &[Value]) -> (TableName, Vec<RecordBatch>) {
    let fields: Vec<Field> = columns.iter().map(|(name, kind)| Field::new(name, kind.clone(), true)).collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let mut decoder = ReaderBuilder::new(schema).build_decoder().unwrap();
    decoder.serialize(rows).unwrap();
    (name.parse().unwrap(), vec![decoder.flush().unwrap().unwrap()])
}
