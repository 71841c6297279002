//! Shows what the judge of acts on instances finds, and what it lets pass.

use evenkeel::Timestamp;

use super::*;
use crate::cloud::Count;

const OVER: i64 = 100;
/// Later than anything here.
const NEVER: i64 = 9 * SIGNATURE_LIFE;

/// An order that was signed at the first time and came into its states at these.
fn order(event: &str, signed_at: i64, steps: &[(i64, ItemState)]) -> Order {
    let step = |(at, state): &(i64, ItemState)| Attempt {
        attempt: 1,
        state: *state,
        at: Timestamp::from_millis(*at),
        by: None,
        signed_at: Some(Timestamp::from_millis(signed_at)),
        status: None,
        request_id: None,
        detail: None,
        answer: None,
    };
    Order {
        batch: "b".to_owned(),
        index: 0,
        event: event.to_owned(),
        instance: "i".to_owned(),
        state: steps[steps.len() - 1].1,
        is_held_up: false,
        history: steps.iter().map(step).collect(),
    }
}

fn taken(event: &str, signed_at: i64, answered_at: i64) -> Order {
    let steps = [
        (signed_at, ItemState::Sending),
        (answered_at, ItemState::Accepted),
    ];
    order(event, signed_at, &steps)
}

fn evidence(times: &[i64]) -> Evidence {
    let act = |(at, call): (&i64, u64)| InstanceAct {
        instance: "i".to_owned(),
        at: *at,
        call,
    };
    let accepted = times.len() as u64;
    let count = Count {
        received: accepted,
        accepted,
    };
    Evidence {
        instance_acts: times.iter().zip(1..).map(act).collect(),
        instance_counts: [("i".to_owned(), count)].into(),
        ..Evidence::default()
    }
}

/// What is found where the event `a` was over at [`OVER`] and `b` is not yet.
fn wrong(orders: &[Order], times: &[i64]) -> Vec<String> {
    let span = Span {
        begin: 0,
        end: OVER,
    };
    let spans = [("a".to_owned(), span)].into();
    judge(orders, &evidence(times), &spans, false)
}

#[test]
fn takes_a_second_act_once_the_event_of_the_first_is_over() {
    let orders = [taken("a", 0, 10), taken("b", OVER, OVER + 10)];
    assert_eq!(wrong(&orders, &[5, OVER + 5]), [""; 0]);
}

#[test]
fn finds_a_second_act_while_the_event_of_the_first_goes_on() {
    let orders = [taken("a", 0, 10), taken("b", OVER - 10, OVER + 10)];
    assert!(wrong(&orders, &[5, OVER - 1])[0].contains("was not over"));
    // Nor is one over that knows no end.
    let orders = [taken("b", 0, 10), taken("a", OVER, OVER + 10)];
    assert!(wrong(&orders, &[5, OVER + 5])[0].contains("was not over"));
}

#[test]
fn finds_an_act_while_nobody_knew_what_another_did_even_if_that_did_nothing() {
    for state in [ItemState::Sending, ItemState::Unknown] {
        let lost = [(0, state), (OVER + 9, ItemState::NotSent)];
        let orders = [order("a", 0, &lost), taken("b", OVER, OVER + 9)];
        assert!(
            wrong(&orders, &[OVER + 5])[0].contains("nobody knew"),
            "{state}"
        );
        let found = [(0, state), (OVER - 9, ItemState::NotSent)];
        let orders = [order("a", 0, &found), taken("b", OVER, OVER + 9)];
        assert_eq!(wrong(&orders, &[OVER + 5]), [""; 0], "{state}");
    }
}

#[test]
fn finds_two_acts_for_one_event() {
    let orders = [taken("a", 0, 10), taken("a", OVER, OVER + 10)];
    assert!(wrong(&orders, &[5, OVER + 5])[0].contains("twice for a"));
    assert!(wrong(&orders[..1], &[5, 7])[0].contains("twice for a"));
}

#[test]
fn gives_an_act_to_no_order_whose_last_call_had_ended_in_nothing() {
    let throttled = [(4, ItemState::Sending), (5, ItemState::Queued)];
    let lost = [
        (4, ItemState::Sending),
        (5, ItemState::Unknown),
        (9, ItemState::Confirmed),
    ];
    // The throttled one was signed as late as the lost one, which acted.
    let orders = [
        order("a", 4, &lost),
        order(
            "b",
            4,
            &[&throttled[..], &[(6, ItemState::NotSent)]].concat(),
        ),
        taken("b", OVER, OVER + 9),
    ];
    assert_eq!(wrong(&orders, &[5, OVER + 5]), [""; 0]);
    let nobodys = [order("b", 4, &throttled)];
    assert!(wrong(&nobodys, &[5])[1].contains("was signed for no item"));
}

#[test]
fn forgives_a_second_act_after_a_lie_if_nothing_could_tell_and_nothing_could_arrive() {
    let lie = |event| {
        let mut denied = order(
            event,
            0,
            &[(0, ItemState::Sending), (1, ItemState::NotSent)],
        );
        denied.history[1].detail = Some("settled".to_owned());
        denied
    };
    let judged = |event, second: Order, begin, end, may_lie| {
        let at = second.history[1].at.as_millis();
        let spans = [("a".to_owned(), Span { begin, end })].into();
        let orders = [lie(event), second];
        let found = judge(&orders, &evidence(&[5, at]), &spans, may_lie);
        found
            .first()
            .is_none_or(|wrong| !wrong.contains("acted on"))
    };
    let late = |event| taken(event, SIGNATURE_LIFE, SIGNATURE_LIFE + 9);
    for event in ["a", "b"] {
        assert!(judged("a", late(event), NEVER, NEVER, true));
        // What was under way before is so still.
        assert!(judged("a", late(event), 1, NEVER, true));
        assert!(!judged("a", late(event), NEVER, NEVER, false));
        // It could still have arrived.
        let early = taken(event, SIGNATURE_LIFE - 1, SIGNATURE_LIFE + 9);
        assert!(!judged("a", early, NEVER, NEVER, true));
        // The event has moved.
        assert!(!judged("a", late(event), 6, NEVER, true));
    }
    assert!(!judged("a", late("a"), 6, 7, true));
    assert!(judged("a", late("b"), 6, 7, true));
    // Nothing is known of its event.
    assert!(!judged("c", late("b"), NEVER, NEVER, true));
}

#[test]
fn finds_what_is_lost_untrue_or_nobodys() {
    let open = order("a", 0, &[(0, ItemState::Unknown)]);
    assert!(wrong(&[open], &[])[0].contains("is lost"));
    assert!(wrong(&[taken("a", 0, 10)], &[])[0].contains("1 orders about i are told as taken"));
    let denied = order("a", 0, &[(0, ItemState::Sending), (9, ItemState::NotSent)]);
    let told = judge(
        std::slice::from_ref(&denied),
        &evidence(&[5]),
        &BTreeMap::new(),
        false,
    );
    assert!(told[0].contains("and 1 were carried out"), "{told:?}");
    let lied = judge(&[denied], &evidence(&[5]), &BTreeMap::new(), true);
    assert_eq!(lied, [""; 0]);
    assert!(wrong(&[], &[5])[0].contains("nobody ordered call 1 about i"));
    let mut forgotten = evidence(&[5]);
    forgotten.instance_acts.clear();
    let told = judge(&[taken("a", 0, 10)], &forgotten, &BTreeMap::new(), true);
    assert!(told[0].contains("the log shows 0"), "{told:?}");
}
