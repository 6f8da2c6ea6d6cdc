//! After a killed run: a commit whose note in the ledger was lost is found by counting, and its files are read again.

use std::collections::{BTreeMap, BTreeSet};

use arrow::{
    array::{Array, AsArray},
    datatypes::Int64Type,
};
use dinamika_engine::Params;
use dinamika_lake::state::{BatchStatus, BuildRow, FileStatus, RunStatus};
use dinamika_project::{BatchId, TableName};

use crate::{RunError, Runner};

/// Runs looked back at.
const LOOK_BACK: usize = 200;

impl Runner {
    /// Makes tables and ledger agree again, once after each killed run.
    pub(crate) async fn mend(&self, run: i64) -> Result<(), RunError> {
        let mended = self.state.build("mended")?.map_or(0, |last| last.version);
        let killed = |run: &dinamika_lake::state::RunRow| {
            run.status == RunStatus::Cancelled && u64::try_from(run.id).is_ok_and(|id| id > mended)
        };
        if !self.state.runs(LOOK_BACK)?.iter().any(killed) {
            return Ok(());
        }
        let tables: BTreeSet<TableName> =
            self.project.pipelines.iter().map(|pipeline| pipeline.table.clone()).collect();
        let batches = self.state.batches()?;
        for table in &tables {
            let mut standing = self.standing(table).await?;
            for batch in batches.iter().filter(|batch| batch.table_name == *table) {
                let there = standing.remove(&batch.batch).unwrap_or_default();
                let due = if batch.status == BatchStatus::Withdrawn {
                    0
                } else {
                    batch.rows_kept.saturating_sub(batch.rows_replaced)
                };
                if there == due {
                    continue;
                }
                if batch.status == BatchStatus::Withdrawn {
                    self.remove(table, std::slice::from_ref(&batch.batch)).await?;
                } else {
                    self.state.file_became(batch.file, FileStatus::New, None, None)?;
                }
            }
            // Rows nobody noted: their file still waits to be read.
            let unknown: Vec<BatchId> = standing.into_keys().collect();
            if !unknown.is_empty() {
                self.remove(table, &unknown).await?;
            }
        }
        let (version, built_at) = (u64::try_from(run).unwrap_or_default(), self.clock.now());
        self.state.built(&BuildRow {
            model: "mended".to_owned(),
            built: String::new(),
            version,
            rows: 0,
            seconds: 0.0,
            built_at,
        })?;
        Ok(())
    }

    /// How many rows of each batch a table holds.
    async fn standing(&self, table: &TableName) -> Result<BTreeMap<BatchId, u64>, RunError> {
        let Some(pinned) = self.lake.pin(table).await? else { return Ok(BTreeMap::new()) };
        let session = self.engine.session(vec![pinned], Vec::new(), Vec::new(), &self.project.config.params).await?;
        let sql = format!(
            "select cast(_batch as varchar) as batch, cast(count(*) as bigint) as n from {table} where _batch is not null group by 1"
        );
        let mut standing = BTreeMap::new();
        for rows in session.query(&sql, Params::None).await?.collect().await? {
            let batches = arrow::compute::cast(rows.column(0), &arrow::datatypes::DataType::Utf8)?;
            let (batches, counts) = (batches.as_string::<i32>(), rows.column(1).as_primitive::<Int64Type>());
            for at in 0..batches.len() {
                if let Ok(batch) = batches.value(at).parse() {
                    standing.insert(batch, u64::try_from(counts.value(at)).unwrap_or_default());
                }
            }
        }
        Ok(standing)
    }
}
