//! How to read the state of certain events: the lists of the clouds, narrowed as far as each allows.

use std::collections::BTreeSet;
use std::sync::Arc;

use evenkeel::{
    ENS_EVENT_TYPES, Event, Operation, OperationName, Provider, Rules, Timestamp, first_page,
};
use serde_json::json;

/// ENS joins the ids in the query: so many keep it short.
const RESOURCES_A_CALL: usize = 50;
const PAGE_SIZE: u32 = 100;

/// The lists that show these events, all of one account.
pub fn questions(events: &[Arc<Event>]) -> Vec<Operation> {
    match events.first().map(|event| event.provider) {
        None => Vec::new(),
        Some(Provider::Ens) => ens(events),
        Some(Provider::HuaweiEcs) => events.iter().map(|event| huawei(event)).collect(),
    }
}

fn ens(events: &[Arc<Event>]) -> Vec<Operation> {
    let types: BTreeSet<&str> = events
        .iter()
        .map(|event| event.event_type.raw.as_str())
        .collect();
    let resources: BTreeSet<&str> = events
        .iter()
        .map(|event| event.resource_id.as_str())
        .collect();
    let resources: Vec<&str> = resources.into_iter().collect();
    // A type that the cloud has added since cannot be asked for by name.
    if !types.iter().all(|name| ENS_EVENT_TYPES.contains(name)) {
        return vec![first_page(Provider::Ens, PAGE_SIZE)];
    }
    resources
        .chunks(RESOURCES_A_CALL)
        .map(|resources| {
            let params = json!({
                "EventTypes": types,
                "ResourceIds": resources,
                "PageNumber": 1,
                "PageSize": PAGE_SIZE,
            });
            parse(OperationName::DescribeHistoryEvents, &params)
                .unwrap_or_else(|| first_page(Provider::Ens, PAGE_SIZE))
        })
        .collect()
}

fn huawei(event: &Event) -> Operation {
    parse(
        OperationName::ListScheduledEvents,
        &json!({ "id": event.id }),
    )
    .unwrap_or_else(|| first_page(Provider::HuaweiEcs, PAGE_SIZE))
}

fn parse(name: OperationName, params: &serde_json::Value) -> Option<Operation> {
    let rules = Rules::at(Timestamp::from_millis(0));
    let checked = Operation::parse_json(name, params.to_string().as_bytes(), &rules).ok()?;
    Some(checked.value)
}

#[cfg(test)]
mod tests {
    use evenkeel::Scope;

    use super::*;
    use crate::act::sample;

    fn queries(events: Vec<Event>) -> Vec<Vec<(String, String)>> {
        let events: Vec<_> = events.into_iter().map(Arc::new).collect();
        questions(&events)
            .iter()
            .map(|question| question.request(&Scope::default()).query)
            .collect()
    }

    #[test]
    fn asks_ens_by_resource_and_type() {
        let found = queries(vec![
            sample::ens("1", "Instance:SystemFailure.Redeploy"),
            sample::ens("2", "Instance:SystemFailure.Redeploy"),
        ]);
        assert_eq!(found.len(), 1);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert!(found[0].contains(&pair("ResourceIds", "i-1,i-2")));
        assert!(found[0].contains(&pair("EventTypes", "Instance:SystemFailure.Redeploy")));
    }

    #[test]
    fn asks_huawei_by_id() {
        let found = queries(vec![sample::huawei("1", "instance-reboot", "inquiring")]);
        assert_eq!(found, [[("id".to_owned(), "h-1".to_owned())]]);
    }

    #[test]
    fn asks_ens_in_fifties_and_for_everything_where_a_type_is_new() {
        let many = (0..120).map(|n| sample::ens(&n.to_string(), "Instance:SystemFailure.Redeploy"));
        assert_eq!(queries(many.collect()).len(), 3);
        let found = queries(vec![sample::ens("1", "Instance:Brandnew.Redeploy")]);
        assert_eq!(found.len(), 1);
        assert!(found[0].iter().all(|(name, _)| name != "ResourceIds"));
    }
}
