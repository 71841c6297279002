//! `GET /api/v1/stream`: what changes, in order, as server-sent events.
//!
//! A message's id is the number of its change: who breaks off goes on there. What changed several
//! times since is told once, as it is now. One reader of the store tells all clients; nothing is kept
//! for a client but its place in the order, so one that is slow is told less often, and loses nothing.

mod client;
mod gzip;
mod hub;
mod place;
mod ring;
mod tell;

use std::{convert::Infallible, sync::Arc, time::Duration};

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
    problem::{Problem, ProblemCode},
    server::Peer,
};
use client::Client;
use gzip::Coding;
pub(crate) use hub::Hub;

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

/// How streams are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamOptions {
    /// How long changes gather after the last ones were told: what changes twice meanwhile is told
    /// once.
    pub gather: Duration,
    /// How often a stream that has nothing to tell says that it is there.
    pub keep_alive: Duration,
    /// How much of what was told is kept for those who are a little behind, in bytes.
    pub ring: usize,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(250),
            keep_alive: Duration::from_secs(15),
            ring: 8 * 1024 * 1024,
        }
    }
}

/// The stream from a change on: `Last-Event-ID`, else `after`, else from now.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = position(&headers, query.as_deref().unwrap_or_default())?;
    let place = app
        .hub
        .places()
        .take(peer.map(|Extension(Peer(address))| address), &app.limits)?;
    let after = match asked {
        Some(after) => after,
        None => app.store.head().await?,
    };
    let coding = Coding::of(&headers);
    let is_gzip = coding.is_gzip();
    let client = Client::join(app, place, after, coding);
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
