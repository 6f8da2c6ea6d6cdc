//! Which school each mention means: the registry's rows, the mentions of all batches and people's decisions
//! become the table `school_match`.

use std::str::FromStr;

use arrow::{
    array::{Array, AsArray, StringArray},
    compute::cast,
    datatypes::DataType,
    record_batch::RecordBatch,
};
use dinamika_engine::{Params, Session};
use dinamika_ingest::schools::{Decision, Decisions, Registry, Resolution, School, SchoolKind, SchoolMention};
use dinamika_lake::state::{BuildRow, DecisionAction, MentionRow, ResolutionRow};
use dinamika_project::{TableName, Zone};
use serde::Serialize;

use crate::{
    RunError, Runner,
    builtin::{rows_of, table},
    fingerprint::hash,
    recorder::{Figures, Recorder},
};

#[derive(Serialize)]
struct Match {
    school_ref: String,
    school_key: Option<String>,
    municipality_key: Option<String>,
    method: Option<String>,
    score: Option<f64>,
    status: &'static str,
}

impl Runner {
    /// Resolves every mention again when the registry, the mentions or the decisions changed. The
    /// table's name when it moved.
    pub(crate) async fn match_schools(
        &self,
        session: &Session,
        registry_version: Option<u64>,
        recorder: &Recorder,
    ) -> Result<Option<TableName>, RunError> {
        let mentions = self.state.mentions()?;
        let decisions = self.state.decisions()?;
        let decided: Vec<String> =
            decisions.iter().map(|d| format!("{} {:?} {:?}", d.school_ref, d.action, d.school_key)).collect();
        let inputs = hash(&[&format!("{registry_version:?} {mentions:?} {}", decided.join("\n"))]);
        if self.state.build("schools to match")?.is_some_and(|last| last.built == inputs) {
            recorder.skipped("school_match");
            return Ok(None);
        }
        let since = recorder.started("school_match");
        let registry = Registry::new(registry(session).await?);
        let decisions: Decisions = decisions
            .into_iter()
            .filter_map(|row| {
                let decision = match (row.action, row.school_key) {
                    (DecisionAction::Accept, Some(key)) => Decision::Accept(key),
                    (DecisionAction::Reject, _) => Decision::Reject,
                    _ => return None,
                };
                Some((row.school_ref, decision))
            })
            .collect();
        let (matches, resolutions): (Vec<Match>, Vec<ResolutionRow>) =
            mentions.into_iter().map(|mention| resolve(&registry, mention, &decisions)).unzip();
        self.state.resolved(&resolutions)?;
        let moved = self.put(&table("school_match")?, Zone::Mart, rows_of("school_match", &matches)?).await?;
        self.state.built(&BuildRow {
            model: "schools to match".to_owned(),
            built: inputs,
            version: 0,
            rows: matches.len() as u64,
            seconds: since.elapsed().as_secs_f64(),
            built_at: self.clock.now(),
        })?;
        let review = matches.iter().filter(|row| row.status == "review").count() as u64;
        recorder.done(
            "match",
            "school_match",
            since,
            Figures { rows_out: matches.len() as u64, rejects: review, ..Figures::default() },
        )?;
        Ok(moved)
    }
}

fn resolve(registry: &Registry, row: MentionRow, decisions: &Decisions) -> (Match, ResolutionRow) {
    let MentionRow { school_ref, login, inn, ogrn, oge, ege, name, municipality } = row;
    let mention = SchoolMention { school_ref, login, inn, ogrn, oge, ege, name, municipality };
    let (school_key, method, score, status, candidates) = match registry.resolve(&mention, decisions) {
        Resolution::Matched { key, method, score } => {
            (Some(key), Some(method.to_owned()), Some(score), "matched", Vec::new())
        }
        Resolution::Review { candidates } => {
            (None, None, candidates.first().map(|best| best.score), "review", candidates)
        }
        Resolution::Rejected => (None, Some("decision".to_owned()), None, "rejected", Vec::new()),
    };
    let municipality_key =
        school_key.as_ref().and_then(|key| registry.school(key)).map(|school| school.municipality_key.clone());
    let candidates: Vec<serde_json::Value> = candidates
        .into_iter()
        .map(|candidate| serde_json::json!({ "school_key": candidate.key, "score": candidate.score, "why": candidate.why }))
        .collect();
    let matched = Match {
        school_ref: mention.school_ref.clone(),
        school_key: school_key.as_ref().map(ToString::to_string),
        municipality_key,
        method: method.clone(),
        score,
        status,
    };
    let resolution = ResolutionRow {
        school_ref: mention.school_ref,
        school_key,
        method,
        score,
        status: status.to_owned(),
        candidates: serde_json::Value::Array(candidates).to_string(),
    };
    (matched, resolution)
}

async fn registry(session: &Session) -> Result<Vec<School>, RunError> {
    let sql =
        "select school_key, school_name, municipality_key, municipality_name, kind, cast(number as bigint) as number,
                      login, inn, ogrn, oge, ege
               from   schools
               order  by school_key";
    let mut schools = Vec::new();
    for rows in session.query(sql, Params::None).await?.collect().await? {
        schools.extend(schools_of(&rows)?);
    }
    Ok(schools)
}

fn schools_of(rows: &RecordBatch) -> Result<Vec<School>, RunError> {
    let text = |name: &str| -> Result<StringArray, RunError> {
        let column = cast(rows.column(rows.schema_ref().index_of(name)?), &DataType::Utf8)?;
        Ok(column.as_string::<i32>().clone())
    };
    let [key, name, municipality_key, municipality_name, kind, number] = [
        text("school_key")?,
        text("school_name")?,
        text("municipality_key")?,
        text("municipality_name")?,
        text("kind")?,
        text("number")?,
    ];
    let [login, inn, ogrn, oge, ege] = [text("login")?, text("inn")?, text("ogrn")?, text("oge")?, text("ege")?];
    let cell = |column: &StringArray, row: usize| (!column.is_null(row)).then(|| column.value(row).to_owned());
    let school = |row: usize| {
        Some(School {
            key: FromStr::from_str(&cell(&key, row)?).ok()?,
            municipality_key: cell(&municipality_key, row).unwrap_or_default(),
            municipality_name: cell(&municipality_name, row).unwrap_or_default(),
            name: cell(&name, row).unwrap_or_default(),
            full_name: None,
            kind: cell(&kind, row).and_then(|kind| SchoolKind::from_text(&kind)),
            number: cell(&number, row).and_then(|number| number.parse().ok()),
            login: cell(&login, row),
            inn: cell(&inn, row),
            ogrn: cell(&ogrn, row),
            oge: cell(&oge, row),
            ege: cell(&ege, row),
        })
    };
    Ok((0..rows.num_rows()).filter_map(school).collect())
}
