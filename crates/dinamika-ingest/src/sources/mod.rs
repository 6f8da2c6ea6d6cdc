//! Where exports lie: folders, S3 and HTTP.
//!
//! [`pull`] finds out what there is; [`Pull::next`] then hands out one file after another and
//! reads no bytes of those that are as they were.

mod folder;
mod http;
mod s3;

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use dinamika_project::Location;
use tempfile::TempPath;

/// What was known of a file when it was last taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Its size in bytes.
    pub size: Option<u64>,
    /// When it was changed.
    pub modified: Option<DateTime<Utc>>,
    /// Its version as the source names it.
    pub etag: Option<String>,
}

/// The ledger of what was taken from a source before.
pub trait Seen: Send + Sync {
    /// What is known of the file with this path in its source.
    fn seen(&self, path: &str) -> Option<Known>;
}

/// A file of a source.
#[derive(Debug)]
pub struct Pulled {
    /// Its path in the source, `/` between parts.
    pub path: String,
    /// When it was changed, where the source says.
    pub modified: Option<DateTime<Utc>>,
    /// Its version as the source names it.
    pub etag: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// Its bytes.
    pub content: Content,
}

/// The bytes of a file.
#[derive(Debug)]
pub enum Content {
    /// It lies here, and is not ours.
    Local(PathBuf),
    /// A copy that is gone when this is dropped.
    Temporary(TempPath),
    /// As it was when it was last taken; nothing was read.
    Unchanged,
    /// Somebody is writing it right now; the next pull will find it.
    BeingWritten,
}

impl Content {
    /// Where to read it; nothing when there is nothing to read.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Local(path) => Some(path),
            Self::Temporary(path) => Some(path),
            Self::Unchanged | Self::BeingWritten => None,
        }
    }
}

/// Why a source or a file of it cannot be had. The text is Russian and names no credentials.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The folder of the source is not there.
    #[error("папки источника `{}` нет: создайте её или исправьте [sources] в dinamika.toml", .0.display())]
    NoFolder(PathBuf),
    /// A file or folder cannot be read.
    #[error("не читается `{path}`: {error}; проверьте права доступа и повторите запуск")]
    Io {
        /// What was read.
        path: String,
        /// What went wrong.
        #[source]
        error: std::io::Error,
    },
    /// The address of the source is wrong.
    #[error("адрес источника `{address}` не подходит: {expected}")]
    Address {
        /// As written, without a user and query.
        address: String,
        /// What would be right.
        expected: &'static str,
    },
    /// The object store refused or is not there.
    #[error(
        "хранилище не отдало `{path}`: {error}; проверьте адрес, доступ (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) и сеть"
    )]
    Store {
        /// What was asked for.
        path: String,
        /// What went wrong.
        #[source]
        error: object_store::Error,
    },
    /// The server cannot be reached or broke off.
    #[error("сервер не отдал `{path}`: {error}; проверьте адрес и сеть")]
    Transport {
        /// What was asked for.
        path: String,
        /// What went wrong; without the address, which may hold a token.
        #[source]
        error: reqwest::Error,
    },
    /// The server answered with something else than the file.
    #[error("сервер ответил {status} на запрос `{path}`, ожидался 200 или 304: проверьте адрес и доступ")]
    Status {
        /// What was asked for.
        path: String,
        /// The answer's code.
        status: u16,
    },
    /// The file is larger than allowed.
    #[error("файл `{path}` больше {limit} байт: увеличьте [limits] file_bytes или разделите файл")]
    TooLarge {
        /// Which file.
        path: String,
        /// Bytes allowed.
        limit: u64,
    },
}

/// From where sources are reached.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Relative folders are under it.
    pub base: PathBuf,
    /// Options of S3 (`aws_access_key_id`, `aws_endpoint` …), as object_store names them; what the project says of
    /// a source goes before them.
    pub storage: HashMap<String, String>,
}

/// Lists what lies at a location.
pub async fn pull<'s>(location: &Location, reach: &Reach, seen: &'s dyn Seen) -> Result<Pull<'s>, SourceError> {
    let (client, waiting) = match location {
        Location::Folder(folder) => (Client::Folder, folder::list(reach.base.join(folder)).await?),
        Location::S3 { url, endpoint, region } => {
            let bucket = s3::Bucket::open(url, &reach.storage, endpoint.as_deref(), region.as_deref())?;
            let waiting = bucket.list().await?;
            (Client::S3(bucket), waiting)
        }
        Location::Http(addresses) => (Client::Http(http::client()?), http::list(addresses)?),
    };
    Ok(Pull { client, waiting: waiting.into(), seen, limit: u64::MAX })
}

/// The files of a source, handed out one by one in the order of their paths.
pub struct Pull<'s> {
    client: Client,
    waiting: VecDeque<Waiting>,
    seen: &'s dyn Seen,
    limit: u64,
}

enum Client {
    Folder,
    S3(s3::Bucket),
    Http(reqwest::Client),
}

/// A file that was found and not looked at yet.
enum Waiting {
    Local { path: String, local: PathBuf },
    Object { path: String, meta: object_store::ObjectMeta },
    Address { path: String, url: url::Url },
}

impl Pull<'_> {
    /// Refuses files larger than this.
    #[must_use]
    pub fn with_max_bytes(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }

    /// Files still to come.
    pub fn remaining(&self) -> usize {
        self.waiting.len()
    }

    /// The next file; an error is of that file alone, and the files after it can still be had.
    pub async fn next(&mut self) -> Option<Result<Pulled, SourceError>> {
        let waiting = self.waiting.pop_front()?;
        let pulled = match (waiting, &self.client) {
            (Waiting::Local { path, local }, _) => folder::take(path, local, self.seen, self.limit).await,
            (Waiting::Object { path, meta }, Client::S3(bucket)) => {
                bucket.take(path, meta, self.seen, self.limit).await
            }
            (Waiting::Address { path, url }, Client::Http(client)) => {
                http::take(client, path, url, self.seen, self.limit).await
            }
            // A list is only ever made by its own client.
            (Waiting::Object { path, .. } | Waiting::Address { path, .. }, _) => {
                Err(SourceError::Address { address: path, expected: "файл другого источника" })
            }
        };
        Some(pulled)
    }
}

impl fmt::Debug for Pull<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pull").field("remaining", &self.waiting.len()).finish_non_exhaustive()
    }
}

/// A name as it may be shown and kept: a sender's file name must not give orders to a terminal.
pub(crate) fn printable(name: &str) -> String {
    name.chars().fold(String::with_capacity(name.len()), |mut shown, char| {
        if char.is_control() {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
        shown
    })
}

/// Names that are never exports: hidden files, locks of office programs, half-copied files.
fn is_ignored(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || [".part", ".tmp", ".partial", ".crdownload", ".filepart", "~"].iter().any(|end| lower.ends_with(end))
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini")
}

/// Whether a size and time are those known. Times are compared to the millisecond: ledgers and
/// servers keep no more.
fn same_size_and_time(known: &Known, size: u64, modified: Option<DateTime<Utc>>) -> bool {
    let millis = |time: Option<DateTime<Utc>>| time.map(|time| time.timestamp_millis());
    known.size == Some(size) && known.modified.is_some() && millis(known.modified) == millis(modified)
}

fn io(path: impl Into<String>) -> impl FnOnce(std::io::Error) -> SourceError {
    let path = path.into();
    move |error| SourceError::Io { path, error }
}
