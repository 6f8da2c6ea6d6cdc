//! What is wrong with the dashboards' files.

use axum::response::Response;

use super::Refusals;
use crate::{
    MistakeInfo, Problem,
    answer::{Caller, Column, Listed, Tabular, listing},
    query::{ReadParameters, names},
};

impl Tabular for MistakeInfo {
    const NAME: (&'static str, &'static str) = ("mistakes", "Ошибки панелей");
    const COLUMNS: &'static [Column] = &[
        Column::Text("path"),
        Column::Whole("line"),
        Column::Whole("column"),
        Column::Text("severity"),
        Column::Text("rule"),
        Column::Text("message"),
        Column::Text("help"),
    ];
}

/// Ошибки в файлах `dashboards/` с файлом и строкой. Файлы перечитываются сами; испорченная панель видна прежней.
#[utoipa::path(get, path = "/api/v1/mistakes", operation_id = "mistakes", tag = "dashboards", params(ReadParameters),
    responses((status = 200, description = "Ошибки; пусто, если их нет", body = Listed<MistakeInfo>), Refusals))]
pub(crate) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.asked.only(&names(ReadParameters::GROUPS))?;
    let mistakes = caller.serving.pages().mistakes.iter().map(MistakeInfo::from).collect();
    listing(&caller, None, mistakes)
}
