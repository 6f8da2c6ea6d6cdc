//! What the made-up region's project says.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use dinamika_project::{
    Area, AreaMap, Config, Dashboard, Direction, Heading, Indicator, Job, Level, Limits, Measure, Model, ModelKind,
    PageFilter, Panel, PanelData, PanelWidth, Place, Policy, Project, Zone,
};

pub(crate) fn project() -> Project {
    Project {
        config: Config {
            title: "Край в динамике".to_owned(),
            region_code: None,
            region_name: None,
            lake: "data/lake".to_owned(),
            state: "data/state".to_owned(),
            sources: BTreeMap::new(),
            limits: Limits::default(),
            params: BTreeMap::new(),
            jobs: vec![nightly()],
            oidc: None,
            place: place(),
        },
        policy: Policy::standard(),
        pipelines: Vec::new(),
        references: Vec::new(),
        models: vec![schools(), pupils(), share2()],
        checks: Vec::new(),
        unit_tests: Vec::new(),
        dashboards: vec![vpr()],
        map: Some(map()),
    }
}

fn map() -> AreaMap {
    let ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
    AreaMap { areas: vec![Area { key: "03701000".to_owned(), polygons: vec![vec![ring]] }] }
}

fn place() -> Place {
    Place { path: Arc::new(PathBuf::from("dinamika.toml")), line: 1, column: 1 }
}

fn nightly() -> Job {
    Job {
        id: "nightly".parse().unwrap(),
        cron: "30 2 * * *".parse().unwrap(),
        cron_text: "30 2 * * *".to_owned(),
        time_zone: chrono_tz::Europe::Moscow,
        select: String::new(),
        catch_up: dinamika_project::CatchUp::Last,
        retries: 0,
        backoff: std::time::Duration::from_secs(60),
        place: place(),
    }
}

fn schools() -> Model {
    let name = Heading { title: "Наименование, как в реестре".to_owned(), place: place() };
    let headings = BTreeMap::from([("school_name".parse().unwrap(), name)]);
    Model { headings, ..kept("schools", "Школы", Zone::Mart) }
}

/// Rows of people: never read from outside, whatever the release has of that name.
fn pupils() -> Model {
    kept("municipalities", "Не для чтения", Zone::Curated)
}

fn kept(name: &str, title: &str, zone: Zone) -> Model {
    Model {
        name: name.parse().unwrap(),
        title: title.to_owned(),
        sql: String::new(),
        reads: Vec::new(),
        kind: ModelKind::Table { partition_by: None, zone },
        tests: Vec::new(),
        headings: BTreeMap::new(),
        place: place(),
    }
}

fn share2() -> Model {
    Model {
        name: "indicator_vpr_share2".parse().unwrap(),
        title: "Доля «2»".to_owned(),
        sql: String::new(),
        reads: Vec::new(),
        kind: ModelKind::Indicator(Indicator {
            id: "vpr.share2".parse().unwrap(),
            formula: "отметка 2 / участники".to_owned(),
            unit: "%".to_owned(),
            direction: Direction::Down,
            min_n: 10,
            levels: vec![Level::School, Level::Municipality, Level::Region],
            measure: Measure::Share,
            source: None,
            equated: true,
            dimensions: Vec::new(),
        }),
        tests: Vec::new(),
        headings: BTreeMap::new(),
        place: place(),
    }
}

fn vpr() -> Dashboard {
    let indicators = vec!["vpr.share2".parse().unwrap()];
    let values = PanelData::Values {
        indicators: indicators.clone(),
        level: Level::School,
        filters: [("grade".to_owned(), "5".to_owned())].into(),
    };
    let dynamics = PanelData::Dynamics { indicators, level: Level::Region, filters: BTreeMap::new() };
    let sql = "SELECT period, count(*) AS schools FROM indicator_values WHERE level = 'school' GROUP BY period ORDER BY period DESC";
    let sql = PanelData::Sql { sql: sql.to_owned(), reads: Vec::new() };
    let panel = |id: &str, title: &str, data| Panel {
        id: id.parse().unwrap(),
        title: title.to_owned(),
        section: None,
        kind: "table".to_owned(),
        width: PanelWidth::Full,
        data,
        place: place(),
    };
    Dashboard {
        id: "vpr".parse().unwrap(),
        title: "ВПР <динамика>".to_owned(),
        description: "Как меняется доля «2»?".to_owned(),
        filters: vec![PageFilter::Period],
        panels: vec![
            panel("share2", "Доля «2» по школам", values),
            panel("change", "Изменение по краю", dynamics),
            panel("count", "Сколько школ", sql),
            panel("about", "О данных", PanelData::Text("Первый & второй.".to_owned())),
        ],
        place: place(),
    }
}
