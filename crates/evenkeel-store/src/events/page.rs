//! A page of events.

use std::{cmp::Ordering, collections::VecDeque};

use sqlx::{AssertSqlSafe, Row as _};

use super::{
    Cursor, EventQuery, StoredBody,
    cursor::Position,
    query::{self, PageSegment},
    sort::{Sort, Value},
};
use crate::{Db, StoreError};

/// A page of events, and where it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// The events, in the order asked for.
    pub events: Vec<StoredBody>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
}

/// So many are sorted in less time than an index is walked to find them.
const FEW: u64 = 1_000;

struct Row {
    event: StoredBody,
    position: Position,
}

impl Db {
    /// At most `limit` events after `after`. `total` is how many match, as the counts have it: of few
    /// the quickest way is another than of many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_page(
        &self,
        query: &EventQuery,
        after: Option<&Cursor>,
        limit: u32,
        total: u64,
    ) -> Result<StoredPage, StoreError> {
        let few = total <= FEW;
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
            let mut segments = Vec::new();
            for gone in [false, true] {
                if query.gone.takes(gone) {
                    let segment = PageSegment {
                        gone,
                        lacking,
                        after: in_part,
                    };
                    segments.push(self.segment(query, segment, missing, few).await?);
                }
            }
            merge(&mut rows, segments, query.sort.descending, missing);
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

    async fn segment(
        &self,
        query: &EventQuery,
        segment: PageSegment<'_>,
        limit: u32,
        few: bool,
    ) -> Result<Vec<Row>, StoreError> {
        let (text, values) = query.statement(segment, limit, few);
        let mut statement = sqlx::query(AssertSqlSafe(text));
        for value in values {
            statement = match value {
                Value::Number(number) => statement.bind(number),
                Value::Text(text) => statement.bind(text),
            };
        }
        let is_text = query.sort.key.is_text();
        let rows = statement.fetch_all(self.reader()).await?;
        rows.iter()
            .map(|row| {
                let event = StoredBody::of(row)?;
                let key = if is_text {
                    Value::Text(row.try_get(11)?)
                } else {
                    Value::Number(row.try_get(11)?)
                };
                let position = Position {
                    key,
                    decide_by: row.try_get(10)?,
                    n: event.n,
                };
                Ok(Row { event, position })
            })
            .collect()
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

/// Appends the first `limit` of runs that are in order each.
fn merge(rows: &mut Vec<Row>, segments: Vec<Vec<Row>>, descending: bool, limit: u32) {
    let mut segments: Vec<VecDeque<Row>> = segments.into_iter().map(VecDeque::from).collect();
    for _ in 0..limit {
        let best = (0..segments.len())
            .filter_map(|segment| Some((segment, &segments.get(segment)?.front()?.position)))
            .min_by(|(_, one), (_, other)| compare(one, other, descending))
            .map(|(segment, _)| segment);
        let Some(row) = best.and_then(|segment| segments.get_mut(segment)?.pop_front()) else {
            return;
        };
        rows.push(row);
    }
}

fn compare(one: &Position, other: &Position, descending: bool) -> Ordering {
    let order = (&one.key, one.decide_by, one.n).cmp(&(&other.key, other.decide_by, other.n));
    if descending { order.reverse() } else { order }
}
