//! Calls that name a resource and no event: one act a resource, because each call acts once more.

use std::collections::HashMap;

use evenkeel::Provider;
use evenkeel_api::ItemState;
use evenkeel_store::journal::{ConflictingItem, DueItem};

use super::{Circumstances, conflict::has_left};

/// The resources that items of this turn are about, with whether a call on it names no event.
#[derive(Default)]
pub(super) struct OnResources<'c> {
    taken: HashMap<&'c str, bool>,
}

impl<'c> OnResources<'c> {
    /// Takes an item's resource for it; `false` where another item of the turn must have it for itself.
    pub(super) fn is_free(&mut self, provider: Provider, item: &'c DueItem) -> bool {
        let alone = provider.acts_on_resource(item.action);
        match self.taken.get_mut(item.resource_id.as_str()) {
            Some(other) if alone || *other => false,
            Some(_) => true,
            None => {
                self.taken.insert(&item.resource_id, alone);
                true
            }
        }
    }
}

/// Whether another act on the item's resource is under way, for whichever event, and one of the two calls names no
/// event. A call that names its event has done what it does once the event moved; one that does not goes on
/// until the event is over.
pub(super) fn is_resource_in_flight(item: &DueItem, at: &Circumstances<'_>) -> bool {
    others(item, at).any(|other| match other.state {
        ItemState::Sending | ItemState::Unknown => true,
        ItemState::Accepted => !other.is_event_over && !may_try_again(other, item, at),
        ItemState::Confirmed | ItemState::Superseded => {
            at.provider.acts_on_resource(other.action) && !other.is_event_over
        }
        _ => false,
    })
}

/// Until when a call of another act on the item's resource may still arrive, where one of the two calls names no event:
/// whatever a person said of it since, or a read showed of its event.
pub(super) fn resource_alive_until(item: &DueItem, at: &Circumstances<'_>) -> Option<i64> {
    others(item, at)
        .filter_map(|other| other.alive_until)
        .filter(|until| *until > at.now)
        .max()
}

/// Whether a call on the item's resource that names no event, and that a person called not sent, seems to have arrived
/// after all and to go on: its event has left the state that it was in before, and is not over.
pub(super) fn has_resource_moved_after_all(item: &DueItem, at: &Circumstances<'_>) -> bool {
    others(item, at).any(|other| {
        at.provider.acts_on_resource(other.action)
            && other.is_settled
            && other.state == ItemState::NotSent
            && !other.is_event_over
            && other
                .present_state
                .as_deref()
                .is_some_and(|present| has_left(other, present))
    })
}

/// The other acts on the item's resource, for whichever event, where one of the two calls names none.
fn others<'a>(
    item: &'a DueItem,
    at: &'a Circumstances<'_>,
) -> impl Iterator<Item = &'a ConflictingItem> {
    let alone = at.provider.acts_on_resource(item.action);
    at.conflicts.iter().filter(move |other| {
        (&other.batch_id, other.index) != (&item.batch_id, item.index)
            && other.resource_id == item.resource_id
            && (alone || at.provider.acts_on_resource(other.action))
    })
}

/// Whether an action that the cloud took so long ago, and that has not moved its event, may be tried again.
pub(super) fn may_try_again(
    other: &ConflictingItem,
    item: &DueItem,
    at: &Circumstances<'_>,
) -> bool {
    let after = at.provider.again_after_ms(item.action);
    other.action == item.action
        && after.is_some_and(|ms| at.now.saturating_sub(other.updated_at) >= ms)
}

#[cfg(test)]
mod tests {
    use evenkeel::Action;
    use evenkeel_api::ItemReason;

    use super::super::{
        Schedule,
        tests::{NOW, conflict, decide_at, indexes, item, reasons},
    };
    use super::*;

    const AGAIN: i64 = 12 * 60 * 60 * 1000;
    /// Calls that name no event.
    const ALONE: [Action; 2] = [Action::Redeploy, Action::Reboot];
    /// Calls that name one.
    const OF_EVENTS: [Action; 2] = [Action::Accept, Action::Reschedule];

    /// The cloud that has both.
    fn provider() -> Provider {
        let is_both = |provider: &Provider| {
            ALONE.iter().all(|act| provider.acts_on_resource(*act))
                && OF_EVENTS.iter().all(|act| provider.actions().contains(act))
        };
        let both = Provider::ALL.iter().copied().find(is_both).unwrap();
        assert!(OF_EVENTS.iter().all(|act| !both.acts_on_resource(*act)));
        both
    }

    /// An act on an instance because of an event.
    fn act(batch: &str, action: Action, event: &str, instance: &str) -> DueItem {
        DueItem {
            action,
            plan_at: (action == Action::Reschedule).then_some(NOW + 4 * AGAIN),
            resource_id: format!("i-{instance}"),
            ..item(batch, 0, event)
        }
    }

    /// What another did because of another event.
    fn earlier(action: Action, instance: &str, state: ItemState) -> ConflictingItem {
        ConflictingItem {
            resource_id: format!("i-{instance}"),
            ..conflict("other", state, action)
        }
    }

    fn decided(due_item: &DueItem, other: &ConflictingItem) -> Schedule {
        let (due_items, conflicts) = (std::slice::from_ref(due_item), std::slice::from_ref(other));
        decide_at(NOW, provider(), due_items, conflicts, None)
    }

    #[track_caller]
    fn assert_held(due_item: &DueItem, other: &ConflictingItem) {
        let schedule = decided(due_item, other);
        let found = (reasons(&schedule), schedule.calls.len());
        assert_eq!(
            found,
            (vec![(0, "resource_in_flight")], 0),
            "{due_item:?} after {other:?}"
        );
    }

    #[track_caller]
    fn assert_free(due_item: &DueItem, other: &ConflictingItem) {
        let schedule = decided(due_item, other);
        let found = (reasons(&schedule), schedule.calls.len());
        assert_eq!(found, (vec![], 1), "{due_item:?} after {other:?}");
    }

    /// Each pair of acts on one instance of which at least one names no event: what is to come, and what was before.
    fn pairs() -> impl Iterator<Item = (Action, Action)> {
        let all = ALONE.into_iter().chain(OF_EVENTS);
        let pairs = all
            .clone()
            .flat_map(move |one| all.clone().map(move |other| (one, other)));
        pairs.filter(|(one, other)| ALONE.contains(one) || ALONE.contains(other))
    }

    #[test]
    fn an_act_is_held_while_another_on_its_instance_may_still_act_whatever_their_events() {
        for (action, before) in pairs() {
            for state in [ItemState::Sending, ItemState::Unknown, ItemState::Accepted] {
                assert_held(&act("b1", action, "a", "x"), &earlier(before, "x", state));
            }
        }
    }

    #[test]
    fn another_instance_is_free() {
        for (action, before) in pairs() {
            for state in [ItemState::Sending, ItemState::Unknown, ItemState::Accepted] {
                assert_free(&act("b1", action, "a", "y"), &earlier(before, "x", state));
            }
        }
    }

    #[test]
    fn an_instance_is_free_once_the_event_of_what_was_taken_is_over() {
        for (action, before) in pairs() {
            for state in [
                ItemState::Accepted,
                ItemState::Confirmed,
                ItemState::Superseded,
            ] {
                let over = ConflictingItem {
                    is_event_over: true,
                    ..earlier(before, "x", state)
                };
                assert_free(&act("b1", action, "a", "x"), &over);
            }
            // Its event says nothing of a call that nobody knows the end of.
            for state in [ItemState::Sending, ItemState::Unknown] {
                let open = ConflictingItem {
                    is_event_over: true,
                    ..earlier(before, "x", state)
                };
                assert_held(&act("b1", action, "a", "x"), &open);
            }
        }
    }

    #[test]
    fn what_names_its_event_frees_the_instance_once_that_has_moved_and_what_names_none_does_not() {
        for state in [ItemState::Confirmed, ItemState::Superseded] {
            for (action, before) in pairs() {
                let due_item = act("b1", action, "a", "x");
                let before_it = earlier(before, "x", state);
                if ALONE.contains(&before) {
                    assert_held(&due_item, &before_it);
                } else {
                    assert_free(&due_item, &before_it);
                }
            }
        }
    }

    #[test]
    fn what_was_not_done_holds_nothing_up() {
        for (action, before) in pairs() {
            for state in [ItemState::Queued, ItemState::NotSent, ItemState::Rejected] {
                assert_free(&act("b1", action, "a", "x"), &earlier(before, "x", state));
            }
        }
    }

    #[test]
    fn a_call_that_may_still_arrive_is_waited_for_whoever_has_settled_it() {
        for (action, before) in pairs() {
            for state in [ItemState::NotSent, ItemState::Confirmed] {
                let held = |until| ConflictingItem {
                    is_event_over: true,
                    alive_until: Some(until),
                    ..earlier(before, "x", state)
                };
                let schedule = decided(&act("b1", action, "a", "x"), &held(NOW + 9));
                let waits = schedule.waits.iter().map(|wait| (wait.until, wait.reason));
                let waits: Vec<_> = waits.collect();
                let found = (waits, schedule.stops.len(), schedule.calls.len());
                let wait = (NOW + 9, ItemReason::EarlierCall);
                assert_eq!(
                    found,
                    (vec![wait], 0, 0),
                    "{action} after {before}, {state}"
                );
                assert_free(&act("b1", action, "a", "x"), &held(NOW));
                assert_free(&act("b1", action, "a", "y"), &held(NOW + 9));
            }
        }
    }

    #[test]
    fn what_a_person_called_not_sent_holds_its_instance_up_once_its_event_moves_until_that_is_over()
    {
        for (action, before) in pairs() {
            let settled = ConflictingItem {
                is_settled: true,
                before_state: Some("Inquiring".to_owned()),
                present_state: Some("Executing".to_owned()),
                ..earlier(before, "x", ItemState::NotSent)
            };
            let due_item = act("b1", action, "a", "x");
            if ALONE.contains(&before) {
                assert_held(&due_item, &settled);
            } else {
                assert_free(&due_item, &settled);
            }
            assert_free(&act("b1", action, "a", "y"), &settled);
            let unmoved = |present: Option<&str>| ConflictingItem {
                present_state: present.map(str::to_owned),
                ..settled.clone()
            };
            for other in [
                unmoved(Some("inquiring")),
                unmoved(None),
                ConflictingItem {
                    is_event_over: true,
                    ..settled.clone()
                },
                ConflictingItem {
                    is_settled: false,
                    ..settled.clone()
                },
            ] {
                assert_free(&due_item, &other);
            }
        }
    }

    #[test]
    fn two_calls_that_name_their_events_do_not_hold_each_other_up() {
        for action in OF_EVENTS {
            for before in OF_EVENTS {
                let other = ConflictingItem {
                    alive_until: Some(NOW + 9),
                    ..earlier(before, "x", ItemState::Sending)
                };
                assert_free(&act("b1", action, "a", "x"), &other);
            }
        }
    }

    #[test]
    fn a_reboot_that_moved_nothing_may_be_tried_again_after_twelve_hours_and_nothing_else_may() {
        let since = |action, ms, state| ConflictingItem {
            updated_at: NOW - ms,
            ..earlier(action, "x", state)
        };
        let reboot = act("b1", Action::Reboot, "a", "x");
        let taken = |action, ms| since(action, ms, ItemState::Accepted);
        assert_held(&reboot, &taken(Action::Reboot, AGAIN - 1));
        assert_free(&reboot, &taken(Action::Reboot, AGAIN));
        // An act of another kind, or what nobody knows the end of, stays one however long ago it was.
        assert_held(&reboot, &taken(Action::Redeploy, 9 * AGAIN));
        assert_held(
            &reboot,
            &since(Action::Reboot, 9 * AGAIN, ItemState::Unknown),
        );
        for action in [Action::Redeploy, Action::Accept] {
            assert_held(
                &act("b1", action, "a", "x"),
                &taken(Action::Reboot, 9 * AGAIN),
            );
        }
        let redeploy = act("b1", Action::Redeploy, "a", "x");
        assert_held(&redeploy, &taken(Action::Redeploy, 9 * AGAIN));
    }

    #[test]
    fn the_same_reboot_of_the_same_event_waits_for_its_twelve_hours_too() {
        let own = |ms, state| ConflictingItem {
            updated_at: NOW - ms,
            ..conflict("a", state, Action::Reboot)
        };
        let due_item = act("b1", Action::Reboot, "a", "a");
        let why = |ms, state| reasons(&decided(&due_item, &own(ms, state)));
        assert_eq!(
            why(AGAIN - 1, ItemState::Accepted),
            [(0, "already_accepted")]
        );
        assert_eq!(why(AGAIN, ItemState::Accepted), []);
        assert_eq!(why(9 * AGAIN, ItemState::Unknown), [(0, "event_in_flight")]);
    }

    #[test]
    fn one_act_an_instance_leaves_in_a_turn_where_one_of_two_names_no_event() {
        for (action, before) in pairs() {
            let turn = |instance| {
                let items = [
                    act("b1", before, "a", "x"),
                    act("b2", action, "b", instance),
                ];
                let schedule = decide_at(NOW, provider(), &items, &[], None);
                assert_eq!(schedule.stops, []);
                indexes(&schedule).len()
            };
            assert_eq!((turn("x"), turn("y")), (1, 2), "{before} and {action}");
        }
        let items = [Action::Accept, Action::Reschedule].map(|action| {
            let event = action.as_str();
            act(event, action, event, "x")
        });
        let schedule = decide_at(NOW, provider(), &items, &[], None);
        assert_eq!(indexes(&schedule).len(), 2);
    }

    #[test]
    fn an_item_does_not_hold_itself_up() {
        let own = ConflictingItem {
            batch_id: "b1".to_owned(),
            ..earlier(Action::Redeploy, "x", ItemState::Unknown)
        };
        assert_free(&act("b1", Action::Redeploy, "a", "x"), &own);
    }
}
