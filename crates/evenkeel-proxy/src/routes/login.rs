//! `/api/v1/login`, `/api/v1/session…`: logging in and out, and one's own sessions.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use evenkeel::Timestamp;
use evenkeel_api::{CodeLogin, LoginWays, NoBody, SessionList, SessionView, Who};
use evenkeel_store::Session;
use zeroize::Zeroizing;

use crate::{
    app::App,
    body::wipe,
    by::By,
    login::{LetInBy, LoggedIn},
    middleware::login::require_origin,
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

/// The largest body of a login, in bytes.
const LIMIT: usize = 1024;

/// An answer without a body, and a cookie.
type WithCookie = (StatusCode, [(HeaderName, String); 1]);

/// How one logs in. Nobody has to be logged in for it.
pub(crate) async fn ways(State(app): State<Arc<App>>) -> Json<LoginWays> {
    Json(app.logins.ways())
}

/// Begins a session for a code. Nobody has to be logged in for it.
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<WithCookie, Problem> {
    require_origin(&headers)?;
    let (bytes, _room) = app.bodies.read_json(&headers, body, LIMIT).await?;
    let parsed = evenkeel_api::from_object::<CodeLogin>(&bytes);
    wipe(bytes);
    // What cannot be read is not quoted: it may be the code.
    let CodeLogin { code } = parsed.map_err(|_| {
        let detail = "the body must be an object with the `code`, a text, and nothing else";
        Problem::new(ProblemCode::InvalidParameters, detail)
    })?;
    let code = Zeroizing::new(code);
    let cookie = app
        .logins
        .begin_by_code(&code, &headers, scheme, by)
        .await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// Who asks, how they logged in, and what they may do.
pub(crate) async fn who(Extension(who): Extension<LoggedIn>) -> Json<Who> {
    Json(Who {
        actor: who.actor,
        grants: who.grants.as_ref().clone(),
    })
}

/// Ends the session that asks.
pub(crate) async fn log_out(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    Extension(who): Extension<LoggedIn>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<WithCookie, Problem> {
    let NoBody {} = app.bodies.parse_json(&headers, body, LIMIT).await?;
    let LetInBy::Session(session) = &who.by else {
        return Err(Problem::new(
            ProblemCode::UnknownSession,
            "this request comes by no session",
        ));
    };
    app.logins.end(&who, &session.id, &by).await?;
    let cookie = app.logins.cookie().await?.clear(scheme);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// One's own sessions.
pub(crate) async fn sessions(
    State(app): State<Arc<App>>,
    Extension(who): Extension<LoggedIn>,
) -> Result<Json<SessionList>, Problem> {
    let sessions = app.logins.sessions(&who).await?;
    let view = |session: Session| SessionView {
        is_current: who.login_id() == Some(&session.id),
        id: session.id,
        began_at: Timestamp::from_millis(session.began_at),
        seen_at: Timestamp::from_millis(session.seen_at),
        ends_at: Timestamp::from_millis(session.ends_at),
    };
    Ok(Json(SessionList {
        sessions: sessions.into_iter().map(view).collect(),
    }))
}

/// Ends one of them.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(who): Extension<LoggedIn>,
    By(by): By,
    path: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let NoBody {} = app.bodies.parse_json(&headers, body, LIMIT).await?;
    // What is no text names no session.
    let id = path.map(|Path(id)| id).unwrap_or_default();
    app.logins.end(&who, &id, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}
