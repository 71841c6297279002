//! An account that is ready to call: its configuration with the credentials fetched.

use std::{fmt, net::SocketAddr, time::Duration};

use evenkeel::{ProjectId, Provider, Scope};
use evenkeel_sign::Credentials;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::{
    config::{AccountConfig, Environment, Reference, Setting, TokenReference},
    endpoint::Endpoint,
};

/// One (provider, credentials, region, project).
pub struct Account {
    id: String,
    region: String,
    project_id: Option<ProjectId>,
    provider: Provider,
    endpoint: Endpoint,
    credentials: Credentials,
    sandbox: bool,
    poll: Option<Duration>,
}

/// What the world may know of an account: the contract's shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountView {
    id: String,
    provider: Provider,
    region: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<String>,
    endpoint: String,
    sandbox: bool,
}

/// A sandbox to call instead of a cloud.
#[derive(Clone)]
pub struct SandboxAccount {
    /// What people and URLs call it.
    pub id: String,
    /// The cloud it plays.
    pub provider: Provider,
    /// Its project, for Huawei.
    pub project_id: Option<ProjectId>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its access key's id.
    pub access_key_id: String,
    /// Its access key's secret.
    pub access_key_secret: SecretString,
}

/// Why an account cannot be used: every reason at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountError {
    account: String,
    reasons: Vec<String>,
}

impl AccountError {
    /// The account's id.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The reasons, in words.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account `{}`: {}", self.account, self.reasons.join("; "))
    }
}

impl std::error::Error for AccountError {}

impl Account {
    /// Fetches what the configuration refers to.
    ///
    /// # Errors
    /// With every reference that leads nowhere; the text shows no value.
    pub fn open(
        config: &AccountConfig,
        environment: Environment<'_>,
    ) -> Result<Self, AccountError> {
        let mut reasons = Vec::new();
        let id = fetch(
            &mut reasons,
            "access_key_id",
            &config.access_key_id,
            environment,
        );
        let secret = fetch(
            &mut reasons,
            "access_key_secret",
            &config.access_key_secret,
            environment,
        );
        let token = match &config.security_token {
            None => None,
            Some(TokenReference::Required(reference)) => {
                fetch(&mut reasons, "security_token", reference, environment)
            }
            Some(TokenReference::Default(reference)) => reference.read(environment).ok(),
        };
        let project_id = config
            .project_id
            .as_ref()
            .and_then(|setting| project(&mut reasons, setting, environment));
        match (id, secret) {
            (Some(id), Some(secret)) if reasons.is_empty() => {
                let mut credentials = Credentials::new(id.expose_secret(), secret.expose_secret());
                if let Some(token) = token {
                    credentials = credentials.with_security_token(token.expose_secret());
                }
                Ok(Self {
                    id: config.id.clone(),
                    region: config.region.clone(),
                    project_id,
                    provider: config.provider,
                    endpoint: config.endpoint.clone(),
                    credentials,
                    sandbox: false,
                    poll: config.poll,
                })
            }
            _ => Err(AccountError {
                account: config.id.clone(),
                reasons,
            }),
        }
    }

    /// An account of a sandbox, flagged as one wherever accounts are shown.
    #[must_use]
    pub fn sandbox(sandbox: SandboxAccount) -> Self {
        Self {
            id: sandbox.id,
            region: "sandbox".to_owned(),
            project_id: sandbox.project_id,
            provider: sandbox.provider,
            endpoint: Endpoint::loopback(sandbox.address),
            credentials: Credentials::new(
                sandbox.access_key_id,
                sandbox.access_key_secret.expose_secret(),
            ),
            sandbox: true,
            poll: None,
        }
    }

    /// Reads its list so often, whatever the configuration says of all.
    #[must_use]
    pub fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = Some(poll);
        self
    }

    /// What people and URLs call it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The cloud.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// What the core needs to build a request for it.
    pub fn scope(&self) -> Scope {
        Scope {
            account: self.id.clone(),
            project_id: self.project_id.clone(),
        }
    }

    /// What the world may know of it.
    pub fn view(&self) -> AccountView {
        AccountView {
            id: self.id.clone(),
            provider: self.provider,
            region: self.region.clone(),
            project_id: self
                .project_id
                .as_ref()
                .map(|project| project.as_str().to_owned()),
            endpoint: self.endpoint.to_string(),
            sandbox: self.sandbox,
        }
    }

    /// Where its calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How often its list is read, where the configuration says it of this account.
    pub(crate) fn poll(&self) -> Option<Duration> {
        self.poll
    }

    pub(crate) fn project_id(&self) -> Option<&ProjectId> {
        self.project_id.as_ref()
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.view()).finish()
    }
}

fn fetch(
    reasons: &mut Vec<String>,
    key: &str,
    reference: &Reference,
    environment: Environment<'_>,
) -> Option<SecretString> {
    reference
        .read(environment)
        .map_err(|error| reasons.push(format!("{key} {error}")))
        .ok()
}

fn project(
    reasons: &mut Vec<String>,
    setting: &Setting,
    environment: Environment<'_>,
) -> Option<ProjectId> {
    let text = match setting {
        Setting::Plain(text) => text.clone(),
        Setting::At(reference) => {
            let text = fetch(reasons, "project_id", reference, environment)?;
            text.expose_secret().to_owned()
        }
    };
    ProjectId::parse(&text)
        .map_err(|_| reasons.push("project_id is no project id".to_owned()))
        .ok()
}
