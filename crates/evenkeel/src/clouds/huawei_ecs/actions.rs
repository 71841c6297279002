//! The two actions of ECS, and what each asks for and costs.

use super::schema::NOW;
use crate::action::{Action, Applies, DataLoss, Down};
use crate::event::{ActionFit, EventKind, Standing, StateKind};
use crate::provider::{OperationName, Provider};
use crate::rules::{ActionRules, Needs};
use crate::time::Timestamp;

/// What a call that sets a start does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StartKind {
    /// Agrees to an event, now or at a time.
    Accept,
    /// Moves an agreed event to another time.
    Reschedule,
}

impl StartKind {
    pub(super) fn operation(self) -> OperationName {
        match self {
            Self::Accept => OperationName::AcceptScheduledEvent,
            Self::Reschedule => OperationName::UpdateScheduledEvent,
        }
    }
}

impl ActionRules for StartKind {
    fn of(action: Action) -> Option<Self> {
        match action {
            Action::Accept => Some(Self::Accept),
            Action::Reschedule => Some(Self::Reschedule),
            _ => None,
        }
    }

    fn provider(self) -> Provider {
        Provider::HuaweiEcs
    }

    fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Reschedule => Action::Reschedule,
        }
    }

    fn needs(self) -> Needs {
        match self {
            Self::Accept => Needs {
                missing_time: Some(NOW),
                ..Needs::TIME
            },
            Self::Reschedule => Needs {
                may_be_now: false,
                ..Needs::TIME
            },
        }
    }

    fn fit(self, on: Standing<'_>) -> ActionFit {
        match self {
            // Its page names this type alone, a guide to the cloud's own console some others.
            Self::Accept => {
                let by_type = Applies::yes_if(on.kind == EventKind::SystemMaintenance);
                ActionFit::by_state(by_type, on.state, StateKind::Inquiring)
            }
            Self::Reschedule => ActionFit::by_state(Applies::Yes, on.state, StateKind::Scheduled),
        }
    }

    /// An accept of an event that is not known may be one that wipes local disks.
    fn data_loss(self, event: Option<EventKind>) -> DataLoss {
        match (self, event) {
            (Self::Accept, None) => DataLoss::Possible,
            (Self::Accept, Some(EventKind::Redeploy | EventKind::DiskRecovery)) => {
                DataLoss::Certain
            }
            (Self::Accept, Some(_)) | (Self::Reschedule, _) => DataLoss::No,
        }
    }

    /// Of a type that nobody documents the longer is said, short of a stop that nobody announced.
    fn down(self, on: Standing<'_>) -> Down {
        match (self, on.kind) {
            (Self::Reschedule, _) => Down::No,
            // A migration that is accepted moves what runs, and restarts it elsewhere if that fails.
            (Self::Accept, EventKind::Reboot | EventKind::Migrate) => Down::Briefly,
            (Self::Accept, EventKind::Stop) => Down::ForGood,
            (Self::Accept, _) => Down::UntilDone,
        }
    }

    /// The API's times have whole seconds.
    fn as_sent(self, at: Timestamp) -> Timestamp {
        at.whole_seconds()
    }
}
