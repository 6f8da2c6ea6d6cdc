//! Computing a value again from fewer rows.

use arrow::{datatypes::DataType, record_batch::RecordBatch};
use datafusion::dataframe::DataFrame;
use dinamika_project::{Model, Project, TableName};

use super::{
    Spelling, Value, cell,
    way::{Way, upstream},
};
use crate::{Engine, EngineError, Filter, Params, PinnedTable, Select, Session, Source, Wanted, catalogue::catalogue};

/// Columns of exports that may say which value a row belongs to.
const COLUMNS: [&str; 4] = ["period", "subject", "grade", "pupil_grade"];

/// A value, and everything needed to compute it again.
pub(super) struct Again<'a> {
    pub(super) engine: &'a Engine,
    pub(super) project: &'a Project,
    pub(super) tables: &'a [PinnedTable],
    pub(super) indicator: &'a Model,
    pub(super) way: &'a Way,
    pub(super) value: &'a Value,
    pub(super) spellings: &'a [Spelling],
}

/// A table of a pipeline with what its rows are narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Narrowed {
    pub(super) table: TableName,
    /// To the entity's schools.
    pub(super) school: bool,
    /// To the value's period, subject, grade.
    pub(super) by: Vec<&'static str>,
}

impl Again<'_> {
    /// The fewest rows tried that give the same numbers, and whether there were such. Where there were none: all
    /// rows of the entity's schools.
    pub(super) async fn least(&self) -> Result<(Vec<Narrowed>, bool), EngineError> {
        let most = self.most();
        if self.gives_the_same(&most).await? {
            return Ok((most, true));
        }
        let schools: Vec<Narrowed> = most.iter().map(|one| Narrowed { by: Vec::new(), ..one.clone() }).collect();
        let mut kept = schools.clone();
        if !self.gives_the_same(&kept).await? {
            // Rows of a school that stand in no registry may count through their municipality alone.
            kept.iter_mut().for_each(|one| one.school = false);
            if !self.gives_the_same(&kept).await? {
                return Ok((schools, false));
            }
        }
        for (at, one) in most.iter().enumerate() {
            let alone: Vec<Vec<&'static str>> =
                std::iter::once(one.by.clone()).chain(one.by.iter().map(|column| vec![*column])).collect();
            for by in alone {
                let mut tried = kept.clone();
                tried[at].by.extend(by);
                tried[at].by.sort_unstable();
                tried[at].by.dedup();
                if tried != kept && self.gives_the_same(&tried).await? {
                    kept = tried;
                }
            }
        }
        Ok((kept, true))
    }

    /// `_batch` and `_row` of the rows a narrowed table has left, in that order.
    pub(super) async fn rows(&self, source: &Narrowed) -> Result<crate::Rows, EngineError> {
        let session = self.session(&[]).await?;
        let Some(pinned) = self.pinned(&source.table) else {
            return Err(EngineError::Engine(format!("the release has no table {}", source.table)));
        };
        session.register_pinned(pinned)?;
        let mut select = Select::all(Source::Table(source.table.clone()));
        select.filters = self.filters(source);
        select.columns = vec!["_batch".to_owned(), "_row".to_owned()];
        let up = |column: &str| crate::SortKey { column: column.to_owned(), descending: false, nulls_first: false };
        select.sort = vec![up("_batch"), up("_row")];
        session.select(select).await
    }

    /// Every source narrowed by all it can be.
    fn most(&self) -> Vec<Narrowed> {
        let placed = self.value.text("level").is_some_and(|level| level != "region");
        let of = |table: &TableName| {
            let pinned = self.pinned(table);
            let has = |column: &str| pinned.is_some_and(|pinned| pinned.schema.field_with_name(column).is_ok());
            let by = COLUMNS.into_iter().filter(|column| has(column) && self.value.text(column).is_some());
            Narrowed { table: table.clone(), school: placed && has("school_ref"), by: by.collect() }
        };
        self.way.sources.iter().filter(|table| self.pinned(table).is_some()).map(of).collect()
    }

    fn pinned(&self, table: &TableName) -> Option<&PinnedTable> {
        self.tables.iter().find(|pinned| pinned.name == *table)
    }

    fn filters(&self, source: &Narrowed) -> Vec<Filter> {
        let schools = source.school.then(|| {
            let refs = self.spellings.iter().map(|spelling| Wanted::Text(spelling.school_ref.clone()));
            // An empty list would ask for rows without a school.
            let any_of: Vec<Wanted> = refs.chain([Wanted::Text(String::new())]).collect();
            Filter { column: "school_ref".to_owned(), any_of }
        });
        schools.into_iter().chain(source.by.iter().map(|column| self.value.filter(column))).collect()
    }

    /// Computes the indicator from these rows and compares the value's numbers.
    async fn gives_the_same(&self, sources: &[Narrowed]) -> Result<bool, EngineError> {
        let session = self.session(sources).await?;
        let rows = session.indicator_rows(self.indicator).await?.collect_one().await?;
        let key = self.value.key();
        let is_it = |row: usize| {
            key.iter().all(|filter| match (cell(&rows, &filter.column, row), filter.any_of.first()) {
                (Some(text), Some(Wanted::Text(wanted))) => text == *wanted,
                (Some(text), Some(Wanted::Whole(wanted))) => text == wanted.to_string(),
                (found, wanted) => found.is_none() && wanted.is_none(),
            })
        };
        match (0..rows.num_rows()).find(|row| is_it(*row)) {
            Some(row) => Ok(self.value.has_numbers_of(&rows.slice(row, 1))),
            None => Ok(false),
        }
    }

    /// The release with these tables narrowed and the models between them and the indicator as views over that.
    async fn session(&self, sources: &[Narrowed]) -> Result<Session, EngineError> {
        let narrowed = whole(self.engine, self.project, self.tables, self.indicator).await?;
        if sources.is_empty() {
            return Ok(narrowed);
        }
        for source in sources {
            let mut select = Select::all(Source::Table(source.table.clone()));
            select.filters = self.filters(source);
            let frame = narrowed.filtered(select).await?;
            narrowed.register_frame(&source.table, frame)?;
        }
        let models = self.project.models.iter().filter(|model| self.way.models.contains(&model.name));
        for model in models.filter(|model| model.name != self.indicator.name) {
            let plan = narrowed.plan(&model.sql, Params::None).await?;
            let stored = self.pinned(&model.name).map(|pinned| &pinned.schema);
            let frame = as_stored(DataFrame::new(narrowed.context().state(), plan), stored)?;
            narrowed.register_frame(&model.name, frame)?;
        }
        Ok(narrowed)
    }
}

/// The release with everything the indicator is made from: tables of pipelines that had no file yet are empty, and
/// views are planned.
pub(super) async fn whole(
    engine: &Engine,
    project: &Project,
    tables: &[PinnedTable],
    indicator: &Model,
) -> Result<Session, EngineError> {
    let missing = catalogue(project).into_iter().filter(|(name, _)| !tables.iter().any(|table| table.name == *name));
    let empty = missing.map(|(name, schema)| (name, vec![RecordBatch::new_empty(schema)])).collect();
    let session = engine.session(tables.to_vec(), empty, Vec::new(), &project.config.params).await?;
    for model in upstream(project, indicator) {
        session.register_view(model).await?;
    }
    Ok(session)
}

/// A table is not quite its SELECT: what is written has plain types.
fn as_stored(frame: DataFrame, stored: Option<&arrow::datatypes::SchemaRef>) -> Result<DataFrame, EngineError> {
    let Some(stored) = stored else { return Ok(frame) };
    let typed = |field: &arrow::datatypes::FieldRef| {
        let name = datafusion::logical_expr::ident(field.name());
        let plain = match field.data_type() {
            DataType::Utf8 => DataType::Utf8View,
            other => other.clone(),
        };
        datafusion::logical_expr::cast(name, plain).alias(field.name())
    };
    let has = |field: &&arrow::datatypes::FieldRef| frame.schema().has_column_with_unqualified_name(field.name());
    let columns: Vec<_> = stored.fields().iter().filter(has).map(typed).collect();
    Ok(frame.select(columns)?)
}
