//! Everything that is not the API: the console's files.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Method, Uri, header},
    response::{IntoResponse, Response},
};

use super::fallback;
use crate::{
    app::App,
    problem::{Problem, ProblemCode},
};

/// A file, or the page itself for a path that the page routes.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        let mut response = fallback::method_not_allowed().await.into_response();
        let allow = axum::http::HeaderValue::from_static("GET,HEAD");
        response.headers_mut().insert(header::ALLOW, allow);
        return response;
    }
    match app.console.answer(uri.path(), &headers).await {
        Some(response) => response,
        None => Problem::new(ProblemCode::NotFound, "the console has no such file").into_response(),
    }
}
