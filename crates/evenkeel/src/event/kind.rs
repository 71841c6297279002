//! Types of events, as the clouds name them and as one list.

use serde::{Deserialize, Serialize};

use super::Raw;

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

crate::wire_names! {
    EventKind {
        Redeploy => "redeploy", Migrate => "migrate", Reboot => "reboot", Stop => "stop",
        DiskRecovery => "disk_recovery", SystemMaintenance => "system_maintenance",
        Network => "network", Disk => "disk", Security => "security", Other => "other",
    }
}

/// A type as the cloud names it, and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "Raw")]
pub struct EventType {
    /// The cloud's name.
    pub raw: String,
    /// Its kind.
    pub kind: EventKind,
}
