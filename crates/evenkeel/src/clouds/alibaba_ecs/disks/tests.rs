use crate::event::{Event, EventKind, Restriction, StateKind};
use crate::http::{Response, Scope};
use crate::operation::Operation;
use crate::page::{Cursor, ListPage};
use crate::provider::OperationName;
use crate::rules::Rules;
use crate::time::Timestamp;

/// Two disks: one with two events, one with an event that is over.
const ANSWER: &str = r#"{
    "RequestId": "02EA76D3-5A2A-44EB-1111-8901881D8707",
    "DiskFullStatusSet": {"DiskFullStatusType": [
        {"Status": {"Code": 129, "Name": "In_use"}, "DiskId": "d-1", "InstanceId": "i-1", "Device": "/dev/xvda",
            "HealthStatus": {"Code": 128, "Name": "Impaired"},
            "DiskEventSet": {"DiskEventType": [
                {"EventTime": "2026-05-10T02:43:10Z", "EventType": {"Code": 1, "Name": "Stalled"},
                    "EventId": "e-1", "ImpactLevel": ""},
                {"EventId": "e-2", "EventTime": "2026-05-11T02:43:10Z",
                    "EventType": {"Name": "SeverelyDegraded"}, "EventEndTime": ""}
            ]}},
        {"DiskEventSet": {"DiskEventType": [
                {"EventEndTime": "2026-05-09T03:43:10Z", "EventTime": "2026-05-09T02:43:10Z",
                    "EventId": "e-3", "EventType": {"Code": 2, "Name": "ErrorDetected"}}
            ]},
            "InstanceId": "i-2", "DiskId": "d-2"}
    ]},
    "PageNumber": 1, "PageSize": 100, "TotalCount": 2
}"#;

fn list(params: &str) -> Operation {
    let name = OperationName::DescribeDisksFullStatus;
    let rules = Rules::at(Timestamp::from_millis(0));
    let checked = Operation::parse_json(name, params.as_bytes(), &rules);
    checked.unwrap().value
}

fn answered(list: &Operation, status: u16, body: &str) -> Result<ListPage, String> {
    let response = Response {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    };
    let page = list.page(&Scope::default(), &response);
    page.map_err(|error| error.to_string())
}

fn page(body: &str) -> ListPage {
    answered(&list("{}"), 200, body).unwrap()
}

/// The events of disks, each of which is written out.
fn events(disks: &str) -> Vec<Event> {
    page(&format!(
        r#"{{"DiskFullStatusSet":{{"DiskFullStatusType":[{disks}]}},"RequestId":"R"}}"#
    ))
    .events
}

fn ids(events: &[Event]) -> Vec<(&str, &str)> {
    events
        .iter()
        .map(|event| (event.id.as_str(), event.resource_id.as_str()))
        .collect()
}

#[test]
fn events_are_those_of_their_disks_and_take_no_action() {
    let page = page(ANSWER);
    let expected = [("e-1", "d-1"), ("e-2", "d-1"), ("e-3", "d-2")];
    assert_eq!(ids(&page.events), expected);
    assert_eq!((page.next, page.repeats, page.total), (None, false, None));
    assert_eq!(
        page.request_id.as_deref(),
        Some("02EA76D3-5A2A-44EB-1111-8901881D8707")
    );
    for event in &page.events {
        assert_eq!(event.event_type.kind, EventKind::Disk, "{}", event.id);
        assert_eq!(event.restriction, Some(Restriction::NoAction));
        assert!(event.actions().is_empty());
        // What the disk is, and where, stands beside its events.
        assert!(event.raw.starts_with('{') && event.raw.contains("\"InstanceId\""));
    }
    let types = page
        .events
        .iter()
        .map(|event| event.event_type.raw.as_str());
    let types: Vec<&str> = types.collect();
    assert_eq!(types, ["Stalled", "SeverelyDegraded", "ErrorDetected"]);
}

#[test]
fn an_event_is_under_way_until_it_has_an_end() {
    let events = page(ANSWER).events;
    let at = |text: &str| Some(text.parse().unwrap());
    let [first, second, third] = &events[..] else {
        panic!("three events")
    };
    assert_eq!(first.state.kind, StateKind::Executing);
    assert_eq!(first.started_at, at("2026-05-10T02:43:10Z"));
    assert_eq!(
        (first.published_at, first.finished_at),
        (first.started_at, None)
    );
    // An end that says nothing is none.
    assert_eq!(
        (second.state.kind, second.finished_at),
        (StateKind::Executing, None)
    );
    assert_eq!(third.state.kind, StateKind::Completed);
    assert_eq!(third.finished_at, at("2026-05-09T03:43:10Z"));
    assert_eq!((third.not_before, third.deadline), (None, None));
}

#[test]
fn a_disk_without_events_has_none_however_that_is_said() {
    let disk = |events: &str| format!(r#"{{"DiskId":"d-1","InstanceId":"i-1"{events}}}"#);
    for said in [
        "",
        r#","DiskEventSet":null"#,
        r#","DiskEventSet":{}"#,
        r#","DiskEventSet":[]"#,
        r#","DiskEventSet":"none""#,
        r#","DiskEventSet":{"DiskEventType":null}"#,
        r#","DiskEventSet":{"DiskEventType":[]}"#,
        r#","DiskEventSet":{"DiskEventType":{"EventId":"e-1"}}"#,
    ] {
        assert_eq!(ids(&events(&disk(said))), [], "{said}");
    }
    for odd in ["null", "7", "\"d-1\"", "[]", "{}"] {
        let both = format!(
            "{odd},{}",
            disk(r#","DiskEventSet":{"DiskEventType":[{"EventId":"e-1"}]}"#)
        );
        assert_eq!(ids(&events(&both)), [("e-1", "d-1")], "{odd}");
    }
}

#[test]
fn what_an_event_lacks_or_says_oddly_costs_no_other_event() {
    let of = |event: &str| {
        let disk = format!(
            r#"{{"DiskId":"d-1","DiskEventSet":{{"DiskEventType":[{event},{{"EventId":"e-9","EventType":"Stalled"}}]}}}}"#
        );
        let events = events(&disk);
        let [odd, last] = &events[..] else {
            panic!("{event}: {events:?}")
        };
        assert_eq!(
            (last.id.as_str(), last.resource_id.as_str()),
            ("e-9", "d-1")
        );
        // A type need not have a number beside it.
        assert_eq!(last.event_type.kind, EventKind::Disk);
        odd.clone()
    };
    for event in [
        "null",
        "5",
        "\"e-1\"",
        "[{\"EventId\":\"e-1\"}]",
        "{}",
        r#"{"EventId":null}"#,
    ] {
        let odd = of(event);
        assert_eq!((odd.id.as_str(), odd.started_at), ("", None), "{event}");
    }
    let odd = of(
        r#"{"EventId":"e-1","EventType":{"Code":1,"Name":null},"EventTime":"soon","EventEndTime":null}"#,
    );
    assert_eq!((odd.event_type.raw.as_str(), odd.started_at), ("", None));
    assert_eq!(odd.state.kind, StateKind::Executing);
    let odd = of(r#"{"EventId":"e-1","EventType":{"Name":"Molten"},"Deeper":{"EventId":"e-2"}}"#);
    assert_eq!(
        (odd.id.as_str(), odd.event_type.raw.as_str()),
        ("e-1", "Molten")
    );
    assert_eq!(odd.event_type.kind, EventKind::Other);
    assert!(odd.actions().is_empty());
}

#[test]
fn an_answer_without_a_list_is_no_empty_list() {
    let of = |body: &str| answered(&list("{}"), 200, body);
    for body in [
        "{}",
        "[]",
        "null",
        r#"{"RequestId":"R","TotalCount":0}"#,
        r#"{"DiskFullStatusSet":[]}"#,
        r#"{"DiskFullStatusSet":{"DiskFullStatusType":{}}}"#,
        r#"{"DiskFullStatusSet":{"DiskFullStatusType":[{"DiskId":"d-1"}"#,
        "<html>",
        "",
    ] {
        assert!(of(body).is_err(), "{body}");
    }
    for body in [
        r#"{"DiskFullStatusSet":{"DiskFullStatusType":[]},"TotalCount":0}"#,
        r#"{"DiskFullStatusSet":{"DiskFullStatusType":null}}"#,
        r#"{"DiskFullStatusSet":null}"#,
    ] {
        let page = of(body).unwrap();
        assert_eq!((page.events, page.next), (Vec::new(), None), "{body}");
    }
    let refused = answered(
        &list("{}"),
        403,
        r#"{"Code":"Forbidden.RAM","Message":"M"}"#,
    );
    assert!(refused.unwrap_err().contains("Forbidden.RAM"));
}

#[test]
fn of_a_list_that_stands_twice_the_last_counts() {
    let set = |id: &str| {
        let event = |id: &str| {
            format!(
                r#"{{"DiskId":"d-{id}","DiskEventSet":{{"DiskEventType":[{{"EventId":"e-{id}"}}]}}}}"#
            )
        };
        let disks = [event(id), event("0")].join(",");
        format!(r#""DiskFullStatusSet":{{"DiskFullStatusType":[{disks}]}}"#)
    };
    let page = page(&format!("{{{},{}}}", set("1"), set("2")));
    assert_eq!(ids(&page.events), [("e-2", "d-2"), ("e-0", "d-0")]);
}

/// Which page a list goes on with after one of so many disks, whose answer says this of itself.
fn after(params: &str, disks: usize, said: &str) -> Option<i64> {
    let disks = vec![r#"{"DiskId":"d-1"}"#; disks].join(",");
    let body = format!(r#"{{"DiskFullStatusSet":{{"DiskFullStatusType":[{disks}]}}{said}}}"#);
    let list = list(params);
    let page = answered(&list, 200, &body).unwrap();
    let next = list.next(&page);
    match page.next {
        Some(Cursor::PageNumber(number)) => {
            // What is asked for next is that page of the same list.
            let query = next.unwrap().request(&Scope::default()).query;
            let asked = |name: &str| {
                let found = query.iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value.clone())
            };
            assert_eq!(asked("PageNumber"), Some(number.to_string()));
            assert_eq!(asked("EventType"), Some("Stalled".to_owned()));
            Some(number)
        }
        Some(Cursor::Marker(token)) => panic!("{token}"),
        None => None,
    }
}

#[test]
fn pages_go_on_until_every_disk_was_seen() {
    let first = r#"{"EventType":"Stalled","PageNumber":1,"PageSize":3}"#;
    let third = r#"{"EventType":"Stalled","PageNumber":3,"PageSize":3}"#;
    let of = |total: &str| format!(r#","PageSize":3,"TotalCount":{total}"#);
    assert_eq!(after(first, 3, &of("7")), Some(2));
    assert_eq!(after(first, 3, &of("\"7\"")), Some(2));
    assert_eq!(after(first, 3, &of("3")), None);
    assert_eq!(after(third, 1, &of("7")), None);
    assert_eq!(after(third, 3, &of("10")), Some(4));
    // A page that is short, though there are more, is not the last.
    assert_eq!(after(first, 2, &of("7")), Some(2));
    // The cloud takes a smaller page than was asked for.
    assert_eq!(after(third, 2, r#","PageSize":2,"TotalCount":7"#), Some(4));
    assert_eq!(after(third, 2, r#","PageSize":2,"TotalCount":6"#), None);
    // Where it does not say how many there are, an empty page is the last.
    for said in [
        "",
        r#","TotalCount":null"#,
        r#","TotalCount":"many","PageSize":0"#,
    ] {
        assert_eq!(after(first, 1, said), Some(2), "{said}");
        assert_eq!(after(first, 0, said), None, "{said}");
    }
    assert_eq!(after(first, 0, &of("7")), None);
    // Without a number it was the first page.
    assert_eq!(
        after(
            r#"{"EventType":"Stalled"}"#,
            10,
            r#","PageSize":10,"TotalCount":11"#
        ),
        Some(2)
    );
}
