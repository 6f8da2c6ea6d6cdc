//! The figures of the customer's documents come out of the program. Expected numbers are copied from the documents.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

#[test]
fn the_figures_of_the_documents_come_out() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    dinamika(&project, &["init"]);
    // The standard models hold to their own tests before there is any data.
    let tested = dinamika(&project, &["test"]);
    assert!(tested.contains(", не пройдено 0. Проверки данных: не все таблицы построены"), "{tested}");
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

    let year = ask("select num, den, recomputed, contradiction from claims_check where claim like 'Курсы повышения%'");
    assert_eq!((year[0]["num"].as_i64(), year[0]["den"].as_i64()), (Some(351), Some(660)));
    assert!((year[0]["recomputed"].as_f64().unwrap() - 53.1818).abs() < 1e-3, "{year:?}");
    assert_eq!(year[0]["contradiction"], false);

    let issues = ask("select rule, label, printed, recomputed, note, path, line from quality_issues \
                      where rule like 'claim%' order by rule, label");
    let found: Vec<_> =
        issues.iter().map(|row| (row["rule"].as_str().unwrap(), row["label"].as_str().unwrap())).collect();
    assert_eq!(found, DOUBTFUL_SHARES, "{issues:#?}");
    let of = |label: &str, rule: &str| issues.iter().find(|row| row["label"] == label && row["rule"] == rule).unwrap();
    assert_eq!(of("категории", "claim_split")["printed"], 112.0);
    assert!(of("категории", "claim_split")["note"].as_str().unwrap().contains("16 из 15"));
    let people = of("Бюджетные курсы: педагогические работники", "claim_unproven");
    assert!(people["note"].as_str().unwrap().contains("436…437"), "{people}");
    let twice = of("Внебюджетные курсы: руководители и заместители школ", "claim_twice");
    assert_eq!((twice["printed"].as_f64(), twice["recomputed"].as_f64()), (Some(77.0), Some(87.0)));
    for issue in &issues {
        assert!(issue["path"].as_str().unwrap().ends_with("Доли из отчета.csv"), "{issue}");
        assert!(issue["line"].as_i64().unwrap() > 3, "{issue}");
    }
}

/// Every share of document 000 that does not follow from its own numbers: rule and claim, sorted.
const DOUBTFUL_SHARES: [(&str, &str); 23] = [
    ("claim_gap", "Благоприятный психологический климат"),
    ("claim_gap", "Внебюджетные курсы: руководители и заместители школ"),
    ("claim_gap", "Встречи с коллективами, круглые столы, проблемные семинары"),
    ("claim_gap", "Охват школ, получивших поддержку кураторов"),
    ("claim_gap", "Помощь в разработке нормативных документов"),
    ("claim_gap", "Школы, где нет учителей с первой и высшей категорией"),
    ("claim_gap", "Школы, где от 15 % до 25 % учителей с первой и высшей категорией"),
    ("claim_gap", "Школы, где от 30 % до 50 % учителей с первой и высшей категорией"),
    ("claim_impossible", "Семинары института: школы, второй семинар"),
    ("claim_impossible", "Семинары института: школы, первый семинар"),
    ("claim_impossible", "Школы, где около половины учителей с первой и высшей категорией"),
    ("claim_split", "категории"),
    ("claim_twice", "Внебюджетные курсы: руководители и заместители школ"),
    ("claim_unproven", "Безынициативны и не готовы к инновациям: заместители по ВР"),
    ("claim_unproven", "Безынициативны и не готовы к инновациям: заместители по УВР"),
    ("claim_unproven", "Безынициативны и не готовы к инновациям: руководители"),
    ("claim_unproven", "Бюджетные курсы: педагогические работники"),
    ("claim_unproven", "Не проявляют активности: инициативные руководители"),
    ("claim_unproven", "Поддержка кураторов: удовлетворенность"),
    ("claim_unproven", "Позитивная оценка качества курсов: руководители"),
    ("claim_unproven", "Пять семинаров муниципалитета: удовлетворенность"),
    ("claim_unproven", "Семинары института: удовлетворенность"),
    ("claim_unproven", "Школы с высокой активностью в конкурсах мастерства"),
];

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
