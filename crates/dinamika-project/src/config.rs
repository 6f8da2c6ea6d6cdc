//! `dinamika.toml` (checked types).

use std::{collections::BTreeMap, time::Duration};

use chrono_tz::Tz;
use croner::Cron;
use url::Url;

use crate::{JobId, Place, SourceName};

/// `dinamika.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// What people call this installation, Russian.
    pub title: String,
    /// The region's code as in school logins (`23`); found from the logins when none.
    pub region_code: Option<String>,
    /// The region's name.
    pub region_name: Option<String>,
    /// URL (`file:`, `s3:`) or folder of the lake, relative to the project.
    pub lake: String,
    /// Folder of the state database, relative to the project.
    pub state: String,
    /// Where exports lie, by name.
    pub sources: BTreeMap<SourceName, Location>,
    /// What a raw file may cost.
    pub limits: Limits,
    /// Named numbers for SQL: `$name`.
    pub params: BTreeMap<String, f64>,
    /// Scheduled work.
    pub jobs: Vec<Job>,
    /// An institution's own login.
    pub oidc: Option<OpenId>,
    /// Where it is written.
    pub place: Place,
}

/// An institution's own login: OpenID Connect. Its secret stands in the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenId {
    /// Whose tokens are believed: `https:`, or `http:` on this computer.
    pub issuer: Url,
    /// As whom the program is known there.
    pub client_id: String,
    /// Where browsers open the program.
    pub address: Url,
    /// What stands on the button, Russian.
    pub title: String,
    /// What names the person.
    pub claim: Claim,
}

/// What of a token names the person: an account of that name is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The e-mail, when the provider has verified it.
    Email,
    /// The name the person logs in with there.
    PreferredUsername,
    /// The provider's own key of the person.
    Subject,
}

/// Where exports lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder, relative to the project; any depth.
    Folder(String),
    /// `s3://bucket/prefix`; credentials from the environment.
    S3 {
        /// `s3://bucket/prefix`.
        url: String,
        /// Another endpoint than Amazon's.
        endpoint: Option<String>,
        /// The region.
        region: Option<String>,
    },
    /// Files by address; asked again with `If-None-Match`/`If-Modified-Since`.
    Http(Vec<String>),
}

/// What a raw file may cost before it is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Bytes of a raw file.
    pub file_bytes: u64,
    /// Bytes of a file unpacked (zip, xlsx).
    pub unpacked_bytes: u64,
    /// Unpacked over packed.
    pub zip_ratio: u64,
    /// Files in a zip.
    pub zip_entries: usize,
    /// Columns of a sheet.
    pub columns: usize,
    /// Rows of a sheet.
    pub rows: usize,
    /// Characters of a cell.
    pub cell_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            unpacked_bytes: 2 << 30,
            zip_ratio: 200,
            zip_entries: 5_000,
            columns: 1_000,
            rows: 2_000_000,
            cell_chars: 32_767,
        }
    }
}

/// Scheduled work.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// 5 or 6 fields.
    pub cron: Cron,
    /// As written.
    pub cron_text: String,
    /// In which `cron` is read.
    pub time_zone: Tz,
    /// What it runs; everything when empty.
    pub select: String,
    /// What becomes of runs missed while nothing ran.
    pub catch_up: CatchUp,
    /// Further attempts after a failure.
    pub retries: u32,
    /// Pause before the first retry; doubles each time.
    pub backoff: Duration,
    /// Where it is written.
    pub place: Place,
}

/// What becomes of missed runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// They are let go.
    None,
    /// The last of them runs.
    Last,
    /// Each runs, oldest first.
    All,
}
