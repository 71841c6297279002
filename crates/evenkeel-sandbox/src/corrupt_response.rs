//! Corrupts an answer on its way out, as faults ask for.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;

use crate::{
    answer,
    fault::{Effects, FaultKind},
};

/// How long a body waits before it breaks off: what was sent is on its way by then.
const BREATH: Duration = Duration::from_millis(20);
/// A slow body comes in so many pieces, with a pause before each.
const PIECES: usize = 10;

/// Corrupts an answer, or drops it.
pub(crate) async fn corrupt_response(response: Response, effects: &Effects) -> Response {
    if let Some(how) = effects.dropped {
        return answer::dropped(how);
    }
    if effects.body.is_empty() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The sandbox's own bodies are in memory.
    let mut body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut slow = Duration::ZERO;
    let mut broken = None;
    for kind in &effects.body {
        match kind {
            FaultKind::WrongContentType {
                content_type,
                body: other,
            } => {
                if let Ok(value) = HeaderValue::from_str(content_type) {
                    parts.headers.insert(CONTENT_TYPE, value);
                }
                if let Some(other) = other {
                    body = Bytes::from(other.clone());
                    // Of an answer that has no body, neither would this one be sent.
                    if parts.status == StatusCode::NO_CONTENT {
                        parts.status = StatusCode::OK;
                    }
                }
            }
            FaultKind::SlowBody { ms } => slow = slow.saturating_add(Duration::from_millis(*ms)),
            FaultKind::TruncatedBody { bytes, clean_end } => broken = Some((*bytes, *clean_end)),
            _ => {}
        }
    }
    let declared = body.len();
    let mut cut = Cut {
        pieces: VecDeque::new(),
        left: u64::try_from(declared).unwrap_or(u64::MAX),
        pause: Duration::ZERO,
        sleep: None,
        breaks_off: false,
    };
    if let Some((bytes, clean_end)) = broken {
        body.truncate(bytes.unwrap_or(declared / 2));
        cut.breaks_off = !clean_end && body.len() < declared;
        if clean_end {
            cut.left = u64::try_from(body.len()).unwrap_or(u64::MAX);
        }
    }
    if slow.is_zero() {
        cut.pieces.push_back(body);
    } else {
        let size = body.len().div_ceil(PIECES).max(1);
        while !body.is_empty() {
            cut.pieces.push_back(body.split_to(size.min(body.len())));
        }
        let count = u32::try_from(cut.pieces.len()).unwrap_or(1).max(1);
        cut.pause = slow / count;
    }
    Response::from_parts(parts, Body::new(cut))
}

/// Sends a body in pieces, that may take their time and end before the declared length.
struct Cut {
    pieces: VecDeque<Bytes>,
    /// What is declared and not sent yet.
    left: u64,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    breaks_off: bool,
}

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let pause = match self.pieces.len() {
            0 if self.breaks_off => BREATH,
            0 => Duration::ZERO,
            _ => self.pause,
        };
        if !pause.is_zero() {
            let sleep = self
                .sleep
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            if sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        Poll::Ready(match self.pieces.pop_front() {
            Some(piece) => {
                let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
                self.left = self.left.saturating_sub(length);
                Some(Ok(Frame::data(piece)))
            }
            // An error makes hyper end the connection short of the declared length.
            None if self.breaks_off => {
                self.breaks_off = false;
                Some(Err(io::Error::other("the answer is cut short on purpose")))
            }
            None => None,
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
