//! Small tables of marks and how to read them back.

use std::sync::Arc;

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, Int32Array, StringArray},
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef},
    record_batch::RecordBatch,
};
use dinamika_lake::{Commit, Lake, Mode, PinnedTable, TableSpec};
use dinamika_project::{BatchId, TableName, Zone};
use object_store::ObjectStoreExt as _;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// test, school, mark, batch.
pub(crate) type Row<'a> = (Option<&'a str>, Option<&'a str>, i32, &'a str);

pub(crate) fn name() -> TableName {
    "marks".parse().unwrap()
}

pub(crate) fn batch(digit: char) -> BatchId {
    digit.to_string().repeat(16).parse().unwrap()
}

pub(crate) fn schema() -> SchemaRef {
    let field = |name: &str, kind| Field::new(name, kind, true);
    Arc::new(Schema::new(vec![
        field("test", DataType::Utf8),
        field("school", DataType::Utf8),
        field("mark", DataType::Int32),
        field("_batch", DataType::Utf8),
    ]))
}

/// Marks by test; a batch replaces what others say of the same test and school.
pub(crate) fn spec() -> TableSpec {
    TableSpec {
        name: name(),
        zone: Zone::Curated,
        schema: schema(),
        partition_by: Some("test".parse().unwrap()),
        replacing: vec!["test".parse().unwrap(), "school".parse().unwrap()],
    }
}

pub(crate) fn rows(rows: &[Row<'_>]) -> RecordBatch {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|row| row.0).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>()),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.2))),
        Arc::new(rows.iter().map(|row| Some(row.3)).collect::<StringArray>()),
    ];
    RecordBatch::try_new(schema(), columns).unwrap()
}

pub(crate) async fn write(lake: &Lake, spec: &TableSpec, rows: RecordBatch, mode: Mode) -> Commit {
    let mut writer = lake.writer(spec.clone()).await.unwrap();
    writer.write(rows).await.unwrap();
    writer.commit(mode).await.unwrap()
}

/// Marks of one batch: test, school, mark.
pub(crate) async fn load(lake: &Lake, digit: char, marks: &[(&str, &str, i32)]) -> Commit {
    let id = batch(digit);
    let all: Vec<Row<'_>> =
        marks.iter().map(|(test, school, mark)| (Some(*test), Some(*school), *mark, id.as_str())).collect();
    write(lake, &spec(), rows(&all), Mode::Batch(id.clone())).await
}

/// Every row as `test school mark batch-digit`, sorted.
pub(crate) async fn read(table: &PinnedTable) -> Vec<String> {
    let mut all = Vec::new();
    for file in &table.files {
        let bytes = table.store.get(&file.path).await.unwrap().bytes().await.unwrap();
        assert_eq!(bytes.len() as u64, file.size, "size in the log");
        let mut rows = 0;
        for part in ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap() {
            let part = part.unwrap();
            rows += part.num_rows() as u64;
            let text = |name: &str, row: usize| {
                let column = part.column_by_name(name).map(|column| column.as_string::<i32>());
                column.filter(|column| column.is_valid(row)).map_or("∅", |column| column.value(row)).to_owned()
            };
            for row in 0..part.num_rows() {
                let test = if table.partition_by.is_some() {
                    file.partition.clone().unwrap_or("∅".into())
                } else {
                    text("test", row)
                };
                let mark = part.column_by_name("mark").unwrap().as_primitive::<Int32Type>().value(row);
                all.push(format!("{test} {} {mark} {}", text("school", row), &text("_batch", row)[..1]));
            }
        }
        assert_eq!(rows, file.rows, "rows in the log");
    }
    all.sort();
    all
}

pub(crate) async fn newest(lake: &Lake) -> Vec<String> {
    read(&lake.pin(&name()).await.unwrap().unwrap()).await
}
