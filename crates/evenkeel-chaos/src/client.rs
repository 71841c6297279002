//! What a user does: hands in batches and looks at them.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use evenkeel::BatchDraft;
use evenkeel_api::{Batch, CreateBatch, Item, ItemPage, Refresh, headers, paths};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

/// How long an answer of a proxy is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a connection is kept: from one look at a proxy to the next.
const IDLE: Duration = Duration::from_millis(500);

/// A client for all proxies of a run.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn http() -> Result<reqwest::Client> {
    // Fails only when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder()
        .no_proxy()
        // A proxy that is killed takes its connections along; one that listens where it did is another.
        .pool_idle_timeout(IDLE)
        .timeout(PATIENCE)
        .build()?)
}

/// An answer, or none: whoever was asked may be dead.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) replayed: bool,
    pub(crate) body: Vec<u8>,
}

/// The API of one proxy.
#[derive(Debug, Clone)]
pub(crate) struct Client<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) address: SocketAddr,
}

impl Client<'_> {
    /// Sends a body; `None` when no whole answer came.
    pub(crate) async fn send(
        &self,
        path: &str,
        key: Option<&str>,
        body: &impl Serialize,
    ) -> Option<Answer> {
        let mut request = self
            .request(Method::POST, path)
            .header("content-type", "application/json")
            .body(serde_json::to_vec(body).ok()?);
        if let Some(key) = key {
            request = request.header(headers::IDEMPOTENCY_KEY, key);
        }
        answer(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a batch; `None` when no whole answer came.
    pub(crate) async fn create(&self, key: &str, draft: &BatchDraft) -> Option<Answer> {
        let body = CreateBatch::from(draft);
        self.send(&paths::batches(), Some(key), &body).await
    }

    /// Hands in a batch; `None` when the proxy did not get to an answer.
    ///
    /// # Errors
    /// When it was refused.
    pub(crate) async fn post(&self, key: &str, draft: &BatchDraft) -> Result<Option<Batch>> {
        let Some(answer) = self.create(key, draft).await else {
            return Ok(None);
        };
        match (answer.status, answer.replayed) {
            (StatusCode::CREATED, false) | (StatusCode::OK, true) => {
                Ok(Some(serde_json::from_slice(&answer.body)?))
            }
            // The store is in trouble, and the proxy says so: nothing was taken.
            (StatusCode::SERVICE_UNAVAILABLE, _) => Ok(None),
            (status, _) => bail!(
                "`POST batches` was answered with {status}: {}",
                String::from_utf8_lossy(&answer.body)
            ),
        }
    }

    /// All items of a batch, read page by page.
    ///
    /// # Errors
    /// When the proxy does not answer, or refuses.
    pub(crate) async fn items(&self, batch: &str) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("{}?limit=1000{after}", paths::items(batch));
            let page: ItemPage = self.get(&path).await?;
            items.extend(page.items);
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Reads something.
    ///
    /// # Errors
    /// When the proxy does not answer, or refuses.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let answer = answer(self.request(Method::GET, path))
            .await
            .with_context(|| format!("`GET {path}` was not answered"))?;
        if answer.status != StatusCode::OK {
            bail!(
                "`GET {path}` was answered with {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            );
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Asks for an early walk; a proxy that cannot be asked is not.
    pub(crate) async fn refresh(&self) {
        self.send(&paths::refresh(), None, &Refresh::default())
            .await;
    }
}

/// The answer to a request; `None` when no whole one came.
async fn answer(request: RequestBuilder) -> Option<Answer> {
    let answer = request.send().await.ok()?;
    Some(Answer {
        status: answer.status(),
        replayed: answer.headers().contains_key(headers::IDEMPOTENCY_REPLAYED),
        body: answer.bytes().await.ok()?.into(),
    })
}
