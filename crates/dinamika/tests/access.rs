//! What each role sees on each path: every row, small cell and column in one table.

#[path = "support/server.rs"]
mod server;
mod support;

use std::{collections::BTreeMap, io::Write as _, process::Stdio};

use serde_json::{Value, json};
use server::{Answer, Server};
use support::{MUNICIPALITIES, Project, login, protocol_path, registry};

/// Pupils of each school: the first of the first municipality has three.
const PUPILS: [[usize; 4]; 3] = [[3, 25, 30, 35], [26, 31, 36, 41], [27, 32, 37, 42]];

/// Who asks: a role, as `--as` and tokens write it, and whether it is served at all on a path.
const ROLES: [&str; 5] = ["public", "school", "municipal", "regional", "administrator"];

/// The cells that are asked for on every path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    /// The second school of the first municipality: the school's own, the municipality's own. Its 25 pupils are no
    /// small number, but would give the small school away inside.
    Own,
    /// The fourth of the first municipality: nothing of it is small.
    Neighbour,
    /// A school of another municipality.
    Other,
    /// The school of three pupils.
    Small,
}

/// What is seen of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// The number.
    Number,
    /// That there is one, and that it is hidden.
    Hidden,
    /// No row.
    Nothing,
}

impl Cell {
    const ALL: [Self; 4] = [Self::Own, Self::Neighbour, Self::Other, Self::Small];

    fn school(self) -> String {
        match self {
            Self::Own => login(0, 2),
            Self::Neighbour => login(0, 4),
            Self::Other => login(1, 1),
            Self::Small => login(0, 1),
        }
    }

    /// The whole policy in sixteen lines.
    fn expected(self, role: &str) -> Seen {
        use Seen::{Hidden, Nothing, Number};
        match (role, self) {
            ("public", Self::Own | Self::Small) => Hidden,
            ("public", _) => Number,
            // Of its own numbers a school sees all that are not small.
            ("school", Self::Own) => Number,
            ("school", _) => Nothing,
            ("municipal", Self::Own | Self::Small) => Hidden,
            ("municipal", Self::Neighbour) => Number,
            ("municipal", _) => Nothing,
            ("regional", Self::Own | Self::Small) => Hidden,
            ("regional", _) => Number,
            (_, _) => Number,
        }
    }
}

/// A region served, with a token for each role.
struct Region {
    project: Project,
    server: Server,
    tokens: BTreeMap<&'static str, String>,
    principals: BTreeMap<&'static str, String>,
}

impl Region {
    fn new() -> Self {
        let project = Project::new();
        project.put("Реестр.csv", &registry(), 100);
        for (m, pupils) in PUPILS.iter().enumerate() {
            project.put(&protocol_path(m), &protocol(m, pupils), 200);
        }
        project.write("dashboards/test.toml", DASHBOARD.as_bytes());
        for (path, sql) in PLACED {
            project.write(path, sql.as_bytes());
        }
        project.run();
        let of_first = format!("select municipality_key from schools where school_key = '{}'", login(0, 1));
        let municipality = project.query(&of_first)[0]["municipality_key"].as_str().unwrap().to_owned();
        let principals: BTreeMap<&'static str, String> = [
            ("public", "public".to_owned()),
            ("school", format!("school:{}", login(0, 2))),
            ("municipal", format!("municipal:{municipality}")),
            ("regional", "regional".to_owned()),
            ("administrator", "administrator".to_owned()),
        ]
        .into();
        let tokens = ROLES[1..].iter().map(|role| (*role, account(&project, role, &principals[role]))).collect();
        let server = Server::start(&project);
        Self { project, server, tokens, principals }
    }

    /// A connection over PostgreSQL's protocol with the role's token: its id is the name, its text the password.
    fn wire(&self, role: &str) -> postgres::Client {
        let token = &self.tokens[role];
        let name = token.rsplit_once('_').unwrap().0;
        self.server.wire(name, token).unwrap_or_else(|error| panic!("{role}: {error}"))
    }

    fn ask(&self, role: &str, method: &str, path: &str, body: &str) -> Answer {
        let bearer = self.tokens.get(role).map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
        self.server.send(method, path, &headers, body)
    }
}

/// Models of the standard project whose rows are of schools, municipalities and the region, and what they read.
const PLACED: [(&str, &str); 4] = [
    ("sql/marts/vpr_hist.sql", include_str!("../../../sql/marts/vpr_hist.sql")),
    ("sql/marts/vpr_hist_level.sql", include_str!("../../../sql/marts/vpr_hist_level.sql")),
    ("sql/staging/pupils_in_grade.sql", include_str!("../../../sql/staging/pupils_in_grade.sql")),
    ("sql/marts/coverage.sql", include_str!("../../../sql/marts/coverage.sql")),
];

/// Makes an account that a person would make, and a token of it.
fn account(project: &Project, role: &str, principal: &str) -> String {
    let keys = principal.split_once(':').map_or("", |(_, keys)| keys);
    let name = format!("one-{role}");
    let mut words = vec!["user", "add", &name, "--role", role];
    match role {
        "school" => words.extend(["--schools", keys]),
        "municipal" => words.extend(["--municipalities", keys]),
        _ => {}
    }
    let mut adding = project.command(&words).stdin(Stdio::piped()).spawn().unwrap();
    adding.stdin.take().unwrap().write_all("верная лошадь\n".as_bytes()).unwrap();
    assert!(adding.wait().unwrap().success());
    project.ok(&["token", "create", &name]).trim().to_owned()
}

const DASHBOARD: &str = r#"
title = "Проверка"
description = "Панели"

[[panel]]
id = "values"
title = "Участники по школам"
kind = "table"
indicators = ["vpr.n"]
level = "school"

[[panel]]
id = "own-sql"
title = "Своим запросом"
kind = "table"
sql = "select entity, n, status, sq from indicator_values where indicator = 'vpr.n' and level = 'school'"

[[panel]]
id = "inside"
title = "Таблица не для гостей"
kind = "table"
sql = "select school_key as entity, n from vpr_task_agg"
"#;

/// A protocol of a municipality's four schools with so many pupils.
fn protocol(municipality: usize, pupils: &[usize; 4]) -> Vec<u8> {
    let mut text = "логин школы;регион;код обучающегося;пол;класс;вариант;отметка за предыдущую четверть/триместр;балл за 1;балл за 2;всего баллов\n".to_owned();
    for (school, pupils) in pupils.iter().enumerate() {
        for pupil in 0..*pupils {
            let score = (municipality * 5 + school * 3 + pupil) % 15;
            text += &format!(
                "sch{};{};{};м;4А;1;4;{};{};{score}\n",
                login(municipality, school + 1),
                MUNICIPALITIES[municipality],
                40_001 + pupil,
                score / 2,
                score - score / 2,
            );
        }
    }
    text.into_bytes()
}

/// Rows as entity → (n, status), from any format a path gives.
type Table = BTreeMap<String, (Option<f64>, String)>;

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

const VALUES: &str = "/api/v1/indicators/vpr.n/values";

/// Reads a path as a role; none where the role is turned away, as it should be.
type Reading = Box<dyn Fn(&Region, &str) -> Option<Table>>;

/// Every path that gives rows of schools, with how it is read.
fn paths() -> Vec<(&'static str, Reading)> {
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

#[test]
fn every_role_sees_its_part_on_every_path() {
    let region = Region::new();
    let mut faults = Vec::new();
    for (path, read) in paths() {
        for role in ROLES {
            let Some(table) = read(&region, role) else { continue };
            for cell in Cell::ALL {
                let seen = match table.get(&cell.school()) {
                    None => Seen::Nothing,
                    Some((None, status)) if status == "suppressed" => Seen::Hidden,
                    Some((Some(_), status)) if status == "ok" => Seen::Number,
                    odd => panic!("{path} {role} {cell:?}: {odd:?}"),
                };
                if seen != cell.expected(role) {
                    faults.push(format!("{path} × {role} × {cell:?}: {seen:?}, expected {:?}", cell.expected(role)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    placed(&region);
    columns(&region);
    pages(&region);
    addresses(&region);
    explained(&region);
    escapes(&region);
    caches(&region);
    books(&region);
}

#[test]
fn a_changed_policy_is_remembered() {
    let project = Project::new();
    let noted = || {
        let lines = project.json(&["audit", "--action", "policy"]);
        lines.as_array().unwrap().iter().map(|line| line["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    project.run();
    assert_eq!(noted(), ["стандартная"]);
    let policy = std::fs::read_to_string(project.root().join("policy.toml")).unwrap();
    project.write("policy.toml", policy.replacen("public = 10", "public = 12", 1).as_bytes());
    project.run();
    project.run();
    assert_eq!(noted(), ["− public = 10; + public = 12", "стандартная"]);
}

#[test]
fn a_small_school_that_comes_late_is_not_the_difference_of_two_releases() {
    let project = Project::new();
    project.put("Реестр.csv", &registry(), 100);
    for (m, pupils) in [[0, 25, 30, 35], PUPILS[1], PUPILS[2]].iter().enumerate() {
        project.put(&protocol_path(m), &protocol(m, pupils), 200);
    }
    project.run();
    let keys = format!(
        "select municipality_key as m, (select region_key from region) as r from schools where school_key = '{}'",
        login(0, 2)
    );
    let keys = project.query(&keys)[0].clone();
    // Whether the region's analyst sees the totals, and what the administrator sees.
    let totals = || {
        [("m", "municipality"), ("r", "region")].map(|(key, level)| {
            let entity = keys[key].as_str().unwrap();
            let told = project.json(&["explain", "access", "vpr.n", "--entity", entity, "--level", level]);
            let readers = told["readers"].as_array().unwrap();
            let of = |name: &str| readers.iter().find(|view| view["principal"] == name).unwrap();
            assert_eq!(of("administrator")["sees"], true, "{told}");
            of("regional")["told"].as_str().unwrap().to_owned()
        })
    };
    assert!(totals().iter().all(|told| told.starts_with("видит: участников ")), "{:?}", totals());
    // Three pupils more in the municipality, three more in the region: they are that school's.
    project.put(&protocol_path(0), &protocol(0, &PUPILS[0]), 300);
    project.run();
    assert!(totals().iter().all(|told| told.contains("пришло поздно")), "{:?}", totals());
    // Nor is it told by the two releases side by side.
    let newest = project.release();
    let pair = format!("/api/v1/releases/{}..{newest}.csv?limit=50000", newest - 1);
    let changed = |role: &str| project.ok(&["extract", &pair, "--as", role]);
    let small = login(0, 1);
    let told_of = |text: &str, entity: &str| {
        let mut lines = csv::Reader::from_reader(text.as_bytes());
        let head = lines.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|column| column == name).unwrap();
        let (indicator, who, b) = (at("indicator"), at("entity"), at("n_b"));
        let of = |line: &csv::StringRecord| &line[indicator] == "vpr.n" && &line[who] == entity;
        lines.records().flatten().find(of).map(|line| line[b].to_owned())
    };
    let region = keys["r"].as_str().unwrap();
    assert_eq!(told_of(&changed("administrator"), &small).as_deref(), Some("3"));
    assert!(told_of(&changed("administrator"), region).is_some_and(|n| !n.is_empty()));
    for entity in [&small, region, keys["m"].as_str().unwrap()] {
        assert_eq!(told_of(&changed("regional"), entity).unwrap_or_default(), "", "{entity}");
    }
    assert!(project.say(&["extract", &pair, "--as", "public"]).err.contains("нужна роль «регион»"));
    // Another school of the municipality has changed as well: nobody knows which of them the difference is.
    project.put(&protocol_path(0), &protocol(0, &[3, 25, 30, 36]), 400);
    project.run();
    assert!(totals().iter().all(|told| told.starts_with("видит: участников ")), "{:?}", totals());
    let hidden = project.query(
        "select entity from suppression where cell_group = 'vpr' and hidden_inside and level = 'school' and not tasks",
    );
    let hidden: std::collections::BTreeSet<String> =
        hidden.iter().map(|row| row["entity"].as_str().unwrap().to_owned()).collect();
    assert!([login(0, 1), login(0, 4)].iter().all(|school| hidden.contains(school)), "{hidden:?}");
}

/// A column below a role is empty, on each path alike.
fn columns(region: &Region) {
    for role in ROLES {
        let is_shown = ["regional", "administrator"].contains(&role);
        let answer = region.ask(role, "GET", "/api/v1/indicators/vpr.share2/values?level=region", "");
        let rows: Value = serde_json::from_slice(&answer.body).unwrap();
        let row = &rows["rows"][0];
        assert!(row["value"].is_number(), "{role}: {row}");
        let sql = "select count(sq) as n from indicator_values where level = 'region'";
        let out = region.project.ok(&["query", sql, "-f", "json", "--as", &region.principals[role]]);
        let found = serde_json::from_str::<Value>(&out).unwrap()[0]["n"].as_i64().unwrap();
        assert_eq!(
            found > 0,
            is_shown && region.project.number("select count(sq) from indicator_values") > 0.0,
            "{role}"
        );
    }
}

/// Tables of schools, municipalities and the region hide the cells that values hide, and show the region to all.
fn placed(region: &Region) {
    let pupils: usize = PUPILS.iter().flatten().sum();
    for (table, count) in [("vpr_hist_level", "n"), ("coverage", "pupils_received")] {
        let sql = format!("select level, entity, sum({count}) as n from {table} group by level, entity");
        for role in &ROLES[1..] {
            let out = region.project.ok(&["query", &sql, "-f", "json", "--as", &region.principals[role]]);
            let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
            for cell in Cell::ALL {
                let row = rows.iter().find(|row| row["level"] == "school" && row["entity"] == *cell.school());
                let seen = match row {
                    None => Seen::Nothing,
                    Some(row) if row["n"].is_null() => Seen::Hidden,
                    Some(_) => Seen::Number,
                };
                assert_eq!(seen, cell.expected(role), "{table} × {role} × {cell:?}");
            }
            let whole = rows.iter().find(|row| row["level"] == "region").unwrap();
            assert_eq!(whole["n"].as_f64(), Some(pupils as f64), "{table} {role}: {whole}");
        }
        let refused = region.project.say(&["query", &sql, "--as", "public"]);
        assert!(refused.code != Some(0) && refused.err.contains(table), "{}", refused.err);
    }
}

/// The page shows what the interface shows; a panel over a table out of sight says so.
fn pages(region: &Region) {
    for role in ROLES {
        let answer = region.ask(role, "GET", "/api/v1/dashboards/test/panels/inside", "");
        let expected = if ["regional", "administrator"].contains(&role) { 200 } else { 403 };
        assert_eq!(answer.status, expected, "{role}: {}", answer.text());
    }
}

/// What is not data is for those it concerns.
fn addresses(region: &Region) {
    for (path, least) in [
        ("/api/v1/runs", 3),
        ("/api/v1/rejects", 3),
        ("/api/v1/explain?indicator=vpr.n&entity=region", 1),
        ("/metrics", 3),
        ("/api/v1/releases", 0),
        ("/api/v1/entities", 0),
    ] {
        for (at, role) in ROLES.iter().enumerate() {
            let status = region.ask(role, "GET", path, "").status;
            let is_refused = [401, 403].contains(&status);
            assert_eq!(is_refused, at < least, "{role} {path}: {status}");
        }
    }
    let small = format!("/api/v1/explain?indicator=vpr.n&entity={}", Cell::Small.school());
    assert_eq!(region.ask("regional", "GET", &small, "").status, 403, "what stands behind a hidden number");
    for role in ["public", "school", "municipal"] {
        let older = region.ask(role, "GET", &format!("{VALUES}?as_of=999"), "");
        assert!([401, 403].contains(&older.status), "{role}: {}", older.text());
    }
}

/// Why a cell is hidden, and from whom: the readers' own views, told to the administrator.
fn explained(region: &Region) {
    let told = |cell: Cell| {
        let entity = cell.school();
        let told = region.project.json(&["explain", "access", "vpr.n", "--entity", &entity, "--level", "school"]);
        let readers = told["readers"].as_array().unwrap().clone();
        move |principal: &str| readers.iter().find(|view| view["principal"] == principal).unwrap().clone()
    };
    let (small, own) = (told(Cell::Small), told(Cell::Own));
    let why = |view: Value| (view["sees"].as_bool().unwrap(), view["told"].as_str().unwrap().to_owned());
    let few = (false, "скрыто: участников меньше наименьшего числа".to_owned());
    let together = (false, "скрыто: вместе с соседними: иначе скрытую можно вычесть".to_owned());
    assert_eq!([why(small("public")), why(small("regional"))], [few.clone(), few]);
    assert_eq!([why(own("public")), why(own("regional"))], [together.clone(), together]);
    assert_eq!(why(own("school:-")), (false, "не видит: это чужая строка".to_owned()));
    assert!(small("administrator")["sees"] == true && own(&format!("school:{}", Cell::Own.school()))["sees"] == true);
}

/// Statements refused everywhere, and those refused over HTTP only.
fn listed() -> (Vec<&'static str>, Vec<&'static str>) {
    let text = include_str!("../../../tests/escapes.sql");
    let (everywhere, http) = text.split_once("-- refused over HTTP only").unwrap();
    let statements = |text: &'static str| text.lines().filter(|line| !line.starts_with("--") && !line.is_empty());
    (statements(everywhere).collect(), statements(http).collect())
}

/// Statements that look for a way around.
fn escapes(region: &Region) {
    let small = Cell::Small.school();
    let ask = |role: &str, sql: &str| region.ask(role, "POST", "/api/v1/sql", &json!({"sql": sql}).to_string());
    let (everywhere, http) = listed();
    for sql in everywhere.iter().chain(&http) {
        let answer = ask("municipal", sql);
        assert_eq!(answer.status, 400, "{sql}: {}", answer.text());
    }
    for sql in &everywhere {
        let refused = region.wire("municipal").simple_query(sql);
        let told = refused.err().unwrap_or_else(|| panic!("{sql} is answered over PostgreSQL's protocol"));
        assert!(told.as_db_error().is_some(), "{sql}: {told}");
    }
    // What would take the program down is refused before it is tried.
    let doubled: String = (1..40).map(|at| format!(", a{at} as (select x || x as x from a{})", at - 1)).collect();
    let twice: String =
        (1..20).map(|at| format!(", a{at} as (select x from a{0} union all select x from a{0})", at - 1)).collect();
    for sql in [
        format!("select {}1", "1 + ".repeat(30_000 / 4)),
        format!("select 1 where {}true", "true or ".repeat(5_000)),
        format!("with a0 as (select 'имя' as x){doubled} select length(x) from a39"),
        format!("with a0 as (select 1 as x){twice} select count(*) from a19"),
    ] {
        let start: String = sql.chars().take(60).collect();
        assert_eq!(ask("municipal", &sql).status, 400, "{start}");
        assert!(region.wire("municipal").simple_query(&sql).is_err(), "{start}");
    }
    // A hidden number takes part in nothing: not in errors, not in sums, not in filters or orders.
    let one = format!("from indicator_values where indicator = 'vpr.n' and entity = '{small}'");
    for (sql, expected) in [
        (format!("select 1 / (n - 3) as x {one}"), json!([{"x": null}])),
        (format!("select sum(n) as x {one}"), json!([{"x": null}])),
        (format!("select count(*) as x {one} and n < 10"), json!([{"x": 0}])),
        (format!("select count(*) as x {one} and (n = 3 or 1 / (n - 3) > 0)"), json!([{"x": 0}])),
        (format!("select (select max(n) {one}) as x"), json!([{"x": null}])),
        // Rows of a hidden cell are one: as many as there are would tell how many pupils there were.
        (format!("select count(*) as x from vpr_hist_level where entity = '{small}'"), json!([{"x": 1}])),
        (format!("select max(coalesce(n, -1)) as x {one}"), json!([{"x": -1}])),
        (
            format!(
                "select count(*) as x from indicator_values a join indicator_values b on a.n = b.n and a.entity = '{small}'"
            ),
            json!([{"x": 0}]),
        ),
    ] {
        let answer = ask("municipal", &sql);
        assert_eq!(answer.status, 200, "{sql}: {}", answer.text());
        assert_eq!(serde_json::from_slice::<Value>(&answer.body).unwrap()["rows"], expected, "{sql}");
        let row = region.wire("municipal").query_one(&sql, &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let over_wire: Option<i64> = row.get(0);
        assert_eq!(over_wire, expected[0]["x"].as_i64(), "{sql}");
    }
    let first = region.ask("regional", "POST", "/api/v1/sql?limit=3", r#"{"sql": "select * from indicator_values"}"#);
    assert_eq!(serde_json::from_slice::<Value>(&first.body).unwrap()["rows"].as_array().unwrap().len(), 3);
    // An error tells of rows one sees, never of others.
    let told =
        ask("municipal", "select cast(entity_name as bigint) from indicator_values where level = 'school'").text();
    assert!(!told.contains(&format!("№ {}", 5)), "a school of another municipality: {told}");
    // The whole less the parts: what is left is more than one school's.
    let total = "select sum(case level when 'municipality' then n when 'school' then -n end) as x from indicator_values
                 where indicator = 'vpr.n' and (level = 'school' or entity_name = 'Речной район')";
    let left: Value = serde_json::from_slice(&ask("municipal", total).body).unwrap();
    assert_eq!(left["rows"][0]["x"], json!(3 + 25), "the small school is hidden together with the next one");
    let params =
        region.ask("school", "POST", "/api/v1/sql", r#"{"sql": "select $1 as x", "params": ["1' or '1'='1"]}"#);
    assert_eq!(serde_json::from_slice::<Value>(&params.body).unwrap()["rows"][0]["x"], "1' or '1'='1");
    assert_eq!(ask("public", "select 1").status, 401);
}

/// The same bytes for the same eyes only.
fn caches(region: &Region) {
    let tag = |role: &str| {
        let answer = region.ask(role, "GET", &format!("{VALUES}?level=region"), "");
        answer.head.lines().find(|line| line.to_lowercase().starts_with("etag")).unwrap().to_owned()
    };
    let tags: std::collections::BTreeSet<String> = ROLES.iter().map(|role| tag(role)).collect();
    assert_eq!(tags.len(), ROLES.len());
    let known = tag("administrator").split_once(' ').unwrap().1.to_owned();
    let fresh = region.server.send("GET", &format!("{VALUES}?level=region"), &[("If-None-Match", &known)], "");
    assert_eq!(fresh.status, 200, "a guest does not learn what the administrator's bytes are");
}

/// What was taken is remembered.
fn books(region: &Region) {
    let lines = region.project.json(&["audit", "--limit", "10000"]);
    let actions: std::collections::BTreeSet<&str> =
        lines.as_array().unwrap().iter().filter_map(|line| line["action"].as_str()).collect();
    for action in ["download", "sql", "user", "token", "policy"] {
        assert!(actions.contains(action), "{action} in {actions:?}");
    }
}
