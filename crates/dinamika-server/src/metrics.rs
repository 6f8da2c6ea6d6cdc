//! Figures for Prometheus.

use std::{
    sync::atomic::{AtomicI64, AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use crate::{Problem, ReleaseInfo};

/// One request's labels: the route's pattern, never the path, so that series stay few.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) route: String,
    pub(crate) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Registered figures.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    release: Gauge<i64, AtomicI64>,
    published: Gauge<f64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("dinamika");
        let requests = Family::default();
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        let (release, published) = (Gauge::default(), Gauge::default());
        registry.register("http_requests", "Answered requests", requests.clone());
        registry.register("http_request_duration_seconds", "Time to the first byte", durations.clone());
        registry.register("release", "Number of the served release, 0 before the first", release.clone());
        registry.register(
            "release_published_timestamp_seconds",
            "When the served release was published",
            published.clone(),
        );
        Self { registry, requests, durations, release, published }
    }
}

impl Metrics {
    /// Another release is served from now on.
    pub(crate) fn serves(&self, info: &ReleaseInfo) {
        self.release.set(i64::try_from(info.id).unwrap_or(i64::MAX));
        self.published.set(info.published_at.timestamp() as f64);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, request: Request, took: Duration) {
        let route = Route { route: request.route.clone() };
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
        self.requests.get_or_create(&request).inc();
    }

    /// OpenMetrics text.
    pub(crate) fn text(&self) -> Result<String, Problem> {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).map_err(Problem::internal)?;
        Ok(text)
    }
}

fn histogram() -> Histogram {
    // 1 ms … 8 s.
    Histogram::new(exponential_buckets(0.001, 2.0, 14))
}
