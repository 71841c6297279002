//! `vectors/`: signed requests with every stage of their signature.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The scheme that a vector is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Alibaba's `ACS3-HMAC-SHA256`.
    Acs3,
    /// Alibaba's older RPC v1.
    Rpc1,
    /// Huawei's `SDK-HMAC-SHA256`.
    Huawei,
}

/// What the official Python SDKs sent with time and nonce frozen, and how they came to their signature.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SdkVector {
    /// What the request is.
    pub name: String,
    /// The scheme.
    pub kind: Kind,
    /// The key's id.
    pub access_key: String,
    /// The key's secret. It opens nothing.
    pub secret_key: String,
    /// The method.
    pub method: String,
    /// The raw request target.
    pub target: String,
    /// The headers sent.
    pub headers: Vec<(String, String)>,
    /// The body sent.
    pub body: String,
    /// The first stage.
    pub canonical_request: String,
    /// The second stage.
    pub string_to_sign: String,
    /// The third stage.
    pub signature: String,
}

/// A vector from a provider's own pages, which publish the hash of the canonical request instead of its text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedVector {
    /// What the request is.
    pub name: String,
    /// The page it is from.
    pub source: String,
    /// The scheme.
    pub kind: Kind,
    /// The key's id.
    pub access_key: String,
    /// The key's secret. It opens nothing.
    pub secret_key: String,
    /// The method.
    pub method: String,
    /// The raw request target.
    pub target: String,
    /// The headers that are signed.
    pub headers: Vec<(String, String)>,
    /// When it is signed, in ms since the Unix epoch.
    pub time_ms: i64,
    /// The hash of the first stage.
    pub canonical_request_sha256: String,
    /// The third stage.
    pub signature: String,
}

impl SdkVector {
    /// All of `vectors/sdk_vectors.json`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds anything else.
    pub fn all() -> Result<Vec<Self>> {
        load("sdk_vectors.json")
    }
}

impl PublishedVector {
    /// All of `vectors/published.json`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds anything else.
    pub fn all() -> Result<Vec<Self>> {
        load("published.json")
    }
}

fn load<T: DeserializeOwned>(file: &str) -> Result<T> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(file);
    let text = fs::read(path).with_context(|| format!("reading `{file}`"))?;
    serde_json::from_slice(&text).with_context(|| format!("reading `{file}`"))
}
