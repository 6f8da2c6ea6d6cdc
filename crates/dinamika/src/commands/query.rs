//! `query` and `extract`.

use dinamika_engine::{
    Access, Params, Rows, Session,
    encode::{Dialect, EncodeOptions, Format, encode},
};
use dinamika_project::{Level, PanelData, Principal};
use dinamika_server::{NOTICE, ReleaseInfo, Shelf as _};
use futures::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::{
    cli::{Extract, Output, Query},
    failure::Failure,
    workshop::Workshop,
};

pub(super) async fn query(workshop: &Workshop, options: Query) -> Result<(), Failure> {
    let (release, session) = release(workshop, options.release, options.seen_by.as_deref()).await?;
    let rows = session.query(&options.sql, Params::None).await.map_err(Failure::work)?;
    write(rows, &options.output, &release).await
}

/// `vpr.share2`, `vpr.share2/dynamics` or `dashboard/panel`.
pub(super) async fn extract(workshop: &Workshop, options: Extract) -> Result<(), Failure> {
    let (release, session) = release(workshop, options.release, options.seen_by.as_deref()).await?;
    let (name, part) = options.what.split_once('/').unwrap_or((&options.what, "values"));
    let table = match part {
        "values" => "indicator_values",
        "dynamics" => "indicator_dynamics",
        panel => {
            let found = workshop.project.dashboards.iter().find(|dashboard| dashboard.id.as_str() == name);
            let panel = found.and_then(|dashboard| dashboard.panels.iter().find(|known| known.id.as_str() == panel));
            let panel = panel.ok_or_else(|| Failure::usage(format!("нет показателя или панели «{}»", options.what)))?;
            let rows = panel_rows(&session, &panel.data).await?;
            return write(rows, &options.output, &release).await;
        }
    };
    let mut filters = vec![("indicator".to_owned(), name.to_owned())];
    for filter in &options.filters {
        let (column, value) =
            filter.split_once('=').ok_or_else(|| Failure::usage(format!("«{filter}»: нужно столбец=значение")))?;
        filters.push((column.to_owned(), value.to_owned()));
    }
    let rows = selected(&session, table, &filters).await?;
    write(rows, &options.output, &release).await
}

async fn panel_rows(session: &Session, data: &PanelData) -> Result<Rows, Failure> {
    let of = |indicators: &[dinamika_project::IndicatorId],
              level: Level,
              filters: &std::collections::BTreeMap<String, String>| {
        let mut all: Vec<(String, String)> =
            indicators.iter().map(|id| ("indicator".to_owned(), id.to_string())).collect();
        all.push(("level".to_owned(), level.as_str().to_owned()));
        all.extend(filters.iter().map(|(column, value)| (column.clone(), value.clone())));
        all
    };
    match data {
        PanelData::Values { indicators, level, filters } => {
            selected(session, "indicator_values", &of(indicators, *level, filters)).await
        }
        PanelData::Dynamics { indicators, level, filters } => {
            selected(session, "indicator_dynamics", &of(indicators, *level, filters)).await
        }
        PanelData::Sql { sql, .. } => session.query(sql, Params::None).await.map_err(Failure::work),
        PanelData::Text(_) => Err(Failure::usage("это текст, в нём нет данных")),
    }
}

/// Rows of a table whose columns have one of the values given for them.
async fn selected(session: &Session, table: &str, filters: &[(String, String)]) -> Result<Rows, Failure> {
    use dinamika_engine::{Filter, Select, Source, Wanted};
    let table = table.parse().map_err(Failure::work)?;
    let mut select = Select::all(Source::Table(table));
    for (column, value) in filters {
        let wanted = Wanted::Text(value.clone());
        match select.filters.iter_mut().find(|filter| filter.column == *column) {
            Some(known) => known.any_of.push(wanted),
            None => select.filters.push(Filter { column: column.clone(), any_of: vec![wanted] }),
        }
    }
    session.select(select).await.map_err(Failure::work)
}

/// A release, as an account or a role sees it.
async fn release(
    workshop: &Workshop,
    id: Option<u64>,
    seen_by: Option<&str>,
) -> Result<(ReleaseInfo, Session), Failure> {
    let (info, session) = opened(workshop, id).await?;
    let Some(text) = seen_by else { return Ok((info, session)) };
    let principal = principal(workshop, text)?;
    let access = Access::of(&session, &workshop.project).await.map_err(Failure::work)?;
    Ok((info, session.seen_by(&access, &principal).await.map_err(Failure::work)?))
}

/// An account by its name, or a role with its keys.
pub(super) fn principal(workshop: &Workshop, text: &str) -> Result<Principal, Failure> {
    if let Some(user) = workshop.state()?.user(text).map_err(Failure::work)? {
        return Ok(user.principal);
    }
    text.parse().map_err(|_| {
        Failure::usage(format!(
            "«{text}» — ни учётная запись, ни роль; роли: public, school:КЛЮЧ, municipal:КЛЮЧ, regional, administrator"
        ))
    })
}

async fn opened(workshop: &Workshop, id: Option<u64>) -> Result<(ReleaseInfo, Session), Failure> {
    let shelf = workshop.shelf().await?;
    let said = |error: dinamika_server::Failure| Failure::said(error.to_string());
    let id = match id {
        Some(id) => id,
        None => shelf
            .latest()
            .await
            .map_err(said)?
            .ok_or_else(|| Failure::said("выпусков ещё нет: запустите `dinamika run`"))?,
    };
    shelf
        .open(id)
        .await
        .map_err(said)?
        .ok_or_else(|| Failure::usage(format!("нет выпуска {id}; есть: `dinamika releases list`")))
}

pub(super) async fn write(rows: Rows, output: &Output, release: &ReleaseInfo) -> Result<(), Failure> {
    let format: Format = output.format.parse().map_err(Failure::usage)?;
    let dialect = match output.dialect.as_deref() {
        None | Some("plain") => Dialect::Plain,
        Some("excel-ru") => Dialect::ExcelRu,
        Some(other) => return Err(Failure::usage(format!("неизвестный dialect «{other}»; известны plain, excel-ru"))),
    };
    let about = vec![
        ("Выпуск".to_owned(), release.id.to_string()),
        ("Опубликован".to_owned(), release.published_at.to_rfc3339()),
        ("Охват".to_owned(), release.coverage.to_string()),
        ("Примечание".to_owned(), NOTICE.to_owned()),
    ];
    let mut bytes = encode(rows, format, EncodeOptions { dialect, about });
    let mut out: Box<dyn tokio::io::AsyncWrite + Unpin + Send> = match &output.output {
        Some(path) => Box::new(tokio::fs::File::create(path).await?),
        None => Box::new(tokio::io::stdout()),
    };
    while let Some(chunk) = bytes.next().await {
        out.write_all(&chunk.map_err(Failure::work)?).await?;
    }
    Ok(out.flush().await?)
}
