//! Counts the requests, and how long their answers took to begin, for whoever watches the proxy.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

/// In seconds: most answers are far quicker than a cloud's.
const BUCKETS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// The counters; clones count together.
#[derive(Debug, Clone)]
pub(crate) struct RequestCounts {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

impl Default for RequestCounts {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
        }
    }
}

impl RequestCounts {
    /// Has a registry show the counters.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests, by the route that they took; 0 is the status of one whose client went away",
            self.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "How long answers took to begin",
            Unit::Seconds,
            self.seconds.clone(),
        );
    }

    /// Counts a request that took a route, or none that the router has: clients name what they like, and every name
    /// would be a label.
    pub(crate) fn count(
        &self,
        route: Option<&str>,
        method: &Method,
        status: Option<StatusCode>,
        took: Duration,
    ) {
        let route = route.unwrap_or("other");
        let labels = RequestLabels {
            route: route.to_owned(),
            method: known(method),
            status: status.map_or(0, |status| status.as_u16()),
        };
        self.requests.get_or_create(&labels).inc();
        let route = route.to_owned();
        let seconds = self.seconds.get_or_create(&RouteLabel { route });
        seconds.observe(took.as_secs_f64());
    }
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
