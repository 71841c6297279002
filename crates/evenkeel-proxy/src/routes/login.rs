//! `/api/v1/login`, `/api/v1/session…`: logging in and out, and one's own sessions.

pub(crate) mod provider;

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use evenkeel::Timestamp;
use evenkeel_api::{
    Actor, ChangePassword, LoggedOut, LoginRequest, LoginWays, NoBody, Principal, SessionList,
    SessionView, Who,
};
use evenkeel_store::Session;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::{
    app::App,
    body::wipe,
    by::By,
    login::{LetInBy, LoggedIn, Password},
    middleware::{host::OwnOrigin, login::require_origin},
    peer::Scheme,
    problem::{Problem, ProblemCode},
};

/// The largest body of a login, in bytes.
const LIMIT: usize = 4096;
const LOGIN_SHAPE: &str = "the body must be an object with the `code`, or with the `name` and the `password`, each a text, and nothing else";
const CHANGE_SHAPE: &str = "the body must be an object with the `password` and the `new_password`, each a text, and nothing else";

/// An answer without a body, and a cookie.
type WithCookie = (StatusCode, [(HeaderName, String); 1]);

/// How one logs in. Nobody has to be logged in for it.
pub(crate) async fn ways(State(app): State<Arc<App>>) -> Result<Json<LoginWays>, Problem> {
    Ok(Json(app.logins.ways().await?))
}

/// Begins a session for a code, or for a name and a password. Nobody has to be logged in for it.
pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<WithCookie, Problem> {
    require_origin(&headers)?;
    let request: LoginRequest = read(&app, &headers, body, LOGIN_SHAPE).await?;
    let code = request.code.map(Zeroizing::new);
    let (name, password) = (request.name, request.password.map(Password::typed));
    let logins = &app.logins;
    let cookie = match (code, name.map(Zeroizing::new), password) {
        (Some(code), None, None) => logins.begin_by_code(&code, &headers, scheme, by).await?,
        (None, Some(name), Some(password)) => {
            logins
                .begin_by_password(&name, password, &headers, scheme, by)
                .await?
        }
        _ => return Err(Problem::new(ProblemCode::InvalidParameters, LOGIN_SHAPE)),
    };
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// Changes one's own password.
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Extension(who): Extension<LoggedIn>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let request: ChangePassword = read(&app, &headers, body, CHANGE_SHAPE).await?;
    let (now, new) = (request.password, request.new_password);
    let (now, new) = (Password::typed(now), Password::typed(new));
    app.logins.change_password(&who, now, new, &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a body with a secret in it: what cannot be read is not quoted.
async fn read<T: DeserializeOwned>(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    shape: &str,
) -> Result<T, Problem> {
    let (bytes, _room) = app.bodies.read_json(headers, body, LIMIT).await?;
    let parsed = evenkeel_api::from_object::<T>(&bytes);
    wipe(bytes);
    parsed.map_err(|_| Problem::new(ProblemCode::InvalidParameters, shape))
}

/// Who asks, how they logged in, and what they may do.
pub(crate) async fn who(Extension(who): Extension<LoggedIn>) -> Json<Who> {
    Json(Who {
        actor: who.actor,
        grants: who.grants.as_ref().clone(),
    })
}

/// Ends the session that asks, and says where else to log out.
pub(crate) async fn log_out(
    State(app): State<Arc<App>>,
    Extension(scheme): Extension<Scheme>,
    Extension(OwnOrigin(own)): Extension<OwnOrigin>,
    Extension(who): Extension<LoggedIn>,
    By(by): By,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let NoBody {} = app.bodies.parse_json(&headers, body, LIMIT).await?;
    let LetInBy::Session(session) = &who.by else {
        return Err(Problem::new(
            ProblemCode::UnknownSession,
            "this request comes by no session",
        ));
    };
    app.logins.end(&who, &session.id, &by).await?;
    let cookie = app.logins.cookie().await?.clear(scheme);
    let cookie = [(header::SET_COOKIE, cookie)];
    let elsewhere = app.logins.provider_logout(&who.actor.login, &own).await;
    Ok(match elsewhere {
        None => (StatusCode::NO_CONTENT, cookie).into_response(),
        Some(page) => {
            let go_to = page.into();
            (cookie, Json(LoggedOut { go_to })).into_response()
        }
    })
}

/// One's own sessions; of an admin everybody's.
pub(crate) async fn sessions(
    State(app): State<Arc<App>>,
    Extension(who): Extension<LoggedIn>,
) -> Result<Json<SessionList>, Problem> {
    let sessions = app.logins.sessions(&who).await?;
    let view = |(who_has_it, session): (Principal, Session)| SessionView {
        is_current: who.login_id() == Some(&session.id),
        id: session.id,
        actor: Actor {
            who: who_has_it,
            login: session.login,
        },
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
