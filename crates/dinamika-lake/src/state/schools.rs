//! Mentions of schools, what they were resolved to, and what people decided: the whole history.

use chrono::{DateTime, Utc};
use dinamika_project::{BatchId, SchoolKey};
use rusqlite::{Row, params};
use serde::Serialize;

use super::{State, StateError, word, words};

words! {
    /// What a person did about a mention.
    DecisionAction {
        /// It is this school.
        Accept = "accept",
        /// It is no school of the region.
        Reject = "reject",
        /// The latest decision is taken back.
        Undo = "undo",
    }
}

/// A spelling of a school met in some batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionRow {
    /// What tables carry.
    pub school_ref: String,
    /// Six digits.
    pub login: Option<String>,
    /// ИНН.
    pub inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
    /// Code in ОГЭ.
    pub oge: Option<String>,
    /// Code in ЕГЭ.
    pub ege: Option<String>,
    /// As first printed.
    pub name: Option<String>,
    /// As first printed.
    pub municipality: Option<String>,
}

/// The school a mention stands for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResolutionRow {
    /// The mention.
    pub school_ref: String,
    /// The school, when matched.
    pub school_key: Option<SchoolKey>,
    /// How it was found.
    pub method: Option<String>,
    /// How sure, 0..1.
    pub score: Option<f64>,
    /// `matched`, `review` or `rejected`.
    pub status: String,
    /// Scored candidates, JSON.
    pub candidates: String,
}

/// One decision of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionRow {
    /// The mention.
    pub school_ref: String,
    /// What was done.
    pub action: DecisionAction,
    /// The school, for `accept`.
    pub school_key: Option<SchoolKey>,
    /// Who did it.
    pub who: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Why.
    pub note: Option<String>,
}

impl State {
    /// Notes mentions met in a batch; those known stay as they were.
    pub fn mentioned(&self, batch: &BatchId, mentions: &[MentionRow], now: DateTime<Utc>) -> Result<(), StateError> {
        let mut db = self.db();
        let work = db.transaction()?;
        {
            let mut insert =
                work.prepare_cached("insert or ignore into mentions values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
            for m in mentions {
                insert.execute(params![
                    m.school_ref,
                    m.login,
                    m.inn,
                    m.ogrn,
                    m.oge,
                    m.ege,
                    m.name,
                    m.municipality,
                    batch.as_str(),
                    now
                ])?;
            }
        }
        work.commit()?;
        Ok(())
    }

    /// Every mention ever met.
    pub fn mentions(&self) -> Result<Vec<MentionRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select school_ref, login, inn, ogrn, oge, ege, name, municipality from mentions order by school_ref",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(MentionRow {
                school_ref: row.get(0)?,
                login: row.get(1)?,
                inn: row.get(2)?,
                ogrn: row.get(3)?,
                oge: row.get(4)?,
                ege: row.get(5)?,
                name: row.get(6)?,
                municipality: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Puts all resolutions in place of the earlier ones.
    pub fn resolved(&self, resolutions: &[ResolutionRow]) -> Result<(), StateError> {
        let mut db = self.db();
        let work = db.transaction()?;
        work.execute("delete from resolutions", [])?;
        {
            let mut insert = work.prepare_cached("insert into resolutions values (?1, ?2, ?3, ?4, ?5, ?6)")?;
            for r in resolutions {
                let key = r.school_key.as_ref().map(SchoolKey::as_str);
                insert.execute(params![r.school_ref, key, r.method, r.score, r.status, r.candidates])?;
            }
        }
        work.commit()?;
        Ok(())
    }

    /// What each mention stands for.
    pub fn resolutions(&self) -> Result<Vec<ResolutionRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select school_ref, school_key, method, score, status, candidates from resolutions order by school_ref",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(ResolutionRow {
                school_ref: row.get(0)?,
                school_key: row.get::<_, Option<String>>(1)?.as_deref().map(word).transpose()?,
                method: row.get(2)?,
                score: row.get(3)?,
                status: row.get(4)?,
                candidates: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds a decision to the history.
    pub fn decide(&self, decision: &DecisionRow) -> Result<(), StateError> {
        self.db().execute(
            "insert into decisions (school_ref, action, school_key, who, decided_at, note) values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                decision.school_ref, decision.action.as_str(), decision.school_key.as_ref().map(SchoolKey::as_str),
                decision.who, decision.decided_at, decision.note,
            ],
        )?;
        Ok(())
    }

    /// The whole history, oldest first.
    pub fn decision_history(&self) -> Result<Vec<DecisionRow>, StateError> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "select school_ref, action, school_key, who, decided_at, note from decisions order by id",
        )?;
        let rows = statement.query_map([], decision)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// What is in force: for each mention the latest decision not taken back. An undo takes back the
    /// latest decision that is still in force, so two undos take back two.
    pub fn decisions(&self) -> Result<Vec<DecisionRow>, StateError> {
        let mut stacks: std::collections::BTreeMap<String, Vec<DecisionRow>> = std::collections::BTreeMap::new();
        for decision in self.decision_history()? {
            let stack = stacks.entry(decision.school_ref.clone()).or_default();
            match decision.action {
                DecisionAction::Undo => drop(stack.pop()),
                DecisionAction::Accept | DecisionAction::Reject => stack.push(decision),
            }
        }
        Ok(stacks.into_values().filter_map(|mut stack| stack.pop()).collect())
    }
}

fn decision(row: &Row<'_>) -> rusqlite::Result<DecisionRow> {
    Ok(DecisionRow {
        school_ref: row.get(0)?,
        action: word(&row.get::<_, String>(1)?)?,
        school_key: row.get::<_, Option<String>>(2)?.as_deref().map(word).transpose()?,
        who: row.get(3)?,
        decided_at: row.get(4)?,
        note: row.get(5)?,
    })
}
