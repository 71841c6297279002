//! What a customer may do about an event, and what it may cost.

use serde::Serialize;

/// Something a customer may do about an event. Which cloud has it, and what it means there, is the
/// cloud's: [`Provider::actions`](crate::Provider::actions).
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

crate::wire_names! {
    Action {
        Redeploy => "redeploy", Migrate => "migrate", Reboot => "reboot",
        Accept => "accept", Reschedule => "reschedule",
    }
}

impl Action {
    /// Whether it moves the event to another time and does nothing to an instance: to do it again is a wish of its own.
    #[must_use]
    pub fn moves_event(self) -> bool {
        self == Self::Reschedule
    }

    /// Whether it is said about the event, and not done to the instance.
    #[must_use]
    pub fn is_about_event(self) -> bool {
        matches!(self, Self::Accept | Self::Reschedule)
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

crate::wire_names! {
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

crate::wire_names! {
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

crate::wire_names! {
    Down {
        No => "no", Briefly => "briefly", UntilDone => "until_done", ForGood => "for_good",
    }
}

/// An action that an event takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

/// What happens to the data of a migrated instance. The cloud's default is [`Self::Abandon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataPolicy {
    /// The data is left behind: lost.
    Abandon,
    /// The data is moved if that works; it may be left behind.
    TryTransfer,
    /// The data is moved, or the migration stops.
    ForceTransfer,
}

crate::wire_names! {
    DataPolicy {
        Abandon => "abandon", TryTransfer => "try_transfer", ForceTransfer => "force_transfer",
    }
}

impl DataPolicy {
    /// Whether it loses data.
    #[must_use]
    pub fn data_loss(self) -> DataLoss {
        match self {
            Self::Abandon => DataLoss::Certain,
            Self::TryTransfer | Self::ForceTransfer => DataLoss::Possible,
        }
    }
}
