//! Signs how far the audit has come, again and again, and ships the checkpoints to where whoever can write the store
//! cannot: what is there cannot be cut off or rewritten unseen.

mod destination;
mod syslog;

use std::{path::PathBuf, sync::Arc, time::Duration};

use evenkeel::Timestamp;
use evenkeel_audit::{Checkpoint, KeyError, SigningKey};
use evenkeel_store::{AuditHead, Db, StoreError};
use secrecy::ExposeSecret as _;
use tokio::sync::{Mutex, watch};

use self::destination::Destination;
pub use self::syslog::{SyslogAddress, SyslogAddressError};
use crate::{
    clock::Clock,
    ending::pause,
    network::Network,
    reference::{Environment, Reference, ReferenceError, Setting},
    upstream::UpstreamError,
};

/// How soon a destination that took none is tried again.
const RETRY: Duration = Duration::from_mins(1);

/// The `[audit]` table of the configuration.
#[derive(Debug, Clone)]
pub struct CheckpointConfig {
    /// Where the signing key is.
    pub key: Reference,
    /// How often a checkpoint is shipped, if there is anything new.
    pub every: Duration,
    /// A file that each is added to.
    pub file: Option<PathBuf>,
    /// A URL that each is posted to.
    pub webhook: Option<Setting>,
    /// A syslog that each is told.
    pub syslog: Option<SyslogAddress>,
}

/// Why checkpoints cannot be shipped; no text shows a key, or a webhook's URL, which may hold a secret.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointsError {
    /// The key or the URL is not where it should be.
    #[error("[audit] {key} {error}")]
    Reference {
        /// The key of the table.
        key: &'static str,
        /// Why not.
        error: ReferenceError,
    },
    /// The key is none.
    #[error("[audit] checkpoint_key: {0}")]
    Key(#[from] KeyError),
    /// The URL is none.
    #[error("[audit] webhook must be an `https://` URL, or an `http://` one of this machine")]
    Webhook,
    /// TLS cannot be set up.
    #[error("[audit] webhook: {0}")]
    Tls(#[from] UpstreamError),
}

/// What signs, and where to.
#[derive(Debug)]
pub struct Checkpoints {
    key: SigningKey,
    every: Duration,
    /// Each with the number of the last record that it was told of.
    destinations: Mutex<Vec<(Destination, u64)>>,
}

impl Checkpoints {
    /// Reads the key and finds the way to each destination.
    ///
    /// # Errors
    /// When a reference leads nowhere, the key is none, or a webhook's URL is none.
    pub fn open(
        config: &CheckpointConfig,
        network: &Network,
        environment: Environment<'_>,
    ) -> Result<Self, CheckpointsError> {
        let read = |key: &'static str, reference: &Reference| {
            let read = reference.read(environment);
            read.map_err(|error| CheckpointsError::Reference { key, error })
        };
        let key = SigningKey::parse(read("checkpoint_key", &config.key)?.expose_secret())?;
        let mut destinations = Vec::new();
        if let Some(path) = &config.file {
            destinations.push(Destination::File(path.clone()));
        }
        if let Some(address) = &config.syslog {
            destinations.push(Destination::Syslog(address.clone()));
        }
        match &config.webhook {
            None => {}
            Some(Setting::Plain(url)) => destinations.push(Destination::webhook(url, network)?),
            Some(Setting::At(reference)) => {
                let url = read("webhook", reference)?;
                destinations.push(Destination::webhook(url.expose_secret().trim(), network)?);
            }
        }
        Ok(Self {
            key,
            every: config.every,
            destinations: Mutex::new(destinations.into_iter().map(|it| (it, 0)).collect()),
        })
    }

    /// The public half of the key, which verifies what it signed.
    pub fn public_key(&self) -> String {
        self.key.public()
    }

    /// Ships one at once and then again and again, until it is told to stop.
    pub async fn run(self: Arc<Self>, store: Db, clock: Clock, mut stop: watch::Receiver<bool>) {
        loop {
            let wait = if self.ship(&store, &clock).await {
                self.every
            } else {
                RETRY.min(self.every)
            };
            if !pause(wait, &mut stop).await {
                return;
            }
        }
    }

    /// Ships a checkpoint to every destination that was not told of the last record yet; whether each is now.
    pub async fn ship(&self, store: &Db, clock: &Clock) -> bool {
        let mut destinations = self.destinations.lock().await;
        let AuditHead { store, head } = match store.audit_head().await {
            Ok(head) => head,
            Err(error) => {
                warn_of_store(&error);
                return false;
            }
        };
        let mut all = true;
        for (destination, told) in destinations.iter_mut() {
            if *told >= head.seq {
                continue;
            }
            let checkpoint = self.key.sign(&store, &head, now(clock));
            match destination.send(&checkpoint).await {
                Ok(()) => {
                    tracing::debug!(%destination, seq = head.seq, "a checkpoint of the audit was shipped");
                    *told = head.seq;
                }
                Err(error) => {
                    tracing::warn!(%destination, error, "a checkpoint of the audit was not shipped");
                    all = false;
                }
            }
        }
        all
    }
}

fn warn_of_store(error: &StoreError) {
    tracing::warn!(%error, "a checkpoint of the audit was not signed");
}

fn now(clock: &Clock) -> Timestamp {
    Timestamp::from_millis(clock.now_ms())
}

/// As a line of a file, of a body and of a message.
fn line(checkpoint: &Checkpoint) -> Result<String, String> {
    serde_json::to_string(checkpoint).map_err(|error| error.to_string())
}
