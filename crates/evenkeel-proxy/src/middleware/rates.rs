//! Refuses what comes too fast from one address, before anything is looked up for it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, peer::Peer};

pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let address = request
        .extensions()
        .get::<Peer>()
        .map(|Peer(address)| *address);
    match app.rates.count_address(address) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
