//! The lake's releases as the server reads them.

use std::sync::Arc;

use async_trait::async_trait;
use dinamika_engine::{Engine, Filter, PinnedTable, Session, Source};
use dinamika_lake::{Lake, Release};
use dinamika_project::{IndicatorId, Model, ModelKind, Project, TableName, Zone};

use crate::{Explained, Failure, Mentioned, ReleaseInfo, Shelf, TestsInfo};

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
        let is_open = |name: &TableName| {
            BOOKS.contains(&name.as_str())
                || release.content.tables.get(name).is_some_and(|(zone, _)| *zone == Zone::Mart)
        };
        let tables = self.pinned(release, is_open).await?;
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

    async fn pinned(
        &self,
        release: &Release,
        wanted: impl Fn(&TableName) -> bool,
    ) -> Result<Vec<PinnedTable>, Failure> {
        let mut tables = Vec::new();
        for (name, (zone, version)) in release.content.tables.iter().filter(|(name, _)| wanted(name)) {
            tables.push(self.lake.pin_at(name, *zone, *version).await?);
        }
        Ok(tables)
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

    async fn explain(&self, id: u64, indicator: &IndicatorId, filters: Vec<Filter>) -> Result<Explained, Failure> {
        let Some(release) = self.lake.releases().get(id).await? else { return Ok(Explained::Nothing) };
        let is_it = |model: &&Model| matches!(&model.kind, ModelKind::Indicator(known) if known.id == *indicator);
        let Some(model) = self.project.models.iter().find(is_it) else { return Ok(Explained::Nothing) };
        let session = self.session(&release).await?;
        let tables = self.pinned(&release, |_| true).await?;
        Ok(Explained::of(&self.engine, &self.project, &tables, &session, model, filters).await?)
    }

    async fn mentioned(&self, id: u64, school_refs: &[String]) -> Result<Mentioned, Failure> {
        let mut mentioned = Mentioned::new();
        let Some(release) = self.lake.releases().get(id).await? else { return Ok(mentioned) };
        let told = |name: &TableName| {
            self.project.pipelines.iter().any(|pipeline| pipeline.table == *name && pipeline.school.is_some())
        };
        let tables = self.pinned(&release, told).await?;
        let names: Vec<TableName> = tables.iter().map(|table| table.name.clone()).collect();
        let session = self.engine.session(tables, Vec::new(), Vec::new(), &self.project.config.params).await?;
        for name in names {
            for (school_ref, rows) in session.counts(&Source::Table(name.clone()), "school_ref", school_refs).await? {
                mentioned.entry(school_ref).or_default().insert(name.to_string(), rows);
            }
        }
        Ok(mentioned)
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
