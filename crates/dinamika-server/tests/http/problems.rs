//! One shape of every error.

use axum::{body::Body, http::Request};

use crate::region::{Answer, Region};

const VALUES: &str = "/api/v1/indicators/vpr.share2/values";

fn told(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["status"], answer.status.as_u16());
    assert_eq!(body["type"], "about:blank");
    format!("{} {}", answer.status.as_u16(), body["detail"].as_str().unwrap())
}

#[tokio::test]
async fn a_mistake_is_told_with_what_is_known() {
    let region = Region::published().await;
    for (uri, expected) in [
        (
            format!("{VALUES}?levl=school"),
            "400 Неизвестный параметр «levl». Известны: level, entity, municipality, period, subject, grade, pupil_grade, task, status, columns, sort,",
        ),
        (format!("{VALUES}?indicator=a.b"), "400 Неизвестный параметр «indicator»."),
        (format!("{VALUES}?kind=grade"), "400 Неизвестный параметр «kind»."),
        (
            format!("{VALUES}?level=galaxy"),
            "400 Недопустимое значение «galaxy» параметра «level». Известны: school, municipality, region.",
        ),
        (
            format!("{VALUES}?subject=XX"),
            "400 Недопустимое значение «XX» параметра «subject». Известны коды предметов: RU, MA,",
        ),
        (format!("{VALUES}?period=2021"), "400 Недопустимое значение «2021» параметра «period». Период пишется"),
        (format!("{VALUES}?grade=12"), "400 Недопустимое значение «12» параметра «grade». Класс"),
        (
            format!("{VALUES}?entity=999999"),
            "400 Недопустимое значение «999999» параметра «entity». Известны: 03701000, 223080, 223081, 223082, 23.",
        ),
        (format!("{VALUES}.csv?entity=' OR 1=1 --"), "400 Недопустимое значение «' OR 1=1 --» параметра «entity»."),
        (
            format!("{VALUES}?period=2030/31"),
            "400 Недопустимое значение «2030/31» параметра «period». Известны: 2019/20, 2020/21.",
        ),
        (format!("{VALUES}?sort=-valu"), "400 Неизвестный столбец «valu». Известны: indicator, level,"),
        (
            format!("{VALUES}?limit=0"),
            "400 Недопустимое значение «0» параметра «limit». Ожидается целое число от 1 до 50000.",
        ),
        (format!("{VALUES}?labels=en"), "400 Недопустимое значение «en» параметра «labels». Известны: ru, full."),
        (
            format!("{VALUES}?dialect=excel"),
            "400 Недопустимое значение «excel» параметра «dialect». Известны: plain, excel-ru.",
        ),
        (format!("{VALUES}?as_of=7"), "400 Недопустимое значение «7» параметра «as_of». Известны выпуски: 1."),
        (format!("{VALUES}?cursor=1"), "400 Курсор не от этого запроса"),
        (format!("{VALUES}?cursor=1-2-00000000"), "400 Курсор не от этого запроса"),
        (
            "/api/v1/indicators?level=school".to_owned(),
            "400 Неизвестный параметр «level». Известны: dialect, encoding.",
        ),
        ("/api/v1/rejects?pipeline=x".to_owned(), "400 Недопустимое значение «x» параметра «pipeline»."),
        ("/api/v1/indicators/a.b/values".to_owned(), "404 Нет показателя «a.b». Список — /api/v1/indicators."),
        ("/api/v1/entities/000000".to_owned(), "404 Нет ключа «000000»"),
        ("/api/v1/dashboards/x".to_owned(), "404 Нет страницы «x»"),
        ("/api/v1/dashboards/vpr/panels/x".to_owned(), "404 Нет панели «x». Известны: share2, change, count, about."),
        ("/api/v1/releases/7".to_owned(), "404 Нет выпуска «7»"),
        ("/api/v1/runs/x".to_owned(), "404 Нет запуска «x»"),
        ("/api/v1/nothing".to_owned(), "404 Такого адреса нет."),
        ("/nothing.csv".to_owned(), "404 Такого адреса нет."),
    ] {
        let answer = region.get(&uri.replace(' ', "%20")).await;
        let told = told(&answer);
        assert!(told.starts_with(expected), "{uri}\n  got      {told}\n  expected {expected}");
    }
}

#[tokio::test]
async fn another_method_is_405() {
    let region = Region::published().await;
    let request = Request::delete("/api/v1/indicators").body(Body::empty()).unwrap();
    let answer = region.send(request).await;
    assert!(told(&answer).starts_with("405"));
    assert!(answer.header("allow").contains("GET"), "{:?}", answer.headers);
}

#[tokio::test]
async fn the_cause_of_our_failure_stays_with_us() {
    let region = Region::published().await;
    for rule in ["broken", "panic"] {
        let answer = region.get(&format!("/api/v1/rejects?rule={rule}")).await;
        assert!(told(&answer).starts_with("500 Внутренняя ошибка"), "{rule}");
        assert!(!answer.text().contains("secret") && !answer.text().contains("panics"), "{rule}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{rule}");
    }
}

#[tokio::test]
async fn before_the_first_release_readers_are_told_what_to_do() {
    let region = Region::empty();
    for uri in ["/ready", VALUES, "/api/v1/indicators", "/api/v1/entities", "/api/v1/dashboards"] {
        let answer = region.get(uri).await;
        assert!(told(&answer).starts_with("503 Ещё нет ни одного опубликованного выпуска."), "{uri}");
        assert!(!answer.header("retry-after").is_empty());
    }
    assert_eq!(region.get("/health").await.status, 200);
    assert_eq!(region.json("/api/v1/releases").await["rows"].as_array().unwrap().len(), 0);
    assert_eq!(region.json("/api/v1/runs").await["rows"].as_array().unwrap().len(), 1);
    let page = region.get("/plain").await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("dinamika run"));
}
