//! `query`: one SELECT over a release.

use bytes::Bytes;
use dinamika_engine::{
    Access, Params, Rows, Session,
    encode::{Dialect, EncodeOptions, Encoding, Format, Replaced, encode},
};
use dinamika_project::Principal;
use dinamika_server::{ReleaseInfo, Shelf as _, about};
use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use tokio::io::AsyncWriteExt as _;

use crate::{
    cli::{Output, Query},
    failure::Failure,
    workshop::Workshop,
};

pub(super) async fn query(workshop: &Workshop, options: Query) -> Result<(), Failure> {
    let (release, session) = release(workshop, options.release, options.seen_by.as_deref()).await?;
    let rows = session.query(&options.sql, Params::None).await.map_err(Failure::work)?;
    let asked = [("SQL", options.sql.as_str())];
    write(rows, &options.output, &release, "Ответ на запрос", &asked).await
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

pub(super) async fn opened(workshop: &Workshop, id: Option<u64>) -> Result<(ReleaseInfo, Session), Failure> {
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

/// Rows as a file that says what it is.
pub(super) async fn write(
    rows: Rows,
    output: &Output,
    release: &ReleaseInfo,
    title: &str,
    asked: &[(&str, &str)],
) -> Result<(), Failure> {
    let format: Format = output.format.parse().map_err(Failure::usage)?;
    let dialect = match output.dialect.as_deref() {
        None | Some("plain") => Dialect::Plain,
        Some("excel-ru") => Dialect::ExcelRu,
        Some(other) => return Err(Failure::usage(format!("неизвестный dialect «{other}»; известны plain, excel-ru"))),
    };
    let encoding = match output.encoding.as_deref() {
        None | Some("utf-8") => Encoding::Utf8,
        Some("windows-1251") if format == Format::Csv => Encoding::Windows1251,
        Some(other) => {
            return Err(Failure::usage(format!("кодировка «{other}»: известны utf-8 и, для CSV, windows-1251")));
        }
    };
    let replaced = Replaced::default();
    let about = about(Some(release), title, asked.iter().copied(), rows.schema());
    let options = EncodeOptions { dialect, encoding, replaced: replaced.clone(), about };
    let bytes = encode(rows, format, options).map_err(Failure::work);
    save(bytes.boxed(), output).await?;
    tell_replaced(replaced.count());
    Ok(())
}

/// Writes a file where the command line says.
pub(super) async fn save(mut bytes: BoxStream<'_, Result<Bytes, Failure>>, output: &Output) -> Result<(), Failure> {
    let mut out: Box<dyn tokio::io::AsyncWrite + Unpin + Send> = match &output.output {
        Some(path) => Box::new(tokio::fs::File::create(path).await?),
        None => Box::new(tokio::io::stdout()),
    };
    while let Some(chunk) = bytes.next().await {
        out.write_all(&chunk?).await?;
    }
    Ok(out.flush().await?)
}

/// The count that HTTP has in a header.
pub(super) fn tell_replaced(count: u64) {
    if count > 0 {
        eprintln!("Знаков, которых нет в кодировке windows-1251 и которые заменены: {count}");
    }
}
