//! «Мой набор»: everything of one municipality or school in one archive.

use std::{collections::HashSet, sync::Arc};

use arrow::datatypes::{FieldRef, Schema};
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use dinamika_engine::{
    EngineError, Filter, Select, Session, Source, Wanted,
    encode::{Dialect, EncodeOptions, Encoded, Encoding, Format, Member, Replaced, archive, encode},
};
use futures::{FutureExt, StreamExt, TryStreamExt, stream};

use super::{
    Refusals,
    entities::{Entity, entity_at},
};
use crate::{
    Problem, ServedRelease,
    answer::{Reading, about, attachment, contract_order, not_modified, release_headers, russian, set, told},
    query::{ExtractParameters, names},
};

/// Everything an archive has: name, table, what it is.
const TABLES: [(&str, &str, &str); 2] = [
    ("Значения", "indicator_values", "значения показателей"),
    ("Динамика", "indicator_dynamics", "динамика показателей"),
];

/// Весь набор школы, муниципалитета (со всеми его школами) или региона одним архивом: значения и динамика —
/// CSV для русского Excel и XLSX, список организаций, файл «О файле».
#[utoipa::path(get, path = "/api/v1/entities/{key}/extract.zip", operation_id = "entity_extract", tag = "entities",
    params(("key" = String, Path, description = "Ключ школы, муниципалитета или региона", example = "03701000"),
        ExtractParameters),
    responses((status = 200, description = "Архив", body = Vec<u8>, content_type = "application/zip"), Refusals))]
pub(crate) async fn extract(reading: Reading, Path(key): Path<String>) -> Result<Response, Problem> {
    let caller = &reading.caller;
    caller.asked.only(&names(ExtractParameters::GROUPS))?;
    let entity = entity_at(&reading.release.session, &key).await?;
    let etag = caller.etag(&format!("{} {}", reading.release.info.id, entity.key));
    if etag.is_known(&caller.headers) {
        return Ok(not_modified(etag.header()));
    }
    caller.serving.gate().note(&caller.who, "download", &caller.path, "ok")?;
    let members = members(&reading.release, &entity, caller.wish.labels).await?;
    let bytes = archive(members).inspect_err(|error| tracing::error!(%error, "an archive broke off"));
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    set(headers, header::ETAG, etag.header());
    let title = format!("{} — набор", entity.title());
    set(headers, header::CONTENT_DISPOSITION, attachment(&format!("extract-{}", entity.key), &title, "zip"));
    release_headers(headers, Some(&reading.release.info));
    Ok(response)
}

/// The archive's files, each asked for when its turn comes.
async fn members(release: &Arc<ServedRelease>, entity: &Entity, labels: bool) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    let mut columns = Vec::new();
    let told_of = |title: &str, schema: &Schema| {
        let chosen = chosen(entity).first().map(|filter| filter.column.clone());
        let chosen = chosen.iter().map(|column| (column.as_str(), entity.key.as_str()));
        about(Some(&release.info), title, chosen, schema)
    };
    let mut sources = vec![("Организации", Source::Entities, "школы и муниципалитеты")];
    for (name, table, what) in TABLES {
        if release.session.has(table) {
            sources.push((name, Source::Table(table.parse().map_err(Problem::internal)?), what));
        }
    }
    for (name, from, what) in sources {
        let schema = release.session.columns(&from).await?;
        let select = contract_order(from, chosen(entity), &schema);
        let title = format!("{} — {what}", entity.title());
        let about = told_of(&title, &schema);
        for format in [Format::Csv, Format::Xlsx] {
            let options = EncodeOptions {
                dialect: Dialect::ExcelRu,
                encoding: Encoding::Utf8,
                replaced: Replaced::default(),
                about: about.clone(),
            };
            let bytes = asked(release.session.clone(), select.clone(), labels, format, options);
            members.push(Member { name: format!("{name}.{}", format.extension()), bytes });
        }
        columns.extend(schema.fields().iter().cloned());
    }
    let whole = told_of(&format!("{} — набор", entity.title()), &Schema::new(once_each(columns)));
    let text = format!("\u{feff}{}", told(&whole));
    let bytes = stream::iter([Ok(text.into())]).boxed();
    members.insert(0, Member { name: "О файле.txt".to_owned(), bytes });
    Ok(members)
}

/// Columns of all files, each by its first.
fn once_each(columns: Vec<FieldRef>) -> Vec<FieldRef> {
    let mut names = HashSet::new();
    columns.into_iter().filter(|field| names.insert(field.name().clone())).collect()
}

fn asked(session: Session, select: Select, labels: bool, format: Format, options: EncodeOptions) -> Encoded {
    let begin = async move {
        let rows = session.stream(select).await?;
        Ok::<_, EngineError>(encode(if labels { russian(rows) } else { rows }, format, options))
    };
    begin.into_stream().try_flatten().boxed()
}

/// A school's own rows; a municipality's and those of its schools; everything of the region.
fn chosen(entity: &Entity) -> Vec<Filter> {
    let column = match entity.level.as_str() {
        "municipality" => "municipality",
        "region" => return Vec::new(),
        _ => "entity",
    };
    vec![Filter { column: column.to_owned(), any_of: vec![Wanted::Text(entity.key.clone())] }]
}
