//! Asks the cloud itself about one event, past the store: a read-only operation.

use evenkeel::{ErrorClass, Event, Operation, State};
use evenkeel_api::AccountView;
use gloo_timers::future::TimeoutFuture;

use super::failure::Failure;
use super::question::question;
use super::table::EventKey;
use crate::api;

/// An account that goes on after that is listing in circles.
const MOST_PAGES: usize = 2_000;
const MOST_WAITS: usize = 5;

/// What asking came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    Asking,
    /// The cloud has it so, now.
    Seen(State),
    /// The cloud does not list it any more.
    Gone,
    Failed(Failure),
}

/// Asks about an event.
pub async fn check(account: &AccountView, event: &Event) -> Check {
    match read(account, question(event), &EventKey::of(event)).await {
        Ok(Some(now)) => Check::Seen(now.state),
        Ok(None) => Check::Gone,
        Err(why) => Check::Failed(why),
    }
}

/// Reads page after page until the event is there.
async fn read(
    account: &AccountView,
    first: Operation,
    key: &EventKey,
) -> Result<Option<Event>, Failure> {
    let scope = account.scope();
    let mut next = Some(first);
    let (mut pages, mut waits) = (0, 0);
    while let Some(operation) = next.take().filter(|_| pages < MOST_PAGES) {
        let response = api::operate(&account.id, &operation).await?;
        match operation.page(&scope, &response) {
            Ok(page) => {
                pages += 1;
                next = operation.next(&page).filter(|_| !page.events.is_empty());
                if let Some(event) = page.events.into_iter().find(|it| EventKey::of(it) == *key) {
                    return Ok(Some(event));
                }
            }
            Err(error) if error.class() == Some(ErrorClass::Throttled) && waits < MOST_WAITS => {
                waits += 1;
                let ms = error.retry_after_ms().unwrap_or(2_000).min(30_000);
                TimeoutFuture::new(u32::try_from(ms).unwrap_or(u32::MAX)).await;
                next = Some(operation);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
