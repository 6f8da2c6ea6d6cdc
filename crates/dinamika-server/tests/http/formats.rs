//! The same rows as files.

use crate::region::Region;

const VALUES: &str = "/api/v1/indicators/vpr.share2/values";

#[tokio::test]
async fn csv_is_pure_rows_and_the_release_is_in_the_headers() {
    let answer = Region::published().await.get(&format!("{VALUES}.csv?level=school&period=2020/21")).await;
    let text = answer.text();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.starts_with("indicator,level,entity,"));
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("x-dinamika-release"), "1");
    assert!(answer.header("x-dinamika-coverage").starts_with("%7B%22periods%22"));
    assert!(answer.header("x-dinamika-notice").starts_with("%D0%A0"));
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"vpr.share2-values.csv\"; filename*=UTF-8''%D0%94%D0%BE%D0%BB%D1%8F%20%C2%AB2%C2%BB%20\
         %E2%80%94%20%D0%B7%D0%BD%D0%B0%D1%87%D0%B5%D0%BD%D0%B8%D1%8F.csv"
    );
}

#[tokio::test]
async fn excel_opens_the_russian_dialect() {
    let region = Region::published().await;
    let text = region.get(&format!("{VALUES}.csv?dialect=excel-ru&labels=ru&entity=223081")).await.text();
    assert!(text.starts_with('\u{feff}'));
    assert!(text.contains(";школа;223081;"), "{text}");
    assert!(text.contains(";11,5;"), "{text}");
    assert!(!text.contains(";=Гимназия"), "a formula is guarded: {text}");
}

#[tokio::test]
async fn extension_wins_over_accept() {
    let region = Region::published().await;
    let kind = |uri: &'static str, accept: &'static str| {
        let region = &region;
        async move {
            let answer = region.get_with(uri, &[("accept", accept)]).await;
            answer.header("content-type").split(';').next().unwrap().to_owned()
        }
    };
    assert_eq!(kind("/api/v1/indicators", "text/csv").await, "text/csv");
    assert_eq!(kind("/api/v1/indicators.json", "text/csv").await, "application/json");
    assert_eq!(kind("/api/v1/indicators", "image/png").await, "application/problem+json");
    assert_eq!(kind("/api/v1/indicators", "text/html,*/*;q=0.8").await, "application/json");
}

#[tokio::test]
async fn binary_files_begin_as_they_must() {
    let region = Region::published().await;
    for (uri, magic) in [
        (format!("{VALUES}.xlsx"), &b"PK"[..]),
        (format!("{VALUES}.parquet"), b"PAR1"),
        (format!("{VALUES}.arrow"), &[0xff, 0xff, 0xff, 0xff]),
        ("/api/v1/rejects.xlsx".to_owned(), b"PK"),
        ("/api/v1/entities/223080.csv".to_owned(), b"indicator,"),
        ("/api/v1/releases.csv".to_owned(), b"id,published_at,"),
        ("/api/v1/dashboards/vpr/panels/share2.csv".to_owned(), b"indicator,"),
    ] {
        let answer = region.get(&uri).await;
        assert_eq!(answer.status, 200, "{uri}: {}", answer.text());
        assert!(answer.bytes.starts_with(magic), "{uri}");
        assert!(answer.header("content-disposition").contains("filename*=UTF-8''"), "{uri}");
    }
}

#[tokio::test]
async fn a_file_is_whole_unless_a_limit_is_asked_for() {
    let region = Region::published().await;
    assert_eq!(region.get(&format!("{VALUES}.csv")).await.text().lines().count(), 11);
    let page = region.get(&format!("{VALUES}.csv?limit=3")).await;
    assert_eq!(page.text().lines().count(), 4);
    assert!(page.header("link").contains("rel=\"next\""));
}
