//! The proxy's HTTP surface as the console uses it.

use evenkeel::{Delivery, Operation, ProjectId, Provider, Response, Scope};
use gloo_net::http::{Request, RequestBuilder};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use web_sys::AbortSignal;

/// Longer than the proxy's own time-out, so that its answer, which says more, comes first.
const TIMEOUT_MS: u32 = 90_000;

/// One configured account, as `GET /api/v1/accounts` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Account {
    pub id: String,
    pub provider: Provider,
    pub region: String,
    pub project_id: Option<String>,
    pub endpoint: String,
    pub sandbox: bool,
}

impl Account {
    /// What the core needs to build a request and to read an answer.
    pub fn scope(&self) -> Scope {
        Scope {
            account: self.id.clone(),
            project_id: self
                .project_id
                .as_deref()
                .and_then(|id| ProjectId::parse(id).ok()),
        }
    }
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

/// What the proxy says when the answer is not the cloud's (`application/problem+json`), or what the browser says when
/// there is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Problem {
    pub code: String,
    #[serde(default)]
    pub detail: String,
    #[serde(default)]
    pub request_id: Option<String>,
    /// Whether the call may have reached the cloud: `not_sent` or `unknown`.
    #[serde(default)]
    pub outcome: Option<String>,
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
            outcome: Some("unknown".to_owned()),
        }
    }
}

/// The configured accounts.
///
/// # Errors
/// What the proxy refused, or that it did not answer.
pub async fn accounts() -> Result<Vec<Account>, Problem> {
    let response = bounded(Request::get("/api/v1/accounts"))
        .send()
        .await
        .map_err(|error| Problem::here(UNREACHABLE, error))?;
    if !response.ok() {
        let status = response.status();
        let body = response.binary().await.unwrap_or_default();
        return Err(problem(status, &body));
    }
    let listed: Accounts = response
        .json()
        .await
        .map_err(|error| Problem::here(UNREADABLE, error))?;
    Ok(listed.accounts)
}

/// One operation for one account; `Ok` is the cloud's own answer, whatever its status.
///
/// # Errors
/// What the proxy said in the cloud's place.
pub async fn operate(account: &str, operation: &Operation) -> Result<Response, Problem> {
    let path = format!(
        "/api/v1/accounts/{}/operations/{}",
        utf8_percent_encode(account, NON_ALPHANUMERIC),
        operation.name().as_str(),
    );
    let request = bounded(Request::post(&path))
        .header("content-type", "application/json")
        .body(operation.params_json())
        .map_err(|error| Problem {
            outcome: Some("not_sent".to_owned()),
            ..Problem::here(UNREACHABLE, error)
        })?;
    let response = request
        .send()
        .await
        .map_err(|error| Problem::here(UNREACHABLE, error))?;
    let status = response.status();
    let from_provider = response.headers().get("evenkeel-origin").as_deref() == Some("provider");
    let headers = response.headers().entries().collect();
    let body = response
        .binary()
        .await
        .map_err(|error| Problem::here(UNREACHABLE, error))?;
    if from_provider {
        Ok(Response {
            status,
            headers,
            body,
        })
    } else {
        Err(problem(status, &body))
    }
}

/// As [`operate`], in the core's words: what [`evenkeel::Chunk::judge`] takes.
pub async fn call(account: &str, operation: &Operation) -> Delivery {
    match operate(account, operation).await {
        Ok(response) => Delivery::Answered(response),
        Err(problem) => {
            let reason = if problem.detail.is_empty() {
                problem.code
            } else {
                format!("{} ({})", problem.detail, problem.code)
            };
            // INVARIANT: only the proxy's own word makes a call "not sent"; silence is unknown.
            if problem.outcome.as_deref() == Some("not_sent") {
                Delivery::NotSent(reason)
            } else {
                Delivery::Lost(reason)
            }
        }
    }
}

fn bounded(request: RequestBuilder) -> RequestBuilder {
    request.abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

fn problem(status: u16, body: &[u8]) -> Problem {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Problem::here(UNREADABLE, format!("HTTP {status}")))
}
