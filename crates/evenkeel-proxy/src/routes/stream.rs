//! `GET /api/v1/stream`: what changes, in order, as server-sent events.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Extension,
    body::Body,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;

use crate::{
    app::App,
    login::LoggedIn,
    peer::Peer,
    problem::{Problem, ProblemCode},
    rights::Allowed,
    stream::{Client, Coding},
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::VARY, HeaderValue::from_static("accept-encoding")),
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    // A proxy in between must not hold messages back.
    (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    ),
];

/// The stream from a change on: `Last-Event-ID`, else `after`, else from now.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(who): Extension<LoggedIn>,
    allowed: Allowed,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = position(&headers, query.as_deref().unwrap_or_default())?;
    let slot = app
        .hub
        .slots()
        .take(peer.map(|Extension(Peer(address))| address), &app.limits)?;
    let after = match asked {
        Some(after) => after,
        None => app.engine.store.head().await?,
    };
    let coding = Coding::of(&headers);
    let is_gzip = coding.is_gzip();
    let login = app.logins.end_of(&who);
    let client = Client::join(
        Arc::clone(&app.hub),
        slot,
        login,
        allowed.sees(),
        after,
        coding,
    );
    let messages = stream::unfold(client, |mut client| async {
        let bytes = client.next().await?;
        Some((Ok::<_, Infallible>(bytes), client))
    });
    let mut response = (HEADERS, Body::from_stream(messages)).into_response();
    if is_gzip {
        let gzip = HeaderValue::from_static("gzip");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_ENCODING, gzip);
    }
    Ok(response)
}

/// A browser that comes back names its last message, in a URL that still says where it began.
fn position(headers: &HeaderMap, query: &str) -> Result<Option<i64>, Problem> {
    let number = |text: &str, name: &str| {
        text.trim()
            .parse::<i64>()
            .ok()
            .filter(|number| *number >= 0)
            .ok_or_else(|| {
                Problem::new(
                    ProblemCode::InvalidParameters,
                    format!("`{name}` must be the id of a message, or a page's `position`"),
                )
            })
    };
    let mut after = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "after" {
            let detail = format!("there is no parameter `{name}`; there is `after`");
            return Err(Problem::new(ProblemCode::InvalidParameters, detail));
        }
        after = Some(number(&value, "after")?);
    }
    match headers.get(LAST_EVENT_ID) {
        Some(id) => number(id.to_str().unwrap_or_default(), "Last-Event-ID").map(Some),
        None => Ok(after),
    }
}
