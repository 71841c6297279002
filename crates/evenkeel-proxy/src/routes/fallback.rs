//! Where nothing is, or not for that method.

use axum::extract::OriginalUri;

use crate::problem::{Problem, ProblemCode};

/// Below `/api`.
pub(crate) async fn not_found(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::new(
        ProblemCode::NotFound,
        format!("there is nothing at `{}`", uri.path()),
    )
}

/// A route that knows other methods.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        ProblemCode::MethodNotAllowed,
        "this path does not take that method; `allow` lists those it takes",
    )
}
