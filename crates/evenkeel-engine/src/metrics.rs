//! Counts the calls to the clouds, how long they took and what came of them, for whoever watches the proxy: what is
//! counted is registered with a Prometheus registry. Labels have few values: accounts, operations, and closed lists.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

/// Up to the longest that a cloud may take by default, in seconds.
const BUCKETS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The counters; clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    calls: Family<CallLabels, Counter>,
    seconds: Family<OperationLabels, Histogram, fn() -> Histogram>,
    items: Family<ItemLabels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    account: String,
    operation: &'static str,
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ItemLabels {
    account: String,
    result: &'static str,
}

/// Says what came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallClass {
    /// What was asked for.
    Ok,
    /// Some of what was asked for.
    Partly,
    /// The cloud refused all of it, each item by itself.
    Refused,
    /// It failed as a whole; the name of the kind of failure.
    Failed(&'static str),
}

impl CallClass {
    /// That of a call that failed as a whole, or did not.
    pub fn of(failure: Option<&'static str>) -> Self {
        failure.map_or(Self::Ok, Self::Failed)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partly => "partly",
            Self::Refused => "refused",
            Self::Failed(kind) => kind,
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            items: Family::default(),
        }
    }
}

impl Metrics {
    /// Has a registry show the counters.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "cloud_calls",
            "Calls to a cloud that have ended, by what came of them",
            self.calls.clone(),
        );
        registry.register_with_unit(
            "cloud_call_duration",
            "How long calls to a cloud took, from signing to the end of the answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register(
            "items_answered",
            "Items of batches whose call has ended, by what the cloud did with them",
            self.items.clone(),
        );
    }

    /// Counts a call that has ended.
    pub fn call(&self, account: &str, operation: &'static str, took: Duration, class: CallClass) {
        let labels = CallLabels {
            account: account.to_owned(),
            operation,
            class: class.as_str(),
        };
        self.calls.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&OperationLabels { operation })
            .observe(took.as_secs_f64());
    }

    /// Counts an item whose call has ended.
    pub(crate) fn item(&self, account: &str, result: &'static str) {
        let labels = ItemLabels {
            account: account.to_owned(),
            result,
        };
        self.items.get_or_create(&labels).inc();
    }
}
