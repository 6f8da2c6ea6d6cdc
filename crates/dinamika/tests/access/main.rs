//! What each role sees on each path: every row, small cell and column in one table.

mod escapes;
mod paths;
mod releases;
#[path = "../support/server.rs"]
mod server;
#[path = "../support/mod.rs"]
mod support;

use std::{collections::BTreeMap, io::Write as _, process::Stdio};

use serde_json::Value;
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
    ("sql/marts/vpr_hist.sql", include_str!("../../../../sql/marts/vpr_hist.sql")),
    ("sql/marts/vpr_hist_level.sql", include_str!("../../../../sql/marts/vpr_hist_level.sql")),
    ("sql/staging/pupils_in_grade.sql", include_str!("../../../../sql/staging/pupils_in_grade.sql")),
    ("sql/marts/coverage.sql", include_str!("../../../../sql/marts/coverage.sql")),
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
title = "Таблица администратора"
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

const VALUES: &str = "/api/v1/indicators/vpr.n/values";

#[test]
fn every_role_sees_its_part_on_every_path() {
    let region = Region::new();
    let mut faults = Vec::new();
    for (path, read) in paths::all() {
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
    escapes::refused(&region);
    caches(&region);
    books(&region);
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
    // A table for the region's staff alone hides small schools from them as well.
    let sql = "select school_key, sum(n) as n from vpr_hist group by school_key";
    let out = region.project.ok(&["query", sql, "-f", "json", "--as", "regional"]);
    let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
    for cell in Cell::ALL {
        let row = rows.iter().find(|row| row["school_key"] == *cell.school()).unwrap();
        assert_eq!(row["n"].is_null(), cell.expected("regional") == Seen::Hidden, "vpr_hist × {cell:?}: {row}");
    }
}

/// The page shows what the interface shows; a panel over a table out of sight says so.
fn pages(region: &Region) {
    for role in ROLES {
        let answer = region.ask(role, "GET", "/api/v1/dashboards/test/panels/inside", "");
        let expected = if role == "administrator" { 200 } else { 403 };
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
    // How many rows stand behind a number is of more than its cell: of hidden ones too.
    let seen = format!("/api/v1/explain?indicator=vpr.n&entity={}", Cell::Neighbour.school());
    for (role, counts) in [("municipal", false), ("regional", true)] {
        let told: Value = serde_json::from_slice(&region.ask(role, "GET", &seen, "").body).unwrap();
        let sources = told["sources"].as_array().unwrap();
        assert!(
            !sources.is_empty() && sources.iter().all(|source| source["rows"].is_u64() == counts),
            "{role}: {told}"
        );
    }
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
    let together = (
        false,
        "скрыто: вместе с соседними: иначе скрытую можно вычесть или узнать по сумме на краю (0 % или 100 %)"
            .to_owned(),
    );
    assert_eq!([why(small("public")), why(small("regional"))], [few.clone(), few]);
    assert_eq!([why(own("public")), why(own("regional"))], [together.clone(), together]);
    assert_eq!(why(own("school:-")), (false, "не видит: это чужая строка".to_owned()));
    assert!(small("administrator")["sees"] == true && own(&format!("school:{}", Cell::Own.school()))["sees"] == true);
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
