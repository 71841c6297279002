//! The four actions of ECS, and what each asks for, fits and costs.
//! <https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-ecs-system-events>

use super::schema;
use crate::action::{Action, Applies, DataLoss, Down};
use crate::event::{ActionFit, EventKind, Standing, StateKind};
use crate::provider::{OperationName, Provider};
use crate::rules::{ActionRules, Needs};
use crate::time::Timestamp;

/// A reboot that has not moved its event is not tried again for so long.
const AGAIN_MS: i64 = 12 * 60 * 60 * 1000;

/// What a call that acts does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EcsAct {
    /// Lets the event do by default what it is for, at once.
    Accept,
    /// Makes the instance anew on another host, whatever event it has.
    Redeploy,
    /// Reboots the instance, whatever event it has.
    Reboot,
    /// Moves a planned event earlier, or back up to its first plan.
    Reschedule,
}

impl EcsAct {
    pub(super) fn operation(self) -> OperationName {
        match self {
            Self::Accept => OperationName::AcceptInquiredSystemEvent,
            Self::Redeploy => OperationName::RedeployInstance,
            Self::Reboot => OperationName::RebootInstances,
            Self::Reschedule => OperationName::ModifySystemEventAttribute,
        }
    }
}

impl ActionRules for EcsAct {
    fn of(action: Action) -> Option<Self> {
        match action {
            Action::Accept => Some(Self::Accept),
            Action::Redeploy => Some(Self::Redeploy),
            Action::Reboot => Some(Self::Reboot),
            Action::Reschedule => Some(Self::Reschedule),
            Action::Migrate => None,
        }
    }

    fn provider(self) -> Provider {
        Provider::AlibabaEcs
    }

    fn action(self) -> Action {
        match self {
            Self::Accept => Action::Accept,
            Self::Redeploy => Action::Redeploy,
            Self::Reboot => Action::Reboot,
            Self::Reschedule => Action::Reschedule,
        }
    }

    fn needs(self) -> Needs {
        let is_move = self == Self::Reschedule;
        Needs {
            may_be_now: !is_move,
            may_be_later: is_move,
            ..Needs::TIME
        }
    }

    fn fit(self, on: Standing<'_>) -> ActionFit {
        match self {
            Self::Accept => accept(on),
            Self::Redeploy => redeploy(on),
            Self::Reboot => reboot(on),
            Self::Reschedule => reschedule(on),
        }
    }

    fn data_loss(self, event: Option<EventKind>) -> DataLoss {
        match (self, event) {
            // The damaged disk's data; by a redeploy that of all local disks.
            (Self::Accept | Self::Redeploy, Some(EventKind::DiskRecovery)) => DataLoss::Certain,
            // Local disks are wiped where there are any, which the event does not say.
            (Self::Redeploy, _)
            | (
                Self::Accept,
                None | Some(EventKind::Redeploy | EventKind::Disk | EventKind::Other),
            ) => DataLoss::Possible,
            (Self::Accept, Some(_)) | (Self::Reboot | Self::Reschedule, _) => DataLoss::No,
        }
    }

    fn down(self, on: Standing<'_>) -> Down {
        match self {
            Self::Reschedule => Down::No,
            Self::Reboot => Down::Briefly,
            Self::Redeploy => Down::UntilDone,
            Self::Accept => accepted(on),
        }
    }

    fn acts_on_resource(self) -> bool {
        matches!(self, Self::Redeploy | Self::Reboot)
    }

    fn again_after_ms(self) -> Option<i64> {
        (self == Self::Reboot).then_some(AGAIN_MS)
    }

    /// The API's times have whole seconds.
    fn as_sent(self, at: Timestamp) -> Timestamp {
        at.whole_seconds()
    }
}

/// How an action that these states ask for goes with one; before them and in one that nobody knows, nobody says.
fn in_states(by_type: Applies, state: StateKind, asked_for: &[StateKind]) -> ActionFit {
    let by_state = if asked_for.contains(&state) {
        Applies::Yes
    } else if state.is_past_acting() {
        return ActionFit::StatePast;
    } else {
        Applies::Unverified
    };
    ActionFit::Takes { by_type, by_state }
}

/// What is inquired takes an answer: not what is billed or punished, which only paying or mending helps.
fn accept(on: Standing<'_>) -> ActionFit {
    let is_maintenance = ["SystemMaintenance.", "SystemFailure.", "SystemUpgrade."]
        .iter()
        .any(|prefix| on.event_type.starts_with(prefix));
    let is_documented = schema::ALL_TYPES.contains(&on.event_type);
    if is_documented && !is_maintenance {
        return ActionFit::TypeMismatch;
    }
    if on.state == StateKind::Scheduled {
        // The call finds inquiring events alone.
        return ActionFit::StatePast;
    }
    let by_type = Applies::yes_if(is_documented);
    in_states(by_type, on.state, &[StateKind::Inquiring])
}

/// The table of the page about the call.
/// <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-redeployinstance>
fn redeploy(on: Standing<'_>) -> ActionFit {
    use StateKind::{Executing, Inquiring, Scheduled};
    match on.event_type {
        "SystemMaintenance.Reboot" | "SystemMaintenance.Redeploy" => {
            in_states(Applies::Yes, on.state, &[Inquiring, Scheduled])
        }
        "SystemFailure.Redeploy"
        | "SystemMaintenance.RebootAndIsolateErrorDisk"
        | "SystemMaintenance.RebootAndReInitErrorDisk"
        | "SystemMaintenance.IsolateErrorDisk"
        | "SystemMaintenance.ReInitErrorDisk" => in_states(Applies::Yes, on.state, &[Inquiring]),
        // While it is under way, and for instances with local disks alone, which the event does not say.
        "SystemFailure.Reboot" => in_states(Applies::Unverified, on.state, &[Executing]),
        _ => ActionFit::TypeMismatch,
    }
}

fn reboot(on: Standing<'_>) -> ActionFit {
    match on.event_type {
        "SystemMaintenance.Reboot" => in_states(Applies::Yes, on.state, &[StateKind::Scheduled]),
        // A second step after the agreement; in which state that leaves the event, nobody says.
        "SystemMaintenance.RebootAndIsolateErrorDisk"
        | "SystemMaintenance.RebootAndReInitErrorDisk" => match on.state {
            StateKind::Executing => ActionFit::Takes {
                by_type: Applies::Yes,
                by_state: Applies::Unverified,
            },
            state => in_states(Applies::Yes, state, &[]),
        },
        _ => ActionFit::TypeMismatch,
    }
}

/// Planned maintenance, whose types nobody lists.
fn reschedule(on: Standing<'_>) -> ActionFit {
    let by_type = match on.event_type {
        "SystemMaintenance.Reboot" | "SystemMaintenance.Stop" | "SystemMaintenance.Redeploy" => {
            Applies::Yes
        }
        "SystemUpgrade.Migrate" => Applies::Unverified,
        name if name.starts_with("SystemMaintenance.") => Applies::Unverified,
        _ => return ActionFit::TypeMismatch,
    };
    in_states(by_type, on.state, &[StateKind::Scheduled])
}

/// What an agreement takes down; of a type that nobody documents the longer is said.
fn accepted(on: Standing<'_>) -> Down {
    match on.event_type {
        "SystemMaintenance.IsolateErrorDisk"
        | "SystemMaintenance.ReInitErrorDisk"
        | "SystemMaintenance.CleanInactiveDisks" => Down::No,
        // The agreement is followed by a reboot.
        "SystemMaintenance.RebootAndIsolateErrorDisk"
        | "SystemMaintenance.RebootAndReInitErrorDisk" => Down::Briefly,
        "SystemMaintenance.StopAndRepair" => Down::UntilDone,
        "SystemFailure.Delete" => Down::ForGood,
        _ => match on.kind {
            EventKind::Reboot | EventKind::Migrate => Down::Briefly,
            EventKind::Stop => Down::ForGood,
            _ => Down::UntilDone,
        },
    }
}
