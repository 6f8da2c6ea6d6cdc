//! The night's housekeeping: files that no release and no newest version names go away.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use deltalake_core::{
    logstore::LogStoreRef,
    protocol::checkpoints::{cleanup_expired_logs_for, create_checkpoint},
};
use dinamika_project::{TableName, Zone};
use futures::TryStreamExt as _;
use object_store::{ObjectMeta, ObjectStore as _, ObjectStoreExt as _, path::Path};

use crate::{
    Lake, LakeError, Release,
    table::{Table, Version},
};

/// Younger files may belong to a commit under way.
const AGE: Duration = Duration::days(1);
/// Commits since the last checkpoint that are worth another one.
const WORTH: u64 = 20;

/// What housekeeping did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Files removed.
    pub files: u64,
    /// Bytes removed.
    pub bytes: u64,
    /// Entries of logs removed.
    pub log_entries: u64,
    /// Checkpoints written.
    pub checkpoints: u64,
}

impl Lake {
    /// Looks after every table there is: a checkpoint where the log grew long, then files and log entries
    /// that neither the newest version nor a kept release needs and that are older than a day.
    pub async fn maintain(&self, kept: &[Release], now: DateTime<Utc>) -> Result<Maintained, LakeError> {
        let mut all = Maintained::default();
        for zone in [Zone::Curated, Zone::Mart] {
            for name in self.names(zone).await? {
                let done = self.sweep(&name, zone, kept, AGE, now).await?;
                all.files += done.files;
                all.bytes += done.bytes;
                all.log_entries += done.log_entries;
                all.checkpoints += done.checkpoints;
            }
        }
        Ok(all)
    }

    /// The same for one table and another age.
    pub async fn sweep(
        &self,
        name: &TableName,
        zone: Zone,
        kept: &[Release],
        age: Duration,
        now: DateTime<Utc>,
    ) -> Result<Maintained, LakeError> {
        let table = self.table(name, zone)?;
        let _turn = table.turn().await;
        // Listed before the log is read: what a commit adds meanwhile is not among these.
        let folder = table.path("");
        let files: Vec<ObjectMeta> = table.store().list(Some(&folder)).try_collect().await?;
        let Some(newest) = table.newest().await? else { return Ok(Maintained::default()) };
        let versions: HashSet<u64> = kept
            .iter()
            .filter_map(|release| release.content.tables.get(name))
            .filter(|(of, _)| *of == zone)
            .map(|(_, version)| *version)
            .collect();
        let mut named: HashSet<Path> = newest.pinned.files.iter().map(|file| file.path.clone()).collect();
        for version in &versions {
            named.extend(table.pin_at(*version).await?.files.into_iter().map(|file| file.path));
        }
        let mut done = Maintained::default();
        for file in &files {
            let is_data = file.location.filename().is_some_and(|name| name.starts_with("part-"));
            if is_data && !named.contains(&file.location) && now - file.last_modified > age {
                table.store().delete(&file.location).await?;
                done.files += 1;
                done.bytes += file.size;
            }
        }
        done.checkpoints = checkpoint(&table, &newest, &files).await?;
        let needed = versions.into_iter().chain([newest.pinned.version]).min().unwrap_or(0);
        let log: LogStoreRef = newest.delta.log_store();
        let cutoff = (now - age).timestamp_millis();
        let cleaned = cleanup_expired_logs_for(needed, log.as_ref(), cutoff, None).await;
        done.log_entries = cleaned.map_err(LakeError::log(name))? as u64;
        Ok(done)
    }
}

async fn checkpoint(table: &Table, newest: &Version, files: &[ObjectMeta]) -> Result<u64, LakeError> {
    let last = files
        .iter()
        .filter_map(|file| file.location.filename()?.split_once(".checkpoint")?.0.parse::<u64>().ok())
        .max()
        .unwrap_or(0);
    if newest.pinned.version < last + WORTH {
        return Ok(0);
    }
    create_checkpoint(&newest.delta, None).await.map_err(LakeError::log(table.name()))?;
    Ok(1)
}
