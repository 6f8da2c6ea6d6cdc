//! The state: every row comes back as it was noted.

use chrono::{DateTime, Duration, Utc};
use dinamika_lake::state::{
    BatchRow, BatchStatus, BuildRow, DecisionAction, DecisionRow, FileStatus, MentionRow, QueryRow, RejectRow,
    RejectsAsked, ResolutionRow, RunStatus, Sighting, State, StateError, StepRow,
};

use crate::rows::batch;

fn state() -> (State, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (State::open(&folder.path().join("state")).unwrap(), folder)
}

fn at(minute: i64) -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minute)
}

fn seen(sha256: &str) -> Sighting {
    Sighting { sha256: sha256.to_owned(), size: 10, modified_at: Some(at(-60)), etag: Some("\"e\"".into()) }
}

fn batch_row(digit: char, rows_kept: u64) -> BatchRow {
    BatchRow {
        batch: batch(digit),
        file: 1,
        pipeline: "vpr".parse().unwrap(),
        table_name: "marks".parse().unwrap(),
        layout: "2021".into(),
        entry: Some("a.xlsx".into()),
        sheet: "Лист1".into(),
        rows_in: rows_kept + 1,
        rows_kept,
        rows_rejected: 1,
        rows_replaced: 0,
        skipped: "{\"total\":1}".into(),
        status: BatchStatus::Current,
        loaded_at: at(1),
    }
}

#[test]
fn a_file_is_its_bytes_at_a_path() {
    let (state, _folder) = state();
    assert!(state.sighting("inbox", "a.xlsx").unwrap().is_none());
    assert!(state.sighted("inbox", "a.xlsx", &seen("sha1"), at(0)).unwrap());
    assert!(!state.sighted("inbox", "a.xlsx", &seen("sha1"), at(1)).unwrap(), "seen again");
    assert!(!state.sighted("inbox", "copy.xlsx", &seen("sha1"), at(1)).unwrap(), "the same bytes elsewhere");
    assert_eq!(state.sighting("inbox", "copy.xlsx").unwrap(), Some(seen("sha1")));
    let id = |path: &str| state.files().unwrap().into_iter().rfind(|file| file.path == path).unwrap().id;
    state.file_became(id("a.xlsx"), FileStatus::Refused, Some("нет макета"), Some("print")).unwrap();
    let files = state.files().unwrap();
    let [file, copy] = &files[..] else { panic!("{files:?}") };
    assert_eq!((file.path.as_str(), file.status, file.first_seen), ("a.xlsx", FileStatus::Refused, at(0)));
    assert_eq!((file.message.as_deref(), file.fingerprint.as_deref()), (Some("нет макета"), Some("print")));
    assert_eq!((copy.path.as_str(), copy.status, copy.sha256.as_str()), ("copy.xlsx", FileStatus::New, "sha1"));
}

#[test]
fn a_file_whose_batches_another_gave_is_a_copy_unless_its_path_said_something_else_before() {
    let (state, _folder) = state();
    let batches = [batch('a'), batch('b')];
    let id = |path: &str| state.files().unwrap().into_iter().rfind(|file| file.path == path).unwrap().id;
    state.sighted("inbox", "a.xlsx", &seen("sha1"), at(0)).unwrap();
    let first = id("a.xlsx");
    for digit in ['a', 'b'] {
        state.batch_loaded(&BatchRow { file: first, ..batch_row(digit, 5) }).unwrap();
    }
    assert_eq!(state.is_copy(first, &batches).unwrap(), None, "its own rows");
    state.sighted("inbox", "copy.xlsx", &seen("sha1"), at(1)).unwrap();
    let copy = id("copy.xlsx");
    assert_eq!(state.is_copy(copy, &batches).unwrap(), Some(first));
    assert_eq!(state.is_copy(copy, &[batch('a'), batch('c')]).unwrap(), None, "its path tells something else");
    state.copied(copy, first, "print").unwrap();
    let file = state.files().unwrap().into_iter().find(|file| file.id == copy).unwrap();
    assert_eq!((file.status, file.copy_of), (FileStatus::Copy, Some(first)));
    assert!(file.message.unwrap().contains("a.xlsx"));

    // Its sender put other bytes there and takes them back: that is a word of its own …
    state.sighted("inbox", "copy.xlsx", &seen("sha2"), at(2)).unwrap();
    state.sighted("inbox", "copy.xlsx", &seen("sha1"), at(3)).unwrap();
    let back = state.files().unwrap().into_iter().find(|file| file.id == copy).unwrap();
    assert_eq!((back.status, back.copy_of), (FileStatus::New, None));
    assert_eq!(state.is_copy(copy, &batches).unwrap(), None);
    // … but for rows that a person took out.
    state.file_became(first, FileStatus::Withdrawn, None, None).unwrap();
    assert_eq!(state.is_copy(copy, &batches).unwrap(), Some(first));
}

#[test]
fn an_older_ledger_is_taken_over_with_the_paths_it_did_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(folder.path().join("state.sqlite")).unwrap();
    old.execute_batch(include_str!("state_1.sql")).unwrap();
    drop(old);
    let state = State::open(folder.path()).unwrap();
    let files = state.files().unwrap();
    let told: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.sha256.as_str(), file.status)).collect();
    let (loaded, new) = (FileStatus::Loaded, FileStatus::New);
    assert_eq!(told, [("4/ks.csv", "sha1", loaded), ("5/ks.csv", "sha1", new), ("7/ks.csv", "sha2", loaded)]);
    assert_eq!(state.file_of(&batch('a')).unwrap(), Some(files[0].id));
    assert_eq!(state.files_with_rejects().unwrap(), [files[2].id]);
}

#[test]
fn a_batch_is_superseded_when_its_last_row_is_replaced() {
    let (state, _folder) = state();
    state.batch_loaded(&batch_row('a', 5)).unwrap();
    assert_eq!(state.batches().unwrap(), [batch_row('a', 5)]);
    state.batch_replaced(&batch('a'), 3).unwrap();
    assert_eq!(state.batches().unwrap()[0].status, BatchStatus::Current);
    state.batch_replaced(&batch('a'), 2).unwrap();
    let row = state.batches().unwrap().remove(0);
    assert_eq!((row.status, row.rows_replaced), (BatchStatus::Superseded, 5));
    state.batches_withdrawn(1).unwrap();
    assert_eq!(state.batches().unwrap()[0].status, BatchStatus::Withdrawn);
}

#[test]
fn rejects_are_replaced_with_their_file_and_listed_as_asked() {
    let (state, _folder) = state();
    state.sighted("inbox", "2020/a.xlsx", &seen("sha1"), at(0)).unwrap();
    let reject = |row: u32, rule: &str| RejectRow {
        batch: Some(batch(if row.is_multiple_of(2) { 'a' } else { 'b' })),
        file: 1,
        path: "2020/a.xlsx".into(),
        pipeline: Some("vpr".parse().unwrap()),
        sheet: Some("Лист1".into()),
        row: Some(row),
        column: Some("C «Балл»".into()),
        value: Some("abc".into()),
        rule: rule.into(),
        suggestion: None,
    };
    let all: Vec<RejectRow> = (1..=5).map(|row| reject(row, if row < 3 { "число" } else { "дата" })).collect();
    state.rejects_of(1, &all[..1], at(0)).unwrap();
    state.rejects_of(1, &all, at(1)).unwrap();
    assert_eq!(state.reject_count().unwrap(), 5);
    assert_eq!(state.files_with_rejects().unwrap(), [1]);

    let asked = |change: fn(&mut RejectsAsked)| {
        let mut asked = RejectsAsked { limit: 10, ..RejectsAsked::default() };
        change(&mut asked);
        let rows = state.rejects(&asked).unwrap();
        rows.iter().map(|reject| reject.row.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(asked(|_| {}), [5, 4, 3, 2, 1], "newest first");
    assert_eq!(asked(|asked| asked.rule = Some("число".into())), [2, 1]);
    assert_eq!(asked(|asked| (asked.limit, asked.offset) = (2, 2)), [3, 2]);
    assert_eq!(asked(|asked| asked.path = Some("2021".into())), [0; 0]);
    assert_eq!(state.rejects(&RejectsAsked { limit: 1, ..RejectsAsked::default() }).unwrap(), [all[4].clone()]);

    state.rejects_forgotten(&batch('a')).unwrap();
    assert_eq!(asked(|_| {}), [5, 3, 1]);
}

#[test]
fn decisions_keep_their_history_and_undo_the_latest() {
    let (state, _folder) = state();
    let decide = |minute, action, key: Option<&str>| {
        let decision = DecisionRow {
            school_ref: "name:район|школа 1".into(),
            action,
            school_key: key.map(|key| key.parse().unwrap()),
            who: "оператор".into(),
            decided_at: at(minute),
            note: Some("по телефону".into()),
        };
        state.decide(&decision).unwrap();
        decision
    };
    let first = decide(0, DecisionAction::Accept, Some("223080"));
    let second = decide(1, DecisionAction::Reject, None);
    assert_eq!(state.decisions().unwrap(), [second]);
    decide(2, DecisionAction::Undo, None);
    assert_eq!(state.decisions().unwrap(), [first]);
    decide(3, DecisionAction::Undo, None);
    decide(4, DecisionAction::Undo, None);
    assert_eq!(state.decisions().unwrap(), []);
    assert_eq!(state.decision_history().unwrap().len(), 5);
}

#[test]
fn mentions_stay_as_first_met_and_resolutions_are_put_anew() {
    let (state, _folder) = state();
    let mention = |name: &str| MentionRow {
        school_ref: "login:223080".into(),
        login: Some("223080".into()),
        inn: None,
        ogrn: None,
        oge: None,
        ege: None,
        name: Some(name.into()),
        municipality: None,
    };
    state.mentioned(&batch('a'), &[mention("Школа 1")], at(0)).unwrap();
    state.mentioned(&batch('b'), &[mention("СОШ № 1")], at(1)).unwrap();
    assert_eq!(state.mentions().unwrap(), [mention("Школа 1")]);
    let resolution = |status: &str| ResolutionRow {
        school_ref: "login:223080".into(),
        school_key: Some("223080".parse().unwrap()),
        method: Some("login".into()),
        score: Some(1.0),
        status: status.into(),
        candidates: "[]".into(),
    };
    state.resolved(&[resolution("review")]).unwrap();
    state.resolved(&[resolution("matched")]).unwrap();
    assert_eq!(state.resolutions().unwrap(), [resolution("matched")]);
}

#[test]
fn builds_and_runs_come_back() {
    let (state, _folder) = state();
    let build =
        BuildRow { model: "schools".into(), built: "{}".into(), version: 7, rows: 3, seconds: 0.5, built_at: at(0) };
    assert!(state.build("schools").unwrap().is_none());
    state.built(&BuildRow { version: 6, ..build.clone() }).unwrap();
    state.built(&build).unwrap();
    assert_eq!(state.build("schools").unwrap(), Some(build));

    let run = state.run_began("nightly", "", at(0)).unwrap();
    let step = |name: &str| StepRow {
        kind: "read".into(),
        name: name.into(),
        status: RunStatus::Done,
        reason: None,
        rows_in: 3,
        rows_out: 2,
        rejects: 1,
        bytes: 100,
        seconds: 0.1,
    };
    state.step(run, &step("a")).unwrap();
    state.step(run, &step("b")).unwrap();
    assert_eq!(state.steps(run).unwrap(), [step("a"), step("b")]);
    state.run_ended(run, RunStatus::Done, None, Some(4), at(9)).unwrap();
    let found = state.run(run).unwrap().unwrap();
    assert_eq!((found.status, found.release_id, found.finished_at), (RunStatus::Done, Some(4), Some(at(9))));
    assert_eq!(state.runs(10).unwrap(), [found]);
}

#[test]
fn an_intended_run_is_claimed_once() {
    let (state, _folder) = state();
    let job = "nightly".parse().unwrap();
    assert_eq!(state.job_last(&job, at(0)).unwrap(), at(0));
    assert_eq!(state.job_last(&job, at(5)).unwrap(), at(0), "the first asking is remembered");
    assert!(state.job_claim(&job, at(10), at(11)).unwrap());
    assert!(!state.job_claim(&job, at(10), at(12)).unwrap());
    assert_eq!(state.job_last(&job, at(20)).unwrap(), at(10));
    assert!(state.job_claim(&job, at(5), at(21)).unwrap());
    assert_eq!(state.job_last(&job, at(22)).unwrap(), at(10), "catching up does not turn time back");
    state.job_ended(&job, at(10), 1, Some("упал"), at(23)).unwrap();
}

#[test]
fn one_runs_at_a_time_and_a_killed_run_is_cancelled() {
    let (state, folder) = state();
    let other = State::open(&folder.path().join("state")).unwrap();
    let turn = state.turn().unwrap();
    let run = state.run_began("command", "", at(0)).unwrap();
    let second = other.turn();
    assert!(matches!(second, Err(StateError::Busy(holder)) if holder.contains(&std::process::id().to_string())));
    assert_eq!(other.run(run).unwrap().unwrap().status, RunStatus::Running, "readers read on");
    // The schedule is kept beside runs, by one.
    let schedule = other.keep_schedule().unwrap();
    assert!(matches!(state.keep_schedule(), Err(StateError::Busy(_))));
    drop(schedule);
    // A process that dies gives its turn back and ends nothing.
    drop(turn);
    let _turn = other.turn().unwrap();
    assert_eq!(other.run(run).unwrap().unwrap().status, RunStatus::Cancelled);
}

#[test]
fn many_may_open_a_new_state_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let opened: Vec<_> =
            (0..8).map(|_| scope.spawn(|| State::open(folder.path()).and_then(|state| state.files()))).collect();
        for handle in opened {
            assert_eq!(handle.join().unwrap().unwrap(), []);
        }
    });
}

#[test]
fn questions_are_kept_by_name_and_forgotten() {
    let (state, _folder) = state();
    let row = |name: &str, sql: &str, minute| QueryRow {
        name: name.to_owned(),
        sql: sql.to_owned(),
        who: "petrova".to_owned(),
        saved_at: at(minute),
    };
    state.query_keep(&row("Охват", "select 1", 1)).unwrap();
    state.query_keep(&row("Доля", "select 2", 2)).unwrap();
    state.query_keep(&row("Охват", "select 3", 3)).unwrap();
    assert_eq!(state.queries().unwrap(), [row("Доля", "select 2", 2), row("Охват", "select 3", 3)]);
    assert!(state.query_forget("Доля").unwrap());
    assert!(!state.query_forget("Доля").unwrap());
    assert_eq!(state.queries().unwrap().len(), 1);
}
