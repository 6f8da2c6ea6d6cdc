//! Tables, models and projects made by hand.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use arrow::{
    datatypes::SchemaRef, json::ReaderBuilder, record_batch::RecordBatch, util::pretty::pretty_format_batches,
};
use dinamika_engine::{Engine, EngineOptions, Params, PinnedFile, PinnedTable, Rows, Session};
use dinamika_project::{
    Config, Direction, Indicator, Level, Limits, Measure, Model, ModelKind, Place, Project, TableName, Zone,
};
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use parquet::arrow::ArrowWriter;

pub(crate) fn engine() -> Engine {
    let spill = std::env::temp_dir().join("dinamika-engine-tests");
    Engine::new(EngineOptions { memory_bytes: 256 << 20, threads: 2, spill, ..EngineOptions::default() }).unwrap()
}

/// Rows of JSON with a schema of `name:type`.
pub(crate) fn rows(columns: &str, json: &str) -> RecordBatch {
    let schema = schema(columns);
    let mut decoder = ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(100_000).build_decoder().unwrap();
    let values: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
    decoder.serialize(&values).unwrap();
    decoder.flush().unwrap().unwrap_or_else(|| RecordBatch::new_empty(schema))
}

pub(crate) fn schema(columns: &str) -> SchemaRef {
    use arrow::datatypes::{DataType, Field, Schema};
    let field = |column: &str| {
        let (name, kind) = column.split_once(':').unwrap_or((column, "text"));
        let data_type = match kind {
            "text" => DataType::Utf8,
            "int" => DataType::Int64,
            "number" => DataType::Float64,
            "date" => DataType::Date32,
            other => panic!("no type {other}"),
        };
        Field::new(name, data_type, true)
    };
    Arc::new(Schema::new(columns.split_whitespace().map(field).collect::<Vec<_>>()))
}

/// A table of Parquet files in memory: per file the partition's value, rows without the partition
/// column, Delta statistics.
pub(crate) async fn pinned(
    name: &str,
    columns: &str,
    partition_by: Option<&str>,
    files: Vec<(Option<&str>, RecordBatch, serde_json::Value)>,
) -> PinnedTable {
    let store = Arc::new(InMemory::new());
    let mut pinned = Vec::new();
    for (number, (partition, batch, stats)) in files.into_iter().enumerate() {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let path = Path::from(format!("{name}/part {number}.parquet"));
        let size = bytes.len() as u64;
        store.put(&path, bytes.into()).await.unwrap();
        pinned.push(PinnedFile {
            path,
            size,
            rows: batch.num_rows() as u64,
            partition: partition.map(str::to_owned),
            stats: Some(stats.to_string()),
        });
    }
    PinnedTable {
        name: table(name),
        zone: Zone::Mart,
        version: 1,
        schema: schema(columns),
        partition_by: partition_by.map(|column| column.parse().unwrap()),
        files: pinned,
        store: store as Arc<dyn ObjectStore>,
        store_url: format!("memory:///{name}").parse().unwrap(),
    }
}

pub(crate) fn table(name: &str) -> TableName {
    name.parse().unwrap()
}

pub(crate) fn place(path: &str) -> Place {
    Place { path: Arc::new(PathBuf::from(path)), line: 1, column: 1 }
}

pub(crate) fn model(name: &str, sql: &str, reads: &[&str], kind: ModelKind) -> Model {
    Model {
        name: table(name),
        title: name.to_owned(),
        sql: sql.to_owned(),
        reads: reads.iter().map(|name| table(name)).collect(),
        kind,
        tests: Vec::new(),
        headings: BTreeMap::new(),
        place: place(&format!("sql/{name}.sql")),
    }
}

pub(crate) fn view(name: &str, sql: &str, reads: &[&str]) -> Model {
    model(name, sql, reads, ModelKind::View)
}

pub(crate) fn indicator(id: &str, measure: Measure, sql: &str) -> Model {
    let kind = ModelKind::Indicator(Indicator {
        id: id.parse().unwrap(),
        formula: String::new(),
        unit: "%".to_owned(),
        direction: Direction::Down,
        min_n: 10,
        levels: vec![Level::School, Level::Municipality, Level::Region],
        measure,
        source: None,
        equated: true,
        dimensions: Vec::new(),
    });
    model(&format!("indicator_{}", id.replace('.', "_")), sql, &["facts"], kind)
}

pub(crate) fn project(models: Vec<Model>) -> Project {
    Project {
        policy: dinamika_project::Policy::standard(),
        config: Config {
            title: "Проверка".to_owned(),
            region_code: None,
            region_name: None,
            lake: "lake".to_owned(),
            state: "state".to_owned(),
            sources: BTreeMap::new(),
            limits: Limits::default(),
            params: BTreeMap::from([("half".to_owned(), 0.5)]),
            jobs: Vec::new(),
            oidc: None,
            place: place("dinamika.toml"),
        },
        pipelines: Vec::new(),
        references: Vec::new(),
        models,
        checks: Vec::new(),
        unit_tests: Vec::new(),
        dashboards: Vec::new(),
        map: None,
    }
}

pub(crate) async fn session(memory: Vec<(&str, RecordBatch)>, pinned: Vec<PinnedTable>, views: Vec<&Model>) -> Session {
    let memory = memory.into_iter().map(|(name, batch)| (table(name), vec![batch])).collect();
    engine().session(pinned, memory, views, &BTreeMap::from([("half".to_owned(), 0.5)])).await.unwrap()
}

pub(crate) async fn ask(session: &Session, sql: &str) -> String {
    printed(session.query(sql, Params::None).await.unwrap()).await
}

pub(crate) async fn printed(rows: Rows) -> String {
    let batch = rows.collect_one().await.unwrap();
    pretty_format_batches(&[batch]).unwrap().to_string()
}
