//! Reads the events of a listing from the store, a part at a time.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use evenkeel_api::{Accounts, EventItem, listing::EventFacts};
use evenkeel_store::{
    EventQuery, Forgotten, ListedBody, ListingPlace, StoreError, StoreErrorKind, TouchedEvents,
};

use crate::app::App;

/// The first part is small, so that it is soon on the screen.
const FIRST: u32 = 512;
const REST: u32 = 2_048;

/// Where the next part comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// The view, after a place.
    All(Option<ListingPlace>),
    /// Events by number, and those that the store has no more; whoever asks sees those of some accounts.
    Touched {
        numbers: Vec<i64>,
        forgotten: Vec<Forgotten>,
        sees: Accounts,
    },
}

/// Events that were read.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) events: Vec<ListedBody>,
    pub(super) open_items: HashMap<i64, Vec<EventItem>>,
    /// What is not in the view.
    pub(super) went: Vec<Forgotten>,
}

impl Source {
    pub(super) fn all() -> Self {
        Self::All(None)
    }

    pub(super) fn touched(touched: TouchedEvents, sees: Accounts) -> Self {
        Self::Touched {
            numbers: touched.numbers.into_iter().collect(),
            forgotten: touched.forgotten.into_iter().collect(),
            sees,
        }
    }

    /// The next part, and where the one after it comes from.
    pub(super) async fn read(
        self,
        app: Arc<App>,
        query: EventQuery,
    ) -> Result<(Part, Option<Self>), StoreError> {
        let store = &app.engine.store;
        let (mut part, next) = match self {
            Self::All(place) => {
                let limit = if place.is_none() { FIRST } else { REST };
                let page = store.listing_page(&query, place, limit).await?;
                let part = Part {
                    events: page.events,
                    ..Part::default()
                };
                (part, page.next.map(|next| Self::All(Some(next))))
            }
            Self::Touched {
                mut numbers,
                forgotten,
                sees,
            } => {
                let most = usize::try_from(REST).unwrap_or(usize::MAX);
                let rest = numbers.split_off(numbers.len().min(most));
                let events = store.listing_of(&query, &numbers).await?;
                let mut went = went(&app, &events, numbers, forgotten).await?;
                went.retain(|event| sees.has(&event.account));
                let part = Part {
                    events,
                    went,
                    ..Part::default()
                };
                let next = (!rest.is_empty()).then_some(Self::Touched {
                    numbers: rest,
                    forgotten: Vec::new(),
                    sees,
                });
                (part, next)
            }
        };
        let numbers: Vec<i64> = part.events.iter().map(|event| event.n).collect();
        part.open_items = store.open_items_on(&numbers).await?;
        Ok((part, next))
    }
}

/// Of the events of these numbers those that the view does not have, with those that were forgotten. An event that
/// comes into the view after this was asked is told by the stream.
async fn went(
    app: &App,
    in_view: &[ListedBody],
    mut numbers: Vec<i64>,
    mut forgotten: Vec<Forgotten>,
) -> Result<Vec<Forgotten>, StoreError> {
    let in_view: HashSet<i64> = in_view.iter().map(|event| event.n).collect();
    numbers.retain(|n| !in_view.contains(n));
    for body in app.engine.store.events_by_number(&numbers).await? {
        let facts = facts(body.n, body.event_json())?;
        forgotten.push(Forgotten {
            account: facts.account.into_owned(),
            event_id: facts.id.into_owned(),
            resource_id: facts.resource_id.into_owned(),
        });
    }
    Ok(forgotten)
}

/// What a listing tells of a stored event.
pub(super) fn facts(n: i64, json: &str) -> Result<EventFacts<'_>, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        let detail = format!("event {n} cannot be read: {error}");
        StoreError::new(StoreErrorKind::Corrupt, detail)
    })
}
