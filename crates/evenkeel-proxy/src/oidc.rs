//! Logging in at a provider of identities by `OpenID` Connect: what it is asked, and who somebody is by its answer.
//! Nothing is kept of its tokens. What begins and ends a session is `login`'s.

mod config;
mod discovery;
mod failure;
mod identity;

use std::{borrow::Cow, sync::Arc};

use evenkeel_api::{Grants, LoginFailure};
use evenkeel_engine::{Environment, Network, Reachable, ReferenceError, UpstreamError, WebClient};
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, RedirectUrl, RequestTokenError,
    Scope, StandardErrorResponse, SubjectIdentifier, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
    },
    url::Url,
};
use secrecy::{ExposeSecret as _, SecretString};

pub use config::{GroupGrants, OidcConfig};
pub(crate) use failure::OidcFailure;
pub(crate) use identity::Identity;

use discovery::{Caller, Discovery, Metadata, is_reachable};
use identity::{Disbelief, OtherClaims, Tokens, groups, identity};

type Client = openidconnect::Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why nobody can log in at the provider.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The client's secret is not where it should be.
    #[error("[login.oidc] client_secret {0}")]
    Secret(ReferenceError),
    /// TLS cannot be set up.
    #[error("[login.oidc]: {0}")]
    Tls(#[from] UpstreamError),
}

/// A provider of identities.
#[derive(Debug)]
pub struct Oidc {
    config: OidcConfig,
    client_id: ClientId,
    secret: SecretString,
    caller: Caller,
    discovery: Discovery,
}

/// What binds an answer of the provider to what it was asked, and to the browser.
pub(crate) struct Bond {
    /// Comes back with the browser.
    pub(crate) state: String,
    /// Comes back in the token.
    pub(crate) nonce: String,
    /// Shows that the code is for whoever asked (PKCE).
    pub(crate) verifier: String,
}

/// What the browser brings back.
#[derive(Debug, Default)]
pub(crate) struct ProviderAnswer {
    pub(crate) code: Option<AuthorizationCode>,
    pub(crate) error: Option<String>,
    /// Whose answer it is.
    pub(crate) issuer: Option<String>,
}

impl Oidc {
    /// Reads the client's secret and sets up the way to the provider, which is not called yet.
    ///
    /// # Errors
    /// When the secret is not where it should be, or TLS cannot be set up.
    pub fn open(
        config: OidcConfig,
        network: &Network,
        environment: Environment<'_>,
    ) -> Result<Self, OidcError> {
        let secret = config.client_secret.read(environment);
        let secret = secret.map_err(OidcError::Secret)?;
        // One that stands on this machine may name others there.
        let reachable = if config.issuer.url().scheme() == "http" {
            Reachable::HttpsOrThisMachine
        } else {
            Reachable::Https
        };
        Ok(Self {
            client_id: ClientId::new(config.client_id.clone()),
            caller: Caller(WebClient::over(network, reachable)?),
            discovery: Discovery::new(config.issuer.clone(), reachable),
            secret,
            config,
        })
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    /// Whose word it is.
    pub(crate) fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// What whoever is in these groups may do.
    pub(crate) fn grants(&self, groups: &[String]) -> Grants {
        self.config.grants.of(groups)
    }

    /// Where a browser goes to log in there.
    pub(crate) async fn login_url(
        &self,
        bond: Bond,
        back: &RedirectUrl,
    ) -> Result<Url, OidcFailure> {
        let metadata = self.discovery.metadata(&self.caller).await?;
        let client = self.client(&metadata);
        let verifier = PkceCodeVerifier::new(bond.verifier);
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let scopes = self.config.scopes.iter().cloned().map(Scope::new);
        let (url, ..) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(bond.state),
                || Nonce::new(bond.nonce),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .set_redirect_uri(Cow::Borrowed(back))
            .url();
        Ok(url)
    }

    /// Who it is by the answer that a browser brought back, whose state is known to be right.
    pub(crate) async fn identity(
        &self,
        answer: ProviderAnswer,
        bond: Bond,
        back: &RedirectUrl,
        now_ms: i64,
    ) -> Result<Identity, OidcFailure> {
        let metadata = self.discovery.metadata(&self.caller).await?;
        self.is_of_provider(&answer, &metadata)?;
        if let Some(error) = answer.error {
            return Err(refusal(&error));
        }
        let code = answer
            .code
            .ok_or_else(|| OidcFailure::unreadable("it sent no code back"))?;
        let client = self.client(&metadata);
        let tokens = client
            .exchange_code(code)
            .map_err(|_| OidcFailure::unreadable("it names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(bond.verifier))
            .set_redirect_uri(Cow::Borrowed(back))
            .request_async(&self.caller)
            .await
            .map_err(token_failure)?;
        let nonce = Nonce::new(bond.nonce);
        let read = |metadata: &Metadata| {
            let claim = &self.config.groups_claim;
            identity(metadata, &self.client_id, &tokens, &nonce, claim, now_ms)
        };
        let mut found = match read(&metadata) {
            Err(Disbelief::UnknownKey) => {
                read(&*self.discovery.newer(&self.caller, &metadata).await?)
            }
            found => found,
        }
        .map_err(|disbelief| match disbelief {
            Disbelief::UnknownKey => {
                OidcFailure::unreadable("its ID token is signed by a key that it does not show")
            }
            Disbelief::Other(failure) => failure,
        })?;
        if found.groups.is_none() {
            found.groups = self.groups(&client, &tokens, &found.subject).await?;
        }
        Ok(found)
    }

    /// Where a browser goes to log out there, too, if the provider has such a page.
    pub(crate) async fn logout_url(&self, back: &str) -> Option<Url> {
        let metadata = self.discovery.metadata(&self.caller).await.ok()?;
        let end = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let back = PostLogoutRedirectUrl::new(back.to_owned()).ok()?;
        // Without the ID token, which was thrown away, the client says which it is.
        let request = LogoutRequest::from(end).set_client_id(self.client_id.clone());
        Some(request.set_post_logout_redirect_uri(back).http_get_url())
    }

    fn client(&self, metadata: &Arc<Metadata>) -> Client {
        let secret = ClientSecret::new(self.secret.expose_secret().to_owned());
        let (metadata, id) = (metadata.as_ref().clone(), self.client_id.clone());
        let methods = metadata.token_endpoint_auth_methods_supported().cloned();
        let methods = methods.unwrap_or_default();
        let client = Client::from_provider_metadata(metadata, id, Some(secret));
        if methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        {
            return client.set_auth_type(AuthType::RequestBody);
        }
        client
    }

    /// An answer of another provider, to whom the browser was sent by mistake or by malice, is not taken for this one's
    /// (RFC 9207).
    fn is_of_provider(
        &self,
        answer: &ProviderAnswer,
        metadata: &Metadata,
    ) -> Result<(), OidcFailure> {
        let extra = metadata.additional_metadata();
        let is = match &answer.issuer {
            Some(issuer) => issuer == self.issuer(),
            None => !extra.authorization_response_iss_parameter_supported,
        };
        if is {
            return Ok(());
        }
        Err(OidcFailure::unreadable(
            "the answer is another provider's (`iss`)",
        ))
    }

    /// The groups that the ID token says nothing of, if the provider tells them to whoever shows the access token.
    async fn groups(
        &self,
        client: &Client,
        tokens: &Tokens,
        subject: &str,
    ) -> Result<Option<Vec<String>>, OidcFailure> {
        // The subject has to be the same one.
        let subject = SubjectIdentifier::new(subject.to_owned());
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else {
            return Ok(None);
        };
        let said: Result<UserInfoClaims<OtherClaims, CoreGenderClaim>, _> =
            request.request_async(&self.caller).await;
        let said = said.map_err(|error| match error {
            openidconnect::UserInfoError::Request(error) => {
                OidcFailure::unreachable(error.to_string())
            }
            // What it sent is not quoted.
            _ => OidcFailure::unreadable(
                "what it says of the user, where their groups were asked for",
            ),
        })?;
        groups(said.additional_claims(), &self.config.groups_claim)
    }
}

/// Whether an issuer is one whose word can be taken: it is called by `https://`, or on this machine.
#[must_use]
pub(crate) fn is_issuer(url: &Url) -> bool {
    let is_plain = url.query().is_none() && url.fragment().is_none();
    is_plain && is_reachable(Reachable::HttpsOrThisMachine, url)
}

/// What the provider says instead of a code: anybody can have a browser say it, so only known words are told.
fn refusal(error: &str) -> OidcFailure {
    match error {
        "access_denied" | "login_required" | "interaction_required" | "consent_required" => {
            OidcFailure::new(
                LoginFailure::Denied,
                "somebody was not let in, or did not want to",
            )
        }
        "temporarily_unavailable" | "server_error" => {
            OidcFailure::unreachable("it says that it does not work just now")
        }
        "invalid_request"
        | "unauthorized_client"
        | "unsupported_response_type"
        | "invalid_scope" => {
            OidcFailure::new(LoginFailure::ProviderRefused, format!("it says `{error}`"))
        }
        _ => OidcFailure::new(
            LoginFailure::ProviderRefused,
            "it says something else than a code",
        ),
    }
}

/// What it sent is not quoted.
fn token_failure(
    error: RequestTokenError<
        evenkeel_engine::WebCallError,
        StandardErrorResponse<CoreErrorResponseType>,
    >,
) -> OidcFailure {
    match error {
        RequestTokenError::Request(error) => OidcFailure::unreachable(error.to_string()),
        RequestTokenError::ServerResponse(answer) => {
            let word = match answer.error() {
                CoreErrorResponseType::InvalidClient => "invalid_client: is the secret right?",
                CoreErrorResponseType::InvalidGrant => "invalid_grant: the code is not good",
                CoreErrorResponseType::InvalidRequest => "invalid_request",
                CoreErrorResponseType::InvalidScope => "invalid_scope",
                CoreErrorResponseType::UnauthorizedClient => "unauthorized_client",
                CoreErrorResponseType::UnsupportedGrantType => "unsupported_grant_type",
                CoreErrorResponseType::Extension(_) => "something else",
            };
            let detail = format!("it gives no token for the code, and says {word}");
            OidcFailure::new(LoginFailure::ProviderRefused, detail)
        }
        _ => OidcFailure::unreadable("its answer to a code"),
    }
}
