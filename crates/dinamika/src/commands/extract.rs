//! `extract`: the same file an address of the API gives.

use dinamika_engine::encode::{EncodeOptions, Format, arrow_rows, encode};
use dinamika_project::{ModelKind, Principal, Project};
use dinamika_server::{LocalFile, Serving};
use futures::{StreamExt as _, TryStreamExt as _};
use std::sync::Arc;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::query::{principal, save, tell_replaced};
use crate::{cli::Extract, failure::Failure, workshop::Workshop};

/// `vpr.share2`, `vpr.share2/dynamics`, `dashboard/panel` or an address.
pub(super) async fn extract(workshop: &Workshop, options: Extract) -> Result<(), Failure> {
    let format: Format = options.output.format.parse().map_err(Failure::usage)?;
    let seen_by = match &options.seen_by {
        Some(text) => principal(workshop, text)?,
        None => Principal::administrator(),
    };
    let address = address(&workshop.project, &options, format)?;
    let serving = Serving::new(Arc::clone(&workshop.project), Arc::new(workshop.shelf().await?), None);
    serving.refresh().await.map_err(|error| Failure::said(error.to_string()))?;
    let LocalFile { bytes, replaced } =
        dinamika_server::ask(serving, &address, &seen_by).await.map_err(Failure::usage)?;
    let bytes = bytes.map_err(|error| Failure::said(error.to_string())).boxed();
    // A terminal's table is of no address: the rows come as Arrow and are laid out here.
    let bytes = match is_address(&options.what) || format != Format::Table {
        true => bytes,
        false => {
            let rows: Vec<u8> = bytes.map_ok(Vec::from).try_concat().await?;
            let rows = arrow_rows(&rows).map_err(Failure::work)?;
            encode(rows, Format::Table, EncodeOptions::default()).map_err(Failure::work).boxed()
        }
    };
    save(bytes, &options.output).await?;
    tell_replaced(replaced.unwrap_or_default());
    Ok(())
}

fn is_address(what: &str) -> bool {
    what.starts_with('/')
}

/// The address with the reader's filters and form.
fn address(project: &Project, options: &Extract, format: Format) -> Result<String, Failure> {
    let mut asked = Serializer::new(String::new());
    for filter in &options.filters {
        let (column, value) =
            filter.split_once('=').ok_or_else(|| Failure::usage(format!("«{filter}»: нужно столбец=значение")))?;
        asked.append_pair(column, value);
    }
    if let Some(release) = options.release {
        asked.append_pair("as_of", &release.to_string());
    }
    for (name, value) in [("dialect", &options.output.dialect), ("encoding", &options.output.encoding)] {
        value.iter().for_each(|value| {
            asked.append_pair(name, value);
        });
    }
    if is_address(&options.what) {
        let asked = asked.finish();
        let joint = if options.what.contains('?') { '&' } else { '?' };
        return Ok(if asked.is_empty() { options.what.clone() } else { format!("{}{joint}{asked}", options.what) });
    }
    asked.append_pair("limit", "all");
    let extension = match format {
        Format::Table => "arrow",
        other => other.extension(),
    };
    let (name, part) = options.what.split_once('/').unwrap_or((&options.what, "values"));
    let is_indicator = project
        .models
        .iter()
        .any(|model| matches!(&model.kind, ModelKind::Indicator(indicator) if indicator.id.as_str() == name));
    let path = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let (name, part) = (path(name), path(part));
    let place = match is_indicator {
        true => format!("indicators/{name}/{part}"),
        false if options.what.contains('/') => format!("dashboards/{name}/panels/{part}"),
        false => {
            return Err(Failure::usage(format!(
                "нет показателя «{name}»; ещё можно: показатель/dynamics, страница/панель, /api/v1/…"
            )));
        }
    };
    Ok(format!("/api/v1/{place}.{extension}?{}", asked.finish()))
}
