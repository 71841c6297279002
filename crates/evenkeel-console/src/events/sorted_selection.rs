//! What a selection can do and what it cannot, told before anything is asked: groups of one account and one action,
//! and those that stay out with the reason.

use std::sync::Arc;

use evenkeel::{Action, Applies, Event, Provider, StateKind};
use evenkeel_api::{EventItem, ItemState, Resource};

/// Events of one account on which one action can be taken: a batch in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub account: String,
    pub provider: Provider,
    pub action: Action,
    pub events: Vec<Chosen>,
}

/// An event that a person chose, what is known of its resource, and the order that may still act on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub event: Arc<Event>,
    pub resource: Option<Arc<Resource>>,
    pub order: Option<EventItem>,
}

impl From<Arc<Event>> for Chosen {
    fn from(event: Arc<Event>) -> Self {
        Self {
            event,
            resource: None,
            order: None,
        }
    }
}

impl From<Event> for Chosen {
    fn from(event: Event) -> Self {
        Arc::new(event).into()
    }
}

/// Why an event stays out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// An item of a batch may still act on it: a second order would not be sent, or be one too many.
    InBatch,
    /// The cloud is at it already.
    Executing,
    /// Completed, failed, canceled or avoided.
    Over,
    /// No action is documented for this type of event.
    NoAction,
}

/// Events that stay out for one reason.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    pub reason: Reason,
    pub events: Vec<Chosen>,
}

/// A selection, sorted into what can be done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SortedSelection {
    pub groups: Vec<Group>,
    pub left_out: Vec<LeftOut>,
}

impl SortedSelection {
    pub fn of<C: Into<Chosen>>(events: impl IntoIterator<Item = C>) -> Self {
        let mut sorted = Self::default();
        for chosen in events {
            let chosen = chosen.into();
            match offered(&chosen.event) {
                Ok(action) if is_free(&chosen, action) => sorted.join(action, chosen),
                Ok(_) => sorted.leave_out(Reason::InBatch, chosen),
                Err(reason) => sorted.leave_out(reason, chosen),
            }
        }
        sorted.groups.sort_by(|a, b| {
            (a.account.as_str(), a.action.as_str()).cmp(&(b.account.as_str(), b.action.as_str()))
        });
        sorted
    }

    /// How many of the selected events can be acted on.
    pub fn count(&self) -> usize {
        self.groups.iter().map(|group| group.events.len()).sum()
    }

    /// How many events were selected, those that stay out included.
    pub fn total(&self) -> usize {
        self.count()
            + self
                .left_out
                .iter()
                .map(|left| left.events.len())
                .sum::<usize>()
    }

    fn join(&mut self, action: Action, chosen: Chosen) {
        let event = &chosen.event;
        let found = self
            .groups
            .iter_mut()
            .find(|group| group.action == action && group.account == event.account);
        if let Some(group) = found {
            group.events.push(chosen);
        } else {
            self.groups.push(Group {
                account: event.account.clone(),
                provider: event.provider,
                action,
                events: vec![chosen],
            });
        }
    }

    fn leave_out(&mut self, reason: Reason, event: Chosen) {
        if let Some(left) = self.left_out.iter_mut().find(|left| left.reason == reason) {
            left.events.push(event);
        } else {
            self.left_out.push(LeftOut {
                reason,
                events: vec![event],
            });
        }
    }
}

/// Whether another order does not stand in the way. Moving again what was moved is a wish of its own; agreeing again is
/// not, and while nobody knows what a call did, nothing else is sent.
fn is_free(chosen: &Chosen, action: Action) -> bool {
    chosen.order.as_ref().is_none_or(|order| {
        order.state == ItemState::Accepted && order.action != Action::Accept && action.moves_event()
    })
}

/// The action the core offers first for an event now: one that surely applies before one that only may.
///
/// # Errors
/// Why there is none.
pub fn offered(event: &Event) -> Result<Action, Reason> {
    let offers = event.actions();
    offers
        .iter()
        .find(|offer| offer.applies == Applies::Yes)
        .or_else(|| offers.first())
        .map(|offer| offer.action)
        .ok_or(match event.state.kind {
            StateKind::Executing => Reason::Executing,
            StateKind::Completed | StateKind::Failed | StateKind::Canceled | StateKind::Avoided => {
                Reason::Over
            }
            StateKind::Inquiring | StateKind::Scheduled | StateKind::Other => Reason::NoAction,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{at, ens, huawei};

    #[test]
    fn what_is_in_an_open_batch_stays_out() {
        let chosen = |event: Event, action, state| Chosen {
            event: Arc::new(event),
            resource: None,
            order: Some(EventItem {
                batch_id: "b".to_owned(),
                index: 0,
                action,
                state,
                updated_at: at(0),
            }),
        };
        let redeploy = || ens("e-1", "Instance:SystemFailure.Redeploy", "Inquiring");
        for state in ItemState::ALL.into_iter().filter(|state| state.is_open()) {
            let sorted = SortedSelection::of([chosen(redeploy(), Action::Redeploy, state)]);
            assert_eq!(sorted.count(), 0, "{state}");
            assert_eq!(sorted.left_out[0].reason, Reason::InBatch);
        }
        let moved = || huawei("h-3", "instance-reboot", "scheduled");
        let again =
            |state| SortedSelection::of([chosen(moved(), Action::Reschedule, state)]).count();
        assert_eq!(
            again(ItemState::Accepted),
            1,
            "another time is another wish"
        );
        assert_eq!(again(ItemState::Unknown), 0);
        let agreed = chosen(moved(), Action::Accept, ItemState::Accepted);
        assert_eq!(SortedSelection::of([agreed]).count(), 0);
    }

    #[test]
    fn a_mixed_selection_becomes_groups_of_one_account_and_action() {
        let events = [
            ens("e-1", "Instance:SystemFailure.Redeploy", "Inquiring"),
            huawei("h-1", "instance-redeploy", "inquiring"),
            huawei("h-2", "instance-reboot", "inquiring"),
            huawei("h-3", "instance-reboot", "scheduled"),
            ens("e-2", "Instance:SystemFailure.Redeploy", "Executing"),
            ens("e-3", "Instance:SystemFailure.Redeploy", "Executed"),
            ens("e-4", "Disk:Stalled", "Inquiring"),
        ];
        let sorted = SortedSelection::of(events.map(Arc::new));
        let groups: Vec<_> = sorted
            .groups
            .iter()
            .map(|group| (group.account.as_str(), group.action, group.events.len()))
            .collect();
        assert_eq!(
            groups,
            [
                ("ecs", Action::Accept, 2),
                ("ecs", Action::Reschedule, 1),
                ("edge", Action::Redeploy, 1)
            ]
        );
        let reasons: Vec<_> = sorted
            .left_out
            .iter()
            .map(|left| (left.reason, left.events.len()))
            .collect();
        assert_eq!(
            reasons,
            [
                (Reason::Executing, 1),
                (Reason::Over, 1),
                (Reason::NoAction, 1)
            ]
        );
        assert_eq!((sorted.count(), sorted.total()), (4, 7));
    }
}
