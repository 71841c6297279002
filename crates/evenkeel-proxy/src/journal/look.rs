//! Asks the cloud how certain events stand.

use evenkeel::{Timestamp, lookups};

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
    for operation in lookups(account.provider(), events) {
        let mut next = Some(operation);
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
