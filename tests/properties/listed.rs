//! A list's answer is read in one pass; it must say what a tree of the same answer says, and what is
//! no JSON must fail at the same place.

use evenkeel::json::{Node, Value, parse_answer};
use evenkeel::{
    Event, EventType, Provider, Response, ResponseError, Scope, State, Timestamp, first_page,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::config;

const ACCOUNT: &str = "north";

/// A text as an answer may write it.
fn text() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        any::<String>(),
        select(Provider::HuaweiEcs.event_types()).prop_map(str::to_owned),
        select(Provider::Ens.event_types()).prop_map(str::to_owned),
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
    ]
}

fn event() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::collection::vec(likely(), 0..14).prop_map(|members| object(&members)),
        1 => value(),
    ]
}

fn body() -> impl Strategy<Value = String> {
    let list =
        prop::collection::vec(event(), 0..5).prop_map(|events| format!("[{}]", events.join(",\n")));
    let name = select(&["\"events\"", "\"Events\""][..]).prop_map(str::to_owned);
    let member = prop_oneof![
        3 => (name.clone(), list),
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

fn as_text<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    match &node.get(key)?.value {
        Value::String(text) | Value::Number(text) => Some(text),
        _ => None,
    }
}

/// An event by a tree.
fn by_tree(provider: Provider, body: &str, node: &Node<'_>) -> Event {
    let text = |key| as_text(node, key).unwrap_or_default().to_owned();
    let utc = |key| as_text(node, key).and_then(Timestamp::from_answer);
    let millis = |number, text| utc(number).or_else(|| utc(text));
    let ens = provider == Provider::Ens;
    let names = match provider {
        Provider::Ens => ["EventId", "ResourceId", "EventType", "EventStatus"],
        Provider::HuaweiEcs | Provider::AlibabaEcs => ["id", "instance_id", "type", "state"],
    };
    let [id, resource_id, event_type, state] = names.map(text);
    Event {
        account: ACCOUNT.to_owned(),
        provider,
        id: id.trim().to_owned(),
        resource_id: resource_id.trim().to_owned(),
        event_type: EventType::new(&event_type),
        state: State::new(&state),
        level: as_text(node, "EventLevel")
            .filter(|_| ens)
            .map(str::to_owned),
        published_at: if ens {
            millis("PublishTime", "PublishUtcTime")
        } else {
            utc("publish_time")
        },
        not_before: if ens {
            millis("NotBefore", "NotBeforeUtcTime")
        } else {
            utc("not_before")
        },
        not_after: utc("not_after").filter(|_| !ens),
        deadline: utc("not_before_deadline").filter(|_| !ens),
        started_at: utc("start_time").filter(|_| !ens),
        finished_at: utc("finish_time").filter(|_| !ens),
        description: if ens {
            let reason = as_text(node, "Reason").filter(|reason| !reason.is_empty());
            reason
                .map(|reason| ("und".to_owned(), reason.to_owned()))
                .into_iter()
                .collect()
        } else {
            node.get("description").map(description).unwrap_or_default()
        },
        source: node
            .get("source")
            .filter(|_| !ens)
            .and_then(|source| as_text(source, "type"))
            .map(str::to_owned),
        restriction: None,
        raw: body.get(node.start..node.end).unwrap().to_owned(),
    }
}

fn description(node: &Node<'_>) -> Vec<(String, String)> {
    if let Value::Object(_) = &node.value {
        return texts(node);
    }
    let text = node.as_str().unwrap_or_default();
    let inner = parse_answer(text)
        .map(|inner| texts(&inner))
        .unwrap_or_default();
    if inner.is_empty() && !text.is_empty() {
        return vec![("und".to_owned(), text.to_owned())];
    }
    inner
}

fn texts(node: &Node<'_>) -> Vec<(String, String)> {
    let Value::Object(members) = &node.value else {
        return Vec::new();
    };
    let mut texts: Vec<(String, String)> = Vec::new();
    for (locale, text) in members {
        let Some(text) = text.as_str() else { continue };
        match texts.iter_mut().find(|(known, _)| known == locale) {
            Some((_, known)) => text.clone_into(known),
            None => texts.push((locale.to_string(), text.to_owned())),
        }
    }
    texts
}

/// Why there are no events, in what the cloud says or in our words.
#[derive(Debug, PartialEq)]
enum Reason {
    Code(String),
    Unreadable(String),
}

/// The code of an error by a tree.
fn code(provider: Provider, root: &Node<'_>) -> Option<String> {
    let wrapped = ["error", "badRequest"]
        .iter()
        .filter_map(|key| root.get(key))
        .find(|inner| inner.get("code").is_some());
    let code = match (provider, wrapped) {
        (Provider::Ens | Provider::AlibabaEcs, _) => as_text(root, "Code"),
        (Provider::HuaweiEcs, Some(inner)) => as_text(inner, "code"),
        (Provider::HuaweiEcs, None) => as_text(root, "error_code"),
    };
    code.filter(|code| !code.is_empty()).map(str::to_owned)
}

/// What is in the body by a tree: events, how many there are in all and the request's id; or why
/// there are none.
#[expect(clippy::type_complexity, reason = "a test's own")]
fn expected(
    provider: Provider,
    body: &[u8],
) -> Result<(Vec<Event>, Option<u64>, Option<String>), Reason> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let root = parse_answer(text)
        .map_err(|error| Reason::Unreadable(format!("the cloud's answer is not JSON ({error})")))?;
    let key = if provider == Provider::Ens {
        "Events"
    } else {
        "events"
    };
    let list: &[Node<'_>] = match root.get(key).map(|node| &node.value) {
        Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        _ => {
            let words = || "the cloud's answer has no list of events".to_owned();
            let code = code(provider, &root).map(Reason::Code);
            return Err(code.unwrap_or_else(|| Reason::Unreadable(words())));
        }
    };
    let events = list
        .iter()
        .map(|node| by_tree(provider, text, node))
        .collect();
    let total = root.get("TotalCount").and_then(Node::as_i64_lenient);
    let total = total
        .filter(|_| provider == Provider::Ens)
        .and_then(|total| total.try_into().ok());
    let request_id = as_text(&root, "RequestId").or_else(|| as_text(&root, "request_id"));
    Ok((events, total, request_id.map(str::to_owned)))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn one_pass_reads_what_a_tree_reads(
        body in bytes(),
        provider in select(&[Provider::Ens, Provider::HuaweiEcs][..]),
    ) {
        let scope = Scope { account: ACCOUNT.to_owned(), ..Scope::default() };
        let response = Response { status: 200, headers: Vec::new(), body };
        let read = first_page(provider, 10).page(&scope, &response);
        match (read, expected(provider, &response.body)) {
            (Ok(page), Ok((events, total, request_id))) => {
                prop_assert_eq!(page.events, events);
                prop_assert_eq!((page.total, page.request_id), (total, request_id));
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
