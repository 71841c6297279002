//! Builds answers.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use serde::Serialize;
use serde_json::Value;

use crate::{clock::Clock, time};

/// A response that never leaves: the connection ends instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropConnection {
    /// In good order, but without an answer.
    Close,
    /// Reset, as when a machine on the way falls over.
    Reset,
}

/// The cloud's error code in a response, for the log.
#[derive(Debug, Clone)]
pub(crate) struct Code(pub(crate) String);

/// A JSON answer.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Response {
    let text = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=utf-8"),
    );
    response
}

/// Adds a member to a body that is an object.
pub(crate) fn set(body: &mut Value, name: &str, value: impl Into<Value>) {
    if let Value::Object(members) = body {
        members.insert(name.to_owned(), value.into());
    }
}

/// A body of somebody in front of the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForeignBody {
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// The same answer with another body in place of its own.
pub(crate) fn with_foreign_body(mut response: Response, foreign: Option<&ForeignBody>) -> Response {
    let Some(foreign) = foreign else {
        return response;
    };
    if let Ok(value) = HeaderValue::from_str(&foreign.content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    *response.body_mut() = Body::from(foreign.body.clone());
    response
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// No answer at all.
pub(crate) fn dropped(how: DropConnection) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(how);
    response
}

/// Notes the error code for the log.
pub(crate) fn with_code(mut response: Response, code: &str) -> Response {
    response.extensions_mut().insert(Code(code.to_owned()));
    response
}

/// Dates an answer by the clock that the dates of signatures are compared with.
pub(crate) fn dated(response: Response, clock: &Clock) -> Response {
    with_header(response, "date", &time::format_http(clock.signature_now()))
}

/// Adds a header whose value is made by the sandbox.
pub(crate) fn with_header(mut response: Response, name: &'static str, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
