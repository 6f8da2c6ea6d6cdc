//! Where tables and columns come from.

use axum::{extract::Path, response::Response};

use super::Refusals;
use crate::{
    LineageNode, Problem,
    answer::{Caller, Column, Listed, Tabular, listing},
    lineage::nodes,
    query::{ReadParameters, names},
};

impl Tabular for LineageNode {
    const NAME: (&'static str, &'static str) = ("lineage", "Происхождение таблиц");
    const COLUMNS: &'static [Column] = &[
        Column::Text("name"),
        Column::Text("kind"),
        Column::Text("title"),
        Column::Text("file"),
        Column::Text("reads"),
    ];
}

/// Все таблицы, показатели и панели: из чего сделаны, столбец за столбцом.
#[utoipa::path(get, path = "/api/v1/lineage", operation_id = "lineage", tag = "lineage", params(ReadParameters),
    responses((status = 200, description = "От выгрузок к панелям", body = Listed<LineageNode>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let lineage = caller.serving.lineage().await;
    listing(&caller, None, nodes(lineage))
}

/// Одна таблица, показатель или панель: всё, из чего она сделана, и всё, что сделано из неё.
#[utoipa::path(get, path = "/api/v1/lineage/{table}", operation_id = "lineage_of", tag = "lineage",
    params(("table" = String, Path, description = "Таблица, код показателя или `доска/панель`", example = "vpr_marks"), ReadParameters),
    responses((status = 200, description = "От выгрузок к панелям", body = Listed<LineageNode>), Refusals))]
pub(crate) async fn show(caller: Caller, Path(table): Path<String>) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let lineage = caller.serving.lineage().await;
    let hint = || "Список — /api/v1/lineage.".to_owned();
    let around = lineage.around(&table);
    let around = around.ok_or_else(|| Problem::NotFound { what: "таблицы", id: table, hint: hint() })?;
    listing(&caller, None, nodes(&around))
}
