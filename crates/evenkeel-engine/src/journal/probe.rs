//! Asks the cloud how certain events stand.

use evenkeel::lookups;

use super::Journal;
use crate::{
    account::Account,
    call_failure::CallFailure,
    keys::{Asker, KeyAnswer},
    reconcile::{Observation, observations},
    upstream::cloud_time,
};

/// How many pages one question is followed for: an instance has few events.
const MOST_PAGES: usize = 20;

/// Reads the events of these ids and resources, and maybe others.
///
/// # Errors
/// When the cloud could not be asked, or did not say.
pub(super) async fn probe(
    journal: &Journal,
    account: &Account,
    events: &[(&str, &str)],
) -> Result<Vec<Observation>, CallFailure> {
    let mut seen = Vec::new();
    for operation in lookups(account.provider(), events) {
        let mut next = Some(operation);
        for _ in 0..MOST_PAGES {
            let Some(operation) = next else {
                break;
            };
            fail_point!("journal::before_settling_read");
            let permit = journal
                .keys
                .read(account, Asker::Proxy)
                .await
                .map_err(|rest| CallFailure::resting(&rest, journal.clock.now_ms()))?;
            let read_at = journal.clock.now_ms();
            let request = operation.request(&account.scope());
            let answer = journal.upstream.send(account, &request).await?;
            fail_point!("journal::settling_read");
            let cloud_at = cloud_time(&answer);
            let page = operation.page(&account.scope(), &answer);
            let page = page.map_err(CallFailure::Refused);
            let failure = page.as_ref().err();
            if permit.answered(failure.map_or(KeyAnswer::Taken, CallFailure::key_answer)) {
                journal.notifier.key_news(account);
            }
            let page = page?;
            seen.extend(observations(&page.events, read_at, cloud_at));
            next = operation.next(&page);
        }
    }
    Ok(seen)
}
