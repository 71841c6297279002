//! Reads what happens to instances: orders that name no event, and how the events end that they were given for.

use serde_json::Value;

use super::{arrived_at, millis};

/// An order that was carried out on an instance, for whichever event it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InstanceAct {
    pub(crate) instance: String,
    /// By the virtual clock, ms.
    pub(crate) at: i64,
    /// The number of the call.
    pub(crate) call: u64,
}

/// What a call that was looked at did, if it was not refused.
pub(super) fn acts(number: u64, call: &Value) -> Vec<InstanceAct> {
    if !call["code"].is_null() {
        return Vec::new();
    }
    let parameters = &call["parameters"];
    let text = |name: &str| parameters[name].as_str().map(str::to_owned);
    let instances: Vec<String> = match call["operation"].as_str() {
        Some("RedeployInstance") => text("InstanceId").into_iter().collect(),
        Some("RebootInstances") => (1..)
            .map_while(|place: u32| text(&format!("InstanceId.{place}")))
            .collect(),
        _ => Vec::new(),
    };
    let at = arrived_at(call);
    let act = |instance| InstanceAct {
        instance,
        at,
        call: number,
    };
    instances.into_iter().map(act).collect()
}

/// From when to when an event is carried out, ms; at one time what is called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) begin: i64,
    pub(crate) end: i64,
}

/// The id of an event of a state document and its span, unless it waits for somebody.
pub(super) fn span(event: &Value) -> Option<(String, Span)> {
    let course = &event["course"];
    let (begin, end) = match course["kind"].as_str()? {
        "planned" => ("starts_at", "ends_at"),
        "avoided" | "canceled" => ("at", "at"),
        _ => return None,
    };
    let span = Span {
        begin: millis(&course[begin])?,
        end: millis(&course[end])?,
    };
    Some((event["id"].as_str()?.to_owned(), span))
}
