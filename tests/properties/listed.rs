//! A list's answer is read in one pass; it must say what a tree of the same answer says, and what is
//! no JSON must fail at the same place.

mod tree;

use evenkeel::{Provider, Response, ResponseError, Scope, first_page};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::config;
use tree::{Found, Reason, expected};

/// The account of every event.
const ACCOUNT: &str = "north";

/// A text as an answer may write it.
fn text() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        any::<String>(),
        select(Provider::HuaweiEcs.event_types()).prop_map(str::to_owned),
        select(Provider::Ens.event_types()).prop_map(str::to_owned),
        select(Provider::AlibabaEcs.event_types()).prop_map(str::to_owned),
        select(Provider::HuaweiEcs.states()).prop_map(str::to_owned),
        "[ \u{a0}\n]{0,2}[a-zé机😀]{0,6}[ \t\u{3000}]{0,2}",
        "20(25|26)-(0[1-9]|13)-[0-3][0-9][Tt ][01][0-9]:00:00(\\.5)?(Z|z|\\+08:00)",
        select(
            &[
                "{\"en-us\":\"a\"}",
                "\u{feff}{\"a\":\"é\",\"a\":\"\\ud83d\\ude00\"}",
                "{\"a\":1}",
                "[]"
            ][..]
        )
        .prop_map(str::to_owned),
    ];
    (plain, any::<bool>()).prop_map(|(text, escape)| {
        let json = serde_json::to_string(&text).unwrap();
        if !escape {
            return json;
        }
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    })
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        8 => text(),
        1 => select(&["null", "true", "7", "-1.5e3", "1742452232000", "1e400", "\"12 \"", "\"\\ud800x\"", "\"\\udc00\""][..])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec((key(), inner), 0..4).prop_map(|members| object(&members)),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = select(
        &[
            "id",
            "instance_id",
            "type",
            "state",
            "publish_time",
            "start_time",
            "finish_time",
            "not_before",
            "not_after",
            "not_before_deadline",
            "description",
            "source",
            "EventId",
            "ResourceId",
            "EventType",
            "EventStatus",
            "EventLevel",
            "PublishTime",
            "PublishUtcTime",
            "NotBefore",
            "NotBeforeUtcTime",
            "Reason",
            "InstanceId",
            "EventCycleStatus",
            "EventPublishTime",
            "EventFinishTime",
            "ResourceType",
            "ExtendedAttribute",
            "InitialNotBefore",
            "CanAccept",
            "Name",
            "i\\u0064",
            "odd",
        ][..],
    );
    (known, select(&["\"", "\" "][..])).prop_map(|(key, end)| format!("\"{key}{end}"))
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(key, value)| format!("{key}:{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// A member of an event that has a value as the cloud's.
fn likely() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        (key(), value()),
        (
            select(&["\"description\"", "\"Reason\""][..]).prop_map(str::to_owned),
            value().prop_map(|inner| serde_json::to_string(&inner).unwrap()),
        ),
        (
            Just("\"source\"".to_owned()),
            text().prop_map(|text| format!("{{\"type\":{text},\"host_id\":1}}")),
        ),
        (
            select(&["\"EventType\"", "\"EventCycleStatus\""][..]).prop_map(str::to_owned),
            text().prop_map(|name| format!("{{\"Code\":28,\"Name\":{name}}}")),
        ),
        (Just("\"ExtendedAttribute\"".to_owned()), attributes()),
        (
            Just("\"ResourceType\"".to_owned()),
            select(&["\"instance\"", "\"ddh\"", "\"\"", "null"][..]).prop_map(str::to_owned),
        ),
        (
            Just("\"Reason\"".to_owned()),
            select(&["\"A Simulated event\"", "\"模拟\"", "\"s\\u0069mulated\""][..])
                .prop_map(str::to_owned),
        ),
    ]
}

/// What else an event says of itself, where it does so in a member of its own.
fn attributes() -> impl Strategy<Value = String> {
    let word = select(
        &[
            "\"true\"",
            "\"false\"",
            "\"False\"",
            "\"f\\u0061lse\"",
            "false",
            "true",
            "null",
        ][..],
    );
    let member = prop_oneof![
        word.prop_map(|word| ("\"CanAccept\"".to_owned(), word.to_owned())),
        text().prop_map(|time| ("\"InitialNotBefore\"".to_owned(), time)),
        (key(), value()),
    ];
    prop::collection::vec(member, 0..4).prop_map(|members| object(&members))
}

fn event() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::collection::vec(likely(), 0..14).prop_map(|members| object(&members)),
        1 => value(),
    ]
}

fn list() -> impl Strategy<Value = String> {
    prop::collection::vec(event(), 0..5).prop_map(|events| format!("[{}]", events.join(",\n")))
}

fn body() -> impl Strategy<Value = String> {
    let name = select(&["\"events\"", "\"Events\"", "\"InstanceSystemEventSet\""][..])
        .prop_map(str::to_owned);
    // One cloud has its list within a set.
    let inner = prop_oneof![
        4 => list(),
        1 => select(&["null", "7"][..]).prop_map(str::to_owned),
    ];
    let set = prop::collection::vec(inner, 0..3).prop_map(|lists| {
        let lists = lists.into_iter();
        let members = lists.map(|list| ("\"InstanceSystemEventType\"".to_owned(), list));
        object(&members.collect::<Vec<_>>())
    });
    let member = prop_oneof![
        3 => (name.clone(), list()),
        2 => (Just("\"InstanceSystemEventSet\"".to_owned()), set),
        1 => (name, select(&["null", "7", "{}"][..]).prop_map(str::to_owned)),
        1 => (
            select(&["\"TotalCount\"", "\"PageSize\"", "\"RequestId\"", "\"request_id\""][..])
                .prop_map(str::to_owned),
            value(),
        ),
        1 => (
            select(&["\"error_code\"", "\"Code\"", "\"error\"", "\"badRequest\""][..]).prop_map(str::to_owned),
            prop_oneof![text(), text().prop_map(|code| format!("{{\"code\":{code}}}"))],
        ),
        1 => (
            Just("\"page_info\"".to_owned()),
            value().prop_map(|marker| format!("{{\"next_marker\":{marker}}}")),
        ),
    ];
    (
        prop::collection::vec(member, 0..5).prop_map(|members| object(&members)),
        select(&["", "\u{feff}", " "][..]),
    )
        .prop_map(|(body, before)| format!("{before}{body}"))
}

/// Bytes of a body, some of them damaged.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    (
        body(),
        prop::collection::vec((any::<Index>(), any::<u8>()), 0..3),
        any::<bool>(),
    )
        .prop_map(|(body, damage, whole)| {
            let mut bytes = body.into_bytes();
            if !whole {
                for (place, byte) in damage {
                    if !bytes.is_empty() {
                        let at = place.index(bytes.len());
                        bytes[at] = byte;
                    }
                }
            }
            bytes
        })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn one_pass_reads_what_a_tree_reads(
        body in bytes(),
        provider in select(Provider::ALL),
    ) {
        let scope = Scope { account: ACCOUNT.to_owned(), ..Scope::default() };
        let response = Response { status: 200, headers: Vec::new(), body };
        let read = first_page(provider, 10).page(&scope, &response);
        match (read, expected(provider, &response.body)) {
            (Ok(page), Ok(found)) => {
                let (events, total, request_id) = (page.events, page.total, page.request_id);
                prop_assert_eq!(Found { events, total, request_id }, found);
            }
            (Err(ResponseError::Unreadable { detail, .. }), Err(expected)) => {
                prop_assert_eq!(Reason::Unreadable(detail), expected);
            }
            (Err(ResponseError::Refused(error)), Err(expected)) => {
                prop_assert_eq!(Reason::Code(error.code), expected);
            }
            (read, expected) => prop_assert!(false, "{:?}, but {:?}", read, expected),
        }
    }
}
