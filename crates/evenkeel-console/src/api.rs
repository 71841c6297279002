//! The proxy's HTTP surface as the console uses it.

mod batches;
mod events;

use evenkeel::{Operation, Response};
use evenkeel_api::IssueView;
use gloo_net::http::{Request, RequestBuilder};
use percent_encoding::utf8_percent_encode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use web_sys::AbortSignal;

use crate::routes::SEGMENT;

pub use batches::{Lever, NEW, batch, batches, hand_in, item, items, pull, retry_path, settle};
pub use events::{Listing, accounts, event, events, is_there, refresh, stream_path};

/// Longer than the proxy's own time-out, so that its answer, which says more, comes first.
const TIMEOUT_MS: u32 = 90_000;

/// What the proxy says when the answer is not the cloud's (`application/problem+json`), or what the browser says when
/// there is no answer at all.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Problem {
    pub code: String,
    #[serde(default)]
    pub detail: String,
    #[serde(default)]
    pub request_id: Option<String>,
    /// Whatever is wrong with what was sent.
    #[serde(default)]
    pub issues: Vec<IssueView>,
}

/// The code of a [`Problem`] made here: the proxy did not answer.
pub const UNREACHABLE: &str = "proxy_unreachable";
/// The code of a [`Problem`] made here: the proxy answered something that cannot be read.
pub const UNREADABLE: &str = "unreadable_answer";

impl Problem {
    fn here(code: &str, detail: impl std::fmt::Display) -> Self {
        Self {
            code: code.to_owned(),
            detail: detail.to_string(),
            request_id: None,
            issues: Vec::new(),
        }
    }
}

/// An answer as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    async fn of(response: gloo_net::http::Response) -> Result<Self, Problem> {
        let status = response.status();
        let body = response.binary().await.map_err(silent)?;
        Ok(Self { status, body })
    }

    /// What it says where it is a refusal.
    pub fn problem(&self) -> Problem {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| Problem::here(UNREADABLE, format!("HTTP {}", self.status)))
    }
}

/// One read-only operation for one account; `Ok` is the cloud's own answer, whatever its status.
///
/// # Errors
/// What the proxy said in the cloud's place.
pub async fn operate(account: &str, operation: &Operation) -> Result<Response, Problem> {
    let path = format!(
        "/api/v1/accounts/{}/operations/{}",
        segment(account),
        operation.name().as_str(),
    );
    let request = bounded(Request::post(&path))
        .header("content-type", "application/json")
        .body(operation.params_json())
        .map_err(silent)?;
    let response = request.send().await.map_err(silent)?;
    let from_provider = response.headers().get("evenkeel-origin").as_deref() == Some("provider");
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

fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

fn bounded(request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

fn post(path: &str, body: &impl Serialize) -> Result<Request, gloo_net::Error> {
    bounded(Request::post(path)).json(body)
}

/// Sends, and takes everything but a success for a problem.
async fn read(request: Result<Request, gloo_net::Error>) -> Result<Answer, Problem> {
    let response = request.map_err(silent)?.send().await.map_err(silent)?;
    let answer = Answer::of(response).await?;
    if (200..300).contains(&answer.status) {
        Ok(answer)
    } else {
        Err(answer.problem())
    }
}

fn json<T: DeserializeOwned>(answer: &Answer) -> Result<T, Problem> {
    serde_json::from_slice(&answer.body).map_err(|error| Problem::here(UNREADABLE, error))
}

fn silent(error: impl std::fmt::Display) -> Problem {
    Problem::here(UNREACHABLE, error)
}
