//! From sources to landing: what was not seen before is copied and noted.

use dinamika_ingest::sources::{self, Content, Known, Seen};
use dinamika_lake::state::{Sighting, State};

use crate::{
    RunError, Runner,
    recorder::{Figures, Recorder},
};

/// What a pull brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pulled {
    /// Files whose bytes are new.
    pub new: usize,
    /// Files whose bytes had come before under another name or time.
    pub known: usize,
    /// Files as they were.
    pub unchanged: usize,
    /// Files or sources that could not be had, with the reason.
    pub failed: Vec<String>,
}

impl Runner {
    /// Asks every source what there is and brings what is new. A source that cannot be had spoils nothing.
    pub(crate) async fn pull(&self, recorder: &Recorder) -> Result<Pulled, RunError> {
        let mut pulled = Pulled::default();
        for (name, location) in &self.project.config.sources {
            let since = recorder.started(name.as_str());
            let seen = Ledger { state: self.state.clone(), source: name.to_string() };
            match sources::pull(location, &self.reach, &seen).await {
                Ok(pull) => {
                    let before = pulled.new;
                    self.bring(
                        name.as_str(),
                        pull.with_max_bytes(self.project.config.limits.file_bytes),
                        &mut pulled,
                        recorder,
                    )
                    .await?;
                    if pulled.new > before {
                        recorder.done(
                            "pull",
                            name.as_str(),
                            since,
                            Figures { rows_out: (pulled.new - before) as u64, ..Figures::default() },
                        )?;
                    } else {
                        recorder.skipped(name.as_str());
                    }
                }
                Err(error) => {
                    recorder.failed("pull", name.as_str(), since, &error.to_string())?;
                    pulled.failed.push(error.to_string());
                }
            }
        }
        Ok(pulled)
    }

    async fn bring(
        &self,
        source: &str,
        mut pull: sources::Pull<'_>,
        pulled: &mut Pulled,
        recorder: &Recorder,
    ) -> Result<(), RunError> {
        let landing = self.lake.landing();
        while let Some(next) = pull.next().await {
            let since = std::time::Instant::now();
            let file = match next {
                Ok(file) => file,
                Err(error) => {
                    recorder.failed("pull", source, since, &error.to_string())?;
                    pulled.failed.push(error.to_string());
                    continue;
                }
            };
            let Some(local) = file.content.path() else {
                pulled.unchanged += usize::from(matches!(file.content, Content::Unchanged));
                continue;
            };
            let landed = landing.put(local).await?;
            let sighting =
                Sighting { sha256: landed.sha256, size: file.size, modified_at: file.modified, etag: file.etag };
            if self.state.sighted(source, &file.path, &sighting, self.clock.now())? {
                pulled.new += 1;
            } else {
                pulled.known += 1;
            }
        }
        Ok(())
    }
}

/// What the state remembers of a source.
pub(crate) struct Ledger {
    pub(crate) state: State,
    pub(crate) source: String,
}

impl Seen for Ledger {
    fn seen(&self, path: &str) -> Option<Known> {
        // A ledger that cannot be read costs a second look at the bytes, nothing else.
        let sighting = self.state.sighting(&self.source, path).ok().flatten()?;
        Some(Known { size: Some(sighting.size), modified: sighting.modified_at, etag: sighting.etag })
    }
}
