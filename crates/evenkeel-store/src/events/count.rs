//! Counts events: those that are kept, and those that a search finds.

use std::time::Duration;

use sqlx::{Row as _, any::AnyRow};
use tokio::time::Instant;

use super::{
    Counts, EventQuery,
    counts::Sums,
    query::{Condition, statement},
    record::FacetKey,
    search::{FEW, Way},
};
use crate::{DatabaseKind, Db, StoreError, StoreErrorKind};

/// How long a search may take: longer than whoever asks has the patience for. PostgreSQL keeps its
/// own time; SQLite does not, and is asked for so many events at a time.
const PATIENCE: Duration = Duration::from_secs(10);
const SLICE: i64 = 20_000;

impl Db {
    /// The counts of all events, as they are kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_counts(&self) -> Result<Counts, StoreError> {
        let rows = sqlx::query(
            "SELECT account, provider, state, kind, level, gone, events, label FROM event_counts \
             WHERE events > 0",
        )
        .fetch_all(self.reader())
        .await?;
        Ok(sums(&rows)?.into())
    }

    /// The counts of the events that a search finds, read by the index for it where there is one and it
    /// serves, and otherwise all. `None` where the query
    /// searches for nothing, and the counts that are kept answer it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn search_counts(&self, query: &EventQuery) -> Result<Option<Counts>, StoreError> {
        self.search_within(query, PATIENCE).await
    }

    async fn search_within(
        &self,
        query: &EventQuery,
        patience: Duration,
    ) -> Result<Option<Counts>, StoreError> {
        if query.is_counted() {
            return Ok(None);
        }
        if self.kind() == DatabaseKind::Postgres {
            let way = self.way_to(&query.texts()).await?;
            let slice = self.search_slice(query, way, None).await?;
            return Ok(Some(Counts::of_search(slice.sums, slice.found, false)));
        }
        let begin = Instant::now();
        let last = self.last_number().await?;
        let way = self.way_to(&query.texts()).await?;
        let mut all = Slice {
            sums: Sums::new(),
            found: Some(Vec::new()),
        };
        let mut from = 0;
        while from <= last {
            if begin.elapsed() >= patience {
                let detail = format!("{from} of {last} events in {patience:?}");
                return Err(StoreError::new(StoreErrorKind::Slow, detail));
            }
            all.add(self.search_slice(query, way, Some(from)).await?);
            from += SLICE;
        }
        let by_index = way == Way::Trigrams;
        Ok(Some(Counts::of_search(all.sums, all.found, by_index)))
    }

    /// Of all events, or of a slice that begins with this number.
    async fn search_slice(
        &self,
        query: &EventQuery,
        way: Way<'_>,
        from: Option<i64>,
    ) -> Result<Slice, StoreError> {
        let mut condition = Condition::default();
        if let Some(from) = from {
            condition.between("e.n", from, from + SLICE - 1);
        }
        query.search(&mut condition, way);
        let text = format!(
            "SELECT e.account, e.provider, e.state, e.kind, e.level, e.gone, COUNT(*), e.label, \
             CASE WHEN COUNT(*) <= {FEW} THEN STRING_AGG(CAST(e.n AS TEXT), ',') END FROM events e WHERE {} \
             GROUP BY e.account, e.provider, e.state, e.kind, e.level, e.gone, e.label",
            condition.text
        );
        let statement = statement(text, condition.values, false);
        let rows = statement.fetch_all(self.reader()).await?;
        Ok(Slice {
            sums: sums(&rows)?,
            found: found(&rows)?,
        })
    }
}

/// The numbers of the events that are counted in these rows, if they are few.
fn found(rows: &[AnyRow]) -> Result<Option<Vec<i64>>, StoreError> {
    let mut numbers = Vec::new();
    for row in rows {
        let Some(list) = row.try_get::<Option<String>, _>(8)? else {
            return Ok(None);
        };
        numbers.extend(list.split(',').filter_map(|n| n.parse::<i64>().ok()));
        if numbers.len() > FEW {
            return Ok(None);
        }
    }
    Ok(Some(numbers))
}

fn sums(rows: &[AnyRow]) -> Result<Sums, StoreError> {
    rows.iter()
        .map(|row| {
            let facet_key = FacetKey {
                provider: row.try_get(1)?,
                state: row.try_get(2)?,
                kind: row.try_get(3)?,
                level: row.try_get(4)?,
                label: row.try_get(7)?,
                gone: row.try_get::<i64, _>(5)? != 0,
            };
            let events = u64::try_from(row.try_get::<i64, _>(6)?).unwrap_or_default();
            Ok(((row.try_get(0)?, facet_key), events))
        })
        .collect()
}

/// What a search found in a part of the events.
#[derive(Debug, PartialEq, Eq)]
struct Slice {
    sums: Sums,
    /// Which events they are, if they are few.
    found: Option<Vec<i64>>,
}

impl Slice {
    /// Adds those of other events.
    fn add(&mut self, other: Self) {
        for (sort, events) in other.sums {
            *self.sums.entry(sort).or_default() += events;
        }
        let found = self.found.take().zip(other.found);
        self.found = found
            .map(|(mut found, other)| {
                found.extend(other);
                found
            })
            .filter(|found| found.len() <= FEW);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreUrl;

    #[tokio::test]
    async fn a_search_that_takes_too_long_is_given_up_and_said() {
        let db = Db::open(&StoreUrl::memory()).await.unwrap();
        let query = EventQuery {
            words: vec!["disk".to_owned()],
            ..EventQuery::default()
        };
        let error = db.search_within(&query, Duration::ZERO).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Slow);
        assert!(error.to_string().contains("fewer words"), "{error}");
        let found = db.search_within(&query, PATIENCE).await.unwrap();
        assert_eq!(found.map(|counts| counts.total(&query)), Some(0));
    }

    #[test]
    fn the_counts_of_slices_add_up() {
        let sort = |account: &str| {
            let facet_key = FacetKey {
                provider: "ens".to_owned(),
                state: 0,
                kind: 0,
                level: String::new(),
                label: String::new(),
                gone: false,
            };
            (account.to_owned(), facet_key)
        };
        let slice = |sums: &[(&str, u64)], found: Option<Vec<i64>>| Slice {
            sums: sums
                .iter()
                .map(|(account, events)| (sort(account), *events))
                .collect(),
            found,
        };
        let mut all = slice(&[("a", 1)], Some(vec![7]));
        all.add(slice(&[("a", 2), ("b", 3)], Some(vec![8])));
        assert_eq!(all, slice(&[("a", 3), ("b", 3)], Some(vec![7, 8])));
        // What was found in one slice is not all that was found.
        all.add(slice(&[("b", 2_000)], None));
        assert_eq!(all.found, None);
    }
}
