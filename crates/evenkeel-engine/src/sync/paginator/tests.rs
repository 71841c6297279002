//! Lists that end, and lists that do not.

use evenkeel::{Provider, first_page};
use serde_json::json;

use super::*;

fn paginator(provider: Provider) -> Paginator {
    let scope = Scope {
        account: "edge".to_owned(),
        ..Scope::default()
    };
    Paginator::new(scope, first_page(provider, 100))
}

type Answer = Result<Response, SendError>;

#[expect(clippy::unnecessary_wraps, reason = "what a paginator takes")]
fn answer(status: u16, body: &serde_json::Value) -> Answer {
    Ok(Response {
        status,
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    })
}

fn page(number: u32, total: u32, ids: std::ops::Range<u32>) -> Answer {
    let events: Vec<_> = ids
        .map(|id| json!({"EventId": format!("e-{id}"), "EventStatus": "Inquiring", "ResourceId": "i"}))
        .collect();
    let body = json!({"RequestId": "R", "PageNumber": number, "PageSize": 100, "TotalCount": total, "Events": events});
    answer(200, &body)
}

fn marked(ids: std::ops::Range<u32>, marker: Option<&str>) -> Answer {
    let events: Vec<_> = ids
        .map(|id| json!({"id": format!("{id}"), "state": "inquiring", "instance_id": "i"}))
        .collect();
    let body = json!({"events": events, "page_info": {"next_marker": marker}});
    answer(200, &body)
}

fn throttled() -> Answer {
    let body = json!({"RequestId": "R", "Code": "Throttling.User", "Message": "slow down"});
    answer(400, &body)
}

#[test]
fn goes_from_page_to_page_until_all_are_there() {
    let mut paginator = paginator(Provider::Ens);
    assert!(
        matches!(paginator.take(page(1, 101, 0..100)), Step::More(events) if events.len() == 100)
    );
    assert_eq!(paginator.total(), Some(101));
    assert!(
        matches!(paginator.take(page(2, 101, 100..101)), Step::Done(events) if events.len() == 1)
    );
    assert!(paginator.is_sure());
}

#[test]
fn a_page_that_comes_again_is_asked_for_again_and_leaves_a_doubt() {
    let mut paginator = paginator(Provider::Ens);
    assert!(matches!(
        paginator.take(page(1, 150, 0..100)),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(page(2, 150, 0..100)),
        Step::Wait { .. }
    ));
    assert!(matches!(
        paginator.take(page(2, 150, 100..150)),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure());
}

#[test]
fn a_list_that_turns_in_circles_is_given_up() {
    let mut paginator = paginator(Provider::HuaweiEcs);
    assert!(matches!(
        paginator.take(marked(0..100, Some("99"))),
        Step::More(_)
    ));
    for _ in 0..MOST_RETRIES {
        assert!(matches!(
            paginator.take(marked(0..100, Some("99"))),
            Step::Wait { .. }
        ));
    }
    let step = paginator.take(marked(0..100, Some("99")));
    assert!(matches!(step, Step::Failed(failure) if failure.code() == FailureCode::Unreadable));
}

#[test]
fn what_the_cloud_counts_and_does_not_show_leaves_a_doubt() {
    let mut paginator = paginator(Provider::Ens);
    assert!(matches!(
        paginator.take(page(1, 200, 0..100)),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(page(2, 200, 99..199)),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure(), "199 of 200");
}

#[test]
fn a_list_ends_by_what_came_and_not_by_what_was_asked() {
    // Asked for 100 a page, it serves 50, and says 100.
    let mut paginator = paginator(Provider::Ens);
    for (number, ids) in [(1, 0..50), (2, 50..100)] {
        assert!(
            matches!(paginator.take(page(number, 120, ids)), Step::More(events) if events.len() == 50)
        );
    }
    assert!(
        matches!(paginator.take(page(3, 120, 100..120)), Step::Done(events) if events.len() == 20)
    );
    assert!(paginator.is_sure());
    assert_eq!(paginator.shortfall(), None);
}

#[test]
fn a_total_that_is_not_reached_is_told() {
    let mut paginator = paginator(Provider::Ens);
    assert!(matches!(
        paginator.take(page(1, 120, 0..100)),
        Step::More(_)
    ));
    assert!(matches!(paginator.take(page(2, 120, 0..0)), Step::Done(_)));
    assert!(!paginator.is_sure());
    let shortfall = paginator.shortfall().unwrap();
    assert_eq!(shortfall.code(), FailureCode::Incomplete);
    assert_eq!(
        shortfall.to_string(),
        "the cloud counts 120 events and lists 100 of them"
    );
}

#[test]
fn a_list_that_moves_while_it_is_read_is_read_again_without_a_word() {
    let mut paginator = paginator(Provider::Ens);
    assert!(matches!(
        paginator.take(page(1, 120, 0..100)),
        Step::More(_)
    ));
    // A new event came on top.
    assert!(matches!(
        paginator.take(page(2, 121, 99..120)),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure());
    assert_eq!(paginator.shortfall(), None);
}

#[test]
fn a_circle_of_markers_ends_at_the_first_that_was_seen_before() {
    let mut paginator = paginator(Provider::HuaweiEcs);
    assert!(matches!(
        paginator.take(marked(0..2, Some("A"))),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(marked(2..4, Some("B"))),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(marked(4..6, Some("A"))),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure());
    let shortfall = paginator.shortfall().unwrap();
    assert_eq!(shortfall.code(), FailureCode::Endless);
    assert!(shortfall.to_string().contains("`A`"), "{shortfall}");
}

#[test]
fn a_circle_whose_pages_have_nothing_new_ends_at_once_too() {
    let mut paginator = paginator(Provider::HuaweiEcs);
    assert!(matches!(
        paginator.take(marked(0..2, Some("A"))),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(marked(2..4, Some("B"))),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(marked(2..4, Some("A"))),
        Step::Done(_)
    ));
    assert!(paginator.shortfall().is_some());
}

#[test]
fn a_page_that_names_itself_as_the_next_one_ends_the_list_and_is_told() {
    let mut paginator = paginator(Provider::HuaweiEcs);
    assert!(matches!(
        paginator.take(marked(0..2, Some("A"))),
        Step::More(_)
    ));
    assert!(matches!(
        paginator.take(marked(2..4, Some("A"))),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure());
    assert_eq!(paginator.shortfall().unwrap().code(), FailureCode::Endless);
}

#[test]
fn new_markers_with_nothing_new_behind_them_do_not_go_on_for_ever() {
    let mut paginator = paginator(Provider::HuaweiEcs);
    let mut calls = 0;
    let failure = loop {
        calls += 1;
        match paginator.take(marked(0..2, Some(&calls.to_string()))) {
            Step::More(_) | Step::Wait { .. } => assert!(calls < 20, "no end"),
            Step::Failed(failure) => break failure,
            Step::Done(_) => panic!("it has no end"),
        }
    };
    assert_eq!(failure.code(), FailureCode::Unreadable);
}

#[test]
fn a_list_that_shrinks_under_way_leaves_a_doubt() {
    let mut paginator = paginator(Provider::Ens);
    assert!(matches!(
        paginator.take(page(1, 201, 0..100)),
        Step::More(_)
    ));
    // Event 5 is gone, and event 100 is on the first page now.
    assert!(matches!(
        paginator.take(page(2, 200, 101..201)),
        Step::Done(_)
    ));
    assert!(!paginator.is_sure());
}

#[test]
fn waits_longer_each_time_it_is_throttled_and_gives_up_in_the_end() {
    let mut paginator = paginator(Provider::Ens);
    let mut waits = Vec::new();
    let failure = loop {
        match paginator.take(throttled()) {
            Step::Wait { ms, .. } => waits.push(ms),
            Step::Failed(failure) => break failure,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60].map(|s| s * 1000));
    assert_eq!(failure.code(), FailureCode::Throttled);
}

#[test]
fn keeps_to_the_hint_of_the_cloud() {
    for (hint, waits) in [("3000", true), ("600000", false)] {
        let mut response = throttled();
        if let Ok(response) = &mut response {
            response.headers = vec![("x-acs-retry-after".to_owned(), hint.to_owned())];
        }
        match paginator(Provider::Ens).take(response) {
            Step::Wait { ms: 3_000, .. } if waits => {}
            Step::Failed(failure) if !waits => assert_eq!(failure.retry_after_ms(), Some(600_000)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn tries_again_what_may_pass_and_not_what_will_not() {
    let unavailable = json!({"RequestId": "R", "Code": "ServiceUnavailable", "Message": "down"});
    let mut paginator = paginator(Provider::Ens);
    for wait in [1_000, 2_000] {
        let step = paginator.take(answer(503, &unavailable));
        assert!(matches!(step, Step::Wait { ms, .. } if ms == wait));
    }
    let step = paginator.take(answer(503, &unavailable));
    assert!(matches!(step, Step::Failed(failure) if failure.code() == FailureCode::Unavailable));
    let denied = json!({"RequestId": "R", "Code": "NoPermission", "Message": "Permission denied."});
    let step = paginator.take(answer(400, &denied));
    assert!(matches!(step, Step::Failed(failure) if failure.code() == FailureCode::Denied));
}

#[test]
fn a_list_is_read_up_to_a_bound_and_what_lies_beyond_is_told() {
    // A million events, on pages of any cloud.
    const { assert!(MOST_PAGES >= 1_000_000 / 50) };
    let mut paginator = paginator(Provider::HuaweiEcs);
    paginator.most_pages = 3;
    for page in 0..2 {
        let step = paginator.take(marked(page..page + 1, Some(&page.to_string())));
        assert!(matches!(step, Step::More(_)));
    }
    let last = paginator.take(marked(2..3, Some("2")));
    assert!(matches!(last, Step::Done(events) if events.len() == 1));
    assert!(!paginator.is_sure(), "what it did not show may be listed");
    let shortfall = paginator.shortfall().unwrap();
    assert_eq!(shortfall.code(), FailureCode::Endless);
    assert!(
        shortfall.to_string().contains("after 3 pages"),
        "{shortfall}"
    );
}

#[test]
fn a_list_that_is_longer_than_is_read_is_told_before_it_is() {
    assert_eq!(beyond(2_000_000), None);
    let told = beyond(2_000_001).unwrap();
    assert!(
        told.contains("2000001 events") && told.contains("first 2000000"),
        "{told}"
    );
}
