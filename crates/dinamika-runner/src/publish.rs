//! The release: after the tests, the versions of all tables in one small file.

use std::collections::BTreeMap;

use dinamika_engine::Params;
use dinamika_lake::{Release, ReleaseDraft, ReleaseTests};

use crate::{Progress, RunError, Runner, build::Bench};

impl Runner {
    /// Publishes the bench's tables, unless the newest release has the very same.
    pub(crate) async fn publish(&self, bench: &Bench, tests: ReleaseTests) -> Result<Option<Release>, RunError> {
        let tables: BTreeMap<_, _> =
            bench.stand.iter().map(|(name, table)| (name.clone(), (table.zone, table.version))).collect();
        if self.lake.releases().latest().await?.is_some_and(|latest| latest.content.tables == tables) {
            return Ok(None);
        }
        let coverage = self.coverage(bench).await?;
        let draft = ReleaseDraft { tables, tests, coverage, note: None, republished_from: None };
        Ok(Some(self.lake.releases().publish(draft, self.clock.now()).await?))
    }

    /// Publishes an older release again: the rollback.
    pub async fn republish(&self, id: u64, progress: &dyn Progress) -> Result<Release, RunError> {
        let _turn = self.turn(progress).await?;
        let older = self.lake.releases().get(id).await?.ok_or_else(|| RunError::Missing(format!("выпуска {id}")))?;
        let draft = ReleaseDraft { republished_from: Some(id), ..older.content };
        Ok(self.lake.releases().publish(draft, self.clock.now()).await?)
    }

    /// How much of the region and of the years the values cover.
    async fn coverage(&self, bench: &Bench) -> Result<serde_json::Value, RunError> {
        let count = |sql: &'static str| async move {
            let rows = bench.session.query(sql, Params::None).await?.collect_one().await?;
            let column = arrow::compute::cast(rows.column(0), &arrow::datatypes::DataType::Int64)?;
            let column = arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&column);
            Ok::<i64, RunError>(if column.is_empty() { 0 } else { column.value(0) })
        };
        let schools = if bench.session.has("schools") { count("select count(*) from schools").await? } else { 0 };
        let with_values = count("select count(distinct entity) from indicator_values where level = 'school'").await?;
        let review = count("select count(*) from school_match where status = 'review'").await?;
        let periods = bench
            .session
            .query(
                "select distinct period from indicator_values where period is not null order by period",
                Params::None,
            )
            .await?
            .collect_one()
            .await?;
        let periods: Vec<String> =
            arrow::array::AsArray::as_string::<i32>(periods.column(0)).iter().flatten().map(str::to_owned).collect();
        Ok(
            serde_json::json!({ "schools": schools, "schools_with_values": with_values, "schools_in_review": review, "periods": periods }),
        )
    }
}
