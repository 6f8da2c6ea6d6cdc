//! What every JSON answer begins with.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{NOTICE, ReleaseInfo};

/// Release, time, coverage and what the figures are not for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Head {
    /// The release the answer is from; none where it is of no release.
    release: Option<u64>,
    /// When it was published.
    published_at: Option<DateTime<Utc>>,
    /// Which part of the region and of the years it covers.
    #[schema(value_type = Option<Object>)]
    coverage: Option<Value>,
    /// What the figures are not for.
    notice: &'static str,
}

impl Head {
    pub(crate) fn of(info: Option<&ReleaseInfo>) -> Self {
        Self {
            release: info.map(|info| info.id),
            published_at: info.map(|info| info.published_at),
            coverage: info.map(|info| info.coverage.clone()),
            notice: NOTICE,
        }
    }
}
