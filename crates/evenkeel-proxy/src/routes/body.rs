//! The bodies of requests.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;
use zeroize::Zeroize as _;

use crate::problem::{Code, Problem};

/// How long a body may take to arrive.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The body of a request that says that it is JSON, and is no larger than `limit` bytes.
pub(crate) async fn read_json(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Bytes, Problem> {
    require_json(headers)?;
    read(body, limit).await
}

/// As [`read_json`], taken apart; what no reader knows is refused.
pub(crate) async fn parse_json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<T, Problem> {
    let bytes = read_json(headers, body, limit).await?;
    serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(
            Code::InvalidParameters,
            format!("the body cannot be read: {error}"),
        )
    })
}

/// Leaves nothing of a body in memory that may hold a secret.
pub(crate) fn wipe(bytes: Bytes) {
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

/// A page of another site can post only types that are not JSON without asking first.
fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let json = types
        .next()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"));
    if json && types.next().is_none() {
        return Ok(());
    }
    Err(Problem::new(
        Code::UnsupportedMediaType,
        "the body must be declared as `content-type: application/json`",
    ))
}

async fn read(body: Body, limit: usize) -> Result<Bytes, Problem> {
    match tokio::time::timeout(TIMEOUT, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_over_limit(&error) => Err(Problem::new(
            Code::TooLarge,
            format!("the body is larger than {limit} bytes"),
        )),
        Ok(Err(_)) => Err(Problem::new(Code::IncompleteBody, "the body broke off")),
        Err(_) => Err(Problem::new(
            Code::IncompleteBody,
            "the body did not arrive in time",
        )),
    }
}

fn is_over_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}
