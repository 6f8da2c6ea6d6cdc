//! Sums to schools, municipalities and the region; values and intervals from the sums.

use std::sync::Arc;

use arrow::{datatypes::DataType, record_batch::RecordBatch};
use datafusion::{
    common::JoinType,
    dataframe::DataFrame,
    datasource::MemTable,
    functions::expr_fn::coalesce,
    functions_aggregate::expr_fn::{min, sum},
    logical_expr::{Expr, cast, col, lit, when},
    scalar::ScalarValue,
};
use dinamika_project::{Indicator, Level, Measure, Model};

use super::{
    columns::{SUMS, indicator_schema},
    facts::{Grain, dimensions, facts},
};
use crate::{EngineError, Params, Rows, Session, functions};

/// The municipality of rows whose school is not known.
pub(crate) const UNRESOLVED: &str = "unresolved";
const UNRESOLVED_NAME: &str = "не распознано";

impl Session {
    /// Rows of `indicator_values` of one indicator, at the levels it is published at.
    ///
    /// Rows of schools are summed to municipalities through the table `schools`; what belongs to no
    /// known school stands in the municipality `unresolved` and in the region, never nowhere.
    /// Names come from `schools`, `municipalities` and `region`.
    pub async fn indicator_rows(&self, model: &Model) -> Result<Rows, EngineError> {
        let indicator = super::of(model)?;
        let plan = self.plan(&model.sql, Params::None).await?;
        let given = DataFrame::new(self.context().state(), plan);
        let is_of_tests = ["subject", "grade"].iter().all(|name| given.schema().has_column_with_unqualified_name(name));
        let (grain, facts) = facts(model, indicator, given)?;
        let region = self.region().await?;
        let levels = match grain {
            Grain::School => self.rolled_from_schools(facts, indicator, &region).await?,
            Grain::Municipality => self.rolled_from_municipalities(facts, indicator, &region).await?,
            Grain::Entity => self.as_they_are(facts, indicator, &region).await?,
        };
        let mut levels = levels.into_iter();
        let first = levels
            .next()
            .ok_or_else(|| EngineError::contract(&model.name, "is published at none of the levels it gives"))?;
        let all = levels.try_fold(first, DataFrame::union)?;
        let all = self.covered(all, is_of_tests).await?;
        self.execute(with_values(all, indicator)?).await
    }

    async fn rolled_from_schools(
        &self,
        facts: DataFrame,
        indicator: &Indicator,
        region: &Region,
    ) -> Result<Vec<DataFrame>, EngineError> {
        // A row that names its municipality keeps it where the school is not known.
        let hint = when(col("school_key").is_null(), col("municipality_key")).end()?;
        let facts = facts.with_column("municipality_key", hint)?;
        let summed = facts.aggregate(keys(&["school_key", "municipality_key"]), sums())?;
        let located = summed.join(self.schools().await?, JoinType::Left, &["school_key"], &["_school"], None)?;
        let municipality = coalesce(vec![col("_municipality"), col("municipality_key"), lit(UNRESOLVED)]);
        let located = located.select(
            [
                col("_school").alias("entity"),
                col("_school_name").alias("entity_name"),
                municipality.alias("municipality"),
            ]
            .into_iter()
            .chain(measured()),
        )?;
        // Read three times from here: once is enough for the SELECT.
        let located = self.held(located).await?;
        let mut levels = Vec::new();
        if publishes(indicator, Level::School) {
            let schools = located.clone().filter(col("entity").is_not_null())?;
            levels.push(at(schools, Level::School, col("entity"), col("entity_name"), col("municipality"))?);
        }
        levels.extend(self.upwards(located, indicator, region).await?);
        Ok(levels)
    }

    async fn rolled_from_municipalities(
        &self,
        facts: DataFrame,
        indicator: &Indicator,
        region: &Region,
    ) -> Result<Vec<DataFrame>, EngineError> {
        let municipality = coalesce(vec![col("municipality_key"), lit(UNRESOLVED)]).alias("municipality");
        let located = facts.select(std::iter::once(municipality).chain(measured()))?;
        let located = self.held(located.aggregate(keys(&["municipality"]), sums())?).await?;
        self.upwards(located, indicator, region).await
    }

    async fn as_they_are(
        &self,
        facts: DataFrame,
        indicator: &Indicator,
        region: &Region,
    ) -> Result<Vec<DataFrame>, EngineError> {
        let facts = self.held(facts).await?;
        let mut levels = Vec::new();
        for level in indicator.levels.iter().copied() {
            let rows = facts.clone().filter(col("level").eq(lit(level.as_str())))?;
            levels.push(match level {
                Level::School => {
                    let rows = rows.filter(col("entity").is_not_null())?;
                    let named = rows.join(self.schools().await?, JoinType::Left, &["entity"], &["_school"], None)?;
                    let municipality = coalesce(vec![col("_municipality"), col("municipality"), lit(UNRESOLVED)]);
                    at(named, level, col("entity"), col("_school_name"), municipality)?
                }
                Level::Municipality => {
                    let key = coalesce(vec![col("entity"), lit(UNRESOLVED)]);
                    self.named_municipalities(rows.with_column("municipality", key)?).await?
                }
                Level::Region => at_region(rows, region)?,
            });
        }
        Ok(levels)
    }

    /// Municipalities and the region from rows with `municipality`.
    async fn upwards(
        &self,
        located: DataFrame,
        indicator: &Indicator,
        region: &Region,
    ) -> Result<Vec<DataFrame>, EngineError> {
        let mut levels = Vec::new();
        if publishes(indicator, Level::Municipality) {
            let rows = located.clone().aggregate(keys(&["municipality"]), sums())?;
            levels.push(self.named_municipalities(rows).await?);
        }
        if publishes(indicator, Level::Region) {
            levels.push(at_region(located.aggregate(keys(&[]), sums())?, region)?);
        }
        Ok(levels)
    }

    async fn named_municipalities(&self, rows: DataFrame) -> Result<DataFrame, EngineError> {
        let names = self.names("municipalities", "municipality_key", &[("municipality_name", "_name")], "_key").await?;
        let named = rows.join(names, JoinType::Left, &["municipality"], &["_key"], None)?;
        let unresolved = when(col("municipality").eq(lit(UNRESOLVED)), lit(UNRESOLVED_NAME)).otherwise(col("_name"))?;
        at(named, Level::Municipality, col("municipality"), unresolved, col("municipality"))
    }

    async fn schools(&self) -> Result<DataFrame, EngineError> {
        let columns = [("municipality_key", "_municipality"), ("school_name", "_school_name")];
        self.names("schools", "school_key", &columns, "_school").await
    }

    /// A small table of names, one row a key whatever its tests say: a double would double the sums.
    async fn names(
        &self,
        table: &str,
        key: &str,
        columns: &[(&str, &str)],
        alias: &str,
    ) -> Result<DataFrame, EngineError> {
        let frame = self.context().table(table).await.map_err(crate::session::mistake)?;
        let firsts = columns.iter().map(|(name, alias)| min(cast(col(*name), DataType::Utf8)).alias(*alias)).collect();
        Ok(frame.aggregate(vec![cast(col(key), DataType::Utf8).alias(alias)], firsts)?)
    }

    async fn region(&self) -> Result<Region, EngineError> {
        let mut region = Region { key: "region".to_owned(), name: "Регион".to_owned() };
        if !self.has("region") {
            return Ok(region);
        }
        let rows = self.query("select region_key, region_name from region limit 1", Params::None).await?;
        let rows = rows.collect_one().await?;
        let text =
            |column: usize| ScalarValue::try_from_array(rows.column(column), 0).ok().map(|text| text.to_string());
        if rows.num_rows() == 1 && rows.columns().iter().all(|column| column.null_count() == 0) {
            region = Region { key: text(0).unwrap_or(region.key), name: text(1).unwrap_or(region.name) };
        }
        Ok(region)
    }

    /// The rows of a frame, computed now and kept.
    async fn held(&self, frame: DataFrame) -> Result<DataFrame, EngineError> {
        let planned = Arc::new(frame.schema().as_arrow().clone());
        let batches = self.collect(frame).await?;
        // What comes may be stricter about nulls than what was planned.
        let schema = batches.first().map_or(planned, RecordBatch::schema);
        let table = MemTable::try_new(schema, vec![batches])?;
        Ok(self.context().read_table(Arc::new(table))?)
    }
}

struct Region {
    key: String,
    name: String,
}

fn publishes(indicator: &Indicator, level: Level) -> bool {
    indicator.levels.contains(&level)
}

fn keys(names: &[&str]) -> Vec<Expr> {
    names.iter().map(|name| col(*name)).chain(dimensions()).collect()
}

fn sums() -> Vec<Expr> {
    SUMS.iter().map(|name| sum(col(*name)).alias(*name)).collect()
}

fn measured() -> Vec<Expr> {
    dimensions().into_iter().chain(SUMS.iter().map(|name| col(*name))).collect()
}

fn at_region(rows: DataFrame, region: &Region) -> Result<DataFrame, EngineError> {
    let nowhere = lit(ScalarValue::Utf8(None));
    at(rows, Level::Region, lit(region.key.clone()), lit(region.name.clone()), nowhere)
}

/// Rows of one level in the common form.
fn at(rows: DataFrame, level: Level, entity: Expr, name: Expr, municipality: Expr) -> Result<DataFrame, EngineError> {
    let name = coalesce(vec![name, entity.clone()]);
    let columns = [
        lit(level.as_str()).alias("level"),
        entity.alias("entity"),
        name.alias("entity_name"),
        municipality.alias("municipality"),
    ];
    Ok(rows.select(columns.into_iter().chain(measured()))?)
}

/// Adds value, interval and status and gives the columns of the contract, sorted as they are read.
fn with_values(rows: DataFrame, indicator: &Indicator) -> Result<DataFrame, EngineError> {
    let nothing = || lit(ScalarValue::Float64(None));
    // 100·num first: 22 of 80 are 27.5, and not 27.500000000000004.
    let ratio = |scale: f64| when(col("den").gt(lit(0.0)), lit(scale) * col("num") / col("den")).end();
    let bound = |function: &str, arguments: &[&str], bound: &str| {
        functions::field(function, arguments.iter().map(|name| col(*name)).collect(), bound)
            .ok_or_else(|| EngineError::Engine(format!("function {function} is missing")))
    };
    let (share, sample) = (["num", "den"], ["num", "sq", "n"]);
    let (value, low, high) = match indicator.measure {
        Measure::Share => (
            ratio(100.0)?,
            lit(100.0) * bound("prop_ci", &share, "low")?,
            lit(100.0) * bound("prop_ci", &share, "high")?,
        ),
        Measure::Mean => (ratio(1.0)?, bound("mean_ci", &sample, "low")?, bound("mean_ci", &sample, "high")?),
        // `den/n` is what one unit could have: the interval of points, as a share of that.
        Measure::Percent => {
            let scale = || lit(100.0) * col("n") / col("den");
            (ratio(100.0)?, scale() * bound("mean_ci", &sample, "low")?, scale() * bound("mean_ci", &sample, "high")?)
        }
        Measure::Ratio => (ratio(1.0)?, nothing(), nothing()),
        Measure::Count => (col("num"), nothing(), nothing()),
    };
    let rows = rows
        .with_column("indicator", lit(indicator.id.as_str()))?
        .with_column("value", value)?
        .with_column("ci_low", low)?
        .with_column("ci_high", high)?;
    let rows = rows.with_column("status", when(col("value").is_not_null(), lit("ok")).otherwise(lit("no_data"))?)?;
    let columns = indicator_schema("indicator_values")?
        .fields()
        .iter()
        .map(|field| cast(col(field.name()), field.data_type().clone()).alias(field.name()))
        .collect::<Vec<_>>();
    let order = ["level", "municipality", "entity", "period", "subject", "grade", "pupil_grade", "task"];
    Ok(rows.select(columns)?.sort(order.iter().map(|name| col(*name).sort(true, true)).collect())?)
}
