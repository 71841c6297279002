//! Where nothing is, or not for that method.

use axum::extract::OriginalUri;

use crate::problem::{Code, Problem};

/// Below `/api`.
pub(crate) async fn not_found(OriginalUri(uri): OriginalUri) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is nothing at `{}`", uri.path()),
    )
}

/// A route that knows other methods.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        Code::MethodNotAllowed,
        "this path does not take that method; `allow` lists those it takes",
    )
}
