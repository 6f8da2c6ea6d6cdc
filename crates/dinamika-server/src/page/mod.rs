//! The pages a person opens: the built page (`ui/`), and under `/plain` the same tables as HTML that reads
//! without scripts.

mod html;
pub(crate) mod login;
mod site;
mod table;
mod words;

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use dinamika_engine::Select;
use dinamika_project::{Dashboard, Panel, PanelData};

use self::{
    html::{document, escape, paragraphs},
    table::{SHOWN, Table},
    words::Words,
};
use crate::{
    Problem, ReleaseInfo, ServedRelease, Serving,
    access::Who,
    answer::{Etag, collected, columns},
    query::{Asked, order},
    resources::{
        dashboards::{DashboardAt, panel_question},
        entities,
    },
};

pub(crate) use site::any;

/// The first page; in a program built without Node, the plain one with a word on how to get it.
pub(crate) async fn home(serving: State<Arc<Serving>>, headers: HeaderMap) -> Response {
    match site::document(&headers) {
        Some(document) => document,
        None => plain(serving, headers).await,
    }
}

/// The first page without scripts: what is there, how fresh it is.
pub(crate) async fn plain(State(serving): State<Arc<Serving>>, headers: HeaderMap) -> Response {
    let title = &serving.project().config.title;
    let Some(release) = serving.try_current() else {
        let body = format!("<p class=\"lead\">{}</p>", escape(&Problem::NoRelease.to_string()));
        return (StatusCode::SERVICE_UNAVAILABLE, page(&headers, &document(title, title, "", &body))).into_response();
    };
    let mut body = freshness(&release.info);
    if site::document(&headers).is_none() {
        body.push_str(
            "<p class=\"lead\">Программа собрана без страниц с графиками: при сборке не было Node. \
             Установите Node 20.19 или новее и соберите её заново — <code>cargo build --release</code>.</p>",
        );
    }
    body.push_str("<nav aria-label=\"Страницы\"><ul class=\"cards\">");
    let pages = serving.pages();
    for Dashboard { id, title, description, .. } in &pages.dashboards {
        let (title, description) = (escape(title), escape(description));
        body.push_str(&format!("<li><a href=\"/plain/dashboards/{id}\">{title}</a><p>{description}</p></li>"));
    }
    body.push_str("</ul></nav>");
    if pages.dashboards.is_empty() {
        body.push_str("<p>Страниц пока нет: опишите их в папке <code>dashboards/</code> проекта.</p>");
    }
    body.push_str("<p>Данные для программ: <a href=\"/api/openapi.json\">описание API</a>, ");
    body.push_str("<a href=\"/api/v1/indicators\">показатели</a>, <a href=\"/api/v1/releases\">выпуски</a>.</p>");
    page(&headers, &document(title, title, "", &body))
}

/// One dashboard: each panel as a table of its first rows with links to the whole.
pub(crate) async fn dashboard(
    State(serving): State<Arc<Serving>>,
    who: Who,
    headers: HeaderMap,
    DashboardAt(dashboard): DashboardAt,
) -> Result<Response, Problem> {
    let release = serving.current(&who).await?;
    let mut body = format!("<p class=\"lead\">{}</p>{}", escape(&dashboard.description), freshness(&release.info));
    let municipalities = entities::municipalities(&release.session).await?;
    let words = Words::of(serving.project(), &municipalities);
    for panel in &dashboard.panels {
        body.push_str(&section(&words, &release, &dashboard, panel, &who).await);
    }
    let home = "<a href=\"/plain\">← Все страницы</a>";
    Ok(page(&headers, &document(&serving.project().config.title, &dashboard.title, home, &body)))
}

/// The one stylesheet.
pub(crate) async fn stylesheet(headers: HeaderMap) -> Response {
    const STYLE: &str = include_str!("app.css");
    bytes(&headers, "text/css; charset=utf-8", STYLE)
}

async fn section(
    words: &Words<'_>,
    release: &ServedRelease,
    dashboard: &Dashboard,
    panel: &Panel,
    who: &Who,
) -> String {
    let title = escape(&panel.title);
    let inner = match (&panel.data, shown(words, release, dashboard, panel, who).await) {
        (PanelData::Text(text), _) => paragraphs(text),
        (_, Ok(Some(table))) => format!("{}{}", table.html(&panel.title), files(dashboard, panel)),
        (_, Ok(None)) => format!("<p>Данных пока нет.</p>{}", files(dashboard, panel)),
        (_, Err(Problem::NotAllowed(_))) => "<p>Вашей роли эта панель не видна.</p>".to_owned(),
        // One broken panel is no reason to hide the others.
        (_, Err(problem)) => {
            tracing::error!(dashboard = %dashboard.id, panel = %panel.id, %problem, "a panel cannot be shown");
            "<p>Панель не построена: обратитесь к администратору.</p>".to_owned()
        }
    };
    format!("<section id=\"{}\"><h2>{title}</h2>{inner}</section>", panel.id)
}

async fn shown(
    words: &Words<'_>,
    release: &ServedRelease,
    dashboard: &Dashboard,
    panel: &Panel,
    who: &Who,
) -> Result<Option<Table>, Problem> {
    let Some(question) = panel_question(&release.session, dashboard, panel).await? else { return Ok(None) };
    let schema = columns(&release.session, &question.from, &who.principal).await?;
    let sort = if question.ordered { order(&Asked::default(), &schema)? } else { Vec::new() };
    let filters = question.fixed;
    let select = Select { filters, sort, limit: Some(SHOWN + 1), ..Select::all(question.from) };
    let (rows, is_empty) = collected(&release.session, select).await?;
    if is_empty {
        return Ok(None);
    }
    let several = match &panel.data {
        PanelData::Values { indicators, .. } | PanelData::Dynamics { indicators, .. } => indicators.len() > 1,
        PanelData::Sql { .. } | PanelData::Text(_) => false,
    };
    Ok(Some(Table::of(words, several, &rows.collect().await?)?))
}

fn files(dashboard: &Dashboard, panel: &Panel) -> String {
    let at = format!("/api/v1/dashboards/{}/panels/{}", dashboard.id, panel.id);
    let about = escape(&panel.title);
    format!(
        "<p class=\"files\"><a href=\"{at}.csv?dialect=excel-ru&amp;labels=ru\" download>CSV для Excel\
         <span class=\"hidden\">: {about}</span></a> <a href=\"{at}.json\">JSON<span class=\"hidden\">: {about}</span></a></p>"
    )
}

fn freshness(info: &ReleaseInfo) -> String {
    let at = info.published_at;
    let mut lines = format!(
        "<dl class=\"facts\"><div><dt>Данные на</dt><dd><time datetime=\"{}\">{}</time></dd></div>\
         <div><dt>Выпуск</dt><dd><a href=\"/api/v1/releases/{id}\">{id}</a></dd></div>",
        at.to_rfc3339(),
        at.format("%d.%m.%Y %H:%M UTC"),
        id = info.id
    );
    for (name, value) in info.coverage.as_object().into_iter().flatten() {
        let value = html::value(value);
        lines.push_str(&format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(covered(name)), escape(&value)));
    }
    lines.push_str("</dl>");
    lines
}

/// The coverage's usual words in Russian.
fn covered(name: &str) -> &str {
    match name {
        "periods" => "Периоды",
        "schools" => "Школ",
        "schools_with_values" => "Школ с данными",
        "schools_in_review" => "Написаний ждут решения",
        "municipalities" => "Муниципалитетов",
        "pupils" => "Участников",
        "files" => "Файлов",
        "tests" => "Работ",
        other => other,
    }
}

fn page(headers: &HeaderMap, document: &str) -> Response {
    bytes(headers, "text/html; charset=utf-8", document)
}

fn bytes(headers: &HeaderMap, kind: &'static str, text: &str) -> Response {
    let etag = Etag::of(headers, &[text]);
    let mut response = match etag.is_known(headers) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, kind)], text.to_owned()).into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Some(etag) = etag.header() {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
