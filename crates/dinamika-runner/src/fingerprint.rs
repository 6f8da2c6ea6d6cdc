//! Fingerprints of what decides how a file is read and a model is built.

use std::collections::{BTreeMap, BTreeSet};

use dinamika_project::Project;
use sha2::{Digest, Sha256};

/// Raised when files would be read otherwise than before by the same pipelines: all are read again.
const READING: u32 = 2;

/// Fingerprints of a project's pipelines.
pub(crate) struct Fingerprints {
    pipelines: BTreeMap<String, String>,
}

impl Fingerprints {
    pub(crate) fn of(project: &Project) -> Self {
        let version = format!("{} {READING}", env!("CARGO_PKG_VERSION"));
        let pipelines = project
            .pipelines
            .iter()
            .map(|pipeline| {
                let text = format!(
                    "{version} {:?} {:?} {:?} {:?} {:?}",
                    pipeline.columns, pipeline.layouts, pipeline.school, pipeline.on_reject, pipeline.natural_key
                );
                (pipeline.name.to_string(), hash(&[&text]))
            })
            .collect();
        Self { pipelines }
    }

    /// Of the pipelines that read a file: `name=hash name=hash`.
    pub(crate) fn of_readers(&self, readers: &BTreeSet<String>) -> String {
        let known = readers.iter().filter_map(|name| Some(format!("{name}={}", self.pipelines.get(name)?)));
        known.collect::<Vec<_>>().join(" ")
    }

    /// Of all: a file that none could read is tried again when any changes.
    pub(crate) fn of_all(&self) -> String {
        let all: Vec<&str> = self.pipelines.values().map(String::as_str).collect();
        format!("*={}", hash(&all))
    }
}

/// Whether a file was read by pipelines that are no longer what they were.
pub(crate) fn is_stale(read_with: Option<&str>, now: &Fingerprints) -> bool {
    let Some(read_with) = read_with else { return true };
    if read_with.starts_with("*=") {
        return read_with != now.of_all();
    }
    read_with.split(' ').any(|part| {
        part.split_once('=').is_none_or(|(name, hash)| now.pipelines.get(name).is_none_or(|known| known != hash))
    })
}

/// 16 hexadecimal digits of texts.
pub(crate) fn hash(texts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    hex::encode(&digest.finalize()[..8])
}
