//! What was pulled and what became of it.

use axum::response::Response;

use super::Refusals;
use crate::{
    FileInfo, FilesAsked, Problem,
    answer::{Caller, Column, Listed, Tabular, listing},
    query::{FilesParameters, names},
};

impl Tabular for FileInfo {
    const NAME: (&'static str, &'static str) = ("files", "Принятые файлы");
    const COLUMNS: &'static [Column] = &[
        Column::Text("path"),
        Column::Text("status"),
        Column::Text("message"),
        Column::Text("pipelines"),
        Column::Whole("rows_in"),
        Column::Whole("rows_kept"),
        Column::Whole("rows_rejected"),
        Column::Whole("rows_replaced"),
        Column::Text("loaded_at"),
        Column::Text("modified_at"),
        Column::Text("first_seen"),
        Column::Text("source"),
        Column::Whole("size"),
        Column::Text("sha256"),
        Column::Text("copy_of"),
    ];
}

/// Файлы, новые — первыми: приняты ли, почему нет, сколько строк прочитано, принято, отклонено.
#[utoipa::path(get, path = "/api/v1/files", operation_id = "files", tag = "runs", params(FilesParameters),
    responses((status = 200, description = "Файлы", body = Listed<FileInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    let asked = &caller.asked;
    asked.only(&names(FilesParameters::GROUPS))?;
    let owned = |name: &str| asked.get(name).map(str::to_owned);
    let known = ["new", "loaded", "refused", "withdrawn", "copy"];
    let asked = FilesAsked {
        status: asked.choice("status", &known)?.map(str::to_owned),
        pipeline: owned("pipeline"),
        path: owned("path"),
        limit: asked.whole("limit", 1, 50_000)?.unwrap_or(1_000) as usize,
        offset: asked.whole("offset", 0, u64::from(u32::MAX))?.unwrap_or(0) as usize,
    };
    if let Some(pipeline) = &asked.pipeline {
        super::rejects::known_pipeline(&caller, pipeline)?;
    }
    let files = caller.serving.control()?.files(&asked).await.map_err(Problem::internal)?;
    listing(&caller, None, files)
}
