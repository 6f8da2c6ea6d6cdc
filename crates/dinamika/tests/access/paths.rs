//! Every path that gives rows of schools, each read in its own format.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Cell, Region};

/// Rows as entity → (n, status), from any format a path gives.
pub(super) type Table = BTreeMap<String, (Option<f64>, String)>;

/// Reads a path as a role; none where the role is turned away, as it should be.
pub(super) type Reading = Box<dyn Fn(&Region, &str) -> Option<Table>>;

/// The paths, with how each is read.
pub(super) fn all() -> Vec<(&'static str, Reading)> {
    fn get(at: &'static str, read: fn(&[u8]) -> Table) -> Reading {
        Box::new(move |region, role| {
            let answer = region.ask(role, "GET", at, "");
            assert_eq!(answer.status, 200, "{role} {at}: {}", answer.text());
            Some(read(&answer.body))
        })
    }
    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }
    fn json(bytes: &[u8]) -> Table {
        of_json(serde_json::from_slice::<Value>(bytes).unwrap()["rows"].as_array().unwrap())
    }
    fn parquet(bytes: &[u8]) -> Table {
        let bytes = bytes::Bytes::copy_from_slice(bytes);
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(bytes, 1_024).unwrap();
        of_batches(reader.map(Result::unwrap))
    }
    fn ipc(bytes: &[u8]) -> Table {
        of_batches(arrow::ipc::reader::StreamReader::try_new(bytes, None).unwrap().map(Result::unwrap))
    }
    const SQL: &str = "select entity, n, status from indicator_values where indicator = 'vpr.n' and level = 'school'";
    vec![
        ("json", get("/api/v1/indicators/vpr.n/values?level=school", json)),
        ("csv", get("/api/v1/indicators/vpr.n/values.csv?level=school", |bytes| of_csv(text(bytes)))),
        ("xlsx", get("/api/v1/indicators/vpr.n/values.xlsx?level=school", of_xlsx)),
        ("parquet", get("/api/v1/indicators/vpr.n/values.parquet?level=school", parquet)),
        ("arrow", get("/api/v1/indicators/vpr.n/values.arrow?level=school", ipc)),
        ("panel", get("/api/v1/dashboards/test/panels/values", json)),
        ("panel's SQL", get("/api/v1/dashboards/test/panels/own-sql.csv", |bytes| of_csv(text(bytes)))),
        (
            "entity",
            Box::new(|region, role| {
                let mut all = Table::new();
                for cell in Cell::ALL {
                    let answer = region.ask(role, "GET", &format!("/api/v1/entities/{}", cell.school()), "");
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    let told: Value = serde_json::from_slice(&answer.body).unwrap();
                    let rows: Vec<Value> = told["values"].as_array().unwrap().clone();
                    all.extend(of_json(
                        &rows.into_iter().filter(|row| row["indicator"] == "vpr.n").collect::<Vec<_>>(),
                    ));
                }
                Some(all)
            }),
        ),
        (
            "SQL over HTTP",
            Box::new(|region, role| {
                let answer = region.ask(role, "POST", "/api/v1/sql", &json!({"sql": SQL}).to_string());
                if role == "public" {
                    assert_eq!(answer.status, 401, "{}", answer.text());
                    return None;
                }
                assert_eq!(answer.status, 200, "{role}: {}", answer.text());
                Some(json(&answer.body))
            }),
        ),
        (
            "PostgreSQL's protocol",
            Box::new(|region, role| {
                // Guests have no account, hence no connection.
                if role == "public" {
                    return None;
                }
                let mut wire = region.wire(role);
                let rows = wire.query(SQL, &[]).unwrap_or_else(|error| panic!("{role}: {error}"));
                let cell = |row: &postgres::Row| {
                    (row.get("entity"), (row.get::<_, Option<i64>>("n").map(|n| n as f64), row.get("status")))
                };
                let prepared: Table = rows.iter().map(cell).collect();
                // The simple protocol, in text: the same.
                let told = wire.simple_query(SQL).unwrap();
                let told = told.iter().filter_map(|message| match message {
                    postgres::SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                let cell = |row: &postgres::SimpleQueryRow| {
                    let text = |name: &str| row.get(name).unwrap_or_default().to_owned();
                    (text("entity"), (row.get("n").map(|n| n.parse().unwrap()), text("status")))
                };
                assert_eq!(prepared, told.map(cell).collect(), "{role}");
                Some(prepared)
            }),
        ),
        (
            "query --as",
            Box::new(|region, role| {
                Some(of_csv(&region.project.ok(&["query", SQL, "-f", "csv", "--as", &region.principals[role]])))
            }),
        ),
        (
            "extract --as",
            Box::new(|region, role| {
                let words =
                    ["extract", "vpr.n", "--where", "level=school", "-f", "csv", "--as", &region.principals[role]];
                Some(of_csv(&region.project.ok(&words)))
            }),
        ),
    ]
}

fn of_json(rows: &[Value]) -> Table {
    rows.iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            (text("entity"), (row["n"].as_f64(), text("status")))
        })
        .collect()
}

fn of_csv(text: &str) -> Table {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let at = |name: &str| head.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name} in {text}"));
    let (entity, n, status) = (at("entity"), at("n"), at("status"));
    let row = |row: csv::StringRecord| (row[entity].to_owned(), (row[n].parse().ok(), row[status].to_owned()));
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn of_batches(batches: impl Iterator<Item = arrow::record_batch::RecordBatch>) -> Table {
    let mut bytes = Vec::new();
    let mut writer = arrow::json::LineDelimitedWriter::new(&mut bytes);
    batches.for_each(|batch| writer.write(&batch).unwrap());
    writer.finish().unwrap();
    drop(writer);
    let rows: Vec<Value> =
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    of_json(&rows)
}

/// The first sheet: rows of inline or shared strings and numbers.
fn of_xlsx(bytes: &[u8]) -> Table {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        let Ok(mut file) = archive.by_name(name) else { return text };
        std::io::Read::read_to_string(&mut file, &mut text).unwrap();
        text
    };
    let (sheet, shared) = (part("xl/worksheets/sheet1.xml"), part("xl/sharedStrings.xml"));
    let inner = |xml: &str, tag: &str| -> Option<String> {
        let from = xml.find(&format!("<{tag}"))?;
        let from = from + xml[from..].find('>')? + 1;
        Some(xml[from..from + xml[from..].find(&format!("</{tag}>"))?].to_owned())
    };
    let shared: Vec<String> = shared.split("<si>").skip(1).map(|item| inner(item, "t").unwrap_or_default()).collect();
    let mut rows = sheet.split("<row ").skip(1).map(|row| {
        let cells = row.split("<c ").skip(1).map(|cell| {
            let column: String =
                cell.split("r=\"").nth(1).unwrap().chars().take_while(char::is_ascii_uppercase).collect();
            let value = match cell.contains("t=\"s\"") {
                true => shared[inner(cell, "v").unwrap().parse::<usize>().unwrap()].clone(),
                false => inner(cell, "t").or_else(|| inner(cell, "v")).unwrap_or_default(),
            };
            (column, value)
        });
        cells.collect::<BTreeMap<String, String>>()
    });
    let head = rows.next().unwrap();
    let at = |name: &str| head.iter().find(|(_, text)| *text == name).map(|(column, _)| column.clone()).unwrap();
    let (entity, n, status) = (at("entity"), at("n"), at("status"));
    let cell = |row: &BTreeMap<String, String>, column: &str| row.get(column).cloned().unwrap_or_default();
    rows.map(|row| (cell(&row, &entity), (cell(&row, &n).parse().ok(), cell(&row, &status)))).collect()
}
