//! The documented answers, to the letter, and what clouds send besides.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod alibaba_ecs;

use evenkeel::{
    Action, ActionOffer, Applies, Cursor, DataLoss, Down, EventKind, Operation, OperationName,
    Provider, Response, Rules, Scope, Standing, StateKind, Timestamp, first_page,
};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/samples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn scope() -> Scope {
    Scope {
        account: "ecs-north4".into(),
        ..Scope::default()
    }
}

fn page(provider: Provider, body: &str) -> evenkeel::ListPage {
    first_page(provider, 100)
        .page(&scope(), &answer(200, body))
        .unwrap()
}

#[test]
fn reads_the_documented_huawei_list() {
    let list = first_page(Provider::HuaweiEcs, 1);
    let page = list
        .page(&scope(), &answer(200, sample("huawei_list_response.json")))
        .unwrap();
    let [event] = &page.events[..] else {
        panic!("one event")
    };
    assert_eq!(event.id, "0ead944a-72e8-494f-89ba-5846fb7ac5c0");
    assert_eq!(event.resource_id, "c51b9e4f-0469-4c6f-ad03-22b23247b7a8");
    assert_eq!(event.event_type.kind, EventKind::Redeploy);
    assert_eq!(event.state.kind, StateKind::Scheduled);
    assert_eq!(event.started_at, None);
    assert_eq!(
        event.deadline,
        Some("2025-03-21T09:22:41Z".parse().unwrap())
    );
    assert!(
        event
            .description_for("zh-cn")
            .unwrap()
            .starts_with("As being affected")
    );
    // The sample has a marker although its event is the only one.
    assert_eq!(page.next, Some(Cursor::Marker(event.id.clone())));
    assert!(event.raw.contains("\"start_time\": null"));
}

#[test]
fn stops_at_a_marker_that_comes_again() {
    let list = first_page(Provider::HuaweiEcs, 1);
    let body = sample("huawei_list_response.json");
    let first = list.page(&scope(), &answer(200, body.clone())).unwrap();
    let second = list.next(&first).unwrap();
    let again = second.page(&scope(), &answer(200, body)).unwrap();
    assert_eq!(second.next(&again), None);
    let empty = r#"{"events":[],"page_info":{"next_marker":"x"}}"#;
    assert_eq!(page(Provider::HuaweiEcs, empty).next, None);
}

#[test]
fn keeps_what_it_does_not_know() {
    let page = page(
        Provider::Ens,
        r#"{"Events":[{"EventId":"e-1","ResourceId":"i-1\n","EventType":"Moon:Eclipse",
            "EventStatus":"Pondering","NotBefore":null,"New":{"x":1}},{}],"TotalCount":null}"#,
    );
    let event = &page.events[0];
    assert_eq!(
        (event.event_type.raw.as_str(), event.event_type.kind),
        ("Moon:Eclipse", EventKind::Other)
    );
    assert_eq!(
        (event.state.raw.as_str(), event.state.kind),
        ("Pondering", StateKind::Other)
    );
    assert_eq!(event.resource_id, "i-1");
    assert!(event.raw.contains("\"New\""));
    assert_eq!(page.events.len(), 2, "an event without an id is not lost");
    assert!(page.events[1].actions().is_empty());
}

#[test]
fn walks_ens_pages_by_the_total() {
    let list = first_page(Provider::Ens, 2);
    let body = |count: usize, total: u32| {
        let events = vec![r#"{"EventId":"e-1"}"#; count].join(",");
        format!(r#"{{"Events":[{events}],"PageNumber":1,"PageSize":2,"TotalCount":{total}}}"#)
    };
    let first = list.page(&scope(), &answer(200, body(2, 3))).unwrap();
    assert_eq!(first.next, Some(Cursor::PageNumber(2)));
    let second = list.next(&first).unwrap();
    let third = second.page(&scope(), &answer(200, body(1, 3))).unwrap();
    assert_eq!(third.next, None);
    // A page with nothing ends the walk whatever the total says.
    assert_eq!(
        list.page(&scope(), &answer(200, body(0, 9))).unwrap().next,
        None
    );
}

#[test]
fn ends_a_list_by_what_came_and_not_by_what_was_asked() {
    let body = |number: u32, count: usize| {
        let events = vec![r#"{"EventId":"e-1"}"#; count].join(",");
        let body = format!(
            r#"{{"Events":[{events}],"PageNumber":{number},"PageSize":100,"TotalCount":120}}"#
        );
        answer(200, body)
    };
    // By the pages themselves, each asked for by what the one before says.
    let mut list = first_page(Provider::Ens, 100);
    for (number, count) in [(1, 50), (2, 50), (3, 20)] {
        let page = list.page(&scope(), &body(number, count)).unwrap();
        match list.next(&page) {
            Some(next) if number < 3 => list = next,
            None if number == 3 => {}
            other => panic!("after page {number}: {other:?}"),
        }
    }
    // By parameters of one's own, which ask for 100 each time, no page is left out either.
    let second = r#"{"EventTypes":["Disk:Stalled"],"PageNumber":2,"PageSize":100}"#;
    let second = Operation::parse_json(
        OperationName::DescribeHistoryEvents,
        second.as_bytes(),
        &Rules::at(Timestamp::from_millis(0)),
    )
    .unwrap()
    .value;
    let page = second.page(&scope(), &body(2, 50)).unwrap();
    assert_eq!(page.next, Some(Cursor::PageNumber(3)));
    // Nothing but an empty page ends a list without a total.
    let untold = r#"{"Events":[{"EventId":"e-1"}],"PageSize":100}"#;
    let first = first_page(Provider::Ens, 100);
    assert_eq!(
        first.page(&scope(), &answer(200, untold)).unwrap().next,
        Some(Cursor::PageNumber(2))
    );
}

#[test]
fn takes_a_marker_that_is_a_number() {
    let body = r#"{"events":[{"id":"1"}],"page_info":{"next_marker":2}}"#;
    assert_eq!(
        page(Provider::HuaweiEcs, body).next,
        Some(Cursor::Marker("2".to_owned()))
    );
}

#[test]
fn says_that_a_page_calls_itself_the_next_one() {
    let body = r#"{"events":[{"id":"1"}],"page_info":{"next_marker":"2"}}"#;
    let first = first_page(Provider::HuaweiEcs, 1);
    let page = first.page(&scope(), &answer(200, body)).unwrap();
    assert!(!page.repeats);
    let second = first.next(&page).unwrap();
    let again = second.page(&scope(), &answer(200, body)).unwrap();
    assert!(again.repeats);
    assert_eq!(again.next, None);
}

#[test]
fn takes_a_description_that_is_json_or_is_not() {
    let described = |description: &str| {
        let body = format!(r#"{{"events":[{{"id":"1","description":{description}}}]}}"#);
        page(Provider::HuaweiEcs, &body)
            .events
            .remove(0)
            .description
    };
    assert_eq!(
        described(r#""{\"en-us\":\"a\",\"zh-cn\":\"b\"}""#),
        [("en-us".into(), "a".into()), ("zh-cn".into(), "b".into())]
    );
    assert_eq!(
        described(r#""{broken""#),
        [("und".to_owned(), "{broken".to_owned())]
    );
    assert_eq!(
        described(r#"{"en-us":"a"}"#),
        [("en-us".into(), "a".into())]
    );
    assert!(described("null").is_empty());
}

#[test]
fn offers_the_actions_of_the_table() {
    use Action::{Accept, Migrate, Reboot, Redeploy, Reschedule};
    use Applies::{Unverified, Yes};
    use DataLoss::{Certain, No, Possible};
    let ens = |event_type: &str, state: &str| {
        let body = format!(
            r#"{{"Events":[{{"EventId":"e-1","EventType":"{event_type}","EventStatus":"{state}"}}]}}"#
        );
        page(Provider::Ens, &body).events[0].actions()
    };
    let huawei = |event_type: &str, state: &str| {
        let body =
            format!(r#"{{"events":[{{"id":"1","type":"{event_type}","state":"{state}"}}]}}"#);
        page(Provider::HuaweiEcs, &body).events[0].actions()
    };
    let offer = |offers: &[ActionOffer]| {
        offers
            .iter()
            .map(|o| (o.action, o.applies, o.data_loss))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        offer(&ens("Instance:SystemFailure.Redeploy", "Inquiring")),
        [(Redeploy, Yes, Possible)]
    );
    assert_eq!(
        offer(&ens("Instance:SystemUpgrade.Migrate", "Scheduled")),
        [(Migrate, Unverified, Possible)]
    );
    assert_eq!(
        offer(&ens("Instance:SystemFailure.Reboot", "Inquiring")),
        [(Reboot, Yes, No)]
    );
    assert_eq!(offer(&ens("Disk:Stalled", "Inquiring")), []);
    assert_eq!(
        offer(&ens("Instance:SystemFailure.Redeploy", "Executing")),
        []
    );
    assert_eq!(
        offer(&huawei("instance-redeploy", "inquiring")),
        [(Accept, Unverified, Certain), (Reschedule, Unverified, No)]
    );
    assert_eq!(
        offer(&huawei("instance-reboot", "scheduled")),
        [(Accept, Unverified, No), (Reschedule, Yes, No)]
    );
    assert_eq!(offer(&huawei("instance-reboot", "completed")), []);
    // Of a state that nobody knows, nobody says what it takes.
    assert_eq!(
        offer(&huawei("system-maintenance", "pondering")),
        [(Accept, Unverified, No), (Reschedule, Unverified, No)]
    );
    // The one type for which the cloud documents it.
    assert_eq!(
        offer(&huawei("system-maintenance", "inquiring")),
        [(Accept, Yes, No), (Reschedule, Unverified, No)]
    );
    assert_eq!(
        offer(&huawei("system-maintenance", "scheduled")),
        [(Accept, Unverified, No), (Reschedule, Yes, No)]
    );
}

#[test]
fn an_action_says_what_is_down_while_it_runs() {
    use Action::{Accept, Migrate, Reboot, Redeploy, Reschedule};
    use Down::{Briefly, ForGood, No, UntilDone};
    let ens = |event_type: &str, action, down| (Provider::Ens, event_type.to_owned(), action, down);
    let huawei = |event_type: &str, down| {
        let of = |action, down| (Provider::HuaweiEcs, event_type.to_owned(), action, down);
        [of(Accept, down), of(Reschedule, No)]
    };
    let mut table = vec![
        ens("Instance:SystemFailure.Redeploy", Redeploy, UntilDone),
        ens("Instance:SystemMaintenance.Redeploy", Redeploy, UntilDone),
        ens("Instance:SystemUpgrade.Migrate", Migrate, UntilDone),
        ens("Instance:SystemFailure.Reboot", Reboot, Briefly),
        ens("Instance:SystemMaintenance.Reboot", Reboot, Briefly),
    ];
    table.extend(huawei("instance-reboot", Briefly));
    table.extend(huawei("instance-stop", ForGood));
    table.extend(huawei("instance-migrate", Briefly));
    table.extend(huawei("instance-redeploy", UntilDone));
    table.extend(huawei("localdisk-recovery", UntilDone));
    table.extend(huawei("system-maintenance", UntilDone));
    table.extend(huawei("a-type-of-tomorrow", UntilDone));
    let mut said = Vec::new();
    let huawei_types = Provider::HuaweiEcs
        .event_types()
        .iter()
        .chain(&["a-type-of-tomorrow"]);
    let types = Provider::Ens
        .event_types()
        .iter()
        .map(|name| (Provider::Ens, *name))
        .chain(huawei_types.map(|name| (Provider::HuaweiEcs, *name)));
    for (provider, name) in types {
        let offers = ActionOffer::of(provider, Standing::new(name, "Inquiring"));
        said.extend(
            offers
                .iter()
                .map(|offer| (provider, name.to_owned(), offer.action, offer.down)),
        );
    }
    let key = |(provider, name, action, _): &(Provider, String, Action, Down)| {
        (*provider, name.clone(), *action)
    };
    table.sort_by_key(key);
    said.sort_by_key(key);
    assert_eq!(said, table);
}

#[test]
fn any_bytes_give_a_page_or_an_error() {
    let bodies: [&[u8]; 7] = [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"{\"events\":7}",
        b"<html>",
        b"{\"events\":[1,null,[]]}",
    ];
    for provider in [Provider::Ens, Provider::HuaweiEcs] {
        for body in bodies {
            for status in [200, 302, 404, 500] {
                let _ = first_page(provider, 10).page(&scope(), &answer(status, body));
            }
        }
    }
    let deep = "[".repeat(10_000);
    assert!(
        first_page(Provider::Ens, 1)
            .page(&scope(), &answer(200, deep))
            .is_err()
    );
}

#[test]
fn an_event_has_the_shape_of_the_contract() {
    let list = first_page(Provider::HuaweiEcs, 1);
    let page = list
        .page(&scope(), &answer(200, sample("huawei_list_response.json")))
        .unwrap();
    let json = serde_json::to_value(&page.events[0]).unwrap();
    assert_eq!(json["type"]["kind"], "redeploy");
    assert_eq!(json["state"]["raw"], "scheduled");
    assert_eq!(json["not_before"], "2025-03-21T09:22:41Z");
    assert_eq!(json["actions"][0]["action"], "accept");
    assert_eq!(json["actions"][0]["data_loss"], "certain");
    assert_eq!(json["actions"][0]["down"], "until_done");
    assert!(json.get("started_at").is_none());
}

#[test]
fn a_list_operation_reads_back_from_its_own_parameters() {
    let rules = Rules::at(Timestamp::from_millis(0));
    for provider in [Provider::Ens, Provider::HuaweiEcs] {
        let list = first_page(provider, 50);
        let name: OperationName = list.name();
        let again = Operation::parse_json(name, list.params_json().as_bytes(), &rules).unwrap();
        assert_eq!(again.value, list);
    }
}

#[test]
fn an_event_reads_back_from_its_own_json() {
    let list = first_page(Provider::HuaweiEcs, 1);
    let page = list
        .page(&scope(), &answer(200, sample("huawei_list_response.json")))
        .unwrap();
    let json = serde_json::to_string(&page.events[0]).unwrap();
    let again: evenkeel::Event = serde_json::from_str(&json).unwrap();
    assert_eq!(again, page.events[0]);
}
