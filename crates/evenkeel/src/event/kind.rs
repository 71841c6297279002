//! Types of events, as the clouds name them and as one list.

use serde::{Deserialize, Serialize};

use super::Raw;
use crate::clouds::Provider;

/// What an event is about, in one list for all clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// The instance is made anew on another host.
    Redeploy,
    /// The instance moves to another host.
    Migrate,
    /// The instance reboots.
    Reboot,
    /// The instance stops.
    Stop,
    /// A local disk is replaced.
    DiskRecovery,
    /// Maintenance with no further word.
    SystemMaintenance,
    /// A network is down or moves.
    Network,
    /// A disk stalls.
    Disk,
    /// An address is at risk or banned.
    Security,
    /// Anything the list does not have.
    Other,
}

crate::names! {
    EventKind {
        Redeploy => "redeploy", Migrate => "migrate", Reboot => "reboot", Stop => "stop",
        DiskRecovery => "disk_recovery", SystemMaintenance => "system_maintenance",
        Network => "network", Disk => "disk", Security => "security", Other => "other",
    }
}

/// A type as the cloud names it, and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Raw")]
pub struct EventType {
    /// The cloud's name.
    pub raw: String,
    /// Its kind.
    pub kind: EventKind,
}

impl EventKind {
    /// The kind of what the cloud calls so; [`Self::Other`] of an unknown name.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        let mut kinds = Provider::ALL
            .iter()
            .map(|provider| provider.event_kind(raw));
        kinds.find_map(|kind| kind).unwrap_or(Self::Other)
    }
}

impl EventType {
    /// From the cloud's name; an unknown one is kept as [`EventKind::Other`].
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            kind: EventKind::of(raw),
        }
    }
}

impl From<Raw> for EventType {
    fn from(raw: Raw) -> Self {
        Self::new(&raw.raw)
    }
}
