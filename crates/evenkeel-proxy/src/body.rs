//! The bodies of requests: JSON, whole, and not too much of them at a time.

use std::{io, sync::Arc};

use axum::{
    body::{Body, Bytes, HttpBody as _, to_bytes},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use zeroize::Zeroize as _;

use crate::{
    limits::ServerLimits,
    problem::{Problem, ProblemCode},
};

/// The unit in which bodies are counted, in bytes.
const UNIT: usize = 1024;
/// Up to so many bytes a body is small: orders such as *pause* do not wait for large batches.
const SMALL: usize = 64 * 1024;
/// How many bytes of small bodies are in hand at a time.
const ALL_SMALL: usize = 16 * 1024 * 1024;
/// How soon a client whose body found no room may ask again, in seconds.
const RETRY_S: u64 = 2;
/// What some programs put before a text in UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The bodies that are in hand, counted by their bytes.
#[derive(Debug)]
pub(crate) struct Bodies {
    large: Arc<Semaphore>,
    small: Arc<Semaphore>,
    most: usize,
    limits: ServerLimits,
}

/// The room that a body takes, until what was made of it is done with.
#[derive(Debug)]
pub(crate) struct Room {
    _permit: OwnedSemaphorePermit,
}

impl Bodies {
    pub(crate) fn new(limits: &ServerLimits) -> Self {
        let most = limits.body_bytes.div_ceil(UNIT);
        Self {
            large: Arc::new(Semaphore::new(most)),
            small: Arc::new(Semaphore::new(ALL_SMALL / UNIT)),
            most,
            limits: *limits,
        }
    }

    /// The body of a request that says that it is JSON, and is no larger than `limit` bytes.
    pub(crate) async fn read_json(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
    ) -> Result<(Bytes, Room), Problem> {
        require_json(headers)?;
        require_plain(headers)?;
        // Without a length it may be as large as any.
        let size = body.size_hint().upper().unwrap_or(u64::MAX);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size > limit && body.size_hint().upper().is_some() {
            return Err(too_large(limit));
        }
        let room = self.room(size.min(limit)).await?;
        Ok((self.read(body, limit).await?, room))
    }

    /// As [`Self::read_json`], taken apart; what no reader knows is refused.
    pub(crate) async fn parse_json<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
    ) -> Result<T, Problem> {
        let (bytes, _room) = self.read_json(headers, body, limit).await?;
        evenkeel_api::from_object(&bytes).map_err(|error| {
            Problem::new(
                ProblemCode::InvalidParameters,
                format!("the body cannot be read: {error}"),
            )
        })
    }

    /// As [`Self::read_json`], taken apart, and then wiped: a password may stand in it. Gives the room with it: what is made
    /// of a body is larger than it. `what` is named where it cannot be read.
    pub(crate) async fn parse_secret_json<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
        what: &str,
    ) -> Result<(T, Room), Problem> {
        let (bytes, room) = self.read_json(headers, body, limit).await?;
        let parsed = evenkeel_api::from_object(&bytes);
        wipe(bytes);
        let parsed = parsed.map_err(|error| {
            let detail = format!("{what} cannot be read: {error}");
            Problem::new(ProblemCode::InvalidParameters, detail).unprocessable()
        })?;
        Ok((parsed, room))
    }

    /// Room for so many bytes, once others are done with.
    async fn room(&self, bytes: usize) -> Result<Room, Problem> {
        let (all, units) = if bytes <= SMALL {
            (&self.small, bytes.div_ceil(UNIT))
        } else {
            // One that is larger than all room goes alone.
            (&self.large, bytes.div_ceil(UNIT).min(self.most))
        };
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let wait = Arc::clone(all).acquire_many_owned(units);
        match timeout(self.limits.body_wait, wait).await {
            Ok(Ok(permit)) => Ok(Room { _permit: permit }),
            _ => Err(Problem::new(
                ProblemCode::Busy,
                "too many large requests are in hand: send this one again in a moment",
            )
            .with_retry_after(RETRY_S)),
        }
    }

    async fn read(&self, body: Body, limit: usize) -> Result<Bytes, Problem> {
        match timeout(self.limits.body_timeout, to_bytes(body, limit)).await {
            Ok(Ok(mut bytes)) => {
                if bytes.starts_with(BOM) {
                    bytes = bytes.slice(BOM.len()..);
                }
                Ok(bytes)
            }
            Ok(Err(error)) if is_over_limit(&error) => Err(too_large(limit)),
            Ok(Err(error)) if is_malformed(&error) => Err(Problem::new(
                ProblemCode::MalformedBody,
                "the body is not chunked as HTTP has it: a chunk's size, its end or a trailer is malformed",
            )),
            Ok(Err(_)) => Err(Problem::new(
                ProblemCode::IncompleteBody,
                "the body broke off",
            )),
            Err(_) => Err(Problem::new(
                ProblemCode::IncompleteBody,
                "the body did not arrive in time",
            )),
        }
    }
}

/// Leaves nothing of a body in memory that may hold a secret.
pub(crate) fn wipe(bytes: Bytes) {
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// A page of another site can post only types that are not JSON without asking first.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let json = types
        .next()
        .and_then(|value| value.to_str().ok())
        .is_some_and(is_json_type);
    if json && types.next().is_none() {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::UnsupportedMediaType,
        "the body must be declared as `content-type: application/json`",
    ))
}

/// Whether a `content-type` is JSON's.
pub(crate) fn is_json_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Compressed, a small body could become a very large one.
fn require_plain(headers: &HeaderMap) -> Result<(), Problem> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::UnsupportedMediaType,
        "the body must come as it is, without a `content-encoding`",
    ))
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        ProblemCode::TooLarge,
        format!("the body is larger than {limit} bytes"),
    )
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

/// Whether the bytes came and are no body; one that ends early, or a connection that breaks, has another kind.
fn is_malformed(error: &axum::Error) -> bool {
    let first: &dyn std::error::Error = error;
    std::iter::successors(Some(first), |error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
            )
        })
}
