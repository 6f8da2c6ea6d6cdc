//! From a value to what stands behind it, and from one release to the next.

use crate::region::Region;

#[tokio::test]
async fn one_value_is_explained() {
    let region = Region::published().await;
    let told = region.json("/api/v1/explain?indicator=vpr.share2&entity=sch223080&grade=5").await;
    assert_eq!((&told["release"], &told["exact"], &told["value"]["den"]), (&1.into(), &true.into(), &61.0.into()));
    assert_eq!(told["sources"][0]["files"][0]["ranges"], serde_json::json!([[2, 61], [70, 70]]));
    let csv = region.get("/api/v1/explain.csv?indicator=vpr.share2&entity=223080&grade=5").await.text();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "table,path,sheet,layout,batch,rows,ranges,loaded_at");
    assert!(lines[1].starts_with("vpr_protocol,2021/5/Математика.xlsx,Протокол,spring,9f86d081884c7d65,61,"), "{csv}");
    assert!(lines[1].contains("\"2-61, 70\""), "{csv}");
}

#[tokio::test]
async fn what_is_not_one_value_says_how_to_ask() {
    let region = Region::published().await;
    for (query, status, part) in [
        ("", 400, "Нужен код показателя"),
        ("?indicator=vpr.share2", 400, "Нужен ключ"),
        ("?indicator=vpr.nothing&entity=223080", 404, "Список — /api/v1/indicators"),
        ("?indicator=vpr.share2&entity=223080", 400, "уточните: grade (4, 5)"),
        ("?indicator=vpr.share2&entity=223080&grade=4", 404, "/api/v1/indicators/vpr.share2/values"),
        ("?indicator=vpr.share2&entity=223080&grade=40", 400, "от 1 до 11"),
        ("?indicator=vpr.share2&entity=223080&colour=red", 400, "Известны"),
    ] {
        let answer = region.get(&format!("/api/v1/explain{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.text().contains(part), "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn lineage_is_told_whole_and_around_one_table() {
    let region = Region::published().await;
    let whole = region.column("/api/v1/lineage", "name").await;
    for table in ["batches", "indicator_vpr_share2", "indicator_values", "vpr/share2"] {
        assert!(whole.contains(&table.into()), "{table} in {whole:?}");
    }
    let around = region.column("/api/v1/lineage/vpr.share2", "name").await;
    assert!(around.len() < whole.len() && around.contains(&"vpr/share2".into()), "{around:?}");
    assert_eq!(region.get("/api/v1/lineage/nothing").await.status, 404);
    assert!(region.get("/api/v1/lineage.csv").await.text().starts_with("name,kind,title,file,reads\n"));
}

#[tokio::test]
async fn releases_are_compared() {
    let region = Region::published().await;
    region.shelf.newest.store(2, std::sync::atomic::Ordering::SeqCst);
    let told = region.json("/api/v1/releases/1..2").await;
    assert_eq!((&told["a"]["id"], &told["b"]["id"]), (&1.into(), &2.into()));
    assert_eq!(told["tables"], serde_json::json!([{"table": "indicator_values", "a": 1, "b": 2}]));
    // The region's value is the release's number.
    let changed = &told["indicators"][0];
    assert_eq!((&changed["indicator"], &changed["changed"]), (&"vpr.share2".into(), &2.into()));
    assert_eq!((&told["rows"][0]["level"], &told["rows"][0]["change"]), (&"region".into(), &1.0.into()));
    for (pair, part) in [("1..3", "/api/v1/releases/11..12"), ("1..x", "/api/v1/releases/11..12")] {
        let answer = region.get(&format!("/api/v1/releases/{pair}")).await;
        assert_eq!(answer.status, 404, "{pair}");
        assert!(answer.text().contains(part), "{pair}: {}", answer.text());
    }
}
