//! All events of a view, in the order of what has to be decided first: little of each, a page at a time.
//!
//! Each page is a statement of its own, after the place where the one before ended. No transaction is held while a
//! slow client reads: what changes meanwhile is told by the order of changes, from a position that was read first.

use sqlx::Row as _;

use super::{
    EventQuery,
    query::{Condition, statement},
    search::Way,
    sort::Value,
};
use crate::{Change, Db, StoreError, Topic, text};

/// How many events are asked for by one statement.
const NUMBERS: usize = 500;

/// An event as far as a listing tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedBody {
    /// Its number in the store.
    pub n: i64,
    /// When it was gone, ms since the Unix epoch.
    pub gone_at: Option<i64>,
    /// The JSON of the event.
    pub body: String,
    /// The JSON of what is known of its resource.
    pub resource: Option<String>,
}

/// Where a page of a listing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListingPlace {
    gone: bool,
    decide_by: i64,
    n: i64,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingPage {
    /// The events, the most urgent first.
    pub events: Vec<ListedBody>,
    /// Where the next page begins; none after the last.
    pub next: Option<ListingPlace>,
}

/// An event that the store has no more, by what it was known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Forgotten {
    /// Its account.
    pub account: String,
    /// Its id.
    pub event_id: String,
    /// Its resource.
    pub resource_id: String,
}

impl Db {
    /// At most `limit` events of a listing, those of the clouds' lists before those that are gone. The order of the
    /// query is not looked at.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn listing_page(
        &self,
        query: &EventQuery,
        after: Option<ListingPlace>,
        limit: u32,
    ) -> Result<ListingPage, StoreError> {
        let mut page = ListingPage::default();
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let way = self.way_to(&query.texts()).await?;
        for gone in [false, true] {
            let is_passed = after.is_some_and(|after| after.gone && !gone);
            if is_passed || !query.gone.takes(gone) {
                continue;
            }
            let missing = wanted.saturating_sub(page.events.len());
            let after = after.filter(|after| after.gone == gone);
            let (text, values) = query.listing(gone, way, after, missing.saturating_add(1));
            let statement = statement(text, values, query.is_counted());
            let rows = statement.fetch_all(self.reader()).await?;
            let is_more = rows.len() > missing;
            for row in rows.iter().take(missing) {
                page.events.push(listed(row)?);
            }
            let last = rows.iter().take(missing).next_back();
            if is_more {
                page.next = match last {
                    Some(row) => Some(ListingPlace {
                        gone,
                        decide_by: row.try_get(4)?,
                        n: row.try_get(0)?,
                    }),
                    // The page was full with what is there, and there is something that is gone.
                    None => Some(ListingPlace {
                        gone,
                        decide_by: i64::MIN,
                        n: i64::MIN,
                    }),
                };
                break;
            }
        }
        Ok(page)
    }

    /// Of the events of these numbers those that a view has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn listing_of(
        &self,
        query: &EventQuery,
        numbers: &[i64],
    ) -> Result<Vec<ListedBody>, StoreError> {
        let mut events = Vec::new();
        for numbers in numbers.chunks(NUMBERS) {
            for gone in [false, true] {
                if !query.gone.takes(gone) {
                    continue;
                }
                let (text, values) = query.listing_of(gone, numbers);
                let statement = statement(text, values, query.is_counted());
                for row in &statement.fetch_all(self.reader()).await? {
                    events.push(listed(row)?);
                }
            }
        }
        Ok(events)
    }
}

impl EventQuery {
    /// A page of a listing: what an index has in order, without what an index does not have.
    fn listing(
        &self,
        gone: bool,
        way: Way<'_>,
        after: Option<ListingPlace>,
        limit: usize,
    ) -> (String, Vec<Value>) {
        let mut condition = self.of_listing(gone, way);
        if let Some(after) = after {
            let decide_by = condition.bind(Value::Number(after.decide_by));
            let n = condition.bind(Value::Number(after.n));
            condition.and(&format!("(e.decide_by, e.n) > (${decide_by}, ${n})"));
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let limit = condition.bind(Value::Number(limit));
        let order = format!(" ORDER BY e.decide_by, e.n LIMIT ${limit}");
        (select(gone, &condition.text) + &order, condition.values)
    }

    fn listing_of(&self, gone: bool, numbers: &[i64]) -> (String, Vec<Value>) {
        let mut condition = self.of_listing(gone, Way::Reading);
        let numbers = numbers.iter().copied().map(Value::Number).collect();
        let among = condition.among("e.n", numbers);
        condition.and(&among);
        (select(gone, &condition.text), condition.values)
    }

    fn of_listing(&self, gone: bool, way: Way<'_>) -> Condition {
        let mut condition = Condition::default();
        let number = condition.bind(Value::Number(i64::from(gone)));
        condition.and(&format!("e.gone = ${number}"));
        self.narrow(&mut condition, way);
        condition
    }
}

/// What is not gone has no time when it was: it is not asked for it, so that the index is all that is read of it.
fn select(gone: bool, condition: &str) -> String {
    let gone_at = if gone {
        "e.gone_at"
    } else {
        "CAST(NULL AS BIGINT)"
    };
    format!(
        "SELECT e.n, {gone_at}, b.body, b.resource, e.decide_by \
         FROM events e JOIN event_bodies b ON b.n = e.n WHERE {condition}"
    )
}

fn listed(row: &sqlx::any::AnyRow) -> Result<ListedBody, StoreError> {
    Ok(ListedBody {
        n: row.try_get(0)?,
        gone_at: row.try_get(1)?,
        body: row.try_get(2)?,
        resource: row.try_get(3)?,
    })
}

/// The subject of a change that tells which events were forgotten; others are numbers.
pub(crate) const FORGOTTEN: &str = "forgotten";

/// The change that events were forgotten: they have no number any more by which somebody could ask what they were.
pub(super) fn forgotten(events: &[Forgotten]) -> Change {
    let names: Vec<[&str; 3]> = events
        .iter()
        .map(|event| [&*event.account, &*event.event_id, &*event.resource_id])
        .collect();
    // A name that was shortened is none: without it whoever catches up reads everything anew.
    let is_whole = names.iter().flatten().all(|name| text::is_whole(name));
    let names = is_whole
        .then(|| serde_json::to_string(&names).ok())
        .flatten();
    let change = Change::new(Topic::Event, FORGOTTEN);
    match names {
        Some(names) => change.with_detail(names),
        None => change,
    }
}

pub(crate) fn read_forgotten(detail: &str) -> Option<Vec<Forgotten>> {
    let names: Vec<[String; 3]> = serde_json::from_str(detail).ok()?;
    let read = names
        .into_iter()
        .map(|[account, event_id, resource_id]| Forgotten {
            account,
            event_id,
            resource_id,
        });
    Some(read.collect())
}
