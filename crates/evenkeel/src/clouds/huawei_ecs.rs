//! Huawei Cloud ECS: REST, JSON bodies, the project in the path.
//! <https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_2201.html>

mod actions;
mod errors;
mod event;
mod facts;
mod list;
mod regions;
mod results;
mod schema;
mod servers;
mod start;

use std::collections::BTreeSet;

use self::actions::StartKind;
use self::list::ListScheduledEvents;
use self::start::Start;
use crate::action::Action;
use crate::cloud::Cloud;
use crate::event::EventKind;
use crate::facts::CloudFacts;
use crate::http::Scope;
use crate::item::BatchItem;
use crate::json::Node;
use crate::password::Password;
use crate::provider_error::{ErrorClass, ErrorFields, KeyFlaw};
use crate::resource_lookup::ResourceLookup;

/// Huawei Cloud ECS.
pub(crate) struct HuaweiEcs;

impl Cloud for HuaweiEcs {
    type List = ListScheduledEvents;
    type Call = Start;
    type Act = StartKind;

    const FACTS: CloudFacts = facts::FACTS;
    const REQUEST_ID_HEADER: &'static str = "x-request-id";
    const RETRY_AFTER_MS_HEADER: Option<&'static str> = None;
    const ACTIONS: &'static [Action] = &[Action::Accept, Action::Reschedule];
    /// A call is about one event.
    const ITEMS_PER_CALL: (usize, usize) = (1, 1);
    const EVENT_PREFIX: &'static str = "";
    const RESOURCE_PREFIX: &'static str = "";
    const NAMES_RESOURCE: bool = false;
    const EVENT_TYPES: &'static [&'static str] = schema::EVENT_TYPES;
    const STATES: &'static [&'static str] = schema::STATES;
    const LEVELS: &'static [&'static str] = &[];
    const REGIONS: &'static [(&'static str, &'static str)] = regions::REGIONS;
    const TIMES: &'static [(&'static str, &'static [&'static str])] = event::TIMES;

    const RESOURCE_LOOKUPS: &'static [ResourceLookup] = servers::LOOKUPS;
    const NOBODYS_ID: &'static str = "00000000-0000-0000-0000-000000000000";

    /// All of its events are about servers.
    fn has_resource_record(_event_type: &str, _id: &str) -> bool {
        true
    }

    fn event_kind(name: &str) -> Option<EventKind> {
        event::kind(name)
    }

    fn first_page(page_size: u32) -> ListScheduledEvents {
        ListScheduledEvents::all(page_size)
    }

    fn lookups(events: &[(&str, &str)]) -> Vec<ListScheduledEvents> {
        let ids: BTreeSet<&str> = events.iter().map(|(event, _)| *event).collect();
        ids.into_iter()
            .filter_map(ListScheduledEvents::of_event)
            .collect()
    }

    fn calls(
        kind: StartKind,
        items: &[BatchItem],
        _items_per_call: usize,
        _password: Option<&Password>,
    ) -> Vec<(Start, usize)> {
        let call = |item| (Start::of(kind, item), 1);
        items.iter().map(call).collect()
    }

    fn describe(json: &str) -> Vec<(String, String)> {
        event::describe(json)
    }

    /// Its events name no instance.
    fn resource_name(_raw: &str) -> Option<String> {
        None
    }

    /// In four shapes.
    fn error_fields<'t>(root: &'t Node<'_>) -> ErrorFields<'t> {
        let wrapped = ["error", "badRequest"]
            .iter()
            .filter_map(|wrapper| root.get(wrapper))
            .find(|inner| inner.get("code").is_some());
        match wrapped {
            Some(inner) => ErrorFields::at(inner, &["code"], &["message"]),
            None => ErrorFields::at(root, &["error_code"], &["error_msg"]),
        }
    }

    fn error_class(code: &str, message: &str) -> Option<ErrorClass> {
        errors::class(code, message)
    }

    fn key_flaw(code: &str, message: &str) -> Option<KeyFlaw> {
        errors::key_flaw(code, message)
    }

    fn is_repetition(_code: &str) -> bool {
        false
    }

    fn quotes_what_was_signed(code: &str) -> bool {
        errors::quotes_what_was_signed(code)
    }
}

fn events_path(scope: &Scope) -> String {
    format!("/v3/{}/instance-scheduled-events", project(scope))
}

fn project(scope: &Scope) -> &str {
    let project = scope.project_id.as_ref();
    project.map_or("{project_id}", |id| id.as_str())
}
