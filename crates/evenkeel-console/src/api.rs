//! The proxy's HTTP surface as the console uses it.

mod audit;
mod batches;
mod event_key;
mod events;
mod failure;
mod listing_stream;
mod page_listing;
mod session;

use evenkeel::{Operation, Response};
use evenkeel_api::{Problem, headers, paths};
use gloo_net::http::{Request, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

pub use audit::audit;
pub use batches::{
    BatchAction, batch, batches, decide, item, items, policy, run_action, settle, submit_batch,
};
pub use event_key::EventKey;
pub use events::{Listing, accounts, event, event_page, is_there, refresh, stream_path, totals};
pub use failure::{FailureClass, ShownFailure};
pub use listing_stream::AskedListing;
pub use session::{
    change_password, end_session, has_session, is_login_needed, log_in, log_out, login_ways, may,
    sessions, until_logged_in, was_let_in, who,
};

/// Longer than the proxy's own time-out, so that its answer, which says more, comes first.
const TIMEOUT_MS: u32 = 90_000;

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum ApiError {
    /// The proxy did not answer; what the browser says about it.
    Silent(String),
    /// The proxy answered something that cannot be read.
    Unreadable(String),
    /// What the proxy says where the answer is not the cloud's.
    Problem(Box<Problem>),
}

/// An answer as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    async fn of(response: gloo_net::http::Response) -> Result<Self, ApiError> {
        let status = response.status();
        let body = response.binary().await.map_err(silent)?;
        let answer = Self { status, body };
        session::hear(&answer);
        Ok(answer)
    }

    /// What it says where it is a refusal.
    pub fn problem(&self) -> ApiError {
        serde_json::from_slice(&self.body).map_or_else(
            |_| ApiError::Unreadable(format!("HTTP {}", self.status)),
            ApiError::Problem,
        )
    }
}

/// One read-only operation for one account; `Ok` is the cloud's own answer, whatever its status.
///
/// # Errors
/// What the proxy said in the cloud's place.
pub async fn operate(account: &str, operation: &Operation) -> Result<Response, ApiError> {
    let path = paths::operation(account, operation.name().as_str());
    let request = bounded(Request::post(&path))
        .header("content-type", "application/json")
        .body(operation.params_json())
        .map_err(silent)?;
    let response = request.send().await.map_err(silent)?;
    let from_provider =
        response.headers().get(headers::ORIGIN).as_deref() == Some(headers::ORIGIN_PROVIDER);
    let headers = response.headers().entries().collect();
    let answer = Answer::of(response).await?;
    if from_provider {
        Ok(Response {
            status: answer.status,
            headers,
            body: answer.body,
        })
    } else {
        Err(answer.problem())
    }
}

fn bounded(request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

fn post(path: &str, body: &impl Serialize) -> Result<Request, gloo_net::Error> {
    bounded(Request::post(path)).json(body)
}

/// Sends, and takes everything but a success for a problem.
async fn read(request: Result<Request, gloo_net::Error>) -> Result<Answer, ApiError> {
    let response = request.map_err(silent)?.send().await.map_err(silent)?;
    let answer = Answer::of(response).await?;
    if (200..300).contains(&answer.status) {
        Ok(answer)
    } else {
        Err(answer.problem())
    }
}

fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    serde_json::from_slice(&answer.body).map_err(|error| ApiError::Unreadable(error.to_string()))
}

fn silent(error: impl std::fmt::Display) -> ApiError {
    ApiError::Silent(error.to_string())
}
