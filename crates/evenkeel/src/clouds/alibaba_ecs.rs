//! Alibaba Cloud ECS, version 2014-05-26: `POST /`, parameters in the query, lists numbered from 1.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-overview>

mod actions;
mod call;
mod disks;
mod errors;
mod event;
mod facts;
mod history;
mod instances;
mod list;
mod local_disks;
mod regions;
mod results;
mod schema;
mod simulate;

use self::actions::EcsAct;
use self::call::EcsCall;
use self::disks::DescribeDisksFullStatus;
use self::history::DescribeInstanceHistoryEvents;
use self::list::EcsList;
use crate::action::Action;
use crate::cloud::Cloud;
use crate::clouds::alibaba;
use crate::event::EventKind;
use crate::facts::CloudFacts;
use crate::http::{Request, Scope};
use crate::item::BatchItem;
use crate::json::Node;
use crate::password::Password;
use crate::provider::OperationName;
use crate::provider_error::{ErrorClass, ErrorFields, KeyFlaw};
use crate::resource_lookup::ResourceLookup;
use crate::simulation::Simulation;

const VERSION: &str = "2014-05-26";

/// Alibaba Cloud ECS.
pub(crate) struct AlibabaEcs;

impl Cloud for AlibabaEcs {
    type List = EcsList;
    type Call = EcsCall;
    type Act = EcsAct;

    const FACTS: CloudFacts = facts::FACTS;
    const REQUEST_ID_HEADER: &'static str = alibaba::REQUEST_ID_HEADER;
    const RETRY_AFTER_MS_HEADER: Option<&'static str> = Some(alibaba::RETRY_AFTER_MS_HEADER);
    const ACTIONS: &'static [Action] = &[
        Action::Accept,
        Action::Redeploy,
        Action::Reboot,
        Action::Reschedule,
    ];
    /// Only reboots could go together; alone, each is looked at just before.
    const ITEMS_PER_CALL: (usize, usize) = (1, 1);
    const EVENT_PREFIX: &'static str = "e-";
    const RESOURCE_PREFIX: &'static str = "";
    const NAMES_RESOURCE: bool = true;
    const EVENT_TYPES: &'static [&'static str] = schema::ALL_TYPES;
    const STATES: &'static [&'static str] = schema::STATES;
    const LEVELS: &'static [&'static str] = &[];
    const REGIONS: &'static [(&'static str, &'static str)] = regions::REGIONS;
    const TIMES: &'static [(&'static str, &'static [&'static str])] = event::TIMES;

    const RESOURCE_LOOKUPS: &'static [ResourceLookup] = &[instances::LOOKUP, local_disks::LOOKUP];
    const NOBODYS_ID: &'static str = "i-0";
    const SIMULATION: Option<&'static Simulation> = Some(simulate::SIMULATION);

    fn has_resource_record(event_type: &str, id: &str) -> bool {
        instances::has_record(event_type, id)
    }

    fn event_kind(name: &str) -> Option<EventKind> {
        event::kind(name)
    }

    fn first_page(page_size: u32) -> EcsList {
        EcsList::History(DescribeInstanceHistoryEvents::all(page_size, None))
    }

    /// Dedicated hosts are asked for by themselves, and the events of disks stand in another list.
    fn further_lists(page_size: u32) -> Vec<EcsList> {
        let hosts = DescribeInstanceHistoryEvents::all(page_size, Some(schema::HOST));
        let disks = schema::DISK_TYPES
            .iter()
            .map(|name| EcsList::Disks(DescribeDisksFullStatus::of_type(page_size, name)));
        std::iter::once(EcsList::History(hosts))
            .chain(disks)
            .collect()
    }

    fn lookups(events: &[(&str, &str)]) -> Vec<EcsList> {
        DescribeInstanceHistoryEvents::of_events(events)
            .into_iter()
            .map(EcsList::History)
            .collect()
    }

    fn simulated(instances: &[String]) -> Vec<EcsList> {
        DescribeInstanceHistoryEvents::simulated(instances)
            .into_iter()
            .map(EcsList::History)
            .collect()
    }

    fn calls(
        act: EcsAct,
        items: &[BatchItem],
        _items_per_call: usize,
        _password: Option<&Password>,
    ) -> Vec<(EcsCall, usize)> {
        let call = |item| (EcsCall::of(act, item), 1);
        items.iter().map(call).collect()
    }

    fn describe(json: &str) -> Vec<(String, String)> {
        event::describe(json)
    }

    /// An event does not say what its resource is called.
    fn resource_name(_raw: &str) -> Option<String> {
        None
    }

    fn error_fields<'t>(root: &'t Node<'_>) -> ErrorFields<'t> {
        ErrorFields::at(root, &["Code"], &["Message"])
    }

    fn error_class(code: &str, _message: &str) -> Option<ErrorClass> {
        errors::class(code)
    }

    fn key_flaw(code: &str, _message: &str) -> Option<KeyFlaw> {
        alibaba::errors::key_flaw(code)
    }

    fn is_repetition(code: &str) -> bool {
        alibaba::errors::is_repetition(code)
    }

    fn leaves_open(code: &str) -> bool {
        errors::leaves_open(code)
    }

    fn quotes_what_was_signed(code: &str) -> bool {
        alibaba::errors::quotes_what_was_signed(code)
    }
}

/// A request in ECS' version.
fn request(name: OperationName, query: Vec<(String, String)>) -> Request {
    alibaba::request(name, VERSION, query)
}

/// The region of a call: its own, or the account's.
fn region(own: Option<&String>, scope: &Scope) -> (String, String) {
    let region = own.or(scope.region.as_ref());
    let region = region.map_or("{region}", String::as_str);
    ("RegionId".to_owned(), region.to_owned())
}
