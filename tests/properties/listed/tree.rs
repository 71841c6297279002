//! Reads a list's answer by a tree of it, as slowly and plainly as one can.

use evenkeel::json::{Node, Value, parse_answer};
use evenkeel::{Event, EventType, Provider, Restriction, State, Timestamp};

use super::ACCOUNT;

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
    let [id, resource_id] = match provider {
        Provider::Ens => ["EventId", "ResourceId"],
        Provider::HuaweiEcs => ["id", "instance_id"],
        Provider::AlibabaEcs => ["EventId", "InstanceId"],
    }
    .map(text);
    let [event_type, state] = match provider {
        Provider::Ens => ["EventType", "EventStatus"].map(text),
        Provider::HuaweiEcs => ["type", "state"].map(text),
        Provider::AlibabaEcs => ["EventType", "EventCycleStatus"].map(|key| named(node, key)),
    };
    let event = Event {
        account: ACCOUNT.to_owned(),
        provider,
        id: id.trim().to_owned(),
        resource_id: resource_id.trim().to_owned(),
        event_type: EventType::new(&event_type),
        state: State::new(&state),
        level: None,
        published_at: None,
        not_before: None,
        not_after: None,
        deadline: None,
        started_at: None,
        finished_at: None,
        description: Vec::new(),
        source: None,
        restriction: None,
        raw: body.get(node.start..node.end).unwrap().to_owned(),
    };
    match provider {
        Provider::Ens => Event {
            level: as_text(node, "EventLevel").map(str::to_owned),
            published_at: millis("PublishTime", "PublishUtcTime"),
            not_before: millis("NotBefore", "NotBeforeUtcTime"),
            description: reason(node),
            ..event
        },
        Provider::HuaweiEcs => Event {
            published_at: utc("publish_time"),
            not_before: utc("not_before"),
            not_after: utc("not_after"),
            deadline: utc("not_before_deadline"),
            started_at: utc("start_time"),
            finished_at: utc("finish_time"),
            description: node.get("description").map(description).unwrap_or_default(),
            source: node
                .get("source")
                .and_then(|source| as_text(source, "type"))
                .map(str::to_owned),
            ..event
        },
        Provider::AlibabaEcs => Event {
            published_at: utc("EventPublishTime"),
            not_before: utc("NotBefore"),
            finished_at: utc("EventFinishTime"),
            deadline: node
                .get("ExtendedAttribute")
                .and_then(|more| as_text(more, "InitialNotBefore"))
                .and_then(Timestamp::from_answer),
            description: reason(node),
            restriction: matches!(node.value, Value::Object(_))
                .then(|| restriction(node))
                .flatten(),
            ..event
        },
    }
}

/// A text without a locale.
fn reason(node: &Node<'_>) -> Vec<(String, String)> {
    let reason = as_text(node, "Reason").filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| ("und".to_owned(), reason.to_owned()));
    reason.into_iter().collect()
}

/// A name that may have a number beside it.
fn named(node: &Node<'_>, key: &str) -> String {
    let inner = node.get(key).and_then(|node| as_text(node, "Name"));
    let name = inner.or_else(|| as_text(node, key));
    name.unwrap_or_default().to_owned()
}

/// Why nothing can be done about an event, where that is told beside its state.
fn restriction(node: &Node<'_>) -> Option<Restriction> {
    let said = as_text(node, "Reason").unwrap_or_default().to_lowercase();
    if said.contains("simulated") || said.contains("模拟") {
        return Some(Restriction::Simulated);
    }
    let may_be_accepted = node
        .get("ExtendedAttribute")
        .and_then(|more| more.get("CanAccept"));
    let refuses = match may_be_accepted.map(|word| &word.value) {
        Some(Value::Bool(may)) => !may,
        Some(Value::String(word)) => word.eq_ignore_ascii_case("false"),
        _ => false,
    };
    // One that does not say is of an instance; a word of no kind is none.
    let about = node.get("ResourceType");
    let about = about.map_or("instance", |_| {
        as_text(node, "ResourceType").unwrap_or_default()
    });
    match (refuses, about.is_empty() || about == "instance") {
        (false, true) => None,
        (true, true) => Some(Restriction::NoAgreement),
        (false, false) => Some(Restriction::NoInstance),
        (true, false) => Some(Restriction::NoAction),
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
pub(super) enum Reason {
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

/// What is found in a body.
#[derive(Debug, PartialEq)]
pub(super) struct Found {
    pub(super) events: Vec<Event>,
    /// How many there are in all, where the cloud says so.
    pub(super) total: Option<u64>,
    pub(super) request_id: Option<String>,
}

/// What is in the body by a tree, or why there is nothing.
pub(super) fn expected(provider: Provider, body: &[u8]) -> Result<Found, Reason> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let root = parse_answer(text)
        .map_err(|error| Reason::Unreadable(format!("the cloud's answer is not JSON ({error})")))?;
    let path: &[&str] = match provider {
        Provider::Ens => &["Events"],
        Provider::HuaweiEcs => &["events"],
        Provider::AlibabaEcs => &["InstanceSystemEventSet", "InstanceSystemEventType"],
    };
    let mut place = root.get(path[0]);
    for key in &path[1..] {
        // A set that is null has no event.
        place = place.and_then(|node| match node.value {
            Value::Null => Some(node),
            _ => node.get(key),
        });
    }
    let list: &[Node<'_>] = match place.map(|node| &node.value) {
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
    Ok(Found {
        events,
        total,
        request_id: request_id.map(str::to_owned),
    })
}
