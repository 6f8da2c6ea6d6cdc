//! The folder the exports go to.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    time::{Duration, SystemTime},
};

use chrono::{NaiveDate, NaiveTime};

use super::GenerateError;

pub(super) struct Outbox {
    root: PathBuf,
    files: AtomicUsize,
    bytes: AtomicU64,
}

impl Outbox {
    /// A folder with nothing in it: what lies there already would belie the truth file.
    pub(super) fn open(root: &Path) -> Result<Self, GenerateError> {
        let taken = fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some());
        if taken {
            return Err(GenerateError::NotEmpty { path: root.to_owned() });
        }
        fs::create_dir_all(root).map_err(GenerateError::io(root))?;
        Ok(Self { root: root.to_owned(), files: AtomicUsize::new(0), bytes: AtomicU64::new(0) })
    }

    /// Writes a file as if it had been sent on that day: which of two files is newer is data.
    pub(super) fn put(&self, path: &str, sent: NaiveDate, bytes: &[u8]) -> Result<(), GenerateError> {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(GenerateError::io(folder))?;
        }
        let write = || {
            let mut file = fs::File::create(&path)?;
            file.write_all(bytes)?;
            let seconds = sent.and_time(NaiveTime::MIN).and_utc().timestamp() + 12 * 3600;
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.max(0).unsigned_abs()))
        };
        write().map_err(GenerateError::io(&path))?;
        self.files.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn read(&self, path: &str) -> Result<Vec<u8>, GenerateError> {
        let path = self.root.join(path);
        fs::read(&path).map_err(GenerateError::io(&path))
    }

    /// Number of files and bytes so far.
    pub(super) fn size(&self) -> (usize, u64) {
        (self.files.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}
