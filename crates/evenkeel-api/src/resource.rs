//! What is known of a resource beside its id.

use std::collections::BTreeMap;

use evenkeel::{LocalDisks, Timestamp};
use serde::{Deserialize, Serialize};

/// What is known of a resource, the operator's own inventory before the cloud. All of it is foreign text that
/// may change: it is shown and searched, and identifies nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resource {
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How it was when the cloud was asked, in the cloud's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Tags and labels by key; of a key that both have, the inventory's value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// Whether it has disks of its host, whose data a move to another host loses.
    #[serde(default)]
    pub local_disks: LocalDisks,
    /// Who says so, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_disks_by: Option<SaidBy>,
    /// When the cloud was last asked about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

/// Who says a thing of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// The cloud, asked about it.
    Cloud,
    /// The operator, in the inventory.
    Inventory,
}

impl Resource {
    /// Whether it says anything beside when it was read.
    #[must_use]
    pub fn says_something(&self) -> bool {
        let silent = Self {
            read_at: self.read_at,
            ..Self::default()
        };
        *self != silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_whose_word_local_disks_are_and_leaves_out_what_nobody_said() {
        let resource = Resource {
            name: Some("web-1".to_owned()),
            local_disks: LocalDisks::Yes,
            local_disks_by: Some(SaidBy::Inventory),
            ..Resource::default()
        };
        let json = r#"{"name":"web-1","local_disks":"yes","local_disks_by":"inventory"}"#;
        assert_eq!(serde_json::to_string(&resource).unwrap(), json);
        assert_eq!(serde_json::from_str::<Resource>(json).unwrap(), resource);
    }

    #[test]
    fn a_resource_that_was_only_asked_for_says_nothing() {
        let mut resource = Resource {
            read_at: Some(Timestamp::from_millis(7)),
            ..Resource::default()
        };
        assert!(!resource.says_something());
        resource.zone = Some("cn-1".to_owned());
        assert!(resource.says_something());
    }
}
