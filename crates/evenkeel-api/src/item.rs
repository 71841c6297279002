//! The items of a batch and their life.

use evenkeel::{DataPolicy, StateKind, Timestamp, When};
use serde::{Deserialize, Serialize};

use crate::{Actor, ItemState, ReportedReason, Resource};

/// Who found out what became of an unknown item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SettledBy {
    /// A read of the event's state.
    Reader,
    /// A person.
    Person,
}

/// An item of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Item {
    /// Its index in the batch.
    pub index: u32,
    /// The event.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
    /// What is known of its resource beside the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// When the cloud is to act.
    pub when: When,
    /// What happens to the data; migrations only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_policy: Option<DataPolicy>,
    /// Where it is: how the order stands.
    pub state: ItemState,
    /// Of items that the cloud took, or may have taken: how far it is with their event.
    /// [`StateKind::Other`] where it stopped listing the event before that had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<StateKind>,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::ItemReason>))]
    pub reason: Option<ReportedReason>,
    /// The cloud's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The cloud's words; foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The cloud's id of the last request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Who found out what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<SettledBy>,
    /// Whether it took the batch's password.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_password: bool,
    /// Queued items that wait: not sent before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The batch that sends it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried_in: Option<String>,
    /// Unknown items: when its last signature can be taken no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_resend_at: Option<Timestamp>,
    /// Since when it is in its state.
    pub updated_at: Timestamp,
    /// How many calls were made for it.
    pub attempts: u32,
}

/// A step of an item's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attempt {
    /// The call it belongs to, from 1; 0 before the first.
    pub attempt: u32,
    /// The state it came into.
    pub state: ItemState,
    /// When.
    pub at: Timestamp,
    /// Whose word it was; nothing where the proxy went on by itself, or that was not kept yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
    /// When the call was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// The answer's HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The cloud's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The cloud's answer, without what must not be kept; foreign text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// `GET batches/{id}/items/{index}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemDetail {
    /// The item.
    #[serde(flatten)]
    pub item: Item,
    /// Its life, oldest first.
    pub history: Vec<Attempt>,
}

/// `GET batches/{id}/items`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemPage {
    /// The items, by index.
    pub items: Vec<Item>,
    /// The `after` of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_one_name_in_json_and_in_the_store() {
        for state in ItemState::ALL {
            let json = serde_json::to_string(&state).unwrap();
            assert_eq!(json, format!("\"{state}\""));
            assert_eq!(ItemState::parse(state.as_str()), Some(state));
        }
    }
}
