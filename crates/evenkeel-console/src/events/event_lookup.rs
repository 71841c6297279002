//! Looks an event up at its cloud, past the store: read-only operations, its list narrowed as far as the cloud allows.

use evenkeel::{ErrorClass, Event, Operation, State, first_page, lookups};
use evenkeel_api::AccountView;
use gloo_timers::future::TimeoutFuture;

use crate::api::{self, EventKey, ShownFailure};

/// An account that goes on after that is listing in circles.
const MOST_PAGES: usize = 2_000;
const MOST_WAITS: usize = 5;
const PAGE_SIZE: u32 = 100;

/// How a lookup goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupState {
    Pending,
    /// The cloud has it so, now.
    Found(State),
    /// The cloud does not list it any more.
    Gone,
    Failed(ShownFailure),
}

/// Looks an event up.
pub async fn look_up(account: &AccountView, event: &Event) -> LookupState {
    match read(account, lookup_operation(event), &EventKey::of(event)).await {
        Ok(Some(now)) => LookupState::Found(now.state),
        Ok(None) => LookupState::Gone,
        Err(why) => LookupState::Failed(why),
    }
}

/// Reads page after page until the event is there.
async fn read(
    account: &AccountView,
    first: Operation,
    key: &EventKey,
) -> Result<Option<Event>, ShownFailure> {
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

/// The list that shows this event, if the cloud still lists it.
pub fn lookup_operation(event: &Event) -> Operation {
    lookups(event.provider, &[(&event.id, &event.resource_id)])
        .into_iter()
        .next()
        // What it is named by cannot stand in a list: all that there is.
        .unwrap_or_else(|| first_page(event.provider, PAGE_SIZE))
}

#[cfg(test)]
mod tests {
    use evenkeel::{Provider, Scope};

    use super::*;
    use crate::fixture::{ens, huawei};

    fn query(event: &Event) -> Vec<(String, String)> {
        lookup_operation(event).request(&Scope::default()).query
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
        assert_eq!(
            lookup_operation(&event),
            first_page(Provider::Ens, PAGE_SIZE)
        );
    }
}
