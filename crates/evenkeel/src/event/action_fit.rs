//! Whether an action and an event go together.

use super::{Restriction, StateKind};
use crate::action::Applies;

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
    Restricted(Restriction),
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
