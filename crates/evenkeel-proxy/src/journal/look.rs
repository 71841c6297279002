//! Asks the cloud how certain events stand.

use std::collections::BTreeSet;

use evenkeel::{ENS_EVENT_TYPES, Operation, OperationName, Provider, Rules, Timestamp};
use serde_json::{Value, json};

use super::{Journal, settle::Sighting};
use crate::{
    account::Account,
    check::cloud_time,
    keys::{Asker, Said},
};

/// How many pages one question is followed for: an instance has few events.
const MOST_PAGES: usize = 20;

/// Reads the events of these ids and resources, and maybe others.
///
/// # Errors
/// Why the cloud could not be asked, for a person.
pub(super) async fn look(
    journal: &Journal,
    account: &Account,
    events: &[(&str, &str)],
) -> Result<Vec<Sighting>, String> {
    let mut sightings = Vec::new();
    for parameters in questions(account.provider(), events) {
        let name = match account.provider() {
            Provider::Ens => OperationName::DescribeHistoryEvents,
            Provider::HuaweiEcs => OperationName::ListScheduledEvents,
        };
        let rules = Rules::at(Timestamp::from_millis(journal.clock.now_ms()));
        // An id that cannot stand in a list cannot be looked for: its event is not seen.
        let Ok(checked) = Operation::parse_json(name, parameters.to_string().as_bytes(), &rules)
        else {
            continue;
        };
        let mut next = Some(checked.value);
        for _ in 0..MOST_PAGES {
            let Some(operation) = next else {
                break;
            };
            fail_point!("journal::before_settling_read");
            let pass = journal
                .keys
                .read(account, Asker::Proxy)
                .await
                .map_err(|rest| format!("the cloud refuses the account's key ({})", rest.code))?;
            let read_at = journal.clock.now_ms();
            let request = operation.request(&account.scope());
            let answer = journal
                .upstream
                .send(account, &request)
                .await
                .map_err(|error| error.to_string())?;
            fail_point!("journal::settling_read");
            let cloud_at = cloud_time(&answer);
            let page = operation.page(&account.scope(), &answer);
            let said = page.as_ref().err().map_or(Said::Taken, Said::by);
            if pass.said(said) {
                journal.key_news(account);
            }
            let page = page.map_err(|error| error.to_string())?;
            sightings.extend(page.events.iter().map(|event| Sighting {
                event_id: event.id.clone(),
                resource_id: event.resource_id.clone(),
                state: event.state.clone(),
                not_before: event.not_before.map(Timestamp::as_millis),
                read_at,
                cloud_at,
            }));
            next = operation.next(&page);
        }
    }
    Ok(sightings)
}

/// The parameters of the lists that show these events.
fn questions(provider: Provider, events: &[(&str, &str)]) -> Vec<Value> {
    match provider {
        // ENS cannot be asked for an event, but for a resource.
        Provider::Ens => {
            let resources: BTreeSet<&str> = events
                .iter()
                .map(|(_, resource)| *resource)
                // They are joined by commas, and one that has one would spoil the others.
                .filter(|resource| !resource.contains(','))
                .collect();
            let resources: Vec<&str> = resources.into_iter().collect();
            if resources.is_empty() {
                return Vec::new();
            }
            vec![json!({
                "EventTypes": ENS_EVENT_TYPES,
                "ResourceIds": resources,
                "PageNumber": 1,
                "PageSize": 100,
            })]
        }
        Provider::HuaweiEcs => {
            let ids: BTreeSet<&str> = events.iter().map(|(event, _)| *event).collect();
            ids.into_iter().map(|id| json!({ "id": id })).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_with_a_comma_spoils_no_question() {
        let both = questions(Provider::Ens, &[("e-1", "i-1,x"), ("e-2", "i-2")]);
        assert_eq!(both[0]["ResourceIds"], json!(["i-2"]));
        assert!(questions(Provider::Ens, &[("e-1", "i-1,x")]).is_empty());
    }

    #[test]
    fn the_questions_are_ones_that_the_core_takes() {
        let events = [("e-1", "i-1"), ("e-2", "i-2"), ("e-2", "i-2")];
        for (provider, name, count) in [
            (Provider::Ens, OperationName::DescribeHistoryEvents, 1),
            (Provider::HuaweiEcs, OperationName::ListScheduledEvents, 2),
        ] {
            let questions = questions(provider, &events);
            assert_eq!(questions.len(), count);
            for parameters in questions {
                let text = parameters.to_string();
                let rules = Rules::at(Timestamp::from_millis(0));
                assert!(
                    Operation::parse_json(name, text.as_bytes(), &rules).is_ok(),
                    "{text}"
                );
                assert!(text.contains("-1") || text.contains("-2"), "{text}");
            }
        }
    }
}
