//! What is to be done with the items whose turn it is: decisions without I/O.

mod rival;

use std::collections::HashSet;

use evenkeel::{
    Action, Batch, BatchDraft, Chunk, Issue, ItemDraft, Locale, Password, Provider, Rules, Segment,
    Severity, Timestamp, When,
};
use evenkeel_api::{ItemReason, ItemState};
use evenkeel_store::journal::{Candidate, Rival};

use rival::{
    LOOK_AGAIN_MS, alive_until, earlier_order, has_arrived_after_all, identity, is_sent_before,
    rivals, was_taken_after_all,
};

/// What is to be done, by batch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Items that are not sent at all.
    pub(super) stops: Vec<Stop>,
    /// Items that are not sent yet.
    pub(super) waits: Vec<Wait>,
    /// Calls to make.
    pub(super) calls: Vec<PlannedCall>,
}

/// An item that is not sent, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) batch_id: String,
    pub(super) place: u32,
    pub(super) reason: ItemReason,
    /// The core's code of the rule that it breaks by now, and the text.
    pub(super) issue: Option<(&'static str, String)>,
}

/// An item whose turn is later: a call about its event may still arrive, or an earlier order goes first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) batch_id: String,
    pub(super) place: u32,
    /// ms since the Unix epoch.
    pub(super) until: i64,
    pub(super) reason: ItemReason,
}

/// A call to make.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PlannedCall {
    pub(super) batch_id: String,
    pub(super) places: Vec<u32>,
    pub(super) chunk: Chunk,
    /// What it carries.
    pub(super) password: Option<Password>,
}

/// What the decision depends on.
pub(super) struct Circumstances<'a> {
    pub(super) account: &'a str,
    pub(super) provider: Provider,
    pub(super) now: i64,
    /// How many items one call carries.
    pub(super) items_per_call: usize,
    /// How many calls may be made now.
    pub(super) calls: usize,
    pub(super) rivals: &'a [Rival],
    /// Whether this proxy sends for an account.
    pub(super) is_served: &'a dyn Fn(&str) -> bool,
    pub(super) password: &'a dyn Fn(&str) -> Option<Password>,
}

/// Decides about items in the order of their turn.
pub(super) fn plan(candidates: &[Candidate], at: &Circumstances<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut taken = HashSet::new();
    for batch in candidates.chunk_by(|one, other| one.batch_id == other.batch_id) {
        let Some(first) = batch.first() else {
            continue;
        };
        let password = (at.password)(&first.batch_id);
        let mut open = Vec::new();
        for item in batch {
            if !taken.insert(identity(at.provider, &item.event_id, &item.resource_id)) {
                // Its twin of another batch goes first; its own turn comes when that has settled.
                continue;
            }
            match stop(item, password.as_ref(), at) {
                Some(stop) => plan.stops.push(stop),
                None => open.push(item),
            }
        }
        let rechecked = recheck(open, password.as_ref(), at);
        plan.stops.extend(rechecked.stops);
        let (mut ready, mut indices) = (Vec::new(), Vec::new());
        for (index, item) in rechecked.items.into_iter().enumerate() {
            if let Some((until, reason)) = waits_until(item, at) {
                plan.waits.push(Wait {
                    batch_id: item.batch_id.clone(),
                    place: item.place,
                    until,
                    reason,
                });
            } else {
                ready.push(item);
                indices.push(index);
            }
        }
        let Some(checked) = rechecked.batch else {
            continue;
        };
        let most = at.provider.most_items_per_call();
        let chunks = checked
            .only(&indices)
            .chunks(at.items_per_call.clamp(1, most));
        let room = at.calls.saturating_sub(plan.calls.len());
        for chunk in chunks.into_iter().take(room) {
            let items = chunk.items.iter().filter_map(|index| ready.get(*index));
            let items: Vec<&Candidate> = items.copied().collect();
            plan.calls.push(PlannedCall {
                batch_id: first.batch_id.clone(),
                places: items.iter().map(|item| item.place).collect(),
                password: carried(&items, password.as_ref()),
                chunk,
            });
        }
    }
    plan
}

/// Until when an item has to wait for others about its event, ms since the Unix epoch, and why.
fn waits_until(item: &Candidate, at: &Circumstances<'_>) -> Option<(i64, ItemReason)> {
    let order = |until| (until, ItemReason::EarlierOrder);
    // Its answer comes in a moment, and ends its signature.
    if rivals(item, at).any(|rival| is_sent_before(rival, item)) {
        return Some(order(at.now + LOOK_AGAIN_MS));
    }
    let call = alive_until(item, at).map(|until| (until, ItemReason::EarlierCall));
    call.or_else(|| earlier_order(item, at).map(order))
}

fn stop(item: &Candidate, password: Option<&Password>, at: &Circumstances<'_>) -> Option<Stop> {
    let stop = |reason| Stop {
        batch_id: item.batch_id.clone(),
        place: item.place,
        reason,
        issue: None,
    };
    if item.is_cancelled {
        return Some(stop(ItemReason::Cancelled));
    }
    if item.takes_password && password.is_none() {
        return Some(stop(ItemReason::PasswordLost));
    }
    for rival in rivals(item, at) {
        match rival.state {
            // Nobody knows yet what that one did: a second act may be one too many.
            ItemState::Unknown => return Some(stop(ItemReason::EventInFlight)),
            ItemState::Sending if !is_sent_before(rival, item) => {
                return Some(stop(ItemReason::EventInFlight));
            }
            // Moving an event again is a wish of its own; agreeing to it again is not.
            ItemState::Accepted
                if rival.action == item.action && item.action != Action::Reschedule =>
            {
                return Some(stop(ItemReason::AlreadyAccepted));
            }
            _ => {}
        }
    }
    if was_taken_after_all(item, at) {
        return Some(stop(ItemReason::AlreadyAccepted));
    }
    if alive_until(item, at).is_none() && has_arrived_after_all(item, at) {
        return Some(stop(ItemReason::EventMoved));
    }
    None
}

/// Items held against the rules once more: a planned time may have come meanwhile.
#[derive(Default)]
struct Rechecked<'c> {
    stops: Vec<Stop>,
    /// Those that may still be sent, in the order of the batch's items.
    items: Vec<&'c Candidate>,
    batch: Option<Batch>,
}

fn recheck<'c>(
    items: Vec<&'c Candidate>,
    password: Option<&Password>,
    at: &Circumstances<'_>,
) -> Rechecked<'c> {
    if items.is_empty() {
        return Rechecked::default();
    }
    let report = match checked(&items, password, at) {
        Ok(batch) => {
            return Rechecked {
                stops: Vec::new(),
                items,
                batch: Some(batch),
            };
        }
        Err(report) => report,
    };
    let mut good = Vec::new();
    let mut stops = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let error = report.issues.iter().find(|issue| {
            issue.severity == Severity::Error && item_of(issue).is_none_or(|at| at == index)
        });
        match error {
            None => good.push(*item),
            Some(error) => stops.push(Stop {
                batch_id: item.batch_id.clone(),
                place: item.place,
                reason: ItemReason::Invalid,
                issue: Some((error.code(), error.message(Locale::En))),
            }),
        }
    }
    if stops.is_empty() {
        // INVARIANT: what is refused has an error; without one, nothing is sent.
        return Rechecked::default();
    }
    let rest = recheck(good, password, at);
    stops.extend(rest.stops);
    Rechecked { stops, ..rest }
}

/// The item that an issue is about; none where it is about all of them.
fn item_of(issue: &Issue) -> Option<usize> {
    match issue.path.segments().as_slice() {
        [Segment::Key(_), Segment::Index(index), ..] => Some(*index),
        _ => None,
    }
}

/// The password that a call for these items carries.
fn carried(items: &[&Candidate], password: Option<&Password>) -> Option<Password> {
    password
        .filter(|_| items.iter().any(|item| item.takes_password))
        .cloned()
}

fn checked(
    items: &[&Candidate],
    password: Option<&Password>,
    at: &Circumstances<'_>,
) -> Result<Batch, evenkeel::Report> {
    let draft = BatchDraft {
        account: at.account.to_owned(),
        action: items.first().map_or(Action::Reboot, |item| item.action),
        items: items
            .iter()
            .map(|item| ItemDraft {
                event_id: item.event_id.clone(),
                resource_id: item.resource_id.clone(),
                when: Some(
                    item.plan_at
                        .map_or(When::Now, |at| When::At(Timestamp::from_millis(at))),
                ),
                data_policy: item.data_policy,
            })
            .collect(),
        password: carried(items, password),
    };
    let rules = Rules::at(Timestamp::from_millis(at.now));
    Batch::parse(at.provider, &draft, &rules).map(|checked| checked.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const NOW: i64 = 1_800_000_000_000;

    pub(super) fn item(batch: &str, place: u32, event: &str) -> Candidate {
        Candidate {
            batch_id: batch.to_owned(),
            place,
            event_id: format!("e-{event}"),
            resource_id: format!("i-{event}"),
            plan_at: None,
            data_policy: None,
            takes_password: false,
            action: Action::Reboot,
            is_cancelled: false,
            tried_at: None,
            attempts: 0,
            alive_until: None,
            is_known: true,
            present_state: None,
        }
    }

    pub(super) fn rival(event: &str, state: ItemState, action: Action) -> Rival {
        Rival {
            account: "edge".to_owned(),
            batch_id: "b0".to_owned(),
            place: 0,
            event_id: format!("e-{event}"),
            resource_id: format!("i-{event}"),
            state,
            action,
            due_at: None,
            alive_until: None,
            retried_in: None,
            is_settled: false,
            before_state: None,
        }
    }

    pub(super) fn decide(
        candidates: &[Candidate],
        rivals: &[Rival],
        password: Option<&str>,
    ) -> Plan {
        let plan = plan(
            candidates,
            &Circumstances {
                account: "edge",
                provider: provider_of(candidates),
                now: NOW,
                items_per_call: 3,
                calls: 2,
                rivals,
                is_served: &|account| account != "nobodys",
                password: &|_| password.map(|text| Password::new(text.to_owned())),
            },
        );
        // The store refuses a reason that is none of its state's.
        for stop in &plan.stops {
            assert!(stop.reason.states().contains(&ItemState::NotSent));
        }
        for wait in &plan.waits {
            assert!(wait.reason.states().contains(&ItemState::Queued));
        }
        plan
    }

    /// The cloud that has the candidates' action.
    fn provider_of(candidates: &[Candidate]) -> Provider {
        let action = candidates
            .first()
            .map_or(Action::Reboot, |item| item.action);
        let has = |provider: &&Provider| provider.actions().contains(&action);
        *Provider::ALL.iter().find(has).unwrap()
    }

    pub(super) fn reasons(plan: &Plan) -> Vec<(u32, &'static str)> {
        plan.stops
            .iter()
            .map(|stop| (stop.place, stop.reason.as_str()))
            .collect()
    }

    pub(super) fn places(plan: &Plan) -> Vec<Vec<u32>> {
        plan.calls.iter().map(|call| call.places.clone()).collect()
    }

    #[test]
    fn items_of_one_batch_go_together_up_to_the_size_of_a_call() {
        let items: Vec<_> = (0..8).map(|n| item("b1", n, &n.to_string())).collect();
        let plan = decide(&items, &[], None);
        assert_eq!(places(&plan), [[0, 1, 2], [3, 4, 5]]);
        assert_eq!(plan.stops, []);
    }

    #[test]
    fn huawei_takes_one_item_a_call() {
        let items: Vec<_> = (0..3)
            .map(|n| Candidate {
                action: Action::Accept,
                ..item("b1", n, &n.to_string())
            })
            .collect();
        assert_eq!(places(&decide(&items, &[], None)), [[0], [1]]);
    }

    #[test]
    fn a_call_holds_items_of_one_batch_only() {
        let items = [item("b1", 0, "a"), item("b2", 0, "b"), item("b2", 1, "c")];
        assert_eq!(places(&decide(&items, &[], None)), [vec![0], vec![0, 1]]);
    }

    #[test]
    fn an_event_that_somebody_may_be_acting_on_is_left_alone() {
        let items = [item("b1", 0, "a"), item("b1", 1, "b"), item("b1", 2, "c")];
        let rivals = [
            rival("a", ItemState::Unknown, Action::Reboot),
            rival("b", ItemState::Accepted, Action::Reboot),
        ];
        let plan = decide(&items, &rivals, None);
        assert_eq!(
            reasons(&plan),
            [(0, "event_in_flight"), (1, "already_accepted")]
        );
        assert_eq!(places(&plan), [[2]]);
    }

    #[test]
    fn an_accepted_event_may_be_moved_and_moved_again() {
        let reschedule = Candidate {
            action: Action::Reschedule,
            plan_at: Some(NOW + 86_400_000),
            ..item("b1", 0, "a")
        };
        for earlier in [Action::Accept, Action::Reschedule] {
            let rivals = [rival("a", ItemState::Accepted, earlier)];
            assert_eq!(
                decide(std::slice::from_ref(&reschedule), &rivals, None).stops,
                []
            );
        }
        let rivals = [rival("a", ItemState::Unknown, Action::Accept)];
        assert_eq!(
            reasons(&decide(&[reschedule], &rivals, None)),
            [(0, "event_in_flight")]
        );
    }

    #[test]
    fn two_items_of_one_event_never_leave_together() {
        let items = [item("b1", 0, "a"), item("b2", 0, "a")];
        let plan = decide(&items, &[], None);
        assert_eq!((places(&plan), plan.stops.len()), (vec![vec![0]], 0));
    }

    #[test]
    fn an_item_is_not_its_own_rival() {
        let own = Rival {
            batch_id: "b1".to_owned(),
            ..rival("a", ItemState::Unknown, Action::Reboot)
        };
        assert_eq!(decide(&[item("b1", 0, "a")], &[own], None).stops, []);
    }

    #[test]
    fn a_time_that_has_come_while_the_item_waited_stops_it() {
        let late = Candidate {
            plan_at: Some(NOW - 1),
            ..item("b1", 0, "a")
        };
        let plan = decide(&[late, item("b1", 1, "b")], &[], None);
        assert_eq!(reasons(&plan), [(0, "invalid")]);
        assert!(plan.stops[0].issue.is_some());
        assert_eq!(places(&plan), [[1]]);
    }

    #[test]
    fn a_lost_password_stops_only_what_needs_it() {
        let migrate = |place, event, takes_password: bool| Candidate {
            action: Action::Migrate,
            data_policy: Some(evenkeel::DataPolicy::TryTransfer),
            plan_at: (!takes_password).then_some(NOW + 86_400_000),
            takes_password,
            ..item("b1", place, event)
        };
        let items = [migrate(0, "a", true), migrate(1, "b", false)];
        let plan = decide(&items, &[], None);
        assert_eq!(reasons(&plan), [(0, "password_lost")]);
        assert_eq!(places(&plan), [[1]]);
        let plan = decide(&items, &[], Some("Canary77"));
        assert_eq!(places(&plan), [[0, 1]]);
        let sent = plan.calls[0].chunk.operation.params_json();
        assert_eq!(sent.matches("Canary77").count(), 1, "{sent}");
        // Its answer may quote it, and the batch may be called off by then.
        assert!(plan.calls[0].password.is_some());
    }

    #[test]
    fn what_was_called_off_is_not_sent() {
        let cancelled = Candidate {
            is_cancelled: true,
            ..item("b1", 0, "a")
        };
        assert_eq!(
            reasons(&decide(&[cancelled], &[], None)),
            [(0, "cancelled")]
        );
    }
}
