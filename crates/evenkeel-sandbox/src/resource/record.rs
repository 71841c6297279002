//! Says how a machine stands in a state document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Resource;
use crate::event::check_name;

/// One machine of any cloud.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceRecord {
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    zone: String,
    #[serde(default)]
    status: Status,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
}

#[derive(Default, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    #[default]
    Running,
    Stopped,
    /// It is no more: look-ups do not know it.
    Released,
}

impl ResourceRecord {
    /// Writes a machine, or that there is none with this id any more.
    pub(crate) fn of(id: &str, resource: Option<&Resource>) -> Self {
        Self {
            id: id.to_owned(),
            name: resource.and_then(|it| it.name.clone()),
            zone: resource.map_or_else(String::new, |it| it.zone.clone()),
            status: match resource {
                None => Status::Released,
                Some(it) if it.is_running => Status::Running,
                Some(_) => Status::Stopped,
            },
            tags: resource.map_or_else(BTreeMap::new, |it| it.tags.clone()),
        }
    }

    /// Checks what a machine of any cloud must have.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        check_name("id", &self.id)?;
        if self.tags.keys().any(String::is_empty) {
            return Err("a tag must have a key".to_owned());
        }
        Ok(())
    }

    /// The machine; nothing when it is no more.
    pub(crate) fn into_told(self) -> (String, Option<Resource>) {
        let resource = (self.status != Status::Released).then(|| Resource {
            id: self.id.clone(),
            name: self.name,
            zone: self.zone,
            is_running: self.status == Status::Running,
            tags: self.tags,
        });
        (self.id, resource)
    }
}
