//! The whole surface, in one list.

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use evenkeel_api::paths::{self, templates};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    middleware::{
        compression, crowd, forwarded, headers, host, json, login as known, origin, panic,
        request_log,
    },
    routes::{
        accounts, audit, batches, console, events, events::listing, fallback, health, login,
        metrics, operations, stream,
    },
};

pub(crate) fn router(app: Arc<App>) -> Router {
    // Whoever reaches one of these is known; so is whoever looks for one that is not there.
    let known = Router::new()
        .route(templates::ACCOUNTS, get(accounts::list))
        .route(templates::OPERATION, post(operations::call))
        .route(templates::BATCHES, get(batches::list).post(batches::create))
        .route(templates::BATCH, get(batches::one))
        .route(templates::ITEMS, get(batches::items))
        .route(templates::ITEM, get(batches::item))
        .route(templates::SETTLE, post(batches::settle))
        .route(templates::PAUSE, post(batches::pause))
        .route(templates::RESUME, post(batches::resume))
        .route(templates::CANCEL, post(batches::cancel))
        .route(templates::RETRY_FAILED, post(batches::retry_failed))
        .route(templates::EVENTS, get(events::list))
        .route(templates::LISTING, get(listing::get))
        .route(templates::TOTALS, get(listing::totals))
        .route(templates::REFRESH, post(events::refresh))
        .route(templates::EVENT, get(events::one))
        .route(templates::STREAM, get(stream::get))
        .route(templates::AUDIT, get(audit::list))
        .route(templates::SESSION, get(login::who))
        .route(templates::LOGOUT, post(login::log_out))
        .route(templates::SESSIONS, get(login::sessions))
        .route(templates::REVOKE_SESSION, post(login::revoke))
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(from_fn(json::guard))
        .layer(from_fn_with_state(Arc::clone(&app), known::guard));
    // Nobody has to be known for these.
    let open = Router::new()
        .route(templates::LOGIN, post(login::log_in))
        .layer(from_fn(json::guard));
    let api = known.merge(open);
    let watched = Router::new()
        .route(paths::METRICS, get(metrics::get))
        .layer(from_fn_with_state(Arc::clone(&app), known::guard));

    Router::new()
        .route(paths::HEALTH, get(health::get))
        .route(paths::READY, get(health::ready))
        .nest(paths::API, api)
        .merge(watched)
        .fallback(console::get)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        // The last is the outermost: what it adds, every answer has, refusals too.
        .layer(from_fn(origin::guard))
        .layer(from_fn(crowd::guard))
        .layer(CatchPanicLayer::custom(panic::answer))
        .layer(from_fn_with_state(Arc::clone(&app), host::guard))
        .layer(from_fn_with_state(
            app.request_counts.clone(),
            request_log::write,
        ))
        .layer(from_fn_with_state(Arc::clone(&app), forwarded::resolve))
        .layer(compression::layer())
        .layer(from_fn(headers::add))
        .with_state(app)
}
