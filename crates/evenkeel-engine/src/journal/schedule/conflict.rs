//! What other items about the same event mean for one that is to be sent.

use evenkeel::Provider;
use evenkeel_api::ItemState;
use evenkeel_store::journal::{ConflictingItem, DueItem};

use super::Circumstances;

/// How long an item waits for an order that goes before it, once that is due.
pub(super) const LOOK_AGAIN_MS: i64 = 1_000;

/// What makes two items one event: where calls name no resource, the event alone.
pub(super) fn identity<'a>(
    provider: Provider,
    event_id: &'a str,
    resource_id: &'a str,
) -> (&'a str, &'a str) {
    if provider.names_resource() {
        (event_id, resource_id)
    } else {
        (event_id, "")
    }
}

/// The other items about an item's event.
pub(super) fn conflicts<'a>(
    item: &'a DueItem,
    at: &'a Circumstances<'_>,
) -> impl Iterator<Item = &'a ConflictingItem> {
    let own = identity(at.provider, &item.event_id, &item.resource_id);
    at.conflicts.iter().filter(move |conflict| {
        (&conflict.batch_id, conflict.index) != (&item.batch_id, item.index)
            && identity(at.provider, &conflict.event_id, &conflict.resource_id) == own
    })
}

/// Whether an item that this one sends again, or that one's own predecessor, was taken by the cloud:
/// its answer came late, after somebody had called it not sent.
pub(super) fn was_taken_after_all(item: &DueItem, at: &Circumstances<'_>) -> bool {
    let mut batch_id = &item.batch_id;
    // No more steps than items: it cannot go round.
    for _ in at.conflicts {
        let earlier =
            conflicts(item, at).find(|conflict| conflict.retried_in.as_ref() == Some(batch_id));
        let Some(earlier) = earlier else {
            return false;
        };
        let is_taken = matches!(
            earlier.state,
            ItemState::Accepted | ItemState::Confirmed | ItemState::Superseded
        );
        if is_taken {
            return true;
        }
        batch_id = &earlier.batch_id;
    }
    false
}

/// Whether a call for the same act, which a person called not sent, seems to have arrived after all: the
/// event has left the state that it was in before. To move an event is a wish of its own, whatever moved it.
pub(super) fn has_arrived_after_all(item: &DueItem, at: &Circumstances<'_>) -> bool {
    let Some(present) = item.present_state.as_deref() else {
        return false;
    };
    !item.action.moves_event()
        && conflicts(item, at).any(|conflict| {
            conflict.action == item.action
                && conflict.is_settled
                && conflict.state == ItemState::NotSent
                && has_left(conflict, present)
        })
}

/// Whether an item's event has left the state that it was in before the item's call.
pub(super) fn has_left(conflict: &ConflictingItem, present: &str) -> bool {
    conflict.before_state.as_deref().is_some_and(|before| {
        // Looked for and not found; or listed no more: neither is a state.
        !["", "gone"].contains(&before) && !before.eq_ignore_ascii_case(present)
    })
}

/// Until when a call about the item's event may still arrive, whoever made it and whatever anybody said
/// of it since: nothing else is sent before.
pub(super) fn alive_until(item: &DueItem, at: &Circumstances<'_>) -> Option<i64> {
    conflicts(item, at)
        .filter_map(|conflict| conflict.alive_until)
        .chain(item.alive_until)
        .filter(|until| *until > at.now)
        .max()
}

/// When to look again because an earlier order about the item's event waits for its turn: sent after this
/// one it would win. One of an account that nobody serves here waits for ever, and holds up nobody; one of
/// a held batch is not asked for.
pub(super) fn earlier_order(item: &DueItem, at: &Circumstances<'_>) -> Option<i64> {
    conflicts(item, at)
        .filter(|conflict| conflict.state == ItemState::Queued && (at.is_served)(&conflict.account))
        .filter(|conflict| is_before(conflict, item))
        .map(|conflict| conflict.due_at.unwrap_or(at.now).max(at.now) + LOOK_AGAIN_MS)
        .max()
}

/// Whether it was ordered before the item and is under way.
pub(super) fn is_sent_before(conflict: &ConflictingItem, item: &DueItem) -> bool {
    conflict.state == ItemState::Sending && is_before(conflict, item)
}

fn is_before(conflict: &ConflictingItem, item: &DueItem) -> bool {
    (&conflict.batch_id, conflict.index) < (&item.batch_id, item.index)
}

#[cfg(test)]
mod tests {
    use evenkeel::Action;
    use evenkeel_api::ItemReason;

    use super::super::{
        Wait,
        tests::{NOW, conflict, decide, indexes, item, reasons},
    };
    use super::*;

    #[test]
    fn what_may_still_arrive_is_waited_for_whoever_has_settled_it() {
        for state in [
            ItemState::NotSent,
            ItemState::Accepted,
            ItemState::Confirmed,
            ItemState::Superseded,
        ] {
            let reschedule = DueItem {
                action: Action::Reschedule,
                plan_at: Some(NOW + 86_400_000),
                ..item("b1", 0, "a")
            };
            let held = |until| ConflictingItem {
                alive_until: Some(until),
                ..conflict("a", state, Action::Reschedule)
            };
            let conflicts = [held(NOW + 5), held(NOW + 9), held(NOW - 1)];
            let schedule = decide(std::slice::from_ref(&reschedule), &conflicts, None);
            let wait = Wait {
                batch_id: "b1".to_owned(),
                index: 0,
                until: NOW + 9,
                reason: ItemReason::EarlierCall,
            };
            assert_eq!(
                (schedule.waits, schedule.calls.len()),
                (vec![wait], 0),
                "{state}"
            );
            let schedule = decide(&[reschedule], &[held(NOW)], None);
            assert_eq!(
                (schedule.waits.len(), schedule.calls.len()),
                (0, 1),
                "{state}"
            );
        }
    }

    #[test]
    fn an_earlier_order_of_another_account_goes_first() {
        let reschedule = DueItem {
            action: Action::Reschedule,
            plan_at: Some(NOW + 86_400_000),
            ..item("b1", 0, "a")
        };
        let queued = ConflictingItem {
            account: "twin".to_owned(),
            due_at: Some(NOW + 20_000),
            ..conflict("a", ItemState::Queued, Action::Reschedule)
        };
        let schedule = decide(
            std::slice::from_ref(&reschedule),
            std::slice::from_ref(&queued),
            None,
        );
        let wait = Wait {
            batch_id: "b1".to_owned(),
            index: 0,
            until: NOW + 21_000,
            reason: ItemReason::EarlierOrder,
        };
        assert_eq!((schedule.waits, schedule.calls.len()), (vec![wait], 0));
        for other in [
            ConflictingItem {
                batch_id: "b2".to_owned(),
                ..queued.clone()
            },
            ConflictingItem {
                account: "nobodys".to_owned(),
                ..queued
            },
        ] {
            let schedule = decide(std::slice::from_ref(&reschedule), &[other], None);
            assert_eq!((schedule.waits.len(), schedule.calls.len()), (0, 1));
        }
    }

    #[test]
    fn an_act_whose_call_seems_to_have_arrived_after_all_is_not_done_again() {
        let seen = |action, state: &str| DueItem {
            action,
            present_state: Some(state.to_owned()),
            ..item("b1", 0, "a")
        };
        let settled = |action, before: &str| ConflictingItem {
            is_settled: true,
            before_state: Some(before.to_owned()),
            ..conflict("a", ItemState::NotSent, action)
        };
        let reboot = settled(Action::Reboot, "Inquiring");
        let schedule = decide(
            &[seen(Action::Reboot, "Executing")],
            std::slice::from_ref(&reboot),
            None,
        );
        assert_eq!(reasons(&schedule), [(0, "event_moved")]);
        for conflict in [
            settled(Action::Reboot, "executing"),
            settled(Action::Reboot, ""),
            settled(Action::Redeploy, "Inquiring"),
            ConflictingItem {
                is_settled: false,
                ..reboot
            },
        ] {
            let schedule = decide(&[seen(Action::Reboot, "Executing")], &[conflict], None);
            assert_eq!(schedule.stops, []);
        }
    }

    #[test]
    fn an_items_own_earlier_call_is_waited_for_too() {
        let own = DueItem {
            alive_until: Some(NOW + 1),
            ..item("b1", 0, "a")
        };
        let schedule = decide(&[own, item("b1", 1, "b")], &[], None);
        assert_eq!(
            (schedule.waits.len(), indexes(&schedule)),
            (1, vec![vec![1]])
        );
    }

    #[test]
    fn a_retry_of_what_was_taken_after_all_is_not_sent() {
        let reschedule = DueItem {
            action: Action::Reschedule,
            plan_at: Some(NOW + 86_400_000),
            ..item("b2", 0, "a")
        };
        let retried = |batch: &str, by: &str, state| ConflictingItem {
            batch_id: batch.to_owned(),
            retried_in: Some(by.to_owned()),
            ..conflict("a", state, Action::Reschedule)
        };
        let chain = |state| {
            [
                retried("b1", "b2", ItemState::NotSent),
                retried("b0", "b1", state),
            ]
        };
        for state in [ItemState::Accepted, ItemState::Confirmed] {
            let schedule = decide(std::slice::from_ref(&reschedule), &chain(state), None);
            assert_eq!(reasons(&schedule), [(0, "already_accepted")]);
        }
        let schedule = decide(
            std::slice::from_ref(&reschedule),
            &chain(ItemState::Rejected),
            None,
        );
        assert_eq!((reasons(&schedule).len(), schedule.calls.len()), (0, 1));
        let elsewhere = [retried("b0", "b9", ItemState::Accepted)];
        assert_eq!(decide(&[reschedule], &elsewhere, None).stops, []);
    }
}
