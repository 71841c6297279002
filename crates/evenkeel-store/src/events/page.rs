//! A page of events.

#[cfg(test)]
mod tests;

use sqlx::Row as _;

use super::{
    Cursor, EventQuery, StoredBody,
    cursor::Position,
    packed::Packed,
    query::{self, PageSegment, statement},
    search::{FEW, Way},
    sort::{Sort, Value},
};
use crate::{DatabaseKind, Db, StoreError};

/// A page of events, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// The events, in the order asked for.
    pub events: Vec<StoredBody>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
}

/// What the counts say of a page before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub(super) total: u64,
    pub(super) way: Way<'a>,
}

impl From<u64> for Expected<'_> {
    /// So many match.
    fn from(total: u64) -> Self {
        Self {
            total,
            way: Way::Reading,
        }
    }
}

struct Row {
    event: StoredBody,
    position: Position,
}

impl Db {
    /// At most `limit` events after `after`. `expected` is how many match, as the counts have it: of few
    /// the quickest way is another than of many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_page<'a>(
        &self,
        query: &EventQuery,
        after: Option<&Cursor>,
        limit: u32,
        expected: impl Into<Expected<'a>>,
    ) -> Result<StoredPage, StoreError> {
        let Expected { total, way } = expected.into();
        let is_few = usize::try_from(total).is_ok_and(|total| total <= FEW);
        if let Way::Page(numbers) = way {
            let page = self.page_by(query, after, limit, Some(way)).await?;
            let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
            // One of them may be another by now, and the list would seem to end here.
            if page.events.len() == numbers.len().min(wanted)
                && page.next.is_some() == (numbers.len() > wanted)
            {
                return Ok(page);
            }
            return self.page_by(query, after, limit, None).await;
        }
        self.page_by(query, after, limit, is_few.then_some(way))
            .await
    }

    async fn page_by(
        &self,
        query: &EventQuery,
        after: Option<&Cursor>,
        limit: u32,
        few: Option<Way<'_>>,
    ) -> Result<StoredPage, StoreError> {
        let after = query::position(query, after);
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut rows = Vec::new();
        for lacking in parts(query, after.as_ref()) {
            if rows.len() > wanted {
                break;
            }
            // One more than asked for: whether there is a next page.
            let missing = limit.saturating_add(1) - u32::try_from(rows.len()).unwrap_or(limit);
            let in_part = after
                .as_ref()
                .filter(|position| lacking.is_none_or(|lacking| lacking == lacks(query, position)));
            // Each run is one that an index has in order.
            let segments: Vec<_> = [false, true]
                .into_iter()
                .filter(|gone| query.gone.takes(*gone))
                .map(|gone| PageSegment {
                    gone,
                    lacking,
                    after: in_part,
                })
                .collect();
            rows.extend(self.rows(query, &segments, missing, few).await?);
        }
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| more).map(|row| Cursor {
            sort: query.sort,
            position: row.position.clone(),
        });
        let events = rows.into_iter().map(|row| row.event).collect();
        Ok(StoredPage { events, next })
    }

    async fn rows(
        &self,
        query: &EventQuery,
        segments: &[PageSegment<'_>],
        limit: u32,
        few: Option<Way<'_>>,
    ) -> Result<Vec<Row>, StoreError> {
        let (text, values) = query.page(segments, limit, few);
        let column = match self.kind() {
            // A row that is handed over costs more than what stands in it.
            DatabaseKind::Sqlite => "STRING_AGG(page.packed, '')",
            // The server takes longer to put texts together than to send them.
            DatabaseKind::Postgres => "page.packed",
        };
        let text = format!("SELECT {column} FROM ({text}) page");
        let statement = statement(text, values, query.is_counted());
        let mut rows = Vec::new();
        for row in &statement.fetch_all(self.reader()).await? {
            let text: Option<&str> = row.try_get(0)?;
            let mut packed = Packed(text.unwrap_or_default());
            while !packed.is_empty() {
                rows.push(Row::of(&mut packed, query.sort)?);
            }
        }
        Ok(rows)
    }
}

impl Row {
    fn of(packed: &mut Packed<'_>, sort: Sort) -> Result<Self, StoreError> {
        let decide_by = packed.some_number()?;
        let key = if sort.key.is_text() {
            Value::Text(packed.some_text()?.to_owned())
        } else {
            Value::Number(packed.some_number()?)
        };
        let event = StoredBody::of(packed)?;
        let n = event.n;
        let position = Position { key, decide_by, n };
        Ok(Self { event, position })
    }
}

fn lacks(query: &EventQuery, position: &Position) -> bool {
    query.sort.key.lacking().as_ref() == Some(&position.key)
}

/// The parts of an order that follow each other: what lacks the key comes last, and the index has it so only of
/// numbers, upwards.
fn parts(query: &EventQuery, after: Option<&Position>) -> Vec<Option<bool>> {
    let Sort { key, descending } = query.sort;
    if !(key.may_lack() && (descending || key.is_text())) {
        return vec![None];
    }
    match after {
        Some(position) if lacks(query, position) => vec![Some(true)],
        _ => vec![Some(false), Some(true)],
    }
}
