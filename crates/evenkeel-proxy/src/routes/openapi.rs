//! `/api/v1/openapi.json`: the surface, described.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::openapi::DOCUMENT;

pub(crate) async fn get() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, DOCUMENT.as_str()).into_response()
}
