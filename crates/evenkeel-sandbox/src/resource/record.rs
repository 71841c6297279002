//! Says how a machine stands in a state document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{MachineDetails, Power, Resource};
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
    #[serde(default, skip_serializing_if = "is_zero")]
    local_disks: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lock: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[derive(Default, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    #[default]
    Running,
    Stopped,
    Starting,
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
            status: match resource.map(|it| it.power) {
                None => Status::Released,
                Some(Power::Running) => Status::Running,
                Some(Power::Stopped) => Status::Stopped,
                Some(Power::Starting) => Status::Starting,
            },
            tags: resource.map_or_else(BTreeMap::new, |it| it.tags.clone()),
            local_disks: resource.map_or(0, |it| it.details.local_disks),
            lock: resource.and_then(|it| it.details.lock.clone()),
            host: resource.and_then(|it| it.details.host.clone()),
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
        let power = match self.status {
            Status::Running => Some(Power::Running),
            Status::Stopped => Some(Power::Stopped),
            Status::Starting => Some(Power::Starting),
            Status::Released => None,
        };
        let resource = power.map(|power| Resource {
            id: self.id.clone(),
            name: self.name,
            zone: self.zone,
            power,
            tags: self.tags,
            details: MachineDetails {
                local_disks: self.local_disks,
                lock: self.lock,
                host: self.host,
            },
        });
        (self.id, resource)
    }
}
