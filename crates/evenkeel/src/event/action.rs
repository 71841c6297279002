//! Which actions an event takes now, and what they may cost.

use serde::Serialize;

use super::{EventKind, StateKind};
use crate::clouds::Provider;

/// Something a customer may do about an event. Which cloud has it, and what it means there, is the
/// cloud's: [`Provider::actions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Make the instance anew on another host.
    Redeploy,
    /// Move the instance to another host.
    Migrate,
    /// Reboot the instance.
    Reboot,
    /// Agree to the event, now or at a time.
    Accept,
    /// Move an agreed event to another time.
    Reschedule,
}

crate::names! {
    Action {
        Redeploy => "redeploy", Migrate => "migrate", Reboot => "reboot",
        Accept => "accept", Reschedule => "reschedule",
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

impl Applies {
    pub(crate) fn yes_if(is_documented: bool) -> Self {
        if is_documented {
            Self::Yes
        } else {
            Self::Unverified
        }
    }
}

/// Whether an action loses data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataLoss {
    /// It does not.
    No,
    /// It may.
    Possible,
    /// It does: all data, or that of local disks.
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
            let applies = match provider.fit(action, kind, state) {
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
                data_loss: provider.data_loss(action, Some(kind)),
                down: provider.down(action, kind),
            })
        };
        provider.actions().iter().filter_map(offer).collect()
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

impl ActionFit {
    /// How an action that the event's type takes goes with its state.
    pub(crate) fn by_state(by_type: Applies, state: StateKind, asked_for: StateKind) -> Self {
        if state.is_past_acting() {
            return Self::StatePast;
        }
        Self::Takes {
            by_type,
            by_state: Applies::yes_if(state == asked_for),
        }
    }
}
