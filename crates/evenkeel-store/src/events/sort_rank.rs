//! The ranks of kinds: the numbers that lists sort them by.
//!
//! INVARIANT: the numbers are stored; a kind keeps its own, new ones come after the last.

use evenkeel::{EventKind, StateKind};

pub(crate) fn of_state(kind: StateKind) -> i64 {
    match kind {
        StateKind::Inquiring => 0,
        StateKind::Scheduled => 1,
        StateKind::Executing => 2,
        StateKind::Completed => 3,
        StateKind::Failed => 4,
        StateKind::Canceled => 5,
        StateKind::Avoided => 6,
        StateKind::Other => 7,
    }
}

pub(crate) fn of_kind(kind: EventKind) -> i64 {
    match kind {
        EventKind::Redeploy => 0,
        EventKind::Migrate => 1,
        EventKind::Reboot => 2,
        EventKind::Stop => 3,
        EventKind::DiskRecovery => 4,
        EventKind::SystemMaintenance => 5,
        EventKind::Network => 6,
        EventKind::Disk => 7,
        EventKind::Security => 8,
        EventKind::Other => 9,
    }
}

/// The state of a number; an unknown one was written by a later version.
pub(crate) fn state(rank: i64) -> StateKind {
    find(StateKind::ALL, rank, of_state).unwrap_or(StateKind::Other)
}

/// The kind of a number; an unknown one was written by a later version.
pub(crate) fn kind(rank: i64) -> EventKind {
    find(EventKind::ALL, rank, of_kind).unwrap_or(EventKind::Other)
}

fn find<T: Copy>(all: &[T], rank: i64, of: impl Fn(T) -> i64) -> Option<T> {
    all.iter().copied().find(|kind| of(*kind) == rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_number_of_its_own() {
        for kind in StateKind::ALL {
            assert_eq!(state(of_state(*kind)), *kind);
        }
        for name in EventKind::ALL {
            assert_eq!(kind(of_kind(*name)), *name);
        }
        assert_eq!(state(99), StateKind::Other);
        assert_eq!(kind(-1), EventKind::Other);
    }
}
