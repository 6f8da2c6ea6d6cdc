//! Who asks what, in which format, of which release.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use super::{Etag, Wish};
use crate::{
    Problem, ServedRelease, Serving,
    access::Who,
    layers::Sent,
    query::{Asked, Cursor},
};

/// A request for something that is not of a release: runs, rejects.
pub(crate) struct Caller {
    pub(crate) serving: Arc<Serving>,
    pub(crate) asked: Asked,
    pub(crate) wish: Wish,
    /// As sent, with the extension.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    /// Who asks, and as whom they see.
    pub(crate) who: Who,
}

/// A request answered from one release.
pub(crate) struct Reading {
    pub(crate) caller: Caller,
    pub(crate) release: Arc<ServedRelease>,
    pub(crate) cursor: Option<Cursor>,
}

impl Caller {
    /// The validator of this request's answer from a source in this state.
    pub(crate) fn etag(&self, state: &str) -> Etag {
        let asked: Vec<String> = self.asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let seen_by = self.who.principal.to_string();
        Etag::of(
            &self.headers,
            &[
                state,
                &self.path,
                self.wish.format.extension(),
                &asked.join("&"),
                &seen_by,
                &self.serving.project().policy.text,
            ],
        )
    }
}

impl FromRequestParts<Arc<Serving>> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, serving: &Arc<Serving>) -> Result<Self, Problem> {
        let asked = Asked::of(&parts.uri)?;
        let as_is = || Sent { path: parts.uri.path().to_owned(), format: None };
        let sent = parts.extensions.get::<Sent>().cloned().unwrap_or_else(as_is);
        let wish = Wish::of(&sent, &parts.headers, &asked)?;
        let who = Who::from_request_parts(parts, serving).await?;
        Ok(Self { serving: Arc::clone(serving), asked, wish, path: sent.path, headers: parts.headers.clone(), who })
    }
}

impl FromRequestParts<Arc<Serving>> for Reading {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, serving: &Arc<Serving>) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, serving).await?;
        let current = serving.current(&caller.who).await?;
        let cursor = caller.asked.get("cursor").map(str::parse::<Cursor>).transpose()?;
        let release = match (&cursor, caller.asked.get("as_of")) {
            (Some(cursor), _) => serving.other(cursor.release, &caller.who).await?.ok_or(Problem::BadCursor)?,
            (None, Some(id)) => as_of(serving, id, &caller.who).await?,
            (None, None) => current,
        };
        Ok(Self { caller, release, cursor })
    }
}

async fn as_of(serving: &Serving, id: &str, who: &Who) -> Result<Arc<ServedRelease>, Problem> {
    if let Ok(number) = id.parse()
        && let Some(release) = serving.other(number, who).await?
    {
        return Ok(release);
    }
    let known = serving.shelf().list().await.map_err(Problem::internal)?;
    let known: Vec<String> = known.iter().take(20).map(|release| release.id.to_string()).collect();
    Err(Problem::BadValue {
        parameter: "as_of".to_owned(),
        value: id.to_owned(),
        expected: format!("Известны выпуски: {}.", known.join(", ")),
    })
}
