//! The night's housekeeping: files that no release and no newest version names go away.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use dinamika_project::{TableName, Zone};
use futures::TryStreamExt as _;
use object_store::{ObjectStore as _, ObjectStoreExt as _, path::Path};

use crate::{Lake, LakeError, Release};

/// What housekeeping did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Files removed.
    pub files: u64,
    /// Bytes removed.
    pub bytes: u64,
}

impl Lake {
    /// Removes data files of a table that neither its newest version nor a kept release names and that
    /// are older than `age`: younger ones may belong to a commit under way.
    pub async fn sweep(&self, name: &TableName, zone: Zone, kept: &[Release], age: Duration, now: DateTime<Utc>) -> Result<Maintained, LakeError> {
        let table = self.table(name, zone)?;
        let Some(newest) = table.pin().await? else { return Ok(Maintained::default()) };
        let mut named: HashSet<Path> = newest.files.into_iter().map(|file| file.path).collect();
        for release in kept {
            if let Some((_, version)) = release.content.tables.get(name) {
                named.extend(table.pin_at(*version).await?.files.into_iter().map(|file| file.path));
            }
        }
        let folder = table.path("");
        let all: Vec<_> = table.store().list(Some(&folder)).try_collect().await?;
        let mut done = Maintained::default();
        for file in all {
            let is_data = file.location.filename().is_some_and(|name| name.starts_with("part-"));
            if is_data && !named.contains(&file.location) && now - file.last_modified > age {
                table.store().delete(&file.location).await?;
                done.files += 1;
                done.bytes += file.size;
            }
        }
        Ok(done)
    }
}
