//! `/_sandbox/`: what the clouds do not have. Faults, counts and starting over.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use serde_json::json;

use crate::{answer, fault, world::World};

/// The controls' routes.
pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route(
            "/_sandbox/faults",
            get(list_faults).post(add_faults).delete(clear_faults),
        )
        .route("/_sandbox/calls", get(calls))
        .route("/_sandbox/reset", post(reset))
        .layer(middleware::from_fn(local_only))
}

/// Keeps other sites' pages out: nothing is signed here, and a browser reaches loopback too.
async fn local_only(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        next.run(request).await
    } else {
        let message = "the sandbox's controls answer to loopback only";
        answer::json(
            403,
            &json!({"code": "forbidden_origin", "message": message}),
        )
    }
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

async fn list_faults(State(world): State<Arc<World>>) -> Response {
    answer::json(200, &json!({"faults": world.lock().faults.list()}))
}

async fn add_faults(State(world): State<Arc<World>>, body: Bytes) -> Response {
    match fault::parse(&body) {
        Ok(faults) => {
            let mut inner = world.lock();
            inner.faults.add(faults);
            answer::json(200, &json!({"faults": inner.faults.list()}))
        }
        Err(malformed) => {
            let message = malformed.to_string();
            answer::json(400, &json!({"code": "malformed_fault", "message": message}))
        }
    }
}

async fn clear_faults(State(world): State<Arc<World>>) -> Response {
    world.lock().faults.clear();
    answer::empty(StatusCode::NO_CONTENT)
}

async fn calls(State(world): State<Arc<World>>) -> Response {
    answer::json(200, &world.lock().tally.view())
}

async fn reset(State(world): State<Arc<World>>) -> Response {
    world.reset();
    let config = world.config();
    answer::json(200, &json!({"seed": config.seed, "events": config.events}))
}
