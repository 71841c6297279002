//! An account that is ready to call: its configuration with the credentials fetched.

mod config;
mod key;

use std::{fmt, net::SocketAddr, sync::Arc, time::Duration};

use evenkeel::{ProjectId, Provider, Scope, shows_token};
use evenkeel_api::AccountView;
use evenkeel_sign::Credentials;
use evenkeel_store::journal::Destination;
use memchr::memmem;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::{
    endpoint::Endpoint,
    reference::{Environment, Setting},
};
pub use config::AccountConfig;
use key::AccountKey;
pub use key::Reread;

/// One (provider, credentials, region, project).
pub struct Account {
    id: String,
    region: String,
    project_id: Option<ProjectId>,
    provider: Provider,
    endpoint: Endpoint,
    key: AccountKey,
    /// What is odd about where the key stands.
    notes: Vec<String>,
    sandbox: bool,
    poll: Option<Duration>,
    items_per_call: usize,
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
        let key = AccountKey::open(config, environment)
            .map_err(|of_keys| reasons.extend(of_keys))
            .ok();
        let project_id = config
            .project_id
            .as_ref()
            .and_then(|setting| project(&mut reasons, setting, environment));
        match key {
            Some((key, notes)) if reasons.is_empty() => Ok(Self {
                id: config.id.clone(),
                region: config.region.clone(),
                project_id,
                provider: config.provider,
                endpoint: config.endpoint.clone(),
                key,
                notes,
                sandbox: false,
                poll: config.poll,
                items_per_call: config.items_per_call,
            }),
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
            key: AccountKey::fixed(Credentials::new(
                sandbox.access_key_id,
                sandbox.access_key_secret.expose_secret(),
            )),
            notes: Vec::new(),
            sandbox: true,
            poll: None,
            items_per_call: sandbox.provider.items_per_call(),
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
            region: self.view().scope().region,
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
            items_per_call: self.items_per_call,
        }
    }

    /// Which cloud, which project of it and which region its calls go to. Accounts that share the cloud
    /// and the project see the same events, with whatever key and by whatever name of a region.
    pub fn destination(&self) -> Destination {
        let project = self.project_id.as_ref().map_or("", ProjectId::as_str);
        let within = self.named_region().unwrap_or(project);
        Destination {
            cloud: format!("{} {} {within}", self.provider, self.endpoint.place()),
            region: self.region.clone(),
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

    /// How many items one call of a batch carries.
    pub(crate) fn items_per_call(&self) -> usize {
        self.items_per_call
    }

    pub(crate) fn project_id(&self) -> Option<&ProjectId> {
        self.project_id.as_ref()
    }

    /// The region, as it is configured.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// What is odd about where its key stands, in words; nothing of it keeps the key from working.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The id of the key that signs now: the half of it that is no secret.
    pub fn access_key_id(&self) -> String {
        self.key.current().access_key_id().to_owned()
    }

    /// What signs now. A call takes it once and keeps it: a key that is read again meanwhile signs
    /// the next one.
    pub(crate) fn credentials(&self) -> Arc<Credentials> {
        self.key.current()
    }

    /// Whether a text shows a piece of a token that signs now, or that signed before and of which a
    /// late answer may still speak.
    pub(crate) fn shows_token(&self, text: &str) -> bool {
        self.any_token(|token| shows_token(text, token))
    }

    /// Whether such a token stands in these bytes as it is.
    pub(crate) fn quotes_token(&self, bytes: &[u8]) -> bool {
        self.any_token(|token| memmem::find(bytes, token.as_bytes()).is_some())
    }

    pub(crate) fn has_token(&self) -> bool {
        self.any_token(|_| true)
    }

    fn any_token(&self, is_so: impl Fn(&str) -> bool) -> bool {
        let known = self.key.known();
        known
            .iter()
            .filter_map(|credentials| credentials.security_token())
            .any(is_so)
    }

    /// Sees each change of the key.
    pub(crate) fn key_changes(&self) -> watch::Receiver<u64> {
        self.key.changes()
    }

    /// Reads the key again from where the configuration says that it stands.
    ///
    /// # Errors
    /// With every reason why there is none; then the key that is known stays.
    pub fn reread(&self) -> Result<Reread, AccountError> {
        self.key.reread().map_err(|reasons| AccountError {
            account: self.id.clone(),
            reasons,
        })
    }

    /// Reads the key again after the cloud refused it, and tells the log; whether it is another now.
    pub(crate) async fn reread_after_refusal(self: &Arc<Self>) -> bool {
        let account = Arc::clone(self);
        // A file may stand on a slow disk.
        let reread = tokio::task::spawn_blocking(move || account.reread()).await;
        match reread {
            Ok(Ok(Reread::Same)) | Err(_) => false,
            Ok(Ok(reread)) => {
                tracing::info!(
                    account = self.id,
                    ?reread,
                    "the key was read again after a refusal, and is another"
                );
                true
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the key was refused and cannot be read again");
                false
            }
        }
    }
}

/// Refuses what is another account once more: the same list would be read twice, and nobody would see
/// that what one of them sends was sent by the other. One key in several regions is several accounts; an
/// endpoint that serves every region is one.
pub fn refuse_twins(
    opened: Vec<Result<Account, AccountError>>,
) -> Vec<Result<Account, AccountError>> {
    let mut known: Vec<(Identity, String)> = Vec::new();
    opened
        .into_iter()
        .map(|account| {
            let account = account?;
            let identity = account.identity();
            if let Some((_, first)) = known.iter().find(|(other, _)| *other == identity) {
                return Err(AccountError {
                    account: account.id,
                    reasons: vec![format!(
                        "is account `{first}` once more: the same key at the same endpoint{}; leave one of them out",
                        if account.project_id.is_some() { " and project" } else { "" }
                    )],
                });
            }
            known.push((identity, account.id.clone()));
            Ok(account)
        })
        .collect()
}

/// What makes two accounts one: the cloud, where calls go, the project or the region that they name, and the key.
type Identity = (Provider, String, Option<String>, String);

impl Account {
    fn identity(&self) -> Identity {
        (
            self.provider,
            self.endpoint.to_string(),
            self.named_region()
                .or(self.project_id.as_ref().map(ProjectId::as_str))
                .map(str::to_owned),
            self.access_key_id(),
        )
    }

    /// The region, where calls name it: at one endpoint each is another list.
    fn named_region(&self) -> Option<&str> {
        let is_named = self.provider.facts().calls_name_region;
        is_named.then_some(self.region.as_str())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.view()).finish()
    }
}

fn project(
    reasons: &mut Vec<String>,
    setting: &Setting,
    environment: Environment<'_>,
) -> Option<ProjectId> {
    let text = match setting {
        Setting::Plain(text) => text.clone(),
        Setting::At(reference) => {
            let read = reference.read(environment);
            let text = read.map_err(|error| reasons.push(format!("project_id {error}")));
            text.ok()?.expose_secret().to_owned()
        }
    };
    ProjectId::parse(&text)
        .map_err(|_| reasons.push("project_id is no project id".to_owned()))
        .ok()
}
