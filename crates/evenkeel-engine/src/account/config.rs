//! What an account is made of.

use std::time::Duration;

use evenkeel::Provider;

use crate::{
    endpoint::Endpoint,
    reference::{Reference, Setting, TokenReference},
};

/// One entry of `[[accounts]]`: what an account is made of, with its key still a reference.
#[derive(Debug, Clone)]
pub struct AccountConfig {
    /// What people and URLs call it.
    pub id: String,
    /// The cloud.
    pub provider: Provider,
    /// The region.
    pub region: String,
    /// Huawei's project: in the file, or where to find it.
    pub project_id: Option<Setting>,
    /// Where calls go.
    pub endpoint: Endpoint,
    /// The access key's id.
    pub access_key_id: Reference,
    /// The access key's secret.
    pub access_key_secret: Reference,
    /// The token of temporary credentials.
    pub security_token: Option<TokenReference>,
    /// How often its list is read; none is what `[collector]` says.
    pub poll: Option<Duration>,
    /// How many items one call of a batch carries.
    pub items_per_call: usize,
}
