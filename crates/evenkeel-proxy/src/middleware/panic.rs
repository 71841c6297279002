//! A defect becomes a problem like any other instead of a dropped connection. What it says goes
//! nowhere: it may quote what it was working on.

use std::any::Any;

use axum::response::{IntoResponse, Response};

use crate::problem::{CallOutcome, Problem, ProblemCode};

pub(crate) fn answer(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::new(
        ProblemCode::Internal,
        "the proxy failed; its log has the request id",
    )
    .with_outcome(CallOutcome::Unknown)
    .into_response()
}
