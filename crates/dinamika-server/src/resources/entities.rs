//! Schools, municipalities, the region.

use std::collections::BTreeMap;

use axum::{extract::Path, response::Response};
use dinamika_engine::{Filter, Rows, Select, Session, SortKey, Source, Wanted, encode};
use dinamika_project::TableName;
use futures::TryStreamExt;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Refusals, RowsAnswer};
use crate::{
    Problem,
    answer::{Column, Question, Reading, Tabular, Told, one, rows},
    query::{CONTRACT_ORDER, EntitiesParameters, ReadParameters, entity_key, names},
};

/// Everything known of one school or municipality.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "level": "school", "entity": "223080", "entity_name": "СОШ № 3", "municipality": "03701000",
    "values": [], "dynamics": []
}))]
pub(crate) struct EntityInfo {
    /// Its level.
    level: String,
    /// Its key.
    entity: String,
    /// Its name.
    entity_name: Option<String>,
    /// The municipality's key.
    municipality: Option<String>,
    /// Values of all indicators.
    #[schema(value_type = Vec<Object>)]
    values: Vec<Value>,
    /// Dynamics of all indicators.
    #[schema(value_type = Vec<Object>)]
    dynamics: Vec<Value>,
}

impl Tabular for EntityInfo {
    const NAME: (&'static str, &'static str) = ("entity", "Организация");
    const COLUMNS: &'static [Column] =
        &[Column::Text("level"), Column::Text("entity"), Column::Text("entity_name"), Column::Text("municipality")];
}

/// Школы, муниципалитеты и регион.
#[utoipa::path(get, path = "/api/v1/entities", operation_id = "entities", tag = "entities", params(EntitiesParameters),
    responses((status = 200, description = "Строки; также .csv .xlsx .parquet .arrow", body = RowsAnswer), Refusals))]
pub(crate) async fn list(reading: Reading) -> Result<Response, Problem> {
    let question = Question {
        from: Source::Entities,
        fixed: Vec::new(),
        ordered: true,
        title: "Школы и муниципалитеты".to_owned(),
        name: "entities".to_owned(),
    };
    rows(reading, question).await
}

/// Всё, что известно об одной школе или муниципалитете; файлом — строки значений всех показателей.
#[utoipa::path(get, path = "/api/v1/entities/{key}", operation_id = "entity", tag = "entities",
    params(("key" = String, Path, description = "Ключ школы или муниципалитета", example = "223080"), ReadParameters),
    responses((status = 200, description = "Школа или муниципалитет", body = Told<EntityInfo>), Refusals))]
pub(crate) async fn show(reading: Reading, Path(key): Path<String>) -> Result<Response, Problem> {
    let session = &reading.release.session;
    let entity = entity_at(session, &key).await?;
    if !reading.caller.wish.is_json() {
        return rows(reading, values_of(&entity)?).await;
    }
    reading.caller.asked.only(&names(ReadParameters::GROUPS))?;
    let Entity { key, level, name, municipality } = entity;
    let of_it = [named("entity", &key), named("level", &level)].concat();
    let info = EntityInfo {
        level,
        entity: key,
        entity_name: name,
        municipality,
        values: of_table(session, "indicator_values", of_it.clone()).await?,
        dynamics: of_table(session, "indicator_dynamics", of_it).await?,
    };
    one(&reading.caller, Some(&reading.release.info), info)
}

/// Municipalities' names by key.
pub(crate) async fn municipalities(session: &Session) -> Result<BTreeMap<String, String>, Problem> {
    let found = objects(session, Source::Entities, named("level", "municipality")).await?;
    let text = |row: &Value, name: &str| row[name].as_str().map(str::to_owned);
    Ok(found.iter().filter_map(|row| Some((text(row, "entity")?, text(row, "entity_name")?))).collect())
}

/// A school, a municipality or the region.
pub(super) struct Entity {
    pub(super) key: String,
    pub(super) level: String,
    name: Option<String>,
    municipality: Option<String>,
}

impl Entity {
    /// Its name, or its key where it has none.
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.key)
    }
}

/// The one an address names.
pub(super) async fn entity_at(session: &Session, asked: &str) -> Result<Entity, Problem> {
    let key = entity_key(asked).to_owned();
    let found = objects(session, Source::Entities, named("entity", &key)).await?;
    let Some(facts) = found.first() else {
        let hint = "Список — /api/v1/entities.".to_owned();
        return Err(Problem::NotFound { what: "ключа", id: key, hint });
    };
    let text = |name: &str| facts[name].as_str().map(str::to_owned);
    Ok(Entity {
        level: text("level").unwrap_or_default(),
        name: text("entity_name"),
        municipality: text("municipality"),
        key,
    })
}

fn values_of(entity: &Entity) -> Result<Question, Problem> {
    Ok(Question {
        from: Source::Table("indicator_values".parse().map_err(Problem::internal)?),
        fixed: named("entity", &entity.key),
        ordered: true,
        title: entity.title().to_owned(),
        name: format!("entity-{}", entity.key),
    })
}

fn named(column: &str, value: &str) -> Vec<Filter> {
    vec![Filter { column: column.to_owned(), any_of: vec![Wanted::Text(value.to_owned())] }]
}

async fn of_table(session: &Session, table: &str, filters: Vec<Filter>) -> Result<Vec<Value>, Problem> {
    if !session.has(table) {
        return Ok(Vec::new());
    }
    let table: TableName = table.parse().map_err(Problem::internal)?;
    objects(session, Source::Table(table), filters).await
}

async fn objects(session: &Session, from: Source, filters: Vec<Filter>) -> Result<Vec<Value>, Problem> {
    let schema = session.columns(&from).await?;
    let key = |column: &&str| SortKey { column: (*column).to_owned(), descending: false, nulls_first: true };
    let sort = CONTRACT_ORDER.iter().filter(|column| schema.field_with_name(column).is_ok()).map(key).collect();
    let found: Rows = session.select(Select { filters, sort, ..Select::all(from) }).await?;
    let bytes = encode::encode(found, encode::Format::Json, encode::EncodeOptions::default());
    let bytes: Vec<u8> = bytes.map_ok(Vec::from).try_concat().await?;
    serde_json::from_slice(&bytes).map_err(Problem::internal)
}
