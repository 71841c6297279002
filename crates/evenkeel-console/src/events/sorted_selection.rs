//! What a selection can do and what it cannot, told before anything is asked: groups of one account that the same
//! actions fit, and those that stay out with the reason.

use std::sync::Arc;

use evenkeel::{Action, Applies, Event, Provider, StateKind};
use evenkeel_api::{EventItem, ItemState, Resource};
use evenkeel_table::{Row, Table};

use crate::api::EventKey;

/// Events of one account on which one and the same action can be taken: a batch in the making.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub account: String,
    pub provider: Provider,
    /// What fits all of them; of several a person chooses.
    pub actions: Vec<Action>,
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

impl From<Row<'_>> for Chosen {
    fn from(row: Row<'_>) -> Self {
        Self {
            event: Arc::new(row.event()),
            resource: row.resource().map(Arc::new),
            order: row.order().cloned(),
        }
    }
}

/// Events with what is known of their resources, and with the orders that may still act on them.
pub fn choose(table: &Table, events: Vec<Arc<Event>>) -> Vec<Chosen> {
    let choose = |event: Arc<Event>| {
        let row = EventKey::of(&event).row(table);
        Chosen {
            order: row.and_then(Row::order).cloned(),
            resource: row.and_then(Row::resource).map(Arc::new),
            event,
        }
    };
    events.into_iter().map(choose).collect()
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
            match possible(&chosen.event, chosen.order.as_ref()) {
                Ok(actions) => sorted.join(actions, chosen),
                Err(reason) => sorted.leave_out(reason, chosen),
            }
        }
        sorted
            .groups
            .sort_by_cached_key(|group| group_order(&group.account, &group.actions));
        sorted
    }

    fn join(&mut self, actions: Vec<Action>, chosen: Chosen) {
        let event = &chosen.event;
        let found = self
            .groups
            .iter_mut()
            .find(|group| group.actions == actions && group.account == event.account);
        if let Some(group) = found {
            group.events.push(chosen);
        } else {
            self.groups.push(Group {
                account: event.account.clone(),
                provider: event.provider,
                actions,
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

#[cfg(test)]
impl SortedSelection {
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
}

/// Whether another order does not stand in the way. Moving again what was moved is a wish of its own; agreeing again is
/// not, and while nobody knows what a call did, nothing else is sent.
pub fn is_free(order: Option<&EventItem>, action: Action) -> bool {
    order.is_none_or(|order| {
        order.state == ItemState::Accepted && order.action != Action::Accept && action.moves_event()
    })
}

/// What can be done about an event, as far as an order does not stand in the way; else why nothing.
pub fn possible(event: &Event, order: Option<&EventItem>) -> Result<Vec<Action>, Reason> {
    let mut actions = fitting(event)?;
    actions.retain(|action| is_free(order, *action));
    if actions.is_empty() {
        return Err(Reason::InBatch);
    }
    Ok(actions)
}

/// Groups stand by account, then by what fits them.
pub fn group_order(account: &str, actions: &[Action]) -> (String, Vec<&'static str>) {
    let actions = actions.iter().map(|it| it.as_str()).collect();
    (account.to_owned(), actions)
}

/// The actions that fit an event now, of which none stands before another: those that surely apply, or, where none
/// does, those that may.
///
/// # Errors
/// Why there is none.
pub fn fitting(event: &Event) -> Result<Vec<Action>, Reason> {
    let offers = event.actions();
    let those = |fits: &dyn Fn(Action, Applies) -> bool| -> Vec<Action> {
        let fitting = offers.iter().filter(|it| fits(it.action, it.applies));
        fitting.map(|it| it.action).collect()
    };
    [
        those(&|_, applies| applies == Applies::Yes),
        those(&|action, _| is_due(action, event.state.kind)),
        those(&|_, _| true),
    ]
    .into_iter()
    .find(|actions| !actions.is_empty())
    .ok_or(match event.state.kind {
        StateKind::Executing => Reason::Executing,
        StateKind::Completed | StateKind::Failed | StateKind::Canceled | StateKind::Avoided => {
            Reason::Over
        }
        StateKind::Inquiring | StateKind::Scheduled | StateKind::Other => Reason::NoAction,
    })
}

/// Whether a state asks for what is said about an event: an agreement answers one that asks, and moving is for one
/// that has a time. What is done to an instance does not wait to be asked for.
fn is_due(action: Action, state: StateKind) -> bool {
    match action {
        Action::Accept => state == StateKind::Inquiring,
        Action::Reschedule => state == StateKind::Scheduled,
        Action::Redeploy | Action::Migrate | Action::Reboot => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{alibaba, at, ens, huawei};

    /// Such an event waits for nobody's word that is known: whoever answers it says what is meant.
    #[test]
    fn of_an_event_in_an_unknown_state_a_person_says_what_to_do() {
        use Action::{Accept, Reschedule};
        let actions = |state: &str| {
            let sorted = SortedSelection::of([huawei("h-1", "instance-reboot", state)]);
            sorted.groups.into_iter().next().unwrap().actions
        };
        assert_eq!(actions("pondering"), [Accept, Reschedule]);
        assert_eq!(actions("inquiring"), [Accept]);
        assert_eq!(actions("scheduled"), [Reschedule]);
        let both = ["pondering", "brooding"].map(|state| huawei(state, "instance-reboot", state));
        assert_eq!(SortedSelection::of(both).groups.len(), 1);
    }

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
            .map(|group| {
                (
                    group.account.as_str(),
                    group.actions.as_slice(),
                    group.events.len(),
                )
            })
            .collect();
        assert_eq!(
            groups,
            [
                ("ecs", &[Action::Accept][..], 2),
                ("ecs", &[Action::Reschedule][..], 1),
                ("edge", &[Action::Redeploy][..], 1)
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

    #[test]
    fn events_that_several_actions_fit_are_a_group_that_has_to_choose() {
        use Action::{Accept, Reboot, Redeploy, Reschedule};
        let sorted = SortedSelection::of([
            alibaba("a-1", "SystemMaintenance.Reboot", "Scheduled"),
            alibaba("a-2", "SystemMaintenance.Reboot", "Inquiring"),
            alibaba("a-3", "SystemFailure.Redeploy", "Inquiring"),
            alibaba("a-4", "SystemMaintenance.Stop", "Scheduled"),
            // Nobody documents any of them for this state.
            alibaba(
                "a-5",
                "SystemMaintenance.RebootAndIsolateErrorDisk",
                "Scheduled",
            ),
            ens("e-1", "Instance:SystemFailure.Reboot", "Inquiring"),
            huawei("h-1", "instance-reboot", "inquiring"),
        ]);
        let groups: Vec<_> = sorted
            .groups
            .iter()
            .map(|group| {
                let ids: Vec<_> = group.events.iter().map(|it| it.event.id.as_str()).collect();
                (group.account.as_str(), group.actions.as_slice(), ids)
            })
            .collect();
        assert_eq!(
            groups,
            [
                ("ali", &[Accept, Redeploy][..], vec!["a-2", "a-3"]),
                (
                    "ali",
                    &[Redeploy, Reboot, Reschedule][..],
                    vec!["a-1", "a-5"]
                ),
                ("ali", &[Reschedule][..], vec!["a-4"]),
                ("ecs", &[Accept][..], vec!["h-1"]),
                ("edge", &[Reboot][..], vec!["e-1"]),
            ]
        );
    }

    #[test]
    fn of_several_actions_an_order_leaves_those_it_does_not_stand_in_the_way_of() {
        let order = |action| EventItem {
            batch_id: "b".to_owned(),
            index: 0,
            action,
            state: ItemState::Accepted,
            updated_at: at(0),
        };
        let sorted = |action| {
            SortedSelection::of([Chosen {
                order: Some(order(action)),
                ..alibaba("a-1", "SystemMaintenance.Reboot", "Scheduled").into()
            }])
        };
        let moved = sorted(Action::Reschedule);
        assert_eq!(moved.groups[0].actions, [Action::Reschedule]);
        assert_eq!(sorted(Action::Accept).left_out[0].reason, Reason::InBatch);
    }
}
