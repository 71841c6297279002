//! Types of events, as the clouds name them and as one list.

use serde::{Deserialize, Serialize};

use super::Raw;

/// ENS event types. <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-describehistoryevents>
pub const ENS_EVENT_TYPES: &[&str] = &[
    "Instance:SystemFailure.Redeploy",
    "Instance:SystemFailure.Reboot",
    "Instance:SystemMaintenance.Redeploy",
    "Instance:SystemMaintenance.Reboot",
    "Instance:SystemUpgrade.Migrate",
    "Instance:RegionNetworkDown",
    "Disk:Stalled",
    "EnsRegion:NetworkMigration",
    "IP:SafeRisk",
    "IP:SafeBan",
];

/// Huawei ECS event types. <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>
pub const HUAWEI_EVENT_TYPES: &[&str] = &[
    "instance-reboot",
    "instance-stop",
    "instance-migrate",
    "instance-redeploy",
    "localdisk-recovery",
    "system-maintenance",
];

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

impl EventType {
    /// From the cloud's name; an unknown one is kept as [`EventKind::Other`].
    #[must_use]
    pub fn new(raw: &str) -> Self {
        let kind = match raw {
            "instance-redeploy" => EventKind::Redeploy,
            "instance-migrate" => EventKind::Migrate,
            "instance-reboot" => EventKind::Reboot,
            "instance-stop" => EventKind::Stop,
            "localdisk-recovery" => EventKind::DiskRecovery,
            "system-maintenance" => EventKind::SystemMaintenance,
            "Instance:RegionNetworkDown" | "EnsRegion:NetworkMigration" => EventKind::Network,
            "Disk:Stalled" => EventKind::Disk,
            "IP:SafeRisk" | "IP:SafeBan" => EventKind::Security,
            _ if raw.ends_with(".Redeploy") => EventKind::Redeploy,
            _ if raw.ends_with(".Migrate") => EventKind::Migrate,
            _ if raw.ends_with(".Reboot") => EventKind::Reboot,
            _ => EventKind::Other,
        };
        Self {
            raw: raw.to_owned(),
            kind,
        }
    }
}

impl From<Raw> for EventType {
    fn from(raw: Raw) -> Self {
        Self::new(&raw.raw)
    }
}
