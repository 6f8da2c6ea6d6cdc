//! `explain access`: who sees one number, from whom it is hidden and why. Nothing is worked out here: each reader's own
//! view of the release is asked.

use dinamika_engine::{Access, Param, Params, Session};
use dinamika_project::{Level, Principal, Role};
use dinamika_server::Explanation;
use serde::Serialize;
use serde_json::Value;

use super::{query::opened, releases::objects};
use crate::{failure::Failure, paint, workshop::Workshop};

/// Stands for a school or a municipality that has nothing to do with the number.
const ANOTHER: &str = "-";

/// One reader's view.
#[derive(Serialize)]
struct View {
    reader: String,
    principal: String,
    sees: bool,
    told: String,
}

/// Why the release hides a cell, and by which patterns.
struct Hidden {
    reason: String,
    public: bool,
    edge: bool,
}

pub(super) async fn tell(
    workshop: &Workshop,
    release: u64,
    explanation: &Explanation,
    json: bool,
) -> Result<(), Failure> {
    let (_, session) = opened(workshop, Some(release)).await?;
    let value = &explanation.value;
    let access = Access::of(&session, &workshop.project).await.map_err(Failure::work)?;
    let hidden = hidden(workshop, &session, value).await?;
    let level: Level = serde_json::from_value(value["level"].clone()).map_err(Failure::work)?;
    let needed = workshop.project.policy.shown_to(text(value, "indicator"), level);
    let mut views = Vec::new();
    for (reader, principal) in readers(&session, value, level).await? {
        let seen = session.seen_by(&access, &principal).await.map_err(Failure::work)?;
        let row = row(&seen, value).await?;
        let told = match &row {
            None if principal.role() < needed => {
                format!("не видит: показатель этого уровня — с роли «{}»", needed.title())
            }
            None => "не видит: это чужая строка".to_owned(),
            Some(row) if row["status"] == "suppressed" => {
                let why = hidden.as_ref().map_or("скрыто", |hidden| hidden.why(principal.role()));
                format!("скрыто: {why}")
            }
            Some(row) => format!("видит: {}", figures(row)),
        };
        let sees = row.is_some_and(|row| row["status"] != "suppressed");
        views.push(View { reader, principal: principal.to_string(), sees, told });
    }
    if json {
        return Ok(paint::json(&serde_json::json!({ "release": release, "value": value, "readers": views }))?);
    }
    println!(
        "{} — {} ({}); выпуск {release}\n",
        explanation.indicator.title,
        text(value, "entity_name"),
        text(value, "entity")
    );
    let rows: Vec<Vec<String>> = views.into_iter().map(|view| vec![view.reader, view.principal, view.told]).collect();
    Ok(paint::table(&["кто", "как", "что видит"], &rows)?)
}

/// Everyone who could see it otherwise than the others.
async fn readers(session: &Session, value: &Value, level: Level) -> Result<Vec<(String, Principal)>, Failure> {
    let entity = text(value, "entity");
    let municipality = match level {
        Level::School => text(value, "municipality"),
        Level::Municipality => entity,
        Level::Region => ANOTHER,
    };
    let within = "select cast(min(school_key) as varchar) as school from schools where municipality_key = $1";
    let school = match level {
        Level::School => entity.to_owned(),
        _ => match first(session, within, vec![Param::from(municipality)]).await? {
            Some(row) => text(&row, "school").to_owned(),
            None => String::new(),
        },
    };
    let mut all = vec![("гость", "public".to_owned())];
    if level == Level::School {
        all.extend([("сама школа", format!("school:{school}")), ("другая школа", format!("school:{ANOTHER}"))]);
        all.push(("её муниципалитет", format!("municipal:{municipality}")));
    } else if !school.is_empty() {
        all.push(("школа муниципалитета", format!("school:{school}")));
    } else {
        all.push(("школа", format!("school:{ANOTHER}")));
    }
    if level == Level::Municipality {
        all.push(("сам муниципалитет", format!("municipal:{municipality}")));
    }
    all.push(("другой муниципалитет", format!("municipal:{ANOTHER}")));
    all.extend([("регион", "regional".to_owned()), ("администратор", "administrator".to_owned())]);
    let read = |(reader, text): (&str, String)| {
        let principal = text.parse().map_err(|_| Failure::said(format!("«{text}» — не роль")))?;
        Ok((reader.to_owned(), principal))
    };
    all.into_iter().map(read).collect()
}

/// The row as this session has it.
async fn row(session: &Session, value: &Value) -> Result<Option<Value>, Failure> {
    let keys = ["indicator", "level", "entity", "period", "subject", "grade", "pupil_grade", "task"];
    let (condition, params) = same(value, &keys);
    let sql =
        format!("select n, num, den, value, cast(status as varchar) as status from indicator_values where {condition}");
    first(session, &sql, params).await
}

/// What the release hides of the cell.
async fn hidden(workshop: &Workshop, session: &Session, value: &Value) -> Result<Option<Hidden>, Failure> {
    let Some(group) = workshop.project.policy.group(text(value, "indicator")) else { return Ok(None) };
    if !session.has("suppression") {
        return Ok(None);
    }
    let (condition, mut params) = same(value, &["level", "entity", "period", "subject", "grade", "pupil_grade"]);
    params.push(Param::from(group));
    let sql = format!(
        "select reason, hidden_public, hidden_edge from suppression
         where {condition} and cell_group = ${} and tasks = {}",
        params.len(),
        !value["task"].is_null()
    );
    Ok(first(session, &sql, params).await?.map(|row| Hidden {
        reason: text(&row, "reason").to_owned(),
        public: row["hidden_public"] == true,
        edge: row["hidden_edge"] == true,
    }))
}

impl Hidden {
    fn why(&self, role: Role) -> &'static str {
        match self.reason.as_str() {
            "edge" => "у малой группы доля 0 % или 100 % — это о каждом; число участников видно",
            _ if role < Role::School && self.edge && !self.public => {
                "вместе с соседними, чьи доли у края: иначе их можно вычесть; число участников видно"
            }
            "few" => "участников меньше наименьшего числа",
            "part" => "скрыта её часть",
            "late" => "вместе с прошлым выпуском выдала бы то, что пришло поздно",
            _ => "вместе с соседними: иначе скрытую можно вычесть или узнать по сумме на краю (0 % или 100 %)",
        }
    }
}

/// `column = $1 and column is null and …`.
fn same(value: &Value, keys: &[&str]) -> (String, Vec<Param>) {
    let mut params = Vec::new();
    let conditions: Vec<String> = keys
        .iter()
        .map(|key| match &value[*key] {
            Value::Null => format!("{key} is null"),
            Value::Number(number) => format!("{key} = {number}"),
            other => {
                params.push(Param::from(other.as_str().unwrap_or_default()));
                format!("{key} = ${}", params.len())
            }
        })
        .collect();
    (conditions.join(" and "), params)
}

async fn first(session: &Session, sql: &str, params: Vec<Param>) -> Result<Option<Value>, Failure> {
    let rows = session.query(sql, Params::Positional(params)).await.map_err(Failure::work)?;
    Ok(objects(rows).await?.into_iter().next())
}

fn figures(row: &Value) -> String {
    let number = |name: &str| row[name].as_f64().map(|number| format!("{number:.1}").replace('.', ","));
    let n = row["n"].as_i64().map(|n| format!("участников {n}"));
    let value = number("value").map(|value| format!("значение {value}"));
    let told: Vec<String> = [n, value].into_iter().flatten().collect();
    if told.is_empty() { "строка без чисел".to_owned() } else { told.join(", ") }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
