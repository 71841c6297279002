//! What a sandbox is made from, and the keys it accepts.

use std::time::Duration;

use crate::ClockMode;

/// What to generate, and how fast the simulated clouds work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// The seed of the fleet: the same seed makes the same events, with times relative to the start.
    pub seed: u64,
    /// How many events both clouds have together, half each.
    pub events: usize,
    /// How long an event stays in each state once it is under way.
    pub step: Duration,
    /// Whose clock counts.
    pub clock: ClockMode,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 1,
            events: 200,
            step: Duration::from_secs(5),
            clock: ClockMode::Real,
        }
    }
}

/// The keys the sandbox accepts: fixed, published with the source, and of no use anywhere else.
/// They are **not secrets**, which is why they may be printed and compared in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID`
    pub ens_access_key_id: String,
    /// `ALIBABA_CLOUD_ACCESS_KEY_SECRET`
    pub ens_access_key_secret: String,
    /// `HUAWEICLOUD_SDK_AK`
    pub huawei_access_key: String,
    /// `HUAWEICLOUD_SDK_SK`
    pub huawei_secret_key: String,
    /// `HUAWEICLOUD_SDK_PROJECT_ID`
    pub huawei_project_id: String,
    /// A key of ENS that is valid with its token only.
    pub ens_temporary: TemporaryKey,
    /// The like for Huawei, of the same project.
    pub huawei_temporary: TemporaryKey,
}

/// A temporary key, as the clouds' token services hand them out; the sandbox's never expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemporaryKey {
    /// The key's id.
    pub access_key_id: String,
    /// Its secret, which is none.
    pub secret: String,
    /// What must be sent along.
    pub security_token: String,
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            ens_access_key_id: "LTAIevenkeelSandbox".to_owned(),
            ens_access_key_secret: "evenkeel-sandbox-not-a-secret".to_owned(),
            huawei_access_key: "EVENKEELSANDBOX00000".to_owned(),
            huawei_secret_key: "evenkeelSandboxNotASecret0000000000000".to_owned(),
            huawei_project_id: "5a4d0000000000000000000000e7e4ee".to_owned(),
            ens_temporary: TemporaryKey {
                access_key_id: "STS.evenkeelSandbox".to_owned(),
                secret: "evenkeel-sandbox-temporary-not-a-secret".to_owned(),
                security_token: "evenkeel-sandbox-token-not-a-secret".to_owned(),
            },
            huawei_temporary: TemporaryKey {
                access_key_id: "EVENKEELTEMPORARY000".to_owned(),
                secret: "evenkeelSandboxTemporaryNotASecret000000".to_owned(),
                security_token: "evenkeelSandboxTokenNotASecret".to_owned(),
            },
        }
    }
}
