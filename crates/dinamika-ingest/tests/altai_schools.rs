//! Real names of one region: a school is found by name and municipality, or asked about; never mistaken.

mod fixtures;

use std::path::Path;

use arrow::array::StringArray;
use calamine::{Reader, open_workbook_auto};
use dinamika_ingest::schools::{Decisions, MentionColumns, Mentions, Registry, Resolution, School};
use fixtures::shared;

const CONTEXT_2021: &str = "Сбор контекстных данных об ОО и участниках ВПР 2021.xlsx";
const CONTEXT_2022: &str = "Сбор контекстных данных об ОО (2022).xlsx";

fn rows(file: &Path) -> Vec<Vec<String>> {
    let mut book = open_workbook_auto(file).unwrap();
    let sheet = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&sheet).unwrap();
    range.rows().skip(1).map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn schools(altai: &Path) -> Vec<School> {
    let school = |row: &Vec<String>| School {
        key: row[0][3..].parse().unwrap(),
        municipality_key: row[2].clone(),
        municipality_name: row[2].clone(),
        name: row[1].clone(),
        full_name: None,
        kind: None,
        number: None,
        login: None,
        inn: None,
        ogrn: None,
        oge: None,
        ege: None,
    };
    rows(&altai.join("logins.xlsx")).iter().map(school).collect()
}

/// Key, name and municipality of every school of both questionnaires, in the short and the full form.
fn mentions(altai: &Path, registry: &Registry) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for row in rows(&altai.join(CONTEXT_2022)) {
        for column in [4, 7, 8] {
            let name = row[column].split_once(" | ").map_or(row[column].as_str(), |(_, name)| name);
            out.push((row[0][3..].to_owned(), name.to_owned(), row[3].clone()));
        }
    }
    for row in rows(&altai.join(CONTEXT_2021)).into_iter().filter(|row| row[0].starts_with("sch")) {
        let Some(school) = row[0][3..].parse().ok().and_then(|key| registry.school(&key)) else { continue };
        for name in [&row[2], &row[3]] {
            out.push((school.key.to_string(), name.clone(), school.municipality_name.clone()));
        }
    }
    out
}

fn resolve(registry: &Registry, name: &str, municipality: Option<&str>) -> Option<Resolution> {
    let (name, municipality) = (StringArray::from(vec![name]), StringArray::from(vec![municipality]));
    let mut mentions = Mentions::new();
    mentions
        .refs(&MentionColumns { name: Some(&name), municipality: Some(&municipality), ..MentionColumns::default() }, 1);
    Some(registry.resolve(mentions.into_distinct().first()?, &Decisions::new()))
}

#[test]
fn a_school_is_found_by_its_name() {
    let Some(altai) = shared("real/altai") else { return };
    let registry = Registry::new(schools(&altai));
    let (mut right, mut asked, mut wrong) = (0, 0, Vec::new());
    for (key, name, municipality) in mentions(&altai, &registry) {
        match resolve(&registry, &name, Some(&municipality)) {
            Some(Resolution::Matched { key: found, .. }) if found.as_str() == key => right += 1,
            Some(Resolution::Matched { key: found, .. }) => wrong.push((key, found)),
            _ => asked += 1,
        }
    }
    println!("{right} found, {asked} to be asked about, {} mistaken", wrong.len());
    assert_eq!(wrong, []);
    assert!(right > 3_000 && asked * 12 < right, "{right} {asked}");
}

/// Each tenth school is taken out of the registry: its mentions must find no other.
#[test]
fn a_school_that_is_not_there_is_not_mistaken_for_another() {
    let Some(altai) = shared("real/altai") else { return };
    let all = schools(&altai);
    let whole = Registry::new(all.clone());
    let mentions = mentions(&altai, &whole);
    let (mut mistaken, mut tried) = (0, 0);
    // The same where the sender did not say the municipality: nothing but the name to go by.
    let mut mistaken_nowhere = 0;
    for left_out in 0..10 {
        let registry = Registry::new(
            all.iter().enumerate().filter(|(at, _)| at % 10 != left_out).map(|(_, school)| school.clone()).collect(),
        );
        let gone =
            |key: &String| key.parse().is_ok_and(|key| registry.school(&key).is_none() && whole.school(&key).is_some());
        for (_, name, municipality) in mentions.iter().filter(|(key, ..)| gone(key)) {
            tried += 1;
            if let Some(Resolution::Matched { key, score, .. }) = resolve(&registry, name, Some(municipality)) {
                println!("{municipality}: {name} → {} {score}", whole.school(&key).unwrap().name);
                mistaken += 1;
            }
            // A third of them: without a municipality every school is compared.
            if left_out % 3 == 0
                && let Some(Resolution::Matched { key, method, .. }) = resolve(&registry, name, None)
            {
                assert!(method != "number", "{name} → {}", whole.school(&key).unwrap().name);
                mistaken_nowhere += 1;
            }
        }
    }
    println!("{mistaken} of {tried} mistaken, {mistaken_nowhere} without a municipality");
    assert!(tried > 3_000 && mistaken * 300 < tried, "{mistaken} of {tried}");
    assert!(mistaken_nowhere * 300 < tried, "{mistaken_nowhere} of {tried}");
}
