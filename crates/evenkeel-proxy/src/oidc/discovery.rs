//! What a provider says of itself, and its keys: asked for when they are needed, and kept for a while.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use evenkeel_engine::{Reachable, WebCallError, WebClient};
use openidconnect::{
    AdditionalProviderMetadata, AsyncHttpClient, DiscoveryError, EndSessionUrl, HttpRequest,
    HttpResponse, IssuerUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
    url::Url,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::failure::OidcFailure;

/// How long it is kept.
const KEPT: Duration = Duration::from_hours(1);
/// How soon it is asked for again, for a key that it has not or because it could not be had.
const AGAIN: Duration = Duration::from_secs(10);

/// What a provider says of itself, and its keys.
pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What of it other standards add.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Extra {
    /// Where a browser goes to log out there (RP-Initiated Logout 1.0).
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    /// Whether each answer says whose it is (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Extra {}

/// Makes the calls.
#[derive(Debug)]
pub(super) struct Caller(pub(super) WebClient);

impl<'c> AsyncHttpClient<'c> for Caller {
    type Error = WebCallError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, WebCallError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.call(request))
    }
}

/// Whoever asks gets what was kept, or waits for it.
#[derive(Debug)]
pub(super) struct Discovery {
    issuer: IssuerUrl,
    reachable: Reachable,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    metadata: Option<(Instant, Arc<Metadata>)>,
    failed: Option<(Instant, OidcFailure)>,
    /// When it was asked for last only because of a key.
    refreshed: Option<Instant>,
}

impl Discovery {
    pub(super) fn new(issuer: IssuerUrl, reachable: Reachable) -> Self {
        Self {
            issuer,
            reachable,
            kept: Mutex::default(),
        }
    }

    /// What the provider says of itself, not older than an hour; what is older serves where it cannot be had anew.
    pub(super) async fn metadata(&self, caller: &Caller) -> Result<Arc<Metadata>, OidcFailure> {
        let mut kept = self.kept.lock().await;
        if let Some((at, metadata)) = &kept.metadata
            && at.elapsed() < KEPT
        {
            return Ok(Arc::clone(metadata));
        }
        self.ask(&mut kept, caller).await
    }

    /// The same with keys that are newer than those, as far as the provider is not asked too often.
    pub(super) async fn newer(
        &self,
        caller: &Caller,
        than: &Arc<Metadata>,
    ) -> Result<Arc<Metadata>, OidcFailure> {
        let mut kept = self.kept.lock().await;
        if let Some((_, metadata)) = &kept.metadata
            && !Arc::ptr_eq(metadata, than)
        {
            return Ok(Arc::clone(metadata));
        }
        if kept.refreshed.is_some_and(|at| at.elapsed() < AGAIN) {
            return Ok(Arc::clone(than));
        }
        kept.refreshed = Some(Instant::now());
        self.ask(&mut kept, caller).await
    }

    async fn ask(&self, kept: &mut Kept, caller: &Caller) -> Result<Arc<Metadata>, OidcFailure> {
        let rests = kept.failed.as_ref().filter(|(at, _)| at.elapsed() < AGAIN);
        let failure = match rests {
            Some((_, failure)) => failure.clone(),
            None => match self.fetch(caller).await {
                Ok(metadata) => {
                    let metadata = Arc::new(metadata);
                    kept.metadata = Some((Instant::now(), Arc::clone(&metadata)));
                    kept.failed = None;
                    return Ok(metadata);
                }
                Err(failure) => {
                    tracing::warn!(%failure, "what the provider of identities says of itself cannot be had");
                    kept.failed = Some((Instant::now(), failure.clone()));
                    failure
                }
            },
        };
        let old = kept.metadata.as_ref();
        old.map(|(_, metadata)| Arc::clone(metadata)).ok_or(failure)
    }

    async fn fetch(&self, caller: &Caller) -> Result<Metadata, OidcFailure> {
        let metadata = Metadata::discover_async(self.issuer.clone(), caller).await;
        let metadata = metadata.map_err(failure)?;
        // Browsers are sent to these two; our own calls go nowhere else by themselves.
        let mut pages = vec![metadata.authorization_endpoint().url()];
        let end = metadata.additional_metadata().end_session_endpoint.as_ref();
        pages.extend(end.map(EndSessionUrl::url));
        if !pages
            .into_iter()
            .all(|page| is_reachable(self.reachable, page))
        {
            let detail = "it names a page that is none by `https://`";
            return Err(OidcFailure::unreadable(detail));
        }
        Ok(metadata)
    }
}

/// Whether it is one to call, or to send a browser to.
pub(super) fn is_reachable(reachable: Reachable, url: &Url) -> bool {
    let has_user = !url.username().is_empty() || url.password().is_some();
    !has_user && reachable.has(url.scheme(), url.host_str().unwrap_or_default())
}

/// What the provider sent is not quoted.
fn failure(error: DiscoveryError<WebCallError>) -> OidcFailure {
    match error {
        DiscoveryError::Request(error) => OidcFailure::unreachable(error.to_string()),
        DiscoveryError::Response(status, ..) => {
            OidcFailure::unreachable(format!("its description or its keys: {status}, or no JSON"))
        }
        DiscoveryError::Parse(error) => {
            let path = error.path();
            OidcFailure::unreadable(format!("its description or its keys, at `{path}`"))
        }
        DiscoveryError::Validation(_) => {
            OidcFailure::unreadable("it calls itself something else than `issuer`")
        }
        _ => OidcFailure::unreadable("its description"),
    }
}
