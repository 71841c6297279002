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
    middleware::{headers, host, origin, panic, request_log},
    routes::{accounts, console, fallback, health, operations},
};

pub(crate) fn router(app: App) -> Router {
    let api = Router::new()
        .route("/v1/accounts", get(accounts::list))
        .route(
            "/v1/accounts/{account}/operations/{operation}",
            post(operations::call),
        )
        .fallback(fallback::not_found);

    Router::new()
        .route("/healthz", get(health::get))
        .nest("/api", api)
        .fallback(console::get)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        // The last is the outermost: what it adds, every answer has, refusals too.
        .layer(from_fn(origin::guard))
        .layer(from_fn(host::guard))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn(request_log::write))
        .layer(from_fn(headers::add))
        .with_state(Arc::new(app))
}
