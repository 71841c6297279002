//! The two clouds, and what can be called.

use serde::Serialize;

/// One of the simulated clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) enum Cloud {
    /// Alibaba Cloud ENS
    #[serde(rename = "ens")]
    Ens,
    /// Huawei Cloud ECS
    #[serde(rename = "huawei-ecs")]
    HuaweiEcs,
}

impl Cloud {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "ens" => Some(Self::Ens),
            "huawei-ecs" => Some(Self::HuaweiEcs),
            _ => None,
        }
    }
}

/// Everything the sandbox answers, by the provider's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) enum Operation {
    DescribeHistoryEvents,
    BatchEventRedeployInstance,
    BatchEventMigrateInstance,
    BatchEventRebootInstance,
    EventRedeployInstance,
    EventMigrateInstance,
    EventRebootInstance,
    ListScheduledEvents,
    AcceptScheduledEvent,
    UpdateScheduledEvent,
}

impl Operation {
    /// All of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::DescribeHistoryEvents,
        Self::BatchEventRedeployInstance,
        Self::BatchEventMigrateInstance,
        Self::BatchEventRebootInstance,
        Self::EventRedeployInstance,
        Self::EventMigrateInstance,
        Self::EventRebootInstance,
        Self::ListScheduledEvents,
        Self::AcceptScheduledEvent,
        Self::UpdateScheduledEvent,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::DescribeHistoryEvents => "DescribeHistoryEvents",
            Self::BatchEventRedeployInstance => "BatchEventRedeployInstance",
            Self::BatchEventMigrateInstance => "BatchEventMigrateInstance",
            Self::BatchEventRebootInstance => "BatchEventRebootInstance",
            Self::EventRedeployInstance => "EventRedeployInstance",
            Self::EventMigrateInstance => "EventMigrateInstance",
            Self::EventRebootInstance => "EventRebootInstance",
            Self::ListScheduledEvents => "ListScheduledEvents",
            Self::AcceptScheduledEvent => "AcceptScheduledEvent",
            Self::UpdateScheduledEvent => "UpdateScheduledEvent",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.as_str() == name)
    }

    pub(crate) fn cloud(self) -> Cloud {
        match self {
            Self::ListScheduledEvents | Self::AcceptScheduledEvent | Self::UpdateScheduledEvent => {
                Cloud::HuaweiEcs
            }
            _ => Cloud::Ens,
        }
    }

    /// Whether it takes several events at once.
    pub(crate) fn is_batch(self) -> bool {
        matches!(
            self,
            Self::BatchEventRedeployInstance
                | Self::BatchEventMigrateInstance
                | Self::BatchEventRebootInstance
        )
    }

    /// Whether what it answers has a body; Huawei's acts answer with a status alone.
    pub(crate) fn answers_with_body(self) -> bool {
        !(self.acts() && self.cloud() == Cloud::HuaweiEcs)
    }

    /// Whether it changes something.
    pub(crate) fn acts(self) -> bool {
        !matches!(
            self,
            Self::DescribeHistoryEvents | Self::ListScheduledEvents
        )
    }
}
