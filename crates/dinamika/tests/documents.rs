//! The figures of the customer's documents come out of the program. Expected numbers are copied from the documents.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

#[test]
fn the_figures_of_the_documents_come_out() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    dinamika(&project, &["init"]);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"), &project.join("inbox"));
    dinamika(&project, &["run"]);
    let ask =
        |sql: &str| -> Vec<Value> { serde_json::from_str(&dinamika(&project, &["query", sql, "-f", "json"])).unwrap() };
    let number = |sql: &str| ask(sql)[0].as_object().unwrap().values().next().unwrap().as_f64().unwrap();

    let kpk = ask(
        "select level, iro_fed + academy_fed as fed, total from kpk_summary_check where form = 'по муниципалитетам' order by total",
    );
    let figures: Vec<_> =
        kpk.iter().map(|row| (row["fed"].as_f64().unwrap(), row["total"].as_f64().unwrap())).collect();
    assert_eq!(figures, [(92.0, 200.0), (4752.0, 8724.0)]);
    let listed =
        ask("select listed_total, total from kpk_summary_check where form = 'по школам' and level = 'municipality'");
    assert_eq!((listed[0]["listed_total"].as_f64(), listed[0]["total"].as_f64()), (Some(53.0), Some(165.0)));

    let tiers = ask("select tier, count(*) as n from shnor_list where list = 'shnor' group by tier order by tier");
    let tiers: Vec<_> = tiers.iter().map(|row| (row["tier"].as_str().unwrap(), row["n"].as_i64().unwrap())).collect();
    assert_eq!(tiers, [("base", 2), ("moderate", 2), ("strong", 3)]);

    let ku = ask("select ku, count(*) as n from ku_schools group by ku order by ku desc");
    let ku: Vec<_> = ku.iter().map(|row| (row["ku"].as_f64().unwrap(), row["n"].as_i64().unwrap())).collect();
    assert_eq!(ku, [(6.0, 1), (4.0, 4), (2.0, 4), (0.0, 6)]);

    assert_eq!(number("select count(*) from risk_board"), 10.0);
    assert_eq!(number("select count(distinct school_ref) from risk_board"), 3.0);
    assert_eq!(number("select count(*) from road_map_events"), 15.0);
    assert_eq!(number("select count(*) from road_map_events where date_contradiction"), 7.0);
    assert_eq!(number("select count(*) from batches where rows_in <> rows_kept + rows_rejected"), 0.0);
}

fn dinamika(project: &Path, words: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_dinamika")).arg("-C").arg(project).args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
