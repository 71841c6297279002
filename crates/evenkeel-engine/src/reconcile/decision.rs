//! What an event's state says about an item: decisions without I/O.

use evenkeel::{Action, Provider, State, StateKind};
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::journal::UnresolvedItem;

/// An unknown item that was proved not to have acted is sent again; one that was lost so often is
/// not.
const MOST_LOSSES: i64 = 5;

/// How far an own clock is trusted where an answer has no `Date`, ms.
const OWN_CLOCK_SKEW_MS: i64 = 15 * 60 * 1000;

/// An event as a read showed it. Times are ms since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Observation {
    /// The event.
    pub(crate) event_id: String,
    /// Its resource.
    pub(crate) resource_id: String,
    /// Its state.
    pub(crate) state: State,
    /// What it takes as it stands.
    pub(crate) actions: Vec<Action>,
    /// The window's begin.
    pub(crate) not_before: Option<i64>,
    /// When the read was begun, by the proxy's clock.
    pub(crate) read_at: i64,
    /// The cloud's own time when it answered, where it said so: its `Date`.
    pub(crate) cloud_at: Option<i64>,
}

/// What it means for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The event left the state it was in.
    Confirmed,
    /// It did, to another time than asked for.
    Superseded,
    /// The call can do nothing any more, and did nothing: it may be made again.
    SendAgain,
    /// The same, but it is not to be made again.
    NotSent(ItemReason),
}

/// Whether an observation is about an item's event.
pub(super) fn is_about(provider: Provider, item: &UnresolvedItem, seen: &Observation) -> bool {
    item.event_id == seen.event_id
        && (!provider.names_resource() || item.resource_id == seen.resource_id)
}

/// What an observation of its event means for an item, if anything.
pub(super) fn reconcile(
    provider: Provider,
    item: &UnresolvedItem,
    seen: &Observation,
) -> Option<Decision> {
    // A read from before the call says nothing about it.
    if item.signed_at.is_some_and(|signed| seen.read_at < signed) {
        return None;
    }
    match has_left(item, seen)? {
        true if is_at_another_time(provider, item, seen) => Some(Decision::Superseded),
        true => Some(Decision::Confirmed),
        // That its event stands as before proves nothing of a call that does not name it: a person says what became
        // of it, or a later read.
        false if provider.acts_on_resource(item.action) => None,
        false if item.state == ItemState::Unknown && is_dead(item, seen) => {
            Some(if item.is_cancelled {
                Decision::NotSent(ItemReason::Cancelled)
            } else if item.losses >= MOST_LOSSES {
                Decision::NotSent(ItemReason::NeverTook)
            } else {
                Decision::SendAgain
            })
        }
        false => None,
    }
}

/// Whether the item's last signature could be taken no more when the read was made. The clouds
/// compare it with their own clock, so theirs counts beside ours.
fn is_dead(item: &UnresolvedItem, seen: &Observation) -> bool {
    let Some(dead_at) = item.may_resend_at() else {
        return false;
    };
    seen.read_at >= dead_at
        && match seen.cloud_at {
            Some(cloud_at) => cloud_at >= dead_at,
            None => seen.read_at >= dead_at.saturating_add(OWN_CLOCK_SKEW_MS),
        }
}

/// Whether the event has left the state it was in; nothing where nobody can tell.
fn has_left(item: &UnresolvedItem, seen: &Observation) -> Option<bool> {
    let before = item
        .before_state
        .as_deref()
        // Looked for and not found; or, the sync's word, listed no more: neither is a state.
        .filter(|state| !["", "gone"].contains(state))
        .map(State::new);
    let Some(before) = before else {
        return without_before(item, seen);
    };
    if !before.raw.eq_ignore_ascii_case(&seen.state.raw) {
        return Some(true);
    }
    if before.kind == StateKind::Scheduled {
        // It had a time already: an act shows in that.
        return match (item.before_at, seen.not_before) {
            (Some(before), Some(seen)) => Some(before != seen),
            _ => None,
        };
    }
    Some(false)
}

/// The state from before is not known: what the action is documented for stands for it.
fn without_before(item: &UnresolvedItem, seen: &Observation) -> Option<bool> {
    match (item.action.moves_event(), seen.state.kind) {
        (_, StateKind::Other) | (true, StateKind::Inquiring) => None,
        (true, StateKind::Scheduled) => {
            let is_there =
                item.plan_at.is_some() && item.plan_at.map(seconds) == seen.not_before.map(seconds);
            is_there.then_some(true)
        }
        (_, StateKind::Inquiring) => Some(false),
        _ => Some(true),
    }
}

/// Whether the event moved, but to another time than the one asked for, where that can be read.
fn is_at_another_time(provider: Provider, item: &UnresolvedItem, seen: &Observation) -> bool {
    let (Some(wanted), Some(seen_at)) = (item.plan_at, seen.not_before) else {
        return false;
    };
    if provider.facts().window_follows_plan {
        return seconds(wanted) != seconds(seen_at);
    }
    // Nobody says that the window follows a plan: one that stayed says nothing.
    wanted != seen_at && item.before_at.is_some_and(|before| before != seen_at)
}

fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider_of(item: &UnresolvedItem) -> Provider {
        Provider::with_action(item.action).unwrap()
    }

    fn reconcile(item: &UnresolvedItem, seen: &Observation) -> Option<Decision> {
        super::reconcile(provider_of(item), item, seen)
    }

    fn is_about(item: &UnresolvedItem, seen: &Observation) -> bool {
        super::is_about(provider_of(item), item, seen)
    }

    const SIGNED: i64 = 1_800_000_000_000;
    const LIFE: i64 = 16 * 60 * 1000;
    const PLAN: i64 = SIGNED + 86_400_000;

    fn item(action: Action, before: Option<&str>) -> UnresolvedItem {
        UnresolvedItem {
            batch_id: "b".to_owned(),
            index: 0,
            event_id: "e-1".to_owned(),
            resource_id: "i-1".to_owned(),
            action,
            plan_at: None,
            state: ItemState::Unknown,
            call_id: Some("c".to_owned()),
            signed_at: Some(SIGNED),
            losses: 1,
            updated_at: SIGNED,
            before_state: before.map(str::to_owned),
            before_at: Some(SIGNED + 1_000_000),
            is_cancelled: false,
        }
    }

    fn seen(state: &str, not_before: Option<i64>, after: i64) -> Observation {
        Observation {
            event_id: "e-1".to_owned(),
            resource_id: "i-1".to_owned(),
            state: State::new(state),
            actions: Vec::new(),
            not_before,
            read_at: SIGNED + after,
            cloud_at: Some(SIGNED + after),
        }
    }

    #[test]
    fn an_event_that_moved_confirms_whoever_moved_it() {
        for before in [None, Some("Inquiring")] {
            let item = item(Action::Migrate, before);
            for state in ["Scheduled", "Executing", "Executed", "Canceled"] {
                assert_eq!(
                    reconcile(&item, &seen(state, None, 5)),
                    Some(Decision::Confirmed)
                );
            }
            assert_eq!(reconcile(&item, &seen("Inquiring", None, 5)), None);
        }
    }

    #[test]
    fn a_read_from_before_the_call_says_nothing() {
        let item = item(Action::Migrate, Some("Inquiring"));
        assert_eq!(reconcile(&item, &seen("Scheduled", None, -1)), None);
    }

    #[test]
    fn another_time_than_the_one_asked_for_supersedes() {
        let mut item = item(Action::Accept, Some("inquiring"));
        item.plan_at = Some(PLAN);
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN), 5)),
            Some(Decision::Confirmed)
        );
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN + 60_000), 5)),
            Some(Decision::Superseded)
        );
        assert_eq!(
            reconcile(&item, &seen("scheduled", None, 5)),
            Some(Decision::Confirmed)
        );
    }

    #[test]
    fn a_time_at_ens_that_stayed_says_nothing() {
        let mut item = item(Action::Redeploy, Some("Inquiring"));
        item.plan_at = Some(PLAN);
        let stayed = seen("Scheduled", item.before_at, 5);
        assert_eq!(reconcile(&item, &stayed), Some(Decision::Confirmed));
        assert_eq!(
            reconcile(&item, &seen("Scheduled", Some(PLAN + 1), 5)),
            Some(Decision::Superseded)
        );
        item.before_at = None;
        assert_eq!(
            reconcile(&item, &seen("Scheduled", Some(PLAN + 1), 5)),
            Some(Decision::Confirmed)
        );
    }

    #[test]
    fn a_rescheduled_event_shows_in_its_time() {
        let mut item = item(Action::Reschedule, Some("scheduled"));
        item.plan_at = Some(PLAN);
        assert_eq!(
            reconcile(&item, &seen("scheduled", item.before_at, 5)),
            None
        );
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN), 5)),
            Some(Decision::Confirmed)
        );
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN + 1000), 5)),
            Some(Decision::Superseded)
        );
        assert_eq!(
            reconcile(&item, &seen("scheduled", item.before_at, LIFE)),
            Some(Decision::SendAgain)
        );
        item.before_state = None;
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN), 5)),
            Some(Decision::Confirmed)
        );
        // Without the time from before nobody can tell: it rests.
        assert_eq!(
            reconcile(&item, &seen("scheduled", Some(PLAN + 1000), LIFE)),
            None
        );
    }

    #[test]
    fn nothing_is_sent_again_before_its_signature_is_dead() {
        for before in [None, Some("Inquiring"), Some("gone"), Some("")] {
            let item = item(Action::Reboot, before);
            assert_eq!(reconcile(&item, &seen("Inquiring", None, LIFE - 1)), None);
            assert_eq!(
                reconcile(&item, &seen("Inquiring", None, LIFE)),
                Some(Decision::SendAgain)
            );
        }
    }

    #[test]
    fn the_clouds_clock_counts_beside_ours() {
        let item = item(Action::Reboot, Some("Inquiring"));
        let mut seen = seen("Inquiring", None, LIFE);
        seen.cloud_at = Some(SIGNED + LIFE - 1);
        assert_eq!(reconcile(&item, &seen), None);
        seen.cloud_at = None;
        assert_eq!(reconcile(&item, &seen), None);
        seen.read_at = SIGNED + LIFE + OWN_CLOCK_SKEW_MS;
        assert_eq!(reconcile(&item, &seen), Some(Decision::SendAgain));
    }

    #[test]
    fn an_accepted_item_is_never_sent_again() {
        let mut item = item(Action::Reboot, Some("Inquiring"));
        item.state = ItemState::Accepted;
        assert_eq!(reconcile(&item, &seen("Inquiring", None, LIFE * 100)), None);
        assert_eq!(
            reconcile(&item, &seen("Executing", None, 5)),
            Some(Decision::Confirmed)
        );
    }

    #[test]
    fn what_was_called_off_or_never_takes_is_not_sent_again() {
        let mut item = item(Action::Reboot, Some("Inquiring"));
        item.losses = MOST_LOSSES;
        assert_eq!(
            reconcile(&item, &seen("Inquiring", None, LIFE)),
            Some(Decision::NotSent(ItemReason::NeverTook))
        );
        item.is_cancelled = true;
        assert_eq!(
            reconcile(&item, &seen("Inquiring", None, LIFE)),
            Some(Decision::NotSent(ItemReason::Cancelled))
        );
    }

    #[test]
    fn a_state_that_nobody_knows_decides_only_what_was_in_another() {
        assert_eq!(
            reconcile(&item(Action::Reboot, None), &seen("Pondering", None, LIFE)),
            None
        );
        let item = item(Action::Reboot, Some("Inquiring"));
        assert_eq!(
            reconcile(&item, &seen("Pondering", None, 5)),
            Some(Decision::Confirmed)
        );
    }

    #[test]
    fn an_observation_is_about_the_event_and_at_ens_its_resource() {
        let mut seen = seen("Executing", None, 5);
        seen.resource_id = "i-2".to_owned();
        assert!(!is_about(&item(Action::Reboot, None), &seen));
        assert!(is_about(&item(Action::Accept, None), &seen));
    }
}
