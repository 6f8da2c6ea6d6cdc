//! What people who review meet: files, spellings of schools, decisions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dinamika_lake::state::{BatchRow, DecisionAction, DecisionRow, FileRow, FileStatus, MentionRow, ResolutionRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which files are asked for.
#[derive(Debug, Clone, Default)]
pub struct FilesAsked {
    /// Of one status.
    pub status: Option<String>,
    /// Read by one pipeline.
    pub pipeline: Option<String>,
    /// Whose path contains this.
    pub path: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// After so many.
    pub offset: usize,
}

/// A file of the ledger and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 17, "path": "2021/5/Математика.xlsx", "source": "inbox", "status": "loaded", "message": null, "copy_of": null,
    "sha256": "9f86d081…", "size": 48213, "modified_at": "2026-09-22T18:00:00Z", "first_seen": "2026-09-23T02:30:00Z",
    "loaded_at": "2026-09-23T02:30:04Z", "pipelines": ["vpr_protocol"], "rows_in": 812, "rows_kept": 810,
    "rows_rejected": 2, "rows_replaced": 0, "sheets": []
}))]
pub struct FileInfo {
    /// Its number in the ledger.
    pub id: i64,
    /// Its path in the source.
    pub path: String,
    /// The source.
    pub source: String,
    /// `new`, `loaded`, `refused`, `withdrawn`, `copy`.
    pub status: String,
    /// Why it was refused, or of what it is a copy.
    pub message: Option<String>,
    /// Path of the file it is a copy of.
    pub copy_of: Option<String>,
    /// Hash of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// When its sender changed it.
    pub modified_at: Option<DateTime<Utc>>,
    /// When it was first pulled.
    pub first_seen: DateTime<Utc>,
    /// When its rows were last loaded.
    pub loaded_at: Option<DateTime<Utc>>,
    /// Who read it.
    pub pipelines: Vec<String>,
    /// Rows of data.
    pub rows_in: u64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Rows left out.
    pub rows_rejected: u64,
    /// Rows that newer files took the place of.
    pub rows_replaced: u64,
    /// Its sheets.
    pub sheets: Vec<SheetRead>,
}

/// One sheet of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetRead {
    /// The batch.
    pub batch: String,
    /// Member of a zip.
    pub entry: Option<String>,
    /// The sheet.
    pub sheet: String,
    /// Who read it.
    pub pipeline: String,
    /// Its shape.
    pub layout: String,
    /// Where its rows went.
    pub table: String,
    /// Rows of data.
    pub rows_in: u64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Rows left out.
    pub rows_rejected: u64,
    /// Rows that newer files took the place of.
    pub rows_replaced: u64,
    /// `current`, `superseded`, `withdrawn`.
    pub status: String,
    /// When.
    pub loaded_at: DateTime<Utc>,
}

impl FilesAsked {
    /// The files asked for, the newest words first.
    pub(crate) fn choose(&self, files: Vec<FileRow>, batches: Vec<BatchRow>) -> Vec<FileInfo> {
        let paths: BTreeMap<i64, String> = files.iter().map(|file| (file.id, file.path.clone())).collect();
        let mut sheets: BTreeMap<i64, Vec<BatchRow>> = BTreeMap::new();
        for batch in batches {
            sheets.entry(batch.file).or_default().push(batch);
        }
        let status: Option<FileStatus> = self.status.as_deref().and_then(|status| status.parse().ok());
        files
            .into_iter()
            .rev()
            .filter(|file| status.is_none_or(|status| file.status == status))
            .filter(|file| self.path.as_ref().is_none_or(|part| file.path.contains(part)))
            .map(|file| {
                let copy_of = file.copy_of.and_then(|id| paths.get(&id).cloned());
                let sheets = sheets.remove(&file.id).unwrap_or_default();
                info(file, copy_of, sheets)
            })
            .filter(|file| self.pipeline.as_ref().is_none_or(|wanted| file.pipelines.contains(wanted)))
            .skip(self.offset)
            .take(self.limit)
            .collect()
    }
}

fn info(file: FileRow, copy_of: Option<String>, batches: Vec<BatchRow>) -> FileInfo {
    let sum = |of: fn(&BatchRow) -> u64| batches.iter().map(of).sum();
    let mut pipelines: Vec<String> = batches.iter().map(|batch| batch.pipeline.to_string()).collect();
    pipelines.sort();
    pipelines.dedup();
    FileInfo {
        id: file.id,
        path: file.path,
        source: file.source,
        status: file.status.as_str().to_owned(),
        message: file.message,
        copy_of,
        sha256: file.sha256,
        size: file.size,
        modified_at: file.modified_at,
        first_seen: file.first_seen,
        loaded_at: batches.iter().map(|batch| batch.loaded_at).max(),
        pipelines,
        rows_in: sum(|batch| batch.rows_in),
        rows_kept: sum(|batch| batch.rows_kept),
        rows_rejected: sum(|batch| batch.rows_rejected),
        rows_replaced: sum(|batch| batch.rows_replaced),
        sheets: batches.into_iter().map(sheet).collect(),
    }
}

fn sheet(batch: BatchRow) -> SheetRead {
    SheetRead {
        batch: batch.batch.to_string(),
        entry: batch.entry,
        sheet: batch.sheet,
        pipeline: batch.pipeline.to_string(),
        layout: batch.layout,
        table: batch.table_name.to_string(),
        rows_in: batch.rows_in,
        rows_kept: batch.rows_kept,
        rows_rejected: batch.rows_rejected,
        rows_replaced: batch.rows_replaced,
        status: batch.status.as_str().to_owned(),
        loaded_at: batch.loaded_at,
    }
}

/// A spelling of a school that people decide about.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "school_ref": "name:озёрский район|сош 7", "name": "МБОУ СОШ № 7", "municipality": "Озёрский р-н", "codes": {},
    "rows": 412, "tables": {"vpr_protocol": 412},
    "candidates": [{"school_key": "233004", "school_name": "МБОУ СОШ № 7", "municipality": "23300000", "score": 0.86,
        "why": "тот же муниципалитет, тот же номер"}],
    "decision": null
}))]
pub struct ReviewInfo {
    /// As tables carry it; what a decision is about.
    pub school_ref: String,
    /// As first printed.
    pub name: Option<String>,
    /// As first printed.
    pub municipality: Option<String>,
    /// `login`, `inn`, `ogrn`, `oge`, `ege`, those that were printed.
    pub codes: BTreeMap<&'static str, String>,
    /// Rows of the served release that the decision moves.
    pub rows: u64,
    /// The same by table.
    pub tables: BTreeMap<String, u64>,
    /// Schools it may be, the likeliest first.
    pub candidates: Vec<CandidateInfo>,
    /// The decision in force; it acts with the next run.
    pub decision: Option<DecisionInfo>,
}

/// A school a spelling may mean.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CandidateInfo {
    /// Its key.
    pub school_key: String,
    /// Its name in the registry.
    #[serde(default)]
    pub school_name: Option<String>,
    /// Key of its municipality.
    #[serde(default)]
    pub municipality: Option<String>,
    /// How alike, 0..1.
    pub score: f64,
    /// Why it is or is not it.
    pub why: String,
}

/// A decision about a spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "school_ref": "name:озёрский район|сош 7", "action": "accept", "school_key": "233004", "who": "petrova",
    "decided_at": "2026-09-23T09:12:00Z", "note": "по телефону"
}))]
pub struct DecisionInfo {
    /// The spelling.
    pub school_ref: String,
    /// `accept`, `reject`, `undo`.
    pub action: String,
    /// The school, for `accept`.
    pub school_key: Option<String>,
    /// Who decided.
    pub who: String,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// Why.
    pub note: Option<String>,
}

/// What is to be decided about a spelling.
#[derive(Debug, Clone)]
pub struct Deciding {
    /// The spelling.
    pub school_ref: String,
    /// What is done.
    pub action: DecisionAction,
    /// The school, for `accept`.
    pub school_key: Option<dinamika_project::SchoolKey>,
    /// Who decides.
    pub who: String,
    /// Why.
    pub note: Option<String>,
}

/// Spellings that wait and those decided about; rows are counted by whoever has the tables.
pub(crate) fn to_review(
    mentions: Vec<MentionRow>,
    resolutions: Vec<ResolutionRow>,
    decisions: Vec<DecisionRow>,
) -> Vec<ReviewInfo> {
    let mut mentions: BTreeMap<String, MentionRow> =
        mentions.into_iter().map(|mention| (mention.school_ref.clone(), mention)).collect();
    let mut decisions: BTreeMap<String, DecisionInfo> =
        decisions.into_iter().map(|decision| (decision.school_ref.clone(), decision.into())).collect();
    let mut all: Vec<ReviewInfo> = resolutions
        .into_iter()
        .filter_map(|row| {
            let decision = decisions.remove(&row.school_ref);
            let mention = mentions.remove(&row.school_ref);
            (row.status == "review" || decision.is_some()).then(|| ReviewInfo {
                codes: mention.as_ref().map(codes).unwrap_or_default(),
                name: mention.as_ref().and_then(|mention| mention.name.clone()),
                municipality: mention.and_then(|mention| mention.municipality),
                rows: 0,
                tables: BTreeMap::new(),
                candidates: serde_json::from_str(&row.candidates).unwrap_or_default(),
                decision,
                school_ref: row.school_ref,
            })
        })
        .collect();
    all.sort_by(|a, b| a.school_ref.cmp(&b.school_ref));
    all
}

fn codes(mention: &MentionRow) -> BTreeMap<&'static str, String> {
    let MentionRow { login, inn, ogrn, oge, ege, .. } = mention;
    [("login", login), ("inn", inn), ("ogrn", ogrn), ("oge", oge), ("ege", ege)]
        .into_iter()
        .filter_map(|(name, code)| Some((name, code.clone()?)))
        .collect()
}

impl From<DecisionRow> for DecisionInfo {
    fn from(row: DecisionRow) -> Self {
        Self {
            school_ref: row.school_ref,
            action: row.action.as_str().to_owned(),
            school_key: row.school_key.map(String::from),
            who: row.who,
            decided_at: row.decided_at,
            note: row.note,
        }
    }
}
