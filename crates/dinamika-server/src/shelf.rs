//! The lake's releases as the server reads them.

use std::sync::Arc;

use async_trait::async_trait;
use dinamika_engine::{Engine, Session};
use dinamika_lake::{Lake, Release};
use dinamika_project::{Project, Zone};

use crate::{Failure, ReleaseInfo, Shelf, TestsInfo};

/// Curated tables that speak of files, not of people, and without what stood in the cells.
const BOOKS: &[&str] = &["batches", "rejects"];

/// Releases of a lake, asked with an engine under the names a project gives.
pub struct LakeShelf {
    lake: Lake,
    engine: Engine,
    project: Arc<Project>,
}

impl LakeShelf {
    /// Nothing is read before the first question.
    pub fn new(lake: Lake, engine: Engine, project: Arc<Project>) -> Self {
        Self { lake, engine, project }
    }

    /// Only marts and the books of loading are opened: rows of people stay in the house whatever a query asks for.
    async fn session(&self, release: &Release) -> Result<Session, Failure> {
        let mut tables = Vec::new();
        for (name, (zone, version)) in &release.content.tables {
            if *zone == Zone::Mart || BOOKS.contains(&name.as_str()) {
                tables.push(self.lake.pin_at(name, *zone, *version).await?);
            }
        }
        let session = self.engine.session(tables, Vec::new(), Vec::new(), &self.project.config.params).await?;
        for model in &self.project.models {
            if !model.reads.iter().all(|table| session.has(table.as_str())) {
                continue;
            }
            // The release may be older than the model's text: the rest of it is served all the same.
            if let Err(error) = session.register_view(model).await {
                tracing::warn!(model = %model.name, release = release.id, %error, "a view does not fit the release");
            }
        }
        Ok(session)
    }
}

#[async_trait]
impl Shelf for LakeShelf {
    async fn latest(&self) -> Result<Option<u64>, Failure> {
        Ok(self.lake.releases().ids().await?.last().copied())
    }

    async fn list(&self) -> Result<Vec<ReleaseInfo>, Failure> {
        Ok(self.lake.releases().list().await?.iter().map(info).collect())
    }

    async fn open(&self, id: u64) -> Result<Option<(ReleaseInfo, Session)>, Failure> {
        let Some(release) = self.lake.releases().get(id).await? else { return Ok(None) };
        let session = self.session(&release).await?;
        Ok(Some((info(&release), session)))
    }
}

fn info(release: &Release) -> ReleaseInfo {
    let content = &release.content;
    ReleaseInfo {
        id: release.id,
        published_at: release.published_at,
        tables: content.tables.iter().map(|(name, (_, version))| (name.to_string(), *version)).collect(),
        tests: TestsInfo {
            passed: content.tests.passed,
            warnings: content.tests.warnings,
            failed: content.tests.failed,
        },
        coverage: content.coverage.clone(),
        note: content.note.clone(),
        republished_from: content.republished_from,
    }
}
