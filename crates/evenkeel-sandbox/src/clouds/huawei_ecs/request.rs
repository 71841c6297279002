//! Reads what a path and a method mean at Huawei, and describes a call to the log.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::{PROVIDER, refusal};
use crate::{call::Call, call_log::CallEntry, refusal::Refusal};

/// Reads a raw query; `+` is a plus here.
pub(super) fn query(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let decode = |text| percent_decode_str(text).decode_utf8().map(String::from);
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| match (decode(name), decode(value)) {
            (Ok(name), Ok(value)) => Ok((name, value)),
            _ => Err(refusal::invalid("The query is not UTF-8.")),
        })
        .collect()
}

/// What a call's path and method mean: an operation, a project, an event.
pub(super) struct Target {
    pub(super) operation: &'static str,
    pub(super) project: String,
    /// The event's id; empty for the call that lists.
    pub(super) event_id: String,
}

impl Target {
    /// Reads a call's path and method; nothing when no operation has them.
    pub(super) fn of(call: &Call) -> Option<Self> {
        let segments: Option<Vec<String>> = call
            .path
            .trim_start_matches('/')
            .split('/')
            .map(|segment| {
                percent_decode_str(segment)
                    .decode_utf8()
                    .ok()
                    .map(String::from)
            })
            .collect();
        let segments = segments?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (operation, project, event_id) = match (call.method.as_str(), segments.as_slice()) {
            ("GET", ["v3", project, "instance-scheduled-events"]) => {
                ("ListScheduledEvents", project, "")
            }
            (
                "POST",
                [
                    "v3",
                    project,
                    "instance-scheduled-events",
                    id,
                    "actions",
                    "accept",
                ],
            ) => ("AcceptScheduledEvent", project, *id),
            ("PUT", ["v3", project, "instance-scheduled-events", id]) => {
                ("UpdateScheduledEvent", project, *id)
            }
            ("GET", ["v1", project, "cloudservers", "detail"]) => {
                ("ListServersDetails", project, "")
            }
            _ => return None,
        };
        Some(Self {
            operation,
            project: (*project).to_owned(),
            event_id: event_id.to_owned(),
        })
    }

    /// Tells the log what is called, with the query and the body.
    pub(super) fn describe(&self, call: &Call, entry: &mut CallEntry) {
        entry.operation(PROVIDER.operation(self.operation));
        if !self.event_id.is_empty() {
            entry.parameter("id", std::slice::from_ref(&self.event_id));
        }
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in call.query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
            query.entry(plain(name)).or_default().push(plain(value));
        }
        for (name, values) in &query {
            entry.parameter(name, values);
        }
        entry.body(&call.body);
    }
}
