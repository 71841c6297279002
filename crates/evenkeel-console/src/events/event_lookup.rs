//! Looks an event up at its cloud, past the store: read-only operations, its list narrowed as far as the cloud allows.

use evenkeel::{ErrorClass, Event, ListPage, Operation, State, first_page, lookups};
use evenkeel_api::AccountView;
use gloo_timers::future::TimeoutFuture;

use crate::api::{self, EventKey, FailureClass, ShownFailure};

/// Of a list that nobody could narrow, more than a person waits for; a list that goes on is said to.
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
    while let Some(operation) = next.take() {
        let response = api::operate(&account.id, &operation).await?;
        match operation.page(&scope, &response) {
            Ok(page) => {
                pages += 1;
                match step(&operation, page, key, pages)? {
                    Step::Found(event) => return Ok(Some(*event)),
                    Step::On(after) => next = Some(*after),
                    Step::Gone => return Ok(None),
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

/// Where a page leads.
#[derive(Debug)]
enum Step {
    Found(Box<Event>),
    /// To the next page.
    On(Box<Operation>),
    /// The list is at its end.
    Gone,
}

/// What the page with this number, from 1, says of an event. Only a list that was read to its end says that it is gone.
fn step(
    operation: &Operation,
    page: ListPage,
    key: &EventKey,
    pages: usize,
) -> Result<Step, ShownFailure> {
    let next = operation.next(&page);
    let found = page.events.into_iter().find(|it| EventKey::of(it) == *key);
    let detail = match (found, next) {
        (Some(event), _) => return Ok(Step::Found(Box::new(event))),
        (None, _) if page.repeats => "the cloud's list turns in a circle".to_owned(),
        (None, Some(_)) if pages >= MOST_PAGES => {
            format!("the list does not end after {MOST_PAGES} pages")
        }
        (None, Some(next)) => return Ok(Step::On(Box::new(next))),
        (None, None) => return Ok(Step::Gone),
    };
    Err(ShownFailure {
        class: FailureClass::Incomplete,
        detail,
        code: None,
        problem: None,
        request_id: page.request_id,
    })
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
    use evenkeel::{Cursor, Provider, Scope};

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

    fn page(events: Vec<Event>, next: Option<&str>) -> ListPage {
        ListPage {
            events,
            next: next.map(|token| Cursor::Marker(token.to_owned())),
            repeats: false,
            total: None,
            request_id: None,
        }
    }

    #[test]
    fn only_a_list_that_came_to_its_end_says_that_an_event_is_gone() {
        let event = huawei("h-1", "instance-reboot", "inquiring");
        let other = huawei("h-2", "instance-reboot", "inquiring");
        let key = EventKey::of(&event);
        let list = first_page(event.provider, PAGE_SIZE);
        let look = |page, number| step(&list, page, &key, number);
        assert!(matches!(
            look(page(vec![other.clone()], None), 1),
            Ok(Step::Gone)
        ));
        // A list by token may have empty pages on its way.
        for events in [Vec::new(), vec![other.clone()]] {
            assert!(matches!(
                look(page(events, Some("t-2")), 1),
                Ok(Step::On(_))
            ));
        }
        let failure = look(page(vec![other], Some("t-2")), MOST_PAGES).unwrap_err();
        assert_eq!(failure.class, FailureClass::Incomplete);
        assert_eq!(failure.detail, "the list does not end after 2000 pages");
        let circle = ListPage {
            repeats: true,
            ..page(Vec::new(), None)
        };
        assert!(look(circle, 1).is_err());
        let found = look(page(vec![event], Some("t-2")), MOST_PAGES);
        assert!(matches!(found, Ok(Step::Found(_))));
    }
}
