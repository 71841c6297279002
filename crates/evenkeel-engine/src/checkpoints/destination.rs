//! Where checkpoints are shipped to.

use std::{fmt, path::PathBuf, time::Duration};

use evenkeel_audit::Checkpoint;
use reqwest::{Client, Url, header::CONTENT_TYPE, redirect};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::{CheckpointsError, SyslogAddress, line};
use crate::{
    endpoint::is_loopback, io_error_text::io_error_text, network::Network, upstream::UpstreamError,
};

/// How long a destination may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One place. A webhook's URL may hold a secret, so only its host is ever shown.
pub(super) enum Destination {
    File(PathBuf),
    Syslog(SyslogAddress),
    Webhook { client: Client, url: Url },
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Syslog(address) => write!(f, "the syslog {address}"),
            Self::Webhook { url, .. } => {
                write!(f, "the webhook at {}", url.host_str().unwrap_or_default())
            }
        }
    }
}

impl Destination {
    /// One that each checkpoint is posted to, by the configured way into the network.
    pub(super) fn webhook(url: &str, network: &Network) -> Result<Self, CheckpointsError> {
        let url: Url = url.parse().map_err(|_| CheckpointsError::Webhook)?;
        let is_own = url.host_str().is_some_and(is_loopback);
        if !(url.scheme() == "https" || url.scheme() == "http" && is_own) {
            return Err(CheckpointsError::Webhook);
        }
        let builder = || {
            Client::builder()
                .timeout(PATIENCE)
                .redirect(redirect::Policy::none())
                .referer(false)
        };
        let client = network.client(builder).map_err(UpstreamError::from)?;
        Ok(Self::Webhook { client, url })
    }

    /// Ships one.
    ///
    /// # Errors
    /// Why it is not there, in words without a secret.
    pub(super) async fn send(&self, checkpoint: &Checkpoint) -> Result<(), String> {
        let line = line(checkpoint)?;
        let sent = async {
            match self {
                Self::File(path) => append(path, &line).await,
                Self::Syslog(address) => address.tell(checkpoint, &line).await,
                Self::Webhook { client, url } => post(client, url.clone(), line).await,
            }
        };
        timeout(PATIENCE, sent)
            .await
            .unwrap_or_else(|_| Err("it took too long".to_owned()))
    }
}

/// Written when this is done, not only handed to the system.
async fn append(path: &PathBuf, line: &str) -> Result<(), String> {
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).append(true);
    let written = async {
        let mut file = options.open(path).await?;
        file.write_all(format!("{line}\n").as_bytes()).await?;
        file.sync_all().await
    };
    written
        .await
        .map_err(|error: std::io::Error| io_error_text(error.kind()))
}

async fn post(client: &Client, url: Url, line: String) -> Result<(), String> {
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .body(line);
    let answer = request
        .send()
        .await
        .map_err(|error| error.without_url().to_string())?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("it answered {}", answer.status()))
    }
}
