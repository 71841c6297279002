//! Whatever changes something is declared as JSON, orders without a body too: that is what a page of another site cannot
//! send without asking first.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::body::require_json;

/// Stands before a route that takes a body.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    if let Err(problem) = require_json(request.headers()) {
        return problem.into_response();
    }
    next.run(request).await
}
