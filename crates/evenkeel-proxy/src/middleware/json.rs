//! Whatever may change something is declared as JSON, orders without a body too: that is what a page
//! of another site cannot send without asking first.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::body::require_json;

pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_safe && let Err(problem) = require_json(request.headers()) {
        return problem.into_response();
    }
    next.run(request).await
}
