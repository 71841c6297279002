//! Calls servers that are no clouds: by the configured way, with the configured trust, and never to where an answer
//! points.

use std::time::Duration;

use http::{Request, Response, Uri};
use reqwest::{Client, redirect, retry};

use crate::{
    endpoint::is_loopback,
    network::Network,
    upstream::{UpstreamError, cause},
};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer read, in bytes.
const ANSWER_LIMIT: usize = 1024 * 1024;

/// Whom a client calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reachable {
    /// Servers that show by TLS who they are.
    Https,
    /// These, and by plain HTTP those on this machine.
    HttpsOrThisMachine,
}

/// A client of such a server.
#[derive(Debug, Clone)]
pub struct WebClient {
    client: Client,
    reachable: Reachable,
}

/// Why a call brought no answer; no text has more of the URL than its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebCallError {
    /// It is not called.
    #[error("the address {0} is not called: it has to be one by `https://`")]
    Forbidden(String),
    /// Nobody is there.
    #[error("{host} could not be reached: {cause}")]
    Unreachable {
        /// The host.
        host: String,
        /// The innermost cause.
        cause: String,
    },
    /// It takes too long.
    #[error("{0} did not answer in time")]
    Timeout(String),
    /// More than the limit.
    #[error("the answer of {host} is larger than {} MiB", ANSWER_LIMIT / 1024 / 1024)]
    TooLarge {
        /// The host.
        host: String,
    },
}

impl Reachable {
    /// Whether it is one to call, or to send a browser to.
    #[must_use]
    pub fn has(self, scheme: &str, host: &str) -> bool {
        match scheme {
            "https" => !host.is_empty(),
            "http" => self == Self::HttpsOrThisMachine && is_loopback(host),
            _ => false,
        }
    }
}

impl WebClient {
    /// Sets up a client.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn over(network: &Network, reachable: Reachable) -> Result<Self, UpstreamError> {
        let builder = || {
            Client::builder()
                .user_agent(concat!("evenkeel/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(retry::never())
                .timeout(PATIENCE)
        };
        Ok(Self {
            client: network.client(builder)?,
            reachable,
        })
    }

    /// Makes a call, once.
    ///
    /// # Errors
    /// When no whole answer came back.
    pub async fn call(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, WebCallError> {
        let host = host(request.uri());
        let is_reachable = self.reachable.has(
            request.uri().scheme_str().unwrap_or_default(),
            request.uri().host().unwrap_or_default(),
        );
        let request = reqwest::Request::try_from(request);
        let Some(request) = request.ok().filter(|_| is_reachable) else {
            return Err(WebCallError::Forbidden(host));
        };
        let broken = |error: reqwest::Error| {
            // Its URL may hold a secret.
            let error = error.without_url();
            if error.is_timeout() {
                return WebCallError::Timeout(host.clone());
            }
            WebCallError::Unreachable {
                host: host.clone(),
                cause: cause(&error),
            }
        };
        let mut answer = self.client.execute(request).await.map_err(broken)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(WebCallError::TooLarge { host });
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = Response::new(body);
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }
}

fn host(uri: &Uri) -> String {
    let authority = uri.authority().map(http::uri::Authority::as_str);
    // What stands before an `@` may be a secret.
    let host = authority.unwrap_or_default().rsplit('@').next();
    host.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_plain_http_only_this_machine_is_called_and_only_if_that_is_said() {
        let both = Reachable::HttpsOrThisMachine;
        for (scheme, host) in [
            ("http", "127.0.0.1"),
            ("http", "localhost"),
            ("http", "[::1]"),
        ] {
            assert!(both.has(scheme, host), "{host}");
            assert!(!Reachable::Https.has(scheme, host), "{host}");
        }
        for (scheme, host) in [
            ("http", "id.example.org"),
            ("http", "127.0.0.1.example.org"),
            ("file", ""),
            ("javascript", ""),
            ("https", ""),
        ] {
            assert!(!both.has(scheme, host), "{scheme}://{host}");
        }
        assert!(Reachable::Https.has("https", "id.example.org"));
    }

    #[tokio::test]
    async fn an_address_that_is_not_called_is_told_without_what_may_be_a_secret() {
        let client = WebClient::over(&Network::direct(), Reachable::Https).unwrap();
        let request = Request::get("http://lin:canary@127.0.0.1:9/token?code=canary");
        let error = client.call(request.body(Vec::new()).unwrap()).await;
        let error = error.unwrap_err();
        assert_eq!(error, WebCallError::Forbidden("127.0.0.1:9".to_owned()));
    }
}
