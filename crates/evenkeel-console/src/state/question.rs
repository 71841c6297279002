//! How to ask a cloud about one event: its list, narrowed as far as it allows.

use evenkeel::{Event, Operation, OperationName, Provider, Rules, Timestamp, first_page};
use serde_json::{Value, json};

const PAGE_SIZE: u32 = 100;

/// The list that shows this event, if the cloud still lists it.
pub fn question(event: &Event) -> Operation {
    let (name, params) = match event.provider {
        Provider::Ens => (OperationName::DescribeHistoryEvents, ens(event)),
        Provider::HuaweiEcs => (
            OperationName::ListScheduledEvents,
            json!({ "id": event.id }),
        ),
    };
    let rules = Rules::at(Timestamp::from_millis(0));
    Operation::parse_json(name, params.to_string().as_bytes(), &rules).map_or_else(
        |_| first_page(event.provider, PAGE_SIZE),
        |checked| checked.value,
    )
}

/// A type that the cloud has added since is none that this can be asked by: it is refused, and everything is listed.
fn ens(event: &Event) -> Value {
    json!({
        "EventTypes": [event.event_type.raw],
        "ResourceIds": [event.resource_id],
        "PageNumber": 1,
        "PageSize": PAGE_SIZE,
    })
}

#[cfg(test)]
mod tests {
    use evenkeel::Scope;

    use super::super::fixture::{ens, huawei};
    use super::*;

    fn query(event: &Event) -> Vec<(String, String)> {
        question(event).request(&Scope::default()).query
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn asks_ens_by_resource_and_type() {
        let query = query(&ens("1", "Instance:SystemFailure.Redeploy", "Inquiring"));
        assert!(query.contains(&pair("ResourceIds", "i-1")));
        assert!(query.contains(&pair("EventTypes", "Instance:SystemFailure.Redeploy")));
    }

    #[test]
    fn asks_huawei_by_id() {
        let event = huawei("h-1", "instance-reboot", "inquiring");
        assert_eq!(query(&event), [pair("id", "h-1")]);
    }

    #[test]
    fn lists_everything_where_the_type_is_new() {
        let event = ens("1", "Instance:Brandnew.Redeploy", "Inquiring");
        assert_eq!(question(&event), first_page(Provider::Ens, PAGE_SIZE));
    }
}
