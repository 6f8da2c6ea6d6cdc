//! Pages a person opens.

use crate::region::Region;

#[tokio::test]
async fn the_first_page_lists_dashboards_and_freshness() {
    let page = Region::published().await.get("/").await;
    let html = page.text();
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    for part in [
        "<html lang=\"ru\">",
        "<a href=\"/dashboards/vpr\">ВПР &lt;динамика&gt;</a>",
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
    let html = Region::published().await.get("/dashboards/vpr").await.text();
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
    let style = Region::published().await.get("/static/app.css").await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(!style.text().contains("http"), "nothing from elsewhere");
}
