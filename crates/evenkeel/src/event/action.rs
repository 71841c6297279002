//! Which actions an event takes now, and what they may cost.

use serde::Serialize;

use super::{EventKind, Provider, StateKind};

/// Something a customer may do about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// ENS: make the instance anew on another host.
    Redeploy,
    /// ENS: move the instance to another host.
    Migrate,
    /// ENS: reboot the instance.
    Reboot,
    /// Huawei: agree to the event, now or at a time.
    Accept,
    /// Huawei: move an agreed event to another time.
    Reschedule,
}

crate::names! {
    Action {
        Redeploy => "redeploy", Migrate => "migrate", Reboot => "reboot",
        Accept => "accept", Reschedule => "reschedule",
    }
}

impl Action {
    /// The cloud that knows the action.
    #[must_use]
    pub fn provider(self) -> Provider {
        match self {
            Self::Redeploy | Self::Migrate | Self::Reboot => Provider::Ens,
            Self::Accept | Self::Reschedule => Provider::HuaweiEcs,
        }
    }
}

/// Whether the cloud documents the action for the event's type and state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// It does.
    Yes,
    /// Nobody says; the cloud may refuse.
    Unverified,
}

crate::names! {
    Applies { Yes => "yes", Unverified => "unverified" }
}

/// Whether an action loses data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataLoss {
    /// It does not.
    No,
    /// It may.
    Possible,
    /// It does: all data, or at Huawei that of local disks.
    Certain,
}

crate::names! {
    DataLoss { No => "no", Possible => "possible", Certain => "certain" }
}

/// How long an action takes its resource down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Down {
    /// It does not.
    No,
    /// As long as a reboot or the end of a move takes.
    Briefly,
    /// Until the action is done, which may take hours or days.
    UntilDone,
    /// It stops, and stays so until somebody starts it again.
    ForGood,
}

crate::names! {
    Down {
        No => "no", Briefly => "briefly", UntilDone => "until_done", ForGood => "for_good",
    }
}

/// An action that an event takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ActionOffer {
    /// The action.
    pub action: Action,
    /// How surely the cloud takes it.
    pub applies: Applies,
    /// Whether it loses data.
    pub data_loss: DataLoss,
    /// What is down while it runs.
    pub down: Down,
}

impl ActionOffer {
    /// What an event takes, if it has an id.
    #[must_use]
    pub fn of(provider: Provider, kind: EventKind, state: StateKind) -> Vec<Self> {
        let offer = |&action: &Action| {
            let applies = match fit(action, provider, kind, state) {
                ActionFit::Takes {
                    by_type: Applies::Yes,
                    by_state: Applies::Yes,
                } => Applies::Yes,
                ActionFit::Takes { .. } => Applies::Unverified,
                ActionFit::StatePast | ActionFit::TypeMismatch => return None,
            };
            Some(Self {
                action,
                applies,
                data_loss: data_loss(action, kind),
                down: down(action, kind),
            })
        };
        Action::ALL.iter().filter_map(offer).collect()
    }
}

/// How an action and an event go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActionFit {
    /// The cloud may take it; how surely.
    Takes {
        by_type: Applies,
        by_state: Applies,
    },
    StatePast,
    TypeMismatch,
}

/// Holds an action against an event's type and state.
pub(crate) fn fit(
    action: Action,
    provider: Provider,
    kind: EventKind,
    state: StateKind,
) -> ActionFit {
    let type_fits = provider == action.provider()
        && match action {
            Action::Redeploy => kind == EventKind::Redeploy,
            Action::Migrate => kind == EventKind::Migrate,
            Action::Reboot => kind == EventKind::Reboot,
            Action::Accept | Action::Reschedule => true,
        };
    if !type_fits {
        return ActionFit::TypeMismatch;
    }
    if state.is_past_acting() {
        return ActionFit::StatePast;
    }
    let yes_if = |documented| {
        if documented {
            Applies::Yes
        } else {
            Applies::Unverified
        }
    };
    let asked_for = match action {
        Action::Reschedule => StateKind::Scheduled,
        _ => StateKind::Inquiring,
    };
    ActionFit::Takes {
        // Its page names this type alone, a guide to the cloud's own console some others.
        by_type: yes_if(action != Action::Accept || kind == EventKind::SystemMaintenance),
        by_state: yes_if(state == asked_for),
    }
}

/// What the action costs on this event, before any policy is chosen.
pub(crate) fn data_loss(action: Action, kind: EventKind) -> DataLoss {
    match (action, kind) {
        (Action::Redeploy | Action::Migrate, _) => DataLoss::Possible,
        (Action::Accept, EventKind::Redeploy | EventKind::DiskRecovery) => DataLoss::Certain,
        _ => DataLoss::No,
    }
}

/// What the action takes down on this event. Of a type that nobody documents the longer is said, short
/// of a stop that nobody announced.
pub(crate) fn down(action: Action, kind: EventKind) -> Down {
    match (action, kind) {
        (Action::Reschedule, _) => Down::No,
        // A migration that is accepted moves what runs, and restarts it elsewhere if that fails.
        (Action::Reboot, _) | (Action::Accept, EventKind::Reboot | EventKind::Migrate) => {
            Down::Briefly
        }
        (Action::Accept, EventKind::Stop) => Down::ForGood,
        (Action::Redeploy | Action::Migrate | Action::Accept, _) => Down::UntilDone,
    }
}
