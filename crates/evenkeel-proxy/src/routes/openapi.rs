//! `/api/v1/openapi.json` and `/api/v1/openapi.html`: the surface, described.

use axum::{
    http::header,
    response::{Html, IntoResponse, Response},
};

use crate::openapi::{DOCUMENT, PAGE};

pub(crate) async fn get() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, DOCUMENT.as_str()).into_response()
}

/// For a person.
pub(crate) async fn page() -> Response {
    let (page, policy) = &*PAGE;
    let headers = [(header::CONTENT_SECURITY_POLICY, policy.clone())];
    (headers, Html(page.as_str())).into_response()
}
