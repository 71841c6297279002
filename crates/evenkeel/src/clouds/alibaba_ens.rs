//! Alibaba Cloud ENS, version 2017-11-10: `POST /`, parameters in the query.
//! <https://www.alibabacloud.com/help/en/ens/developer-reference/api-ens-2017-11-10-overview>

mod actions;
mod batch;
mod event;
mod event_infos;
mod facts;
mod instances;
mod list;
mod ops_type;
mod regions;
mod results;
mod schema;

pub use self::event_infos::packed_input::{PACKED_INPUT, PackedInput};

use self::actions::BatchKind;
use self::batch::Batch;
use self::list::DescribeHistoryEvents;
use crate::action::Action;
use crate::cloud::Cloud;
use crate::clouds::alibaba::{self, errors};
use crate::event::EventKind;
use crate::facts::CloudFacts;
use crate::http::Request;
use crate::item::BatchItem;
use crate::json::Node;
use crate::password::Password;
use crate::provider::OperationName;
use crate::provider_error::{ErrorClass, ErrorFields, KeyFlaw};
use crate::resource_lookup::ResourceLookup;

const VERSION: &str = "2017-11-10";

/// Alibaba Cloud ENS.
pub(crate) struct AlibabaEns;

impl Cloud for AlibabaEns {
    type List = DescribeHistoryEvents;
    type Call = Batch;
    type Act = BatchKind;

    const FACTS: CloudFacts = facts::FACTS;
    const REQUEST_ID_HEADER: &'static str = alibaba::REQUEST_ID_HEADER;
    const RETRY_AFTER_MS_HEADER: Option<&'static str> = Some(alibaba::RETRY_AFTER_MS_HEADER);
    const ACTIONS: &'static [Action] = &[Action::Redeploy, Action::Migrate, Action::Reboot];
    /// No maximum is documented; the events stand in the request's URL, which has one everywhere.
    const ITEMS_PER_CALL: (usize, usize) = (20, 50);
    const EVENT_PREFIX: &'static str = "e-";
    const RESOURCE_PREFIX: &'static str = "i-";
    const NAMES_RESOURCE: bool = true;
    const EVENT_TYPES: &'static [&'static str] = schema::EVENT_TYPES;
    const STATES: &'static [&'static str] = schema::STATES;
    const LEVELS: &'static [&'static str] = schema::LEVELS;
    const REGIONS: &'static [(&'static str, &'static str)] = regions::REGIONS;
    const TIMES: &'static [(&'static str, &'static [&'static str])] = event::TIMES;

    const RESOURCE_LOOKUPS: &'static [ResourceLookup] = instances::LOOKUPS;
    const NOBODYS_ID: &'static str = "i-0";

    fn has_resource_record(event_type: &str, id: &str) -> bool {
        instances::has_record(event_type, id)
    }

    fn event_kind(name: &str) -> Option<EventKind> {
        event::kind(name)
    }

    fn first_page(page_size: u32) -> DescribeHistoryEvents {
        DescribeHistoryEvents::all(page_size)
    }

    /// It cannot be asked for an event, but for resources.
    fn lookups(events: &[(&str, &str)]) -> Vec<DescribeHistoryEvents> {
        let resources = events.iter().map(|(_, resource)| *resource);
        let list = DescribeHistoryEvents::of_resources(resources);
        list.into_iter().collect()
    }

    fn calls(
        kind: BatchKind,
        items: &[BatchItem],
        items_per_call: usize,
        password: Option<&Password>,
    ) -> Vec<(Batch, usize)> {
        items
            .chunks(items_per_call)
            .map(|items| (Batch::of(kind, items, password), items.len()))
            .collect()
    }

    fn describe(json: &str) -> Vec<(String, String)> {
        event::describe(json)
    }

    fn resource_name(raw: &str) -> Option<String> {
        event::resource_name(raw)
    }

    fn error_fields<'t>(root: &'t Node<'_>) -> ErrorFields<'t> {
        ErrorFields::at(root, &["Code"], &["Message"])
    }

    fn error_class(code: &str, _message: &str) -> Option<ErrorClass> {
        errors::class(code)
    }

    fn key_flaw(code: &str, _message: &str) -> Option<KeyFlaw> {
        errors::key_flaw(code)
    }

    fn is_repetition(code: &str) -> bool {
        errors::is_repetition(code)
    }

    fn quotes_what_was_signed(code: &str) -> bool {
        errors::quotes_what_was_signed(code)
    }
}

/// A request in ENS' version.
fn request(name: OperationName, query: Vec<(String, String)>) -> Request {
    alibaba::request(name, VERSION, query)
}
