//! Pages a person opens.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use dinamika_project::{Diagnostic, Place, Rule, Severity};

use crate::region::Region;

async fn opened(region: &Region, path: &str, accept: &str) -> crate::region::Answer {
    region.send(Request::get(path).header("accept", accept).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_first_page_is_the_built_one_or_says_how_to_get_it() {
    let region = Region::published().await;
    let page = opened(&region, "/", "text/html").await;
    let html = page.text();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    if !html.contains("<div id=\"app\">") {
        assert!(html.contains("Установите Node") && html.contains("/plain/dashboards/vpr"), "{html}");
        return;
    }
    // Nothing inline: the content policy allows none.
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains("<script>"), "{html}");
    let script = html.split("src=\"/static/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let script = region.get(&format!("/static/{script}")).await;
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    // A page of a school is the same document; what is gone is no page; a program gets a problem.
    assert_eq!(opened(&region, "/schools/223080", "text/html").await.text(), html);
    assert_eq!(opened(&region, "/static/gone.js", "text/html").await.status, 404);
    assert_eq!(opened(&region, "/schools/223080", "application/json").await.status, 404);
    assert_eq!(opened(&region, "/api/v1/nothing", "text/html").await.status, 404);
}

#[tokio::test]
async fn the_first_page_lists_dashboards_and_freshness() {
    let page = Region::published().await.get("/plain").await;
    let html = page.text();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for part in [
        "<html lang=\"ru\">",
        "<a href=\"/plain/dashboards/vpr\">ВПР &lt;динамика&gt;</a>",
        "Как меняется доля «2»?",
        "<dt>Выпуск</dt>",
        "<time datetime=",
        "2019/20, 2020/21",
        "не предназначены",
        "name=\"viewport\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("<style") && !html.contains("<script") && !html.contains(" style="));
}

#[tokio::test]
async fn a_dashboard_shows_its_panels_as_tables() {
    let html = Region::published().await.get("/plain/dashboards/vpr").await.text();
    for part in [
        "<h1>ВПР &lt;динамика&gt;</h1>",
        "<section id=\"share2\"><h2>Доля «2» по школам</h2>",
        "<td>СОШ № 3 &lt;им. &quot;А&quot;&gt;</td>",
        "<td>математика</td>",
        "<td class=\"number\">10,5</td>",
        "<td>в пределах случайного</td>",
        "<td class=\"number\">−1,50</td>",
        "href=\"/api/v1/dashboards/vpr/panels/share2.csv?dialect=excel-ru&amp;labels=ru\"",
        "href=\"/api/v1/dashboards/vpr/panels/share2.json\"",
        "<p>Первый &amp; второй.</p>",
        "<th scope=\"col\">Период</th>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[tokio::test]
async fn the_stylesheet_is_ours() {
    let style = Region::published().await.get("/plain/app.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(!style.text().contains("http"), "nothing from elsewhere");
}

#[tokio::test]
async fn dashboards_follow_their_files_and_mistakes_are_told() {
    let region = Region::published().await;
    let before = region.json("/api/v1/dashboards/vpr").await;
    let mut pages = (*region.serving.pages()).clone();
    pages.dashboards[0].title = "Другое название".to_owned();
    pages.mistakes.push(Diagnostic {
        place: Place { path: Arc::new("dashboards/new.toml".into()), line: 7, column: 3 },
        severity: Severity::Error,
        rule: Rule::UnknownColumn,
        message: "no indicator is called `vpr.shar2`".to_owned(),
        help: None,
    });
    region.serving.turn(pages);
    let after = region.json("/api/v1/dashboards/vpr").await;
    assert_eq!(after["title"], "Другое название");
    assert_ne!(before["revision"], after["revision"]);
    let mistakes = region.json("/api/v1/mistakes").await;
    assert_eq!(mistakes["rows"][0]["path"], "dashboards/new.toml");
    assert_eq!(mistakes["rows"][0]["line"], 7);
}
