//! Every address of the server: the table of contents.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware,
    response::IntoResponse,
    routing::{get, post},
};
use tower::{Layer, util::MapRequestLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Problem, Serving, access, layers, page,
    problem::ProblemBody,
    resources::{
        account, accounts, audit, dashboards, entities, explain, extract, files, health, indicators, jobs, lineage,
        map, mistakes, queries, refusals, rejects, releases, runs, schools, sql, tables, tokens,
    },
};

/// The whole service. Tests call it as it is, without a socket.
pub fn router(serving: Arc<Serving>) -> Router {
    let (api, mut openapi) = api().split_for_parts();
    refusals(&mut openapi);
    let openapi: Arc<str> = openapi.to_json().unwrap_or_default().into();
    let routes = api
        .route("/api/openapi.json", get(move || std::future::ready(json(&openapi))))
        .route("/", get(page::home))
        .route("/login", get(page::login::form).post(page::login::login))
        .route("/login/oidc", get(page::login::begin))
        .route("/login/oidc/callback", get(page::login::end))
        .route("/logout", post(page::login::logout))
        .route("/plain", get(page::plain))
        .route("/plain/dashboards/{id}", get(page::dashboard))
        .route("/plain/app.css", get(page::stylesheet))
        .fallback(page::any)
        .method_not_allowed_fallback(|| std::future::ready(Problem::WrongMethod))
        .layer(middleware::from_fn_with_state(Arc::clone(&serving), access::admit))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(middleware::from_fn(layers::counted))
        // Brotli's own default takes seconds for what four does in tens of milliseconds.
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)))
        .layer(middleware::from_fn(layers::security_headers))
        .layer(middleware::from_fn_with_state(Arc::clone(&serving), layers::observe))
        .with_state(serving);
    // The extension leaves the path before any route is looked for: hence a router around the router.
    Router::new().fallback_service(MapRequestLayer::new(layers::split_extension).layer(routes))
}

/// What the service answers, for clients' generators.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut openapi = api().into_openapi();
    refusals(&mut openapi);
    openapi
}

fn api() -> OpenApiRouter<Arc<Serving>> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(indicators::list))
        .routes(routes!(indicators::show))
        .routes(routes!(indicators::values))
        .routes(routes!(indicators::dynamics))
        .routes(routes!(entities::list))
        .routes(routes!(entities::show))
        .routes(routes!(map::show))
        .routes(routes!(extract::extract))
        .routes(routes!(dashboards::list))
        .routes(routes!(dashboards::show))
        .routes(routes!(dashboards::panel))
        .routes(routes!(mistakes::list))
        .routes(routes!(tables::list))
        .routes(routes!(tables::show))
        .routes(routes!(releases::list))
        .routes(routes!(releases::show))
        .routes(routes!(runs::list))
        .routes(routes!(runs::show))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::run))
        .routes(routes!(rejects::list))
        .routes(routes!(sql::run))
        .routes(routes!(queries::list))
        .routes(routes!(queries::keep, queries::forget))
        .routes(routes!(account::me))
        .routes(routes!(account::login))
        .routes(routes!(account::logout))
        .routes(routes!(account::password))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(accounts::list, accounts::open))
        .routes(routes!(accounts::change))
        .routes(routes!(files::list))
        .routes(routes!(schools::review))
        .routes(routes!(schools::decide))
        .routes(routes!(explain::explain))
        .routes(routes!(lineage::list))
        .routes(routes!(lineage::show))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}

/// The head of the OpenAPI; the rest stands at the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Динамика",
        description = "Динамика показателей школ и муниципалитетов. К адресу любых данных можно дописать \
            .csv, .json, .xlsx, .parquet, .arrow — или прислать Accept; расширение главнее. \
            Результаты ВПР не предназначены для оценки деятельности школ и учителей."
    ),
    // Told here, answered by `releases::show`: one segment of a path cannot hold two parameters.
    paths(releases::diff),
    components(schemas(ProblemBody)),
    tags(
        (name = "indicators", description = "Показатели, значения, динамика"),
        (name = "entities", description = "Школы и муниципалитеты"),
        (name = "dashboards", description = "Страницы и панели"),
        (name = "tables", description = "Витрины: таблицы для чтения"),
        (name = "releases", description = "Опубликованные выпуски"),
        (name = "runs", description = "Запуски, задания, отклонения"),
        (name = "access", description = "Вход, роли, что кому видно"),
        (name = "schools", description = "Написания школ и решения о них"),
        (name = "lineage", description = "Откуда взялось число"),
        (name = "service", description = "Состояние программы"),
    )
)]
struct Api;

fn json(openapi: &Arc<str>) -> impl IntoResponse + use<> {
    let kind = HeaderValue::from_static("application/json");
    let cache = HeaderValue::from_static("private, no-cache");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], openapi.to_string())
}
