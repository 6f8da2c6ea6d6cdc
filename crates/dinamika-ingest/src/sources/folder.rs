//! A folder of files, at any depth.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};

use super::{Content, Pulled, Seen, SourceError, Waiting, io as io_error, is_ignored, printable, same_size_and_time};

/// A file changed more recently than this may still be written.
const FRESH: Duration = Duration::from_secs(2);
/// Between two looks at a fresh file.
const LOOK_AGAIN: Duration = Duration::from_millis(300);
/// Looks at a file that keeps changing before it is left for the next pull.
const LOOKS: usize = 5;

/// Every file under the folder.
pub(super) async fn list(folder: PathBuf) -> Result<Vec<Waiting>, SourceError> {
    let shown = folder.display().to_string();
    let walked = tokio::task::spawn_blocking(move || walk(&folder)).await;
    walked.map_err(|error| io_error(shown)(io::Error::other(error)))?
}

fn walk(root: &Path) -> Result<Vec<Waiting>, SourceError> {
    if !root.is_dir() {
        return Err(SourceError::NoFolder(root.to_owned()));
    }
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = || io_error(folder.display().to_string());
        for entry in fs::read_dir(&folder).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let name = printable(&entry.file_name().to_string_lossy());
            if is_ignored(&name) {
                continue;
            }
            let path = format!("{prefix}{name}");
            let kind = entry.file_type().map_err(failed())?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if kind.is_file() || (kind.is_symlink() && entry.path().is_file()) {
                // A link to a folder may lead back up, so only links to files are followed.
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(path, local)| Waiting::Local { path, local }).collect())
}

/// Looks at one file.
pub(super) async fn take(path: String, local: PathBuf, seen: &dyn Seen, limit: u64) -> Result<Pulled, SourceError> {
    let (mut size, mut changed) = look(&path, &local).await?;
    let mut settled = false;
    for _ in 0..LOOKS {
        let age = SystemTime::now().duration_since(changed).unwrap_or(FRESH);
        if age >= FRESH {
            settled = true;
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = look(&path, &local).await?;
        if now == (size, changed) {
            settled = true;
            break;
        }
        (size, changed) = now;
    }
    let modified = Some(DateTime::<Utc>::from(changed));
    let content = if !settled {
        Content::BeingWritten
    } else if seen.seen(&path).is_some_and(|known| same_size_and_time(&known, size, modified)) {
        Content::Unchanged
    } else if size > limit {
        return Err(SourceError::TooLarge { path, limit });
    } else {
        Content::Local(local)
    };
    Ok(Pulled { path, modified, etag: None, size, content })
}

async fn look(path: &str, local: &Path) -> Result<(u64, SystemTime), SourceError> {
    let meta = tokio::fs::metadata(local).await.map_err(io_error(path))?;
    let changed = meta.modified().map_err(io_error(path))?;
    Ok((meta.len(), changed))
}
