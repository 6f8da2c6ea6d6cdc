//! Schemas that follow from a project's text: three rooms need them, so they are made here once.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

use crate::{Column, ColumnKind, Pipeline, Reference, TableName};

impl Pipeline {
    /// The schema of its table: its columns, `school_ref` where schools are told, `_batch` and `_row`.
    pub fn schema(&self) -> SchemaRef {
        let mut fields: Vec<Field> = self.columns.iter().flat_map(Column::fields).collect();
        if self.school.is_some() {
            fields.push(text("school_ref"));
        }
        fields.push(text("_batch"));
        fields.push(Field::new("_row", DataType::Int32, true));
        Arc::new(Schema::new(fields))
    }
}

impl Reference {
    /// The schema of its table.
    pub fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.columns.iter().flat_map(Column::fields).collect::<Vec<_>>()))
    }
}

impl Column {
    /// The table's columns it becomes.
    pub fn fields(&self) -> Vec<Field> {
        let name = self.name.as_str();
        let date = |suffix: &str| Field::new(format!("{name}{suffix}"), DataType::Date32, true);
        let plain = |data_type| vec![Field::new(name, data_type, true)];
        match &self.kind {
            ColumnKind::Int { .. } => plain(DataType::Int64),
            ColumnKind::Number { .. } => plain(DataType::Float64),
            ColumnKind::Amount => vec![Field::new(name, DataType::Float64, true), text(&format!("{name}_cmp"))],
            ColumnKind::Bool => plain(DataType::Boolean),
            ColumnKind::Date => plain(DataType::Date32),
            ColumnKind::Dates => vec![text(name), date("_from"), date("_to"), text(&format!("{name}_precision"))],
            ColumnKind::Documents => {
                vec![text(name), Field::new(format!("{name}_count"), DataType::Int32, true), date("_from"), date("_to")]
            }
            ColumnKind::Mark => plain(DataType::Int32),
            ColumnKind::Tasks => {
                let list = DataType::List(Arc::new(Field::new("element", DataType::Struct(task_fields()), true)));
                vec![Field::new(name, list, true), Field::new(format!("{name}_sum"), DataType::Float64, true)]
            }
            ColumnKind::Text
            | ColumnKind::Login
            | ColumnKind::Period
            | ColumnKind::Subject
            | ColumnKind::Choice(_)
            | ColumnKind::Key => plain(DataType::Utf8),
        }
    }
}

/// Fields of one task of [`ColumnKind::Tasks`].
pub fn task_fields() -> Fields {
    Fields::from(vec![
        Field::new("no", DataType::Int32, true),
        text("label"),
        Field::new("max", DataType::Int32, true),
        Field::new("score", DataType::Float32, true),
        text("state"),
    ])
}

/// Tables the house makes itself.
pub fn builtin_tables() -> Vec<(TableName, SchemaRef)> {
    let real = |name: &str| Field::new(name, DataType::Float64, true);
    let whole = |name: &str| Field::new(name, DataType::Int64, true);
    let small = |name: &str| Field::new(name, DataType::Int32, true);
    let time = |name: &str| Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true);
    let texts = |names: &[&str]| names.iter().map(|name| text(name)).collect::<Vec<_>>();
    let values = || {
        [
            texts(&["indicator", "level", "entity", "entity_name", "municipality", "period", "subject"]),
            vec![whole("grade"), whole("pupil_grade"), text("task"), real("num"), real("den"), whole("n")],
            vec![real("value"), real("ci_low"), real("ci_high"), text("status"), real("sq")],
        ]
        .concat()
    };
    let coverage = ["schools_expected", "schools_received", "pupils_expected", "pupils_received"];
    let coverage: Vec<Field> = coverage.into_iter().map(whole).collect();
    let change = vec![
        text("kind"),
        text("base_period"),
        real("base_value"),
        real("change"),
        real("change_ci_low"),
        real("change_ci_high"),
        text("verdict"),
        whole("base_n"),
        real("gap"),
        real("base_gap"),
        real("gap_change"),
        real("gap_ci_low"),
        real("gap_ci_high"),
        real("z"),
        real("base_z"),
        text("verdict_of"),
        real("spread"),
        real("p"),
        real("q"),
        text("break_reason"),
    ];
    let entity = || texts(&["indicator", "level", "entity", "entity_name", "municipality"]);
    let test = || vec![text("subject"), whole("grade"), whole("pupil_grade"), text("task")];
    let position = [
        entity(),
        vec![text("period")],
        test(),
        vec![whole("n"), real("value"), real("region_value"), real("gap"), real("gap_ci_low"), real("gap_ci_high")],
        vec![real("p"), real("q"), text("position"), real("z"), real("percentile"), real("shrunk")],
        vec![real("reliability"), real("icc"), real("low95"), real("high95"), real("low998"), real("high998")],
    ];
    let pooled = [
        entity(),
        vec![text("period")],
        test(),
        vec![small("span"), small("periods"), text("first_period"), real("num"), real("den"), whole("n"), real("sq")],
        vec![real("value"), real("ci_low"), real("ci_high"), real("region_value"), real("gap"), text("status")],
    ];
    let trend = [
        entity(),
        test(),
        vec![text("first_period"), text("last_period"), small("periods"), small("series"), whole("n")],
        vec![text("trend_of"), real("slope"), real("slope_ci_low"), real("slope_ci_high")],
        vec![real("p"), real("q"), text("verdict")],
    ];
    let tables = [
        (
            "school_match",
            vec![
                text("school_ref"),
                text("school_key"),
                text("municipality_key"),
                text("method"),
                real("score"),
                text("status"),
            ],
        ),
        (
            "batches",
            [
                texts(&["batch", "pipeline", "table_name", "layout", "path", "sheet", "sha256"]),
                vec![
                    time("modified_at"),
                    time("loaded_at"),
                    whole("rows_in"),
                    whole("rows_kept"),
                    whole("rows_rejected"),
                    text("status"),
                ],
            ]
            .concat(),
        ),
        (
            "rejects",
            [
                texts(&["batch", "pipeline", "path", "sheet"]),
                vec![small("row")],
                texts(&["column_name", "rule", "suggestion"]),
            ]
            .concat(),
        ),
        ("region", texts(&["region_key", "region_name"])),
        (
            "indicators",
            [
                texts(&["indicator", "title", "formula", "unit", "direction"]),
                vec![small("min_n")],
                texts(&["measure", "source"]),
                vec![Field::new("equated", DataType::Boolean, true)],
            ]
            .concat(),
        ),
        (
            "suppression",
            [
                texts(&["cell_group", "level", "entity", "period", "subject"]),
                vec![whole("grade"), whole("pupil_grade")],
                ["tasks", "hidden_own", "hidden_inside", "hidden_public", "hidden_edge"]
                    .map(|name| Field::new(name, DataType::Boolean, true))
                    .to_vec(),
                vec![text("reason"), whole("late"), whole("withheld")],
            ]
            .concat(),
        ),
        ("indicator_values", [values(), coverage.clone()].concat()),
        ("indicator_dynamics", [values(), change, coverage].concat()),
        ("indicator_position", position.concat()),
        ("indicator_pooled", pooled.concat()),
        ("indicator_trend", trend.concat()),
    ];
    tables.into_iter().filter_map(|(name, fields)| Some((name.parse().ok()?, Arc::new(Schema::new(fields))))).collect()
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}
