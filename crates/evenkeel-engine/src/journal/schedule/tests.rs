use evenkeel::Action;

use super::*;

pub(super) const NOW: i64 = 1_800_000_000_000;

pub(super) fn item(batch: &str, index: u32, event: &str) -> DueItem {
    DueItem {
        batch_id: batch.to_owned(),
        index,
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

pub(super) fn conflict(event: &str, state: ItemState, action: Action) -> ConflictingItem {
    ConflictingItem {
        account: "edge".to_owned(),
        batch_id: "b0".to_owned(),
        index: 0,
        event_id: format!("e-{event}"),
        resource_id: format!("i-{event}"),
        state,
        action,
        due_at: None,
        alive_until: None,
        retried_in: None,
        is_settled: false,
        before_state: None,
        present_state: None,
        updated_at: NOW,
        is_event_over: false,
    }
}

pub(super) fn decide(
    due_items: &[DueItem],
    conflicts: &[ConflictingItem],
    password: Option<&str>,
) -> Schedule {
    decide_at(NOW, provider_of(due_items), due_items, conflicts, password)
}

pub(super) fn decide_at(
    now: i64,
    provider: Provider,
    due_items: &[DueItem],
    conflicts: &[ConflictingItem],
    password: Option<&str>,
) -> Schedule {
    let void = HashMap::from([
        ("withdrawn".to_owned(), ItemReason::RightWithdrawn),
        ("late".to_owned(), ItemReason::ApprovalExpired),
    ]);
    let schedule = schedule(
        due_items,
        &Circumstances {
            account: "edge",
            provider,
            now,
            items_per_call: 3,
            calls: 2,
            conflicts,
            void: &void,
            is_served: &|account| account != "nobodys",
            password: &|_| password.map(|text| Password::new(text.to_owned())),
        },
    );
    // The store refuses a reason that is none of its state's.
    for stop in &schedule.stops {
        assert!(stop.reason.states().contains(&ItemState::NotSent));
    }
    for wait in &schedule.waits {
        assert!(wait.reason.states().contains(&ItemState::Queued));
    }
    schedule
}

/// The cloud that has the items' action.
fn provider_of(due_items: &[DueItem]) -> Provider {
    let action = due_items.first().map_or(Action::Reboot, |item| item.action);
    Provider::with_action(action).unwrap()
}

pub(super) fn reasons(schedule: &Schedule) -> Vec<(u32, &'static str)> {
    schedule
        .stops
        .iter()
        .map(|stop| (stop.index, stop.reason.as_str()))
        .collect()
}

pub(super) fn indexes(schedule: &Schedule) -> Vec<Vec<u32>> {
    schedule
        .calls
        .iter()
        .map(|call| call.indexes.clone())
        .collect()
}

#[test]
fn items_of_one_batch_go_together_up_to_the_size_of_a_call() {
    let items: Vec<_> = (0..8).map(|n| item("b1", n, &n.to_string())).collect();
    let schedule = decide(&items, &[], None);
    assert_eq!(indexes(&schedule), [[0, 1, 2], [3, 4, 5]]);
    assert_eq!(schedule.stops, []);
}

#[test]
fn huawei_takes_one_item_a_call() {
    let items: Vec<_> = (0..3)
        .map(|n| DueItem {
            action: Action::Accept,
            ..item("b1", n, &n.to_string())
        })
        .collect();
    assert_eq!(indexes(&decide(&items, &[], None)), [[0], [1]]);
}

#[test]
fn a_call_holds_items_of_one_batch_only() {
    let items = [item("b1", 0, "a"), item("b2", 0, "b"), item("b2", 1, "c")];
    assert_eq!(indexes(&decide(&items, &[], None)), [vec![0], vec![0, 1]]);
}

#[test]
fn an_event_that_somebody_may_be_acting_on_is_left_alone() {
    let items = [item("b1", 0, "a"), item("b1", 1, "b"), item("b1", 2, "c")];
    let conflicts = [
        conflict("a", ItemState::Unknown, Action::Reboot),
        conflict("b", ItemState::Accepted, Action::Reboot),
    ];
    let schedule = decide(&items, &conflicts, None);
    assert_eq!(
        reasons(&schedule),
        [(0, "event_in_flight"), (1, "already_accepted")]
    );
    assert_eq!(indexes(&schedule), [[2]]);
}

#[test]
fn an_accepted_event_may_be_moved_and_moved_again() {
    let reschedule = DueItem {
        action: Action::Reschedule,
        plan_at: Some(NOW + 86_400_000),
        ..item("b1", 0, "a")
    };
    for earlier in [Action::Accept, Action::Reschedule] {
        let conflicts = [conflict("a", ItemState::Accepted, earlier)];
        assert_eq!(
            decide(std::slice::from_ref(&reschedule), &conflicts, None).stops,
            []
        );
    }
    let conflicts = [conflict("a", ItemState::Unknown, Action::Accept)];
    assert_eq!(
        reasons(&decide(&[reschedule], &conflicts, None)),
        [(0, "event_in_flight")]
    );
}

#[test]
fn two_items_of_one_event_never_leave_together() {
    let items = [item("b1", 0, "a"), item("b2", 0, "a")];
    let schedule = decide(&items, &[], None);
    assert_eq!(
        (indexes(&schedule), schedule.stops.len()),
        (vec![vec![0]], 0)
    );
}

#[test]
fn an_item_is_not_its_own_rival() {
    let own = ConflictingItem {
        batch_id: "b1".to_owned(),
        ..conflict("a", ItemState::Unknown, Action::Reboot)
    };
    assert_eq!(decide(&[item("b1", 0, "a")], &[own], None).stops, []);
}

#[test]
fn a_time_that_has_come_while_the_item_waited_stops_it() {
    let late = DueItem {
        plan_at: Some(NOW - 1),
        ..item("b1", 0, "a")
    };
    let schedule = decide(&[late, item("b1", 1, "b")], &[], None);
    assert_eq!(reasons(&schedule), [(0, "invalid")]);
    assert!(schedule.stops[0].issue.is_some());
    assert_eq!(indexes(&schedule), [[1]]);
}

#[test]
fn a_lost_password_stops_only_what_needs_it() {
    let migrate = |index, event, takes_password: bool| DueItem {
        action: Action::Migrate,
        data_policy: Some(evenkeel::DataPolicy::TryTransfer),
        plan_at: (!takes_password).then_some(NOW + 86_400_000),
        takes_password,
        ..item("b1", index, event)
    };
    let items = [migrate(0, "a", true), migrate(1, "b", false)];
    let schedule = decide(&items, &[], None);
    assert_eq!(reasons(&schedule), [(0, "password_lost")]);
    assert_eq!(indexes(&schedule), [[1]]);
    let schedule = decide(&items, &[], Some("Canary77"));
    assert_eq!(indexes(&schedule), [[0, 1]]);
    let sent = schedule.calls[0].chunk.operation.params_json();
    assert_eq!(sent.matches("Canary77").count(), 1, "{sent}");
    // Its answer may quote it, and the batch may be called off by then.
    assert!(schedule.calls[0].password.is_some());
}

#[test]
fn what_was_called_off_is_not_sent() {
    let cancelled = DueItem {
        is_cancelled: true,
        ..item("b1", 0, "a")
    };
    assert_eq!(
        reasons(&decide(&[cancelled], &[], None)),
        [(0, "cancelled")]
    );
}

#[test]
fn what_nobody_may_order_any_more_is_not_sent() {
    let mut items = [item("withdrawn", 0, "1"), item("withdrawn", 1, "2")];
    items[1].is_cancelled = true;
    let schedule = decide(&items, &[], None);
    assert_eq!(
        reasons(&schedule),
        [(0, "right_withdrawn"), (1, "cancelled")]
    );
    assert!(schedule.calls.is_empty());
    let schedule = decide(&[item("late", 0, "1")], &[], None);
    assert_eq!(reasons(&schedule), [(0, "approval_expired")]);
    assert!(schedule.calls.is_empty());
    let schedule = decide(&[item("b1", 0, "1")], &[], None);
    assert_eq!(indexes(&schedule), [[0]]);
}
