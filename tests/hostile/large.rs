//! 20 MB and 100,000 of everything. Nothing here is timed; what grew with the square of such sizes would not end.

use std::fmt::Write as _;

use evenkeel::json::{Mode, parse, parse_answer};
use evenkeel::{
    Action, BatchDraft, DataPolicy, ItemDraft, Judgement, ListPage, Operation, OperationName,
    Outcome, Provider, Response, ResponseError, Rules, Scope, Timestamp, When, first_page, locate,
};
use evenkeel_tests::check::covers_each_item;

const MANY: usize = 100_000;
const LONG: usize = 20_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(1_742_452_232_000)
}

fn answer(body: impl Into<Vec<u8>>) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn list(provider: Provider, body: impl Into<Vec<u8>>) -> Result<ListPage, ResponseError> {
    first_page(provider, 100).page(&Scope::default(), &answer(body))
}

/// `item(0),item(1),…`
fn joined(count: usize, item: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for index in 0..count {
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}{}", item(index)).unwrap();
    }
    out
}

fn ens_events(id: impl Fn(usize) -> String) -> String {
    let events = joined(MANY, |index| {
        format!(
            r#"{{"EventId":"{}","ResourceId":"i-{index}","EventStatus":"Inquiring","EventType":"Instance:SystemUpgrade.Migrate","NotBefore":1795368600000,"Reason":"r"}}"#,
            id(index)
        )
    });
    format!(r#"{{"TotalCount":{MANY},"Events":[{events}]}}"#)
}

#[test]
fn twenty_megabytes_of_one_thing_are_read_or_refused() {
    let whole = format!("\"{}\"", "a".repeat(LONG));
    assert_eq!(parse_answer(&whole).unwrap().as_str().unwrap().len(), LONG);
    let escaped = format!("\"{}\"", r"\u00e9".repeat(LONG / 6));
    assert!(parse_answer(&escaped).is_ok());
    let number = "1".repeat(LONG);
    assert!(parse_answer(&number).is_ok());
    let space = " ".repeat(LONG);
    assert_eq!(
        parse(&space, Mode::Strict).unwrap_err().detail,
        "the input is empty"
    );
    for text in ["[", "{\"\":", "\"", "-", "\\", "\u{0}"] {
        assert!(
            parse_answer(&text.repeat(LONG / text.len())).is_err(),
            "{text}"
        );
    }
    // The line and the column of the end are counted, too.
    let lines = format!("{}x", "\n".repeat(LONG));
    assert_eq!(parse(&lines, Mode::Strict).unwrap_err().line, LONG + 1);
}

#[test]
fn twenty_megabytes_that_are_no_text_are_refused() {
    let rules = Rules::at(now());
    for &name in OperationName::ALL {
        let report = Operation::parse_json(name, &vec![0xFF; LONG], &rules).unwrap_err();
        assert_eq!(report.issues.len(), 1);
    }
    for provider in [Provider::Ens, Provider::HuaweiEcs] {
        assert!(list(provider, vec![0xFF; LONG]).is_err());
    }
}

#[test]
fn a_field_of_twenty_megabytes_is_refused_without_being_repeated() {
    let rules = Rules::at(now());
    for (value, code) in [
        ("9".repeat(LONG), "unsafe_integer"),
        (format!("0.5{}", "0".repeat(LONG)), "not_an_integer"),
        (format!("\"{}\"", "i".repeat(LONG)), "wrong_type"),
    ] {
        let text = format!(r#"{{"limit":{value}}}"#);
        let name = OperationName::ListScheduledEvents;
        let report = Operation::parse_json(name, text.as_bytes(), &rules).unwrap_err();
        assert_eq!(report.issues[0].code(), code);
        assert!(report.to_string().len() < 200, "{code}");
    }
}

#[test]
fn a_hundred_thousand_events_of_ens_become_a_batch_and_outcomes() {
    // All of one event: matched by resource alone.
    for id in ["e-1".to_owned(), String::new()] {
        let id = |index: usize| {
            if id.is_empty() {
                format!("e-{index}")
            } else {
                id.clone()
            }
        };
        let page = list(Provider::Ens, ens_events(id)).unwrap();
        assert_eq!(page.events.len(), MANY);
        let draft = BatchDraft {
            account: String::new(),
            action: Action::Migrate,
            items: page
                .events
                .iter()
                .map(|event| ItemDraft {
                    event_id: event.id.clone(),
                    resource_id: event.resource_id.clone(),
                    when: Some(When::Now),
                    data_policy: Some(DataPolicy::TryTransfer),
                })
                .collect(),
            password: None,
        };
        let events = &page.events;
        let rules = Rules { now: now(), events };
        let batch = evenkeel_tests::draft::parse_batch(&draft, &rules)
            .unwrap()
            .value;
        covers_each_item(&batch, 20);
        covers_each_item(&batch, MANY);
        let call = batch.chunks(MANY).remove(0);
        let results = joined(MANY, |index| {
            let code = if index % 2 == 0 { 200 } else { 400 };
            format!(
                r#"{{"EventId":"{}","ResourceId":"i-{index}\n","Code":{code}}}"#,
                id(index)
            )
        });
        let body = format!(r#"{{"Results":[{results}]}}"#);
        let Judgement::Settled(outcomes) = call.judge(&answer(body)) else {
            panic!("settled")
        };
        assert_eq!(outcomes.len(), MANY);
        let accepted = |outcome: &&Outcome| matches!(outcome, Outcome::Accepted { .. });
        assert_eq!(outcomes.iter().filter(accepted).count(), MANY / 2);
    }
}

#[test]
fn a_hundred_thousand_times_the_same_known_event_is_one() {
    let one = r#"{"Events":[{"EventId":"e-1","ResourceId":"i-1","EventStatus":"Inquiring","EventType":"Instance:SystemUpgrade.Migrate"}]}"#;
    let event = list(Provider::Ens, one).unwrap().events.remove(0);
    let events = vec![event; MANY];
    let item = ItemDraft {
        event_id: "e-1".into(),
        resource_id: "i-1".into(),
        when: Some(When::Now),
        data_policy: Some(DataPolicy::TryTransfer),
    };
    let draft = BatchDraft {
        account: String::new(),
        action: Action::Migrate,
        items: vec![item; MANY],
        password: None,
    };
    let rules = Rules {
        now: now(),
        events: &events,
    };
    let report = evenkeel_tests::draft::parse_batch(&draft, &rules).unwrap_err();
    let duplicates = report
        .issues
        .iter()
        .filter(|issue| issue.code() == "duplicate");
    assert_eq!(duplicates.count(), MANY - 1);
}

#[test]
fn a_hundred_thousand_results_of_nowhere_contradict_each_other() {
    let items = joined(MANY, |index| {
        format!(r#"{{"EventId":"e-1","ResourceId":"i-{index}","OpsType":"immediate"}}"#)
    });
    let text = format!(r#"{{"EventInfos":[{items}]}}"#);
    let name = OperationName::BatchEventRebootInstance;
    let operation = Operation::parse_json(name, text.as_bytes(), &Rules::at(now())).unwrap();
    let call = evenkeel::Chunk::from_operation(operation.value).unwrap();
    let results = joined(MANY, |index| {
        format!(r#"{{"EventId":"e-1","Code":{}}}"#, 200 + index % 2)
    });
    let body = format!(r#"{{"Results":[{results}]}}"#);
    let Judgement::Settled(outcomes) = call.judge(&answer(body)) else {
        panic!("settled")
    };
    assert_eq!(outcomes.len(), MANY);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Unknown { .. }))
    );
}

#[test]
fn a_hundred_thousand_events_of_huawei_are_read_with_their_descriptions() {
    let description = serde_json::Value::from(r#"{"en-us":"a","zh-cn":"b"}"#).to_string();
    let events = joined(MANY, |index| {
        format!(
            r#"{{"id":"{index}","instance_id":"a","type":"instance-reboot","state":"inquiring","description":{description}}}"#
        )
    });
    let body = format!(r#"{{"events":[{events}],"page_info":{{"next_marker":"x"}}}}"#);
    let page = list(Provider::HuaweiEcs, body).unwrap();
    assert_eq!(page.events.len(), MANY);
    assert!(page.events.iter().all(|event| event.description.len() == 2));
}

#[test]
fn a_hundred_thousand_locales_and_keys_are_taken_once_each() {
    let locales = joined(MANY, |index| format!(r#""l{}":"t""#, index % (MANY / 2)));
    let body = format!(r#"{{"events":[{{"id":"1","description":{{{locales}}}}}]}}"#);
    let page = list(Provider::HuaweiEcs, body).unwrap();
    assert_eq!(page.events[0].description.len(), MANY / 2);

    let keys = joined(MANY, |index| format!(r#""k{}":0"#, index % (MANY / 2)));
    let text = format!("{{{keys}}}");
    let name = OperationName::AcceptScheduledEvent;
    let report = Operation::parse_json(name, text.as_bytes(), &Rules::at(now())).unwrap_err();
    assert_eq!(locate(text.as_bytes(), &report.issues).len(), MANY + 2);
    let count = |code| {
        report
            .issues
            .iter()
            .filter(|issue| issue.code() == code)
            .count()
    };
    assert_eq!(count("unknown_field"), MANY / 2);
    assert_eq!(count("duplicate_key"), MANY / 2);
}

#[test]
fn a_hundred_thousand_items_of_one_event_are_duplicates_of_the_first() {
    let item = r#"{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}"#;
    let text = format!(
        r#"{{"EventInfos":[{}]}}"#,
        joined(MANY, |_| item.to_owned())
    );
    let name = OperationName::BatchEventRedeployInstance;
    let report = Operation::parse_json(name, text.as_bytes(), &Rules::at(now())).unwrap_err();
    assert_eq!(report.issues.len(), MANY - 1);
    assert!(
        report
            .issues
            .iter()
            .all(|issue| issue.code() == "duplicate")
    );
    assert_eq!(
        report.issues.last().unwrap().path.to_string(),
        format!("EventInfos[{}].EventId", MANY - 1)
    );
}
