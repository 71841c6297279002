//! The configured accounts, and how reading each goes.

use evenkeel::{ProjectId, Provider, Scope, Timestamp};
use serde::{Deserialize, Serialize};

use crate::InventoryStatus;

/// The body of `GET accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountList {
    /// In the configuration's order.
    pub accounts: Vec<AccountView>,
    /// The label that the configuration groups by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    /// The operator's own inventory, where one is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory: Option<InventoryStatus>,
}

/// What the world may know of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    /// What people and URLs call it.
    pub id: String,
    /// The cloud.
    pub provider: Provider,
    /// The region.
    pub region: String,
    /// The project, at clouds that have them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// Where calls go: a scheme, a host and perhaps a port.
    pub endpoint: String,
    /// Whether it is of a sandbox.
    pub sandbox: bool,
    /// How many items one call of a batch carries.
    pub items_per_call: usize,
}

impl AccountView {
    /// What the core needs to build a request and to read an answer.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let project = self.project_id.as_deref();
        Scope {
            account: self.id.clone(),
            project_id: project.and_then(|id| ProjectId::parse(id).ok()),
            // A sandbox is in none, and is asked as if it were in one.
            region: Some(if self.sandbox {
                self.provider.facts().region_example.to_owned()
            } else {
                self.region.clone()
            }),
        }
    }
}

/// What the sync does about an account now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountPhase {
    /// It has not been read yet.
    Waiting,
    /// It is being read.
    Walking,
    /// The last walk came to its end.
    Ok,
    /// The last walk did not; what was read before is still shown.
    Failing,
    /// The cloud asked for a pause.
    Throttled,
}

/// Why an account cannot be read, in a word that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The key is good and may not list.
    Denied,
    /// The cloud refuses the key or its signature.
    Credentials,
    /// The clock is further off than the cloud allows.
    Clock,
    /// The cloud is busy.
    Throttled,
    /// The cloud says that it is down.
    Unavailable,
    /// The cloud refuses for another reason.
    Refused,
    /// The answer is not the cloud's.
    Unreadable,
    /// The cloud cannot be reached.
    Unreachable,
    /// The cloud did not answer in time.
    Timeout,
    /// The connection broke before the answer was complete.
    Lost,
    /// The request cannot be built as it would be signed.
    Unsendable,
    /// The list went on without an end, or in a circle.
    Endless,
    /// The list came to its end with less on it than the cloud counts.
    Incomplete,
    /// The store could not be written.
    Store,
    /// A word that this version does not know.
    #[serde(other)]
    Other,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountFailure {
    /// In a word.
    pub code: FailureCode,
    /// For a person; may quote the cloud, so it is foreign text.
    pub detail: String,
    /// When.
    pub at: Timestamp,
    /// The cloud's own code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_code: Option<String>,
    /// The cloud's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Why a part of what an account has is not read, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartOff {
    /// What to grant, where that is the matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<String>,
    /// What went wrong.
    #[serde(flatten)]
    pub failure: AccountFailure,
}

/// How far a walk is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WalkProgress {
    /// When it began.
    pub since: Timestamp,
    /// The events read so far.
    pub events: u64,
    /// How many there are, where the cloud says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// How an account's collecting goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStatus {
    /// The account.
    pub account: String,
    /// What the sync does about it.
    pub phase: AccountPhase,
    /// When its last whole walk ended: how old the list is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// When it is read next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// The walk under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<WalkProgress>,
    /// What went wrong last; gone after the next whole walk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<AccountFailure>,
    /// Why the names and tags of its resources are off; events are shown by their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_off: Option<PartOff>,
    /// Why lists are off that the rest is read without; what they had is shown as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lists_off: Option<PartOff>,
    /// The stored events that are not gone.
    pub events: u64,
}
