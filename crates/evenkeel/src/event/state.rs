//! States of events, as the clouds name them and as one list.

use serde::{Deserialize, Serialize};

use super::Raw;

/// How far an event is, in one list for all clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateKind {
    /// The cloud waits for a decision.
    Inquiring,
    /// It has a time.
    Scheduled,
    /// It is under way.
    Executing,
    /// It is done.
    Completed,
    /// It went wrong.
    Failed,
    /// It was called off.
    Canceled,
    /// It was avoided.
    Avoided,
    /// Anything the list does not have.
    Other,
}

crate::wire_names! {
    StateKind {
        Inquiring => "inquiring", Scheduled => "scheduled", Executing => "executing",
        Completed => "completed", Failed => "failed", Canceled => "canceled",
        Avoided => "avoided", Other => "other",
    }
}

impl StateKind {
    /// The kind of what the cloud calls so, in any case; [`Self::Other`] of an unknown name.
    #[must_use]
    pub fn of(raw: &str) -> Self {
        match raw.to_ascii_lowercase().as_str() {
            "inquiring" => Self::Inquiring,
            "scheduled" => Self::Scheduled,
            "executing" => Self::Executing,
            "executed" | "completed" => Self::Completed,
            "failed" => Self::Failed,
            "canceled" | "cancelled" => Self::Canceled,
            "avoided" => Self::Avoided,
            _ => Self::Other,
        }
    }

    /// Whether nothing can be done any more: under way or over.
    #[must_use]
    pub fn is_past_acting(self) -> bool {
        !matches!(self, Self::Inquiring | Self::Scheduled | Self::Other)
    }
}

/// A state as the cloud names it, and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "Raw")]
pub struct State {
    /// The cloud's name.
    pub raw: String,
    /// Its kind.
    pub kind: StateKind,
}

impl State {
    /// From the cloud's name; an unknown one is kept as [`StateKind::Other`].
    #[must_use]
    pub fn new(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            kind: StateKind::of(raw),
        }
    }
}

impl From<Raw> for State {
    fn from(raw: Raw) -> Self {
        Self::new(&raw.raw)
    }
}
