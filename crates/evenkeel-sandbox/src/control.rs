//! Answers `/_sandbox/`, which the clouds do not have: faults, calls, the clock, the state and starting over.

mod clock;
mod snapshot;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{any, get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    answer, call_counts::CountsView, call_log::LogView, clouds, fault, state::SandboxState,
};

/// The most that an imported state may hold.
const STATE_LIMIT: usize = 512 * 1024 * 1024;

/// The controls' routes.
pub(crate) fn router() -> Router<Arc<SandboxState>> {
    Router::new()
        .route(
            "/_sandbox/faults",
            get(list_faults).post(add_faults).delete(clear_faults),
        )
        .route("/_sandbox/calls", get(calls))
        .route("/_sandbox/clock", get(clock::show).post(clock::change))
        .route(
            "/_sandbox/state",
            get(snapshot::export)
                .put(snapshot::import)
                .layer(DefaultBodyLimit::max(STATE_LIMIT)),
        )
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/{*rest}", any(unknown))
        .layer(middleware::from_fn(local_only))
}

/// Keeps other sites' pages out: nothing is signed here, and a browser reaches loopback too.
async fn local_only(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        next.run(request).await
    } else {
        let message = "the sandbox's controls answer to loopback only";
        refuse(403, "forbidden_origin", message)
    }
}

async fn unknown() -> Response {
    let message = "there is no such control; docs/sandbox.md lists them";
    refuse(404, "not_found", message)
}

fn is_local(headers: &HeaderMap) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or_default())
    };
    let origin =
        text(header::ORIGIN).map(|origin| origin.strip_prefix("http://").unwrap_or(origin));
    [text(header::HOST), origin]
        .into_iter()
        .flatten()
        .all(is_loopback)
}

/// Whether `host` or `host:port` is this machine by its fixed names.
fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

async fn list_faults(State(state): State<Arc<SandboxState>>) -> Response {
    let now = state.now();
    answer::json(200, &json!({"faults": state.lock().faults.list(now)}))
}

async fn add_faults(State(state): State<Arc<SandboxState>>, body: Bytes) -> Response {
    match fault::parse(&body, &clouds::providers()) {
        Ok(faults) => {
            let now = state.now();
            let mut inner = state.lock();
            inner.faults.add(faults, now);
            answer::json(200, &json!({"faults": inner.faults.list(now)}))
        }
        Err(malformed) => refuse(400, "malformed_fault", &malformed.to_string()),
    }
}

async fn clear_faults(State(state): State<Arc<SandboxState>>) -> Response {
    state.clear_faults();
    answer::empty(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
struct CallsView<'a> {
    #[serde(flatten)]
    counts: CountsView<'a>,
    #[serde(flatten)]
    log: LogView<'a>,
}

#[derive(Deserialize)]
struct CallsQuery {
    /// Of the log, only calls after the one of this number.
    #[serde(default)]
    after: u64,
}

async fn calls(
    State(state): State<Arc<SandboxState>>,
    query: Result<Query<CallsQuery>, QueryRejection>,
) -> Response {
    match query {
        Ok(Query(CallsQuery { after })) => {
            let inner = state.lock();
            let view = CallsView {
                counts: inner.counts.view(),
                log: inner.log.view(after),
            };
            answer::json(200, &view)
        }
        Err(_) => refuse(400, "malformed_query", "`after` is the number of a call"),
    }
}

fn refuse(status: u16, code: &str, message: &str) -> Response {
    answer::json(status, &json!({"code": code, "message": message}))
}

async fn reset(State(state): State<Arc<SandboxState>>) -> Response {
    state.reset();
    let config = state.config();
    answer::json(200, &json!({"seed": config.seed, "events": config.events}))
}
