//! A run killed at any moment tears nothing: readers keep a whole release, and the next run goes on to the same values.

mod support;

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{Project, protocol, protocol_path, registry};

#[test]
fn a_killed_run_tears_nothing() {
    let (killed, undisturbed) = (Project::new(), Project::new());
    let put = |path: &str, bytes: &[u8], changed: u64| {
        killed.put(path, bytes, changed);
        undisturbed.put(path, bytes, changed);
    };
    put("Реестр.csv", &registry(), 100);
    for m in 0..3 {
        put(&protocol_path(m), &protocol(m, 1..=4, 0), 200);
    }
    let since = Instant::now();
    undisturbed.run();
    let whole = since.elapsed();
    // Moments as shares of an undisturbed run, early and late ones in turn; each time there is something new to do.
    let moments = [0.04, 0.5, 0.2, 0.8, 0.3, 0.95, 0.1, 0.65, 0.4];
    let mut ended = 0;
    for (round, share) in moments.into_iter().enumerate() {
        let path = format!("2021/поправка {round}/ВПР по математике, 4 класс.csv");
        put(&path, &protocol(round % 3, 1 + round % 4..=4, 1 + round), 300 + round as u64);
        let mut child = killed.command(&["run"]).spawn().expect("the program starts");
        thread::sleep(whole.mul_f64(share).max(Duration::from_millis(20)));
        ended += usize::from(child.try_wait().expect("a child").is_some());
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        releases_are_whole(&killed);
        if round % 3 == 2 {
            killed.run();
            ended += 1;
            releases_are_whole(&killed);
            schools_are_counted_once(&killed);
        }
    }
    undisturbed.run();
    killed.values().are(&undisturbed.values());
    for sql in [
        "select * from vpr_marks order by school_ref, test",
        "select path, rows_in, rows_kept, rows_rejected from batches order by path",
        "select * from school_match order by school_ref",
    ] {
        assert_eq!(killed.query(sql), undisturbed.query(sql), "{sql}");
    }
    let runs = killed.json(&["runs", "list"]);
    let count = |status: &str| runs.as_array().into_iter().flatten().filter(|run| run["status"] == status).count();
    // One more was run by the template; a run may be done and its process not gone yet when it is killed.
    assert_eq!((count("running"), count("failed")), (0, 0), "{runs}");
    assert!(count("done") > ended, "{runs}");
    assert!(count("cancelled") >= 4, "{runs}");
    // What a killed run left undone is not done twice.
    assert_eq!(killed.run()["release"], Value::Null);
}

fn schools_are_counted_once(project: &Project) {
    let rows = project.query("select count(*) as schools, min(n_rows) as least, max(n_rows) as most from vpr_marks");
    assert_eq!(rows, [serde_json::json!({ "schools": 12, "least": 12, "most": 12 })]);
}

/// Every file that every release names is there, as the tables' own logs tell.
fn releases_are_whole(project: &Project) {
    let lake = project.root().join("data/lake");
    let mut releases = 0;
    for entry in fs::read_dir(lake.join("releases")).expect("releases") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        releases += 1;
        let release: Value = serde_json::from_slice(&fs::read(&path).expect("a release")).expect("a whole release");
        let tables = release["tables"].as_object().unwrap_or_else(|| panic!("{release}"));
        assert!(!tables.is_empty());
        for (name, pinned) in tables {
            let (zone, version) = (pinned[0].as_str().expect("a zone"), pinned[1].as_u64().expect("a version"));
            let table = lake.join(zone).join(name);
            for file in files(&table, version) {
                // The log writes addresses: the per cent sign of a folder's name is itself escaped.
                let file = file.replace("%25", "%");
                assert!(table.join(&file).exists(), "{}: {name} lacks {file}", path.display());
            }
        }
    }
    assert!(releases > 0);
}

/// Files of a version, by the log.
fn files(table: &std::path::Path, version: u64) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for at in 0..=version {
        let log = table.join(format!("_delta_log/{at:020}.json"));
        let text = fs::read_to_string(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        for line in text.lines() {
            let action: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
            if let Some(path) = action["remove"]["path"].as_str() {
                files.remove(path);
            }
            if let Some(path) = action["add"]["path"].as_str() {
                files.insert(path.to_owned());
            }
        }
    }
    files
}
