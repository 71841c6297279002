//! When there are as many connections as there may be, the next one is told so, or how the server
//! is.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

use evenkeel_api::paths;

use crate::{
    peer::Beyond,
    problem::{Problem, ProblemCode},
};

/// How soon a client that found no place may ask again, in seconds.
const RETRY_S: u64 = 2;

pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let is_beyond = request.extensions().get::<Beyond>().is_some();
    if is_beyond && !matches!(request.uri().path(), paths::HEALTH | paths::READY) {
        return Problem::new(
            ProblemCode::Busy,
            "there are as many connections as there may be: ask again in a moment",
        )
        .with_retry_after(RETRY_S)
        .into_response();
    }
    next.run(request).await
}
