//! What of an event decides which actions it takes.

use super::{EventKind, Restriction, StateKind};

/// How an event stands, as far as actions depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Its type, as the cloud names it.
    pub event_type: &'a str,
    /// The kind of its type.
    pub kind: EventKind,
    /// The kind of its state.
    pub state: StateKind,
    /// What keeps actions from it.
    pub restriction: Option<Restriction>,
}

impl<'a> Standing<'a> {
    /// Of an event of a type and in a state, as the cloud names them, with nothing against it.
    #[must_use]
    pub fn new(event_type: &'a str, state: &str) -> Self {
        Self {
            event_type,
            kind: EventKind::of(event_type),
            state: StateKind::of(state),
            restriction: None,
        }
    }
}
