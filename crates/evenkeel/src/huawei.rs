//! Huawei Cloud ECS, v3: scheduled events.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

mod accept_scheduled_event;
mod list_scheduled_events;
mod listed;
mod refusal;
mod region;
mod update_scheduled_event;

pub use accept_scheduled_event::AcceptScheduledEvent;
pub use list_scheduled_events::ListScheduledEvents;
pub(crate) use listed::{TIMES, describe};
pub(crate) use refusal::{class, key_flaw};
pub(crate) use region::REGIONS;
pub use update_scheduled_event::UpdateScheduledEvent;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::event::{Action, Event, Provider};
use crate::fields::Fields;
use crate::http::{Method, Request, Scope, accepts_json, is_json};
use crate::id::EventId;
use crate::json::ObjectWriter;
use crate::report::Collector;
use crate::rules::{KnownEvents, Rules, check_fit};
use crate::time::Timestamp;

/// A call is about one event.
pub(crate) const ITEMS_PER_CALL: (usize, usize) = (1, 1);
/// What RFC 3986 leaves unreserved stays as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn events_path(scope: &Scope) -> String {
    let project = scope
        .project_id
        .as_ref()
        .map_or("{project_id}", |id| id.as_str());
    format!("/v3/{project}/instance-scheduled-events")
}

fn event_path(scope: &Scope, id: &EventId) -> String {
    format!(
        "{}/{}",
        events_path(scope),
        utf8_percent_encode(id.as_str(), SEGMENT)
    )
}

/// The `id` of a call that acts and, where it is known, its event, which must fit the action.
fn read_event<'a>(
    fields: &Fields<'_, '_>,
    issues: &mut Collector,
    rules: &Rules<'a>,
    action: Action,
) -> (Option<EventId>, Option<&'a Event>) {
    let id = fields.event_id(issues, "id", Provider::HuaweiEcs);
    let event = id
        .as_ref()
        .and_then(|id| KnownEvents::new(rules).find(None, id.as_str(), None));
    if let Some(event) = event {
        check_fit(issues, &fields.path("id"), action, event);
    }
    (id, event)
}

/// A request that sets a start; no time is an empty object, which means now.
fn start_request(method: Method, path: String, not_before: Option<Timestamp>) -> Request {
    let mut body = String::new();
    let mut object = ObjectWriter::new(&mut body);
    if let Some(at) = not_before {
        object.string("not_before", &at.to_huawei());
    }
    object.end();
    Request {
        method,
        path,
        query: Vec::new(),
        headers: vec![is_json(), accepts_json()],
        body: Some(body),
    }
}

fn params_json(id: &EventId, not_before: &str) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object
        .string("id", id.as_str())
        .string("not_before", not_before);
    object.end();
    out
}
