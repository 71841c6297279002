//! The whole surface, in one list.

use std::sync::Arc;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use evenkeel_api::{
    Right,
    paths::{self, templates},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    middleware::{
        compression, crowd, forwarded, headers, host, json, login as known, origin, panic, rates,
        request_log,
    },
    rights::Guarded,
    routes::{
        accounts, audit, batches, batches::approval, console, events, events::listing, fallback,
        health, login, metrics, openapi, operations, policy, stream,
    },
};

pub(crate) fn router(app: Arc<App>) -> Router {
    // Whoever reaches one of these is known and has the right that it needs; whoever looks for one that is not there is
    // known.
    let known = Guarded::default()
        .get(templates::ACCOUNTS, Right::Read, accounts::list)
        // What acts is refused by name, whoever asks.
        .post(templates::OPERATION, Right::Read, operations::call)
        .get(templates::BATCHES, Right::Read, batches::list)
        .post(templates::BATCHES, Right::Order, batches::create)
        .get(templates::BATCH, Right::Read, batches::one)
        .get(templates::ITEMS, Right::Read, batches::items)
        .get(templates::ITEM, Right::Read, batches::item)
        .post(templates::SETTLE, Right::Order, batches::settle)
        .post(templates::PAUSE, Right::Stop, batches::pause)
        .post(templates::RESUME, Right::Order, batches::resume)
        .post(templates::CANCEL, Right::Stop, batches::cancel)
        .post(templates::RETRY_FAILED, Right::Order, batches::retry_failed)
        .post(templates::APPROVE, Right::Approve, approval::approve)
        .post(templates::REJECT, Right::Approve, approval::reject)
        .post(templates::BREAK_GLASS, Right::Order, approval::break_glass)
        .get(templates::POLICY, Right::Read, policy::get)
        .get(templates::EVENTS, Right::Read, events::list)
        .get(templates::LISTING, Right::Read, listing::get)
        .get(templates::TOTALS, Right::Read, listing::totals)
        .post(templates::REFRESH, Right::Read, events::refresh)
        .get(templates::EVENT, Right::Read, events::one)
        .get(templates::STREAM, Right::Read, stream::get)
        .get(templates::OPENAPI, Right::OwnLogin, openapi::get)
        .get(templates::OPENAPI_PAGE, Right::OwnLogin, openapi::page)
        .get(templates::AUDIT, Right::Administer, audit::list)
        .get(templates::SESSION, Right::OwnLogin, login::who)
        .post(templates::LOGOUT, Right::OwnLogin, login::log_out)
        .post(templates::PASSWORD, Right::OwnLogin, login::change_password)
        .get(templates::SESSIONS, Right::OwnLogin, login::sessions)
        .post(templates::REVOKE_SESSION, Right::OwnLogin, login::revoke)
        .into_router()
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(from_fn_with_state(Arc::clone(&app), known::guard));
    // Nobody has to be known for these.
    let log_in = post(login::log_in).route_layer(from_fn(json::guard));
    let open = Router::new()
        .route(templates::LOGIN, log_in.get(login::ways))
        .route(templates::LOGIN_PROVIDER, get(login::provider::set_out))
        .route(
            templates::LOGIN_PROVIDER_CALLBACK,
            get(login::provider::come_back),
        );
    let api = known.merge(open);
    let watched = Guarded::default()
        .get(paths::METRICS, Right::Read, metrics::get)
        .into_router()
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
        .layer(from_fn_with_state(Arc::clone(&app), rates::guard))
        .layer(from_fn_with_state(
            app.request_counts.clone(),
            request_log::write,
        ))
        .layer(from_fn_with_state(Arc::clone(&app), forwarded::resolve))
        .layer(compression::layer())
        .layer(from_fn(headers::add))
        .with_state(app)
}
