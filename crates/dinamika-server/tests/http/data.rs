//! Rows: filters, order, pages.

use serde_json::json;

use crate::region::Region;

const VALUES: &str = "/api/v1/indicators/vpr.share2/values";

#[tokio::test]
async fn an_answer_carries_its_release_and_the_contract_order() {
    let answer = Region::published().await.json(VALUES).await;
    assert_eq!(answer["release"], 1);
    assert_eq!(answer["coverage"]["periods"][1], "2020/21");
    assert!(answer["published_at"].is_string());
    assert!(answer["notice"].as_str().unwrap().contains("не предназначены"));
    assert_eq!(answer["columns"][0], "indicator");
    assert_eq!(answer["next"], json!(null));
    let rows = answer["rows"].as_array().unwrap();
    let place =
        |row: &serde_json::Value| format!("{} {} {}", row["level"], row["entity"], row["period"]).replace('"', "");
    let places: Vec<String> = rows.iter().map(place).collect();
    assert_eq!(places[0], "municipality 03701000 2019/20");
    assert_eq!(places[9], "school 223082 2020/21");
    assert!(places.is_sorted());
    assert_eq!(rows[0]["task"], json!(null));
}

#[tokio::test]
async fn filters_are_bound_and_several_values_are_any_of_them() {
    let region = Region::published().await;
    for (query, rows) in [
        ("level=school", 6),
        ("level=school,region", 8),
        ("level=school&level=region", 8),
        ("entity=223080&period=2020/21", 1),
        ("period=2020%2F21-весна", 5),
        ("municipality=03701000", 8),
        ("subject=Математика&grade=5", 10),
        ("subject=RU", 0),
        ("grade=11", 0),
        ("status=suppressed", 0),
    ] {
        let found = region.column(&format!("{VALUES}?{query}"), "entity").await;
        assert_eq!(found.len(), rows, "{query}");
    }
}

#[tokio::test]
async fn marts_are_read_and_rows_of_people_are_not() {
    let region = Region::published().await;
    let tables = region.json("/api/v1/tables").await;
    assert_eq!(
        tables["rows"],
        json!([{"name": "schools", "title": "Школы", "columns": ["school_key", "school_name", "municipality_key"],
            "loaded_at": null}])
    );
    let keys = region.column("/api/v1/tables/schools?municipality_key=03701000", "school_key").await;
    assert_eq!(keys.len(), 3);
    assert!(region.get("/api/v1/tables/schools.csv?dialect=excel-ru").await.text().contains("223080"));
    assert_eq!(region.column("/api/v1/tables/schools?school_key=999999", "school_key").await.len(), 0);
    for hidden in ["municipalities", "indicator_values", "nothing"] {
        assert_eq!(region.get(&format!("/api/v1/tables/{hidden}")).await.status, 404, "{hidden}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_asked() {
    let region = Region::published().await;
    let values = region.column(&format!("{VALUES}?sort=-value,period&level=school"), "value").await;
    assert_eq!(values, [12.5, 12.5, 11.5, 11.5, 10.5, 10.5].map(|value| json!(value)));
}

#[tokio::test]
async fn pages_neither_repeat_nor_lose_a_row() {
    let region = Region::published().await;
    let whole = region.column(VALUES, "entity").await;
    let (mut uri, mut paged, mut pages) = (format!("{VALUES}?limit=4"), Vec::new(), 0);
    loop {
        let answer = region.get(&uri).await;
        let body = answer.json();
        paged.extend(body["rows"].as_array().unwrap().iter().map(|row| row["entity"].clone()));
        pages += 1;
        let Some(cursor) = body["next"].as_str() else { break };
        let link = answer.header("link");
        uri = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert_eq!(uri, format!("{VALUES}?cursor={cursor}&limit=4"));
    }
    assert_eq!((paged, pages), (whole, 3));
}

#[tokio::test]
async fn dynamics_entities_and_panels_answer() {
    let region = Region::published().await;
    let verdicts = region.column("/api/v1/indicators/vpr.share2/dynamics?kind=grade&level=region", "verdict").await;
    assert_eq!(verdicts, ["within_noise"]);
    let words = region.column("/api/v1/indicators/vpr.share2/dynamics?level=region&labels=ru", "verdict").await;
    assert_eq!(words, ["в пределах случайного"]);
    assert_eq!(region.column("/api/v1/entities?level=school", "entity").await.len(), 3);
    let school = region.json("/api/v1/entities/223080").await;
    assert_eq!(school["municipality"], "03701000");
    assert_eq!(school["values"].as_array().unwrap().len(), 2);
    assert_eq!(school["dynamics"].as_array().unwrap().len(), 1);
    assert_eq!(region.column("/api/v1/dashboards/vpr/panels/share2", "entity").await.len(), 6);
    assert_eq!(region.column("/api/v1/dashboards/vpr/panels/share2?entity=223080", "entity").await.len(), 2);
    assert_eq!(region.column("/api/v1/dashboards/vpr/panels/count", "period").await, ["2020/21", "2019/20"]);
    assert_eq!(region.column("/api/v1/dashboards/vpr/panels/count?period=2019/20", "schools").await, [3]);
    assert_eq!(region.json("/api/v1/dashboards/vpr/panels/about").await["text"], "Первый & второй.");
    assert_eq!(region.json("/api/v1/dashboards/vpr").await["panels"][1]["data"], "dynamics");
    assert_eq!(region.json("/api/v1/indicators/vpr.share2").await["unit"], "%");
    assert_eq!(region.column("/api/v1/indicators", "id").await, ["vpr.share2"]);
}
