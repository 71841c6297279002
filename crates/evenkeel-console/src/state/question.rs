//! How to ask a cloud about one event: its list, narrowed as far as it allows.

use evenkeel::{Event, Operation, first_page, lookups};

const PAGE_SIZE: u32 = 100;

/// The list that shows this event, if the cloud still lists it.
pub fn question(event: &Event) -> Operation {
    lookups(event.provider, &[(&event.id, &event.resource_id)])
        .into_iter()
        .next()
        // What it is named by cannot stand in a list: all that there is.
        .unwrap_or_else(|| first_page(event.provider, PAGE_SIZE))
}

#[cfg(test)]
mod tests {
    use evenkeel::{Provider, Scope};

    use super::super::fixture::{ens, huawei};
    use super::*;

    fn query(event: &Event) -> Vec<(String, String)> {
        question(event).request(&Scope::default()).query
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn asks_ens_by_resource() {
        let query = query(&ens("1", "Instance:SystemFailure.Redeploy", "Inquiring"));
        assert!(query.contains(&pair("ResourceIds", "i-1")));
    }

    #[test]
    fn asks_huawei_by_id() {
        let event = huawei("h-1", "instance-reboot", "inquiring");
        assert_eq!(query(&event), [pair("id", "h-1")]);
    }

    #[test]
    fn lists_everything_where_the_resource_cannot_stand_in_a_list() {
        let mut event = ens("1", "Instance:SystemFailure.Redeploy", "Inquiring");
        event.resource_id = "i-1,i-2".to_owned();
        assert_eq!(question(&event), first_page(Provider::Ens, PAGE_SIZE));
    }
}
