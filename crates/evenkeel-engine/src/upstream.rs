//! One signed call to a cloud: built, signed, sent once, its answer read whole.

mod error;
mod signing_time;
mod withhold;

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use evenkeel::{Request, Response, SigningScheme};
use evenkeel_sign::{SignError, SignableRequest, acs3, huawei, wire_query};
use reqwest::{Client, redirect, retry};
use uuid::Uuid;

pub use self::error::SendError;
pub(crate) use self::signing_time::{came_off_time, cloud_time};
use self::withhold::without_token;
use crate::{
    account::Account,
    clock::Clock,
    metrics::Metrics,
    network::{Network, Way},
};

/// How long a cloud may take to answer, unless configured otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long connecting may take at most.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for reads: well below what servers do, so that few die under one.
const IDLE: Duration = Duration::from_secs(5);

/// The largest answer read, in bytes; a page of 100 events has some 60 kB.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// What some servers put before a text in UTF-8; it is no part of the text.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Sends calls.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client,
    network: Network,
    clock: Clock,
    metrics: Metrics,
}

/// Whether a connection serves more than one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Connections {
    /// For reads, which may be made again: one that died is found out by using it.
    Kept,
    /// For acts: a kept one may have died unseen, and then nobody knows whether the act arrived.
    Fresh,
}

/// A signed call that has not left. It holds the parameters, a password among them, and has
/// therefore no `Debug`.
pub(crate) struct SignedCall {
    call: reqwest::RequestBuilder,
    host: String,
}

/// The machine's TLS could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct UpstreamError(String);

impl From<reqwest::Error> for UpstreamError {
    fn from(error: reqwest::Error) -> Self {
        Self(cause(&error))
    }
}

impl Upstream {
    /// Sets up the client, for reads that go directly.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(timeout: Duration) -> Result<Self, UpstreamError> {
        Self::over(&Network::direct(), timeout)
    }

    /// Sets up the client, for reads.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over(network: &Network, timeout: Duration) -> Result<Self, UpstreamError> {
        Self::made(network, timeout, Connections::Kept)
    }

    /// Sets up a client whose every call has a connection of its own.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(crate) fn for_acts(network: &Network, timeout: Duration) -> Result<Self, UpstreamError> {
        Self::made(network, timeout, Connections::Fresh)
    }

    fn made(
        network: &Network,
        timeout: Duration,
        connections: Connections,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            client: network.client(|| builder(timeout, connections))?,
            network: network.clone(),
            clock: Clock::machine(),
            metrics: Metrics::default(),
        })
    }

    /// Which way an account's calls go.
    pub(crate) fn way(&self, account: &Account) -> Way {
        self.network.way(account.endpoint())
    }

    /// Signs by another clock than the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Counts together with others.
    #[must_use]
    pub(crate) fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = metrics;
        self
    }

    /// Whoever makes a call, and knows what came of it, has it counted here.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The clock that it signs by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Signs a request that only reads with the account's credentials and sends it. One whose signature
    /// was too old when it came is made anew, once.
    ///
    /// # Errors
    /// When no whole answer came back; [`crate::CallFailure`] says whether anything left.
    pub async fn send(&self, account: &Account, request: &Request) -> Result<Response, SendError> {
        let signed_at = self.clock.now_ms();
        let answer = Self::dispatch(account, self.sign(account, request, signed_at)?).await?;
        let now = self.clock.now_ms();
        let is_refused = (400..500).contains(&answer.status);
        if is_refused && came_off_time(signed_at, cloud_time(&answer), now) {
            return Self::dispatch(account, self.sign(account, request, now)?).await;
        }
        Ok(answer)
    }

    /// Signs a request with the account's credentials and a time, in ms since the Unix epoch.
    ///
    /// # Errors
    /// When it cannot be signed, or would not be what was signed.
    pub(crate) fn sign(
        &self,
        account: &Account,
        request: &Request,
        at: i64,
    ) -> Result<SignedCall, SendError> {
        let host = match self.way(account) {
            Way::Direct => account.endpoint().authority().to_owned(),
            way @ Way::Proxy(_) => format!("{} ({way})", account.endpoint().authority()),
        };
        let headers = sign(account, request, at).map_err(SendError::Unsigned)?;
        let url = account
            .endpoint()
            .url(&request.path, &wire_query(&request.query))
            .ok_or(SendError::Unsendable)?;
        let method = match request.method {
            evenkeel::Method::Get => reqwest::Method::GET,
            evenkeel::Method::Post => reqwest::Method::POST,
            evenkeel::Method::Put => reqwest::Method::PUT,
        };
        let mut call = self.client.request(method, url);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        match &request.body {
            Some(body) => call = call.body(body.clone()),
            None if request.method == evenkeel::Method::Get => {}
            // Without it a strict server answers 411 to a POST that has no body.
            None => call = call.header(reqwest::header::CONTENT_LENGTH, "0"),
        }
        Ok(SignedCall { call, host })
    }

    /// Sends a call that the account signed, once; the account's token is not in the answer.
    ///
    /// # Errors
    /// When no whole answer came back; [`crate::CallFailure`] says whether anything left.
    pub(crate) async fn dispatch(
        account: &Account,
        signed: SignedCall,
    ) -> Result<Response, SendError> {
        let SignedCall { call, host } = signed;
        let mut answer = call.send().await.map_err(|error| broken(&host, error))?;
        let mut encodings = answer
            .headers()
            .get_all(reqwest::header::CONTENT_ENCODING)
            .iter();
        if !encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(SendError::Unreadable { host });
        }
        let mut headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        count_hint(&mut headers, Clock::machine().now_ms());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| lost(&host, &error))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(SendError::TooLarge { host });
            }
            body.extend_from_slice(&chunk);
        }
        if body.starts_with(BOM) {
            body.drain(..BOM.len());
        }
        let answer = Response {
            status: answer.status().as_u16(),
            headers,
            body,
        };
        Ok(without_token(account, answer))
    }
}

/// Writes a time to try again at as seconds from now where the answer does not say when it was made:
/// whoever reads it has no clock.
fn count_hint(headers: &mut [(String, String)], now_ms: i64) {
    if headers.iter().any(|(name, _)| name == "date") {
        return;
    }
    for (_, value) in headers.iter_mut().filter(|(name, _)| name == "retry-after") {
        let until = httpdate::parse_http_date(value.trim()).ok();
        let until = until.and_then(|until| until.duration_since(SystemTime::UNIX_EPOCH).ok());
        let until = until.and_then(|until| i64::try_from(until.as_millis()).ok());
        if let Some(until) = until {
            let left = u64::try_from(until.saturating_sub(now_ms)).unwrap_or_default();
            *value = left.div_ceil(1000).to_string();
        }
    }
}

fn builder(timeout: Duration, connections: Connections) -> reqwest::ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("evenkeel/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .timeout(timeout)
        // Connecting gives up first: then it is certain that nothing left.
        .connect_timeout(CONNECT_TIMEOUT.min(timeout / 2))
        .pool_idle_timeout(IDLE);
    match connections {
        Connections::Kept => builder,
        Connections::Fresh => builder.pool_max_idle_per_host(0),
    }
}

fn sign(
    account: &Account,
    request: &Request,
    time: i64,
) -> Result<Vec<(String, String)>, SignError> {
    let mut headers = request.headers.clone();
    let facts = account.provider().facts();
    if let (Some(name), Some(project)) = (facts.project_header, account.project_id()) {
        // As the provider's own SDKs do.
        headers.push((name.to_owned(), project.as_str().to_owned()));
    }
    let parts = SignableRequest {
        method: request.method.as_str(),
        host: account.endpoint().authority(),
        path: &request.path,
        query: &request.query,
        headers: &headers,
        body: request.body.as_deref().unwrap_or_default().as_bytes(),
    };
    let credentials = account.credentials();
    let signed = match facts.signing {
        SigningScheme::Acs3HmacSha256 => {
            let nonce = Uuid::new_v4().simple().to_string();
            acs3::sign(&parts, &credentials, time, &nonce)
        }
        SigningScheme::SdkHmacSha256 => huawei::sign(&parts, &credentials, time),
    }?;
    Ok(signed.headers)
}

/// What a call that brought no head of an answer means.
fn broken(host: &str, error: reqwest::Error) -> SendError {
    // The URL holds the parameters, a password among them.
    let error = error.without_url();
    if error.is_connect() {
        return SendError::Unreachable {
            host: host.to_owned(),
            cause: cause(&error),
        };
    }
    if error.is_builder() {
        return SendError::Unsendable;
    }
    lost(host, &error)
}

fn lost(host: &str, error: &reqwest::Error) -> SendError {
    let host = host.to_owned();
    if error.is_timeout() {
        return SendError::Timeout { host };
    }
    SendError::Lost {
        host,
        cause: cause(error),
    }
}

/// The innermost cause: the one that says something.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    if std::ptr::addr_eq(std::ptr::from_ref(innermost), std::ptr::from_ref(error)) {
        // Its own display would name the URL.
        return "the request failed".to_owned();
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests;
