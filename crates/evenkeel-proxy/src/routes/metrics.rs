//! `GET /metrics`: what Prometheus asks for. What is counted stands beside what does the work; what only is, such as how
//! many items wait, is looked up when it is asked for.

use std::sync::{Arc, atomic::AtomicU64};

use axum::{extract::State, http::header, response::IntoResponse};
use evenkeel_api::ItemState;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::{Registry, Unit},
};

use crate::{
    app::App,
    problem::{Problem, ProblemCode},
    rights::Allowed,
};

/// What Prometheus and everybody else who reads the format calls it.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Before every name.
const PREFIX: &str = "evenkeel";

/// A time that is what it is now.
type Seconds = Gauge<f64, AtomicU64>;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AccountLabel {
    account: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ItemLabels {
    account: String,
    state: &'static str,
}

/// What is counted is counted of all accounts together.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    allowed: Allowed,
) -> Result<impl IntoResponse, Problem> {
    allowed.require_all()?;
    let mut registry = Registry::with_prefix(PREFIX);
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The version of the proxy", version);
    app.engine.upstream.metrics().register(&mut registry);
    app.request_counts.register(&mut registry);
    app.logins.checks.register(&mut registry);
    let now = app.engine.clock.now_ms();
    look_at_accounts(&app, &mut registry, now).await?;
    look_at_items(&app, &mut registry, now).await?;
    look_at_clients(&app, &mut registry, now).await?;
    let mut body = String::new();
    text::encode(&mut body, &registry)
        .map_err(|error| Problem::new(ProblemCode::Internal, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], body))
}

async fn look_at_accounts(app: &App, registry: &mut Registry, now: i64) -> Result<(), Problem> {
    let ages = Family::<AccountLabel, Seconds>::default();
    let failures = Family::<AccountLabel, Gauge>::default();
    for status in app.engine.store.sync_statuses().await? {
        if app.engine.account(&status.account).is_none() {
            continue;
        }
        let label = AccountLabel {
            account: status.account,
        };
        if let Some(at) = status.updated_at {
            ages.get_or_create(&label).set(seconds(now - at));
        }
        failures.get_or_create(&label).set(status.failures);
    }
    registry.register_with_unit(
        "account_read_age",
        "How long ago the events of an account were last read to the end of its list; none before they were",
        Unit::Seconds,
        ages,
    );
    registry.register(
        "account_failures",
        "How many readings of an account's events have failed in a row",
        failures,
    );
    Ok(())
}

async fn look_at_items(app: &App, registry: &mut Registry, now: i64) -> Result<(), Problem> {
    let counts = Family::<ItemLabels, Gauge>::default();
    let ages = Family::<AccountLabel, Seconds>::default();
    for account in &app.engine.accounts {
        let account = account.id();
        let mut oldest = 0;
        for state in [ItemState::Queued, ItemState::Sending, ItemState::Unknown] {
            counts.get_or_create(&item(account, state)).set(0);
        }
        for open in app.engine.store.open_items(account).await? {
            counts
                .get_or_create(&item(account, open.state))
                .set(open.count);
            if open.state == ItemState::Queued {
                oldest = (now - open.due_since).max(0);
            }
        }
        let label = AccountLabel {
            account: account.to_owned(),
        };
        ages.get_or_create(&label).set(seconds(oldest));
    }
    registry.register(
        "items",
        "Items of batches that are queued or being sent, or of which nobody knows what became",
        counts,
    );
    registry.register_with_unit(
        "queue_age",
        "How long the queued item that has been due for longest waits",
        Unit::Seconds,
        ages,
    );
    Ok(())
}

fn item(account: &str, state: ItemState) -> ItemLabels {
    ItemLabels {
        account: account.to_owned(),
        state: state.as_str(),
    }
}

async fn look_at_clients(app: &App, registry: &mut Registry, now: i64) -> Result<(), Problem> {
    let streams: Gauge = Gauge::default();
    streams.set(whole(app.hub.slots().count()));
    registry.register("streams", "Streams that are open", streams);
    let sessions: Gauge = Gauge::default();
    sessions.set(app.logins.session_count(now).await?);
    registry.register(
        "sessions",
        "Sessions of browsers that are good, of every proxy on the store",
        sessions,
    );
    let begun = std::time::Instant::now();
    let is_ready = app.engine.store.ready().await.is_ok();
    let took: Seconds = Gauge::default();
    took.set(begun.elapsed().as_secs_f64());
    registry.register_with_unit(
        "store_write_duration",
        "How long the store just took to show that it can be written",
        Unit::Seconds,
        took,
    );
    let ready: Gauge = Gauge::default();
    ready.set(i64::from(is_ready && app.engine.journal.silent().is_none()));
    registry.register("ready", "1 where the proxy can do its work; else 0", ready);
    Ok(())
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "ages are far below 2^53 ms")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}
