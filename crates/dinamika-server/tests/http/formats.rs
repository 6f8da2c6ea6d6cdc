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
async fn a_file_for_people_speaks_russian_and_json_keeps_its_keys() {
    let region = Region::published().await;
    let text = region.get(&format!("{VALUES}.csv?dialect=excel-ru&labels=full&entity=223081")).await.text();
    let (head, rows) = text.split_once("\r\n").unwrap();
    assert!(head.starts_with("\u{feff}Показатель;Уровень;Код;Название;"), "{head}");
    let latin: Vec<&str> = head.split(';').filter(|name| name.is_ascii()).collect();
    assert_eq!(latin, Vec::<&str>::new());
    assert!(!rows.contains("vpr.share2") && rows.contains(";школа;"), "{rows}");
    let json = region.json(&format!("{VALUES}?labels=full&entity=223081")).await;
    assert_eq!((&json["rows"][0]["indicator"], &json["rows"][0]["level"]), (&"vpr.share2".into(), &"школа".into()));
}

#[tokio::test]
async fn a_mart_is_headed_by_its_own_words_and_gives_the_columns_asked_for() {
    let region = Region::published().await;
    let asked =
        "/api/v1/tables/schools.csv?dialect=excel-ru&labels=full&columns=school_name,school_key&sort=-school_key";
    let text = region.get(asked).await.text();
    assert!(text.starts_with("\u{feff}Наименование, как в реестре;Логин школы\r\nЛицей;223082\r\n"), "{text}");
    // Filtered and ordered by columns that are not among them.
    let asked = "/api/v1/tables/schools?columns=school_name&municipality_key=03701000&sort=-school_key&limit=1";
    let json = region.json(asked).await;
    assert_eq!(
        (&json["columns"], &json["rows"]),
        (&serde_json::json!(["school_name"]), &serde_json::json!([{"school_name": "Лицей"}]))
    );
    let following = region.json(&format!("{asked}&cursor={}", json["next"].as_str().unwrap())).await;
    assert_eq!(following["rows"][0]["school_name"], "=Гимназия; 1");
    assert_eq!(region.get("/api/v1/tables/schools?columns=school_name,inn").await.status, 400);
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

#[tokio::test]
async fn json_is_whole_when_all_is_asked_for() {
    let region = Region::published().await;
    let page = region.json(&format!("{VALUES}?limit=3")).await;
    assert_eq!((page["rows"].as_array().unwrap().len(), page["next"].is_string()), (3, true));
    let all = region.json(&format!("{VALUES}?limit=all")).await;
    assert_eq!((all["rows"].as_array().unwrap().len(), all["next"].is_null()), (10, true));
    // Asking for everything leaves the session as it was.
    assert_eq!(region.column(&format!("{VALUES}?limit=3"), "entity").await.len(), 3);
}

#[tokio::test]
async fn windows_1251_tells_how_many_characters_it_replaced() {
    let region = Region::published().await;
    let uri = format!("{VALUES}.csv?dialect=excel-ru&encoding=windows-1251");
    let answer = region.get_with(&uri, &[("accept-encoding", "identity")]).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=windows-1251");
    assert_eq!(answer.header("content-length"), answer.bytes.len().to_string());
    let (text, _, broken) = encoding_rs::WINDOWS_1251.decode(&answer.bytes);
    assert!(!broken && text.contains("Гимназия"), "{text}");
    let utf8 = region.get(&format!("{VALUES}.csv?dialect=excel-ru")).await.text();
    let lost = utf8.trim_start_matches('\u{feff}').chars().zip(text.chars()).filter(|(a, b)| a != b).count();
    assert_eq!(answer.header("x-dinamika-replaced"), lost.to_string());
    let refused = region.get(&format!("{VALUES}.parquet?encoding=windows-1251")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("только CSV"), "{}", refused.text());
}

#[tokio::test]
async fn an_archive_has_all_of_a_municipality_and_only_its_rows() {
    let region = Region::published().await;
    let municipality = region.column("/api/v1/entities?level=municipality", "entity").await[0].clone();
    let municipality = municipality.as_str().unwrap();
    let answer = region.get(&format!("/api/v1/entities/{municipality}/extract.zip")).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"));
    assert!(answer.header("content-disposition").contains("filename*=UTF-8''"));
    let again = region.get(&format!("/api/v1/entities/{municipality}/extract.zip")).await;
    assert_eq!(again.bytes, answer.bytes, "the same release, the same bytes");
    let files = unpacked(&answer.bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "О файле.txt",
            "Организации.csv",
            "Организации.xlsx",
            "Значения.csv",
            "Значения.xlsx",
            "Динамика.csv",
            "Динамика.xlsx"
        ]
    );
    let text = |name: &str| {
        let (_, bytes) = files.iter().find(|(known, _)| known == name).unwrap();
        String::from_utf8_lossy(bytes).into_owned()
    };
    assert!(text("О файле.txt").contains("не предназначены для оценки деятельности школ и учителей"));
    assert!(text("О файле.txt").contains("suppressed — скрыто: мало участников"));
    let all = region.get(&format!("{VALUES}.csv?dialect=excel-ru&municipality={municipality}")).await.text();
    let of_it =
        |text: &str| text.lines().filter(|line| line.starts_with("vpr.share2;")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(of_it(&text("Значения.csv")), of_it(&all));
    assert!(!of_it(&all).is_empty());
}

#[tokio::test]
async fn an_archive_of_a_school_has_the_bytes_of_its_file() {
    let region = Region::published().await;
    let files = unpacked(&region.get("/api/v1/entities/sch223080/extract.zip").await.bytes);
    let file = region.get("/api/v1/entities/223080.csv?dialect=excel-ru").await;
    assert_eq!(files.iter().find(|(name, _)| name == "Значения.csv").unwrap().1, file.bytes);
    assert_eq!(region.get("/api/v1/entities/999999/extract.zip").await.status, 404);
    assert_eq!(region.get("/api/v1/entities/223080/extract.zip?level=school").await.status, 400);
}

fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}
