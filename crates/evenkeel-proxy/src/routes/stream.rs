//! `GET /api/v1/stream`: what changes, in order, as server-sent events.
//!
//! A message's id is the number of its change: who breaks off goes on there. What changed several
//! times since is told once, as it is now. Each client has a short queue of its own; who does not
//! take from it in time is let go and can go on where it was.

mod tell;

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use evenkeel_store::{Changes, StoreError};
use futures::stream;
use tokio::sync::{OwnedSemaphorePermit, mpsc, mpsc::error::SendTimeoutError};

use crate::{
    app::App,
    problem::{Code, Problem},
};
use tell::Teller;

/// How many changes are read at a time.
const AT_ONCE: i64 = 500;
/// How long a client that lost its stream waits before it asks again.
const RETRY: Duration = Duration::from_secs(2);
/// How long the store may be away before the stream ends.
const STORE_PATIENCE: u32 = 10;
/// How many streams there may be.
pub(crate) const MOST_STREAMS: usize = 256;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// A proxy in between must not hold messages back.
const UNBUFFERED: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);

/// How patient streams are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamOptions {
    /// How many messages may wait for one client.
    pub queue: usize,
    /// How long a client may take to make room for one message.
    pub patience: Duration,
    /// How often a stream that has nothing to tell says that it is there.
    pub keep_alive: Duration,
}

impl Default for StreamOptions {
    fn default() -> Self {
        Self {
            queue: 256,
            patience: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
        }
    }
}

/// Why a stream ended, in its last message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    TooSlow,
    Stopping,
    StoreAway,
}

impl End {
    fn message(self) -> Event {
        let reason = match self {
            Self::TooSlow => "too_slow",
            Self::Stopping => "stopping",
            Self::StoreAway => "store_unavailable",
        };
        Event::default()
            .event("end")
            .data(format!("{{\"reason\":\"{reason}\"}}"))
    }
}

/// The stream from a change on: `Last-Event-ID`, else `after`, else from now.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = position(&headers, query.as_deref().unwrap_or_default())?;
    let permit = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        Problem::new(
            Code::TooManyStreams,
            format!("there are {MOST_STREAMS} streams already: close one"),
        )
    })?;
    let after = match asked {
        Some(after) => after,
        None => app.store.head().await?,
    };
    let (send, receive) = mpsc::channel(app.stream.queue.max(1));
    let end = Arc::new(OnceLock::new());
    let source = Source {
        app: Arc::clone(&app),
        send,
        end: Arc::clone(&end),
    };
    tokio::spawn(source.run(after));
    let taking = Taking {
        receive,
        end,
        is_over: false,
        _permit: permit,
    };
    let messages = stream::unfold(taking, |mut taking| async {
        let message = taking.next().await?;
        Some((Ok::<_, Infallible>(message), taking))
    });
    let keep_alive = KeepAlive::new().interval(app.stream.keep_alive);
    let mut response = Sse::new(messages).keep_alive(keep_alive).into_response();
    let (name, value) = UNBUFFERED;
    response.headers_mut().insert(name, value);
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
                    Code::InvalidParameters,
                    format!("`{name}` must be the id of a message, or a page's `position`"),
                )
            })
    };
    let mut after = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name != "after" {
            let detail = format!("there is no parameter `{name}`; there is `after`");
            return Err(Problem::new(Code::InvalidParameters, detail));
        }
        after = Some(number(&value, "after")?);
    }
    match headers.get(LAST_EVENT_ID) {
        Some(id) => number(id.to_str().unwrap_or_default(), "Last-Event-ID").map(Some),
        None => Ok(after),
    }
}

/// The client's end.
struct Taking {
    receive: mpsc::Receiver<Event>,
    end: Arc<OnceLock<End>>,
    is_over: bool,
    _permit: OwnedSemaphorePermit,
}

impl Taking {
    async fn next(&mut self) -> Option<Event> {
        if let Some(message) = self.receive.recv().await {
            return Some(message);
        }
        if self.is_over {
            return None;
        }
        self.is_over = true;
        self.end.get().copied().map(End::message)
    }
}

/// The store's end.
struct Source {
    app: Arc<App>,
    send: mpsc::Sender<Event>,
    end: Arc<OnceLock<End>>,
}

/// Why nothing more is sent.
enum Over {
    /// The client is gone.
    Gone,
    End(End),
}

impl Source {
    async fn run(self, after: i64) {
        let mut stop = self.app.stop.subscribe();
        let over = tokio::select! {
            over = self.tell(after) => over,
            _ = stop.wait_for(|stop| *stop) => Over::End(End::Stopping),
            () = self.send.closed() => Over::Gone,
        };
        if let Over::End(end) = over {
            // The client's end reads it once the queue is empty.
            let _ = self.end.set(end);
        }
    }

    async fn tell(&self, mut after: i64) -> Over {
        let opening = Event::default()
            .comment(format!("after {after}"))
            .retry(RETRY);
        if let Err(over) = self.send(opening).await {
            return over;
        }
        let mut heads = self.app.store.watch();
        let mut failures = 0;
        loop {
            match self.pass(after).await {
                Ok(Ok(told)) => {
                    failures = 0;
                    if told > after {
                        after = told;
                        continue;
                    }
                }
                Ok(Err(over)) => return over,
                Err(error) => {
                    failures += 1;
                    if failures > STORE_PATIENCE {
                        tracing::warn!(%error, "a stream ends: the store is away");
                        return Over::End(End::StoreAway);
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            }
            if heads.wait_for(|head| *head > after).await.is_err() {
                return Over::End(End::StoreAway);
            }
        }
    }

    /// Tells the next changes; gives the number of the last one.
    async fn pass(&self, after: i64) -> Result<Result<i64, Over>, StoreError> {
        let store = &self.app.store;
        let (rows, reached) = match store.changes_after(after, AT_ONCE).await? {
            Changes::Reset { head } => {
                let message = Event::default()
                    .id(head.to_string())
                    .event("reset")
                    .data(format!("{{\"position\":{head}}}"));
                return Ok(self.send(message).await.map(|()| head));
            }
            Changes::Rows { changes, reached } => (changes, reached),
        };
        for message in Teller::new(&self.app).messages(rows).await? {
            if let Err(over) = self.send(message).await {
                return Ok(Err(over));
            }
        }
        Ok(Ok(reached))
    }

    async fn send(&self, message: Event) -> Result<(), Over> {
        match self
            .send
            .send_timeout(message, self.app.stream.patience)
            .await
        {
            Ok(()) => Ok(()),
            Err(SendTimeoutError::Timeout(_)) => Err(Over::End(End::TooSlow)),
            Err(SendTimeoutError::Closed(_)) => Err(Over::Gone),
        }
    }
}
