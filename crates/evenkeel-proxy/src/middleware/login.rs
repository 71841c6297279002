//! Lets nobody in who is not known, where anything is real: it stands before every route below `/api` but the one that
//! logs in, and before those that are not there.
//!
//! What changes something and comes by a cookie must have an `Origin`, which `origin::guard` has found to be this very
//! server: every browser sends one. A client that has none shows a token.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    login::LetInBy,
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    mut request: Request,
    next: Next,
) -> Response {
    let who = match app.logins.find(request.headers(), scheme).await {
        Ok(who) => who,
        Err(problem) => return problem.into_response(),
    };
    if let Some(id) = who.login_id()
        && let Err(problem) = app.rates.count_login(id)
    {
        return problem.into_response();
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !is_safe
        && matches!(who.by, LetInBy::Session(_))
        && let Err(problem) = require_origin(request.headers())
    {
        return problem.into_response();
    }
    request.extensions_mut().insert(who.actor.clone());
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// Whether a browser sends it, from a page of this very server.
pub(crate) fn require_origin(headers: &HeaderMap) -> Result<(), Problem> {
    if headers.contains_key(header::ORIGIN) {
        return Ok(());
    }
    let detail =
        "a session is a browser's, which says where it is by `origin`: other clients show a token";
    Err(Problem::new(ProblemCode::ForbiddenOrigin, detail))
}
