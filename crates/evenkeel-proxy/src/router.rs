//! The whole surface, in one list.

use std::sync::Arc;

use axum::{
    Router,
    middleware::from_fn,
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    middleware::{crowd, headers, host, json, origin, panic, request_log},
    routes::{accounts, batches, console, events, fallback, health, operations, stream},
};

pub(crate) fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .route("/v1/accounts", get(accounts::list))
        .route(
            "/v1/accounts/{account}/operations/{operation}",
            post(operations::call),
        )
        .route("/v1/batches", get(batches::list).post(batches::create))
        .route("/v1/batches/{id}", get(batches::one))
        .route("/v1/batches/{id}/items", get(batches::items))
        .route("/v1/batches/{id}/items/{index}", get(batches::item))
        .route(
            "/v1/batches/{id}/items/{index}/settle",
            post(batches::settle),
        )
        .route("/v1/batches/{id}/pause", post(batches::pause))
        .route("/v1/batches/{id}/resume", post(batches::resume))
        .route("/v1/batches/{id}/cancel", post(batches::cancel))
        .route("/v1/batches/{id}/retry-failed", post(batches::retry_failed))
        .route("/v1/events", get(events::list))
        .route("/v1/events/refresh", post(events::refresh))
        .route("/v1/events/{account}/{event_id}", get(events::one))
        .route("/v1/stream", get(stream::get))
        .fallback(fallback::not_found)
        .layer(from_fn(json::guard));

    Router::new()
        .route("/healthz", get(health::get))
        .route("/readyz", get(health::ready))
        .nest("/api", api)
        .fallback(console::get)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        // The last is the outermost: what it adds, every answer has, refusals too.
        .layer(from_fn(origin::guard))
        .layer(from_fn(host::guard))
        .layer(from_fn(crowd::guard))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn(request_log::write))
        .layer(from_fn(headers::add))
        .with_state(app)
}
