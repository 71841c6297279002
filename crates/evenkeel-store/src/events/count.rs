//! How many events there are of each sort.

use std::{collections::BTreeMap, time::Duration};

use evenkeel_api::{Facets, listing::StateCounts};
use sqlx::{Row as _, any::AnyRow};
use tokio::time::Instant;

use super::{
    EventQuery, Expected,
    query::{Condition, statement},
    record::FacetKey,
    search::{FEW, Way},
    sort_rank,
};
use crate::{DatabaseKind, Db, StoreError, StoreErrorKind, text::key};

/// How long a search may take: longer than whoever asks has the patience for. PostgreSQL keeps its
/// own time; SQLite does not, and is asked for so many events at a time.
const PATIENCE: Duration = Duration::from_secs(10);
const SLICE: i64 = 20_000;

/// How many events there are of each sort: every total and every count of a value comes from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    rows: Vec<Count>,
    /// The events that were found, where these are the counts of a search that found few.
    found: Option<Vec<i64>>,
    /// Whether a search found them by the index.
    by_index: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Count {
    account: String,
    facet_key: FacetKey,
    events: u64,
}

/// A filter that a count is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dimension {
    Account,
    Provider,
    State,
    DatabaseKind,
    Level,
    Label,
}

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
        counts(&rows)
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
            return self.search_slice(query, way, None).await.map(Some);
        }
        let begin = Instant::now();
        let last = self.last_number().await?;
        let way = self.way_to(&query.texts()).await?;
        let mut all = Counts {
            found: Some(Vec::new()),
            by_index: way == Way::Trigrams,
            ..Counts::default()
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
        Ok(Some(all))
    }

    /// Of all events, or of a slice that begins with this number.
    async fn search_slice(
        &self,
        query: &EventQuery,
        way: Way<'_>,
        from: Option<i64>,
    ) -> Result<Counts, StoreError> {
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
        let mut counts = counts(&rows)?;
        counts.found = found(&rows)?;
        Ok(counts)
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

fn counts(rows: &[AnyRow]) -> Result<Counts, StoreError> {
    let rows = rows
        .iter()
        .map(|row| {
            Ok(Count {
                account: row.try_get(0)?,
                facet_key: FacetKey {
                    provider: row.try_get(1)?,
                    state: row.try_get(2)?,
                    kind: row.try_get(3)?,
                    level: row.try_get(4)?,
                    label: row.try_get(7)?,
                    gone: row.try_get::<i64, _>(5)? != 0,
                },
                events: u64::try_from(row.try_get::<i64, _>(6)?).unwrap_or_default(),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Counts {
        rows,
        ..Counts::default()
    })
}

impl Counts {
    /// Adds those of other events.
    fn add(&mut self, other: Self) {
        let mut all: BTreeMap<(String, FacetKey), u64> = BTreeMap::new();
        let counts = std::mem::take(&mut self.rows);
        for count in counts.into_iter().chain(other.rows) {
            *all.entry((count.account, count.facet_key)).or_default() += count.events;
        }
        let counts = all.into_iter().map(|((account, facet_key), events)| Count {
            account,
            facet_key,
            events,
        });
        self.rows = counts.collect();
        let found = self.found.take().zip(other.found);
        self.found = found
            .map(|(mut found, other)| {
                found.extend(other);
                found
            })
            .filter(|found| found.len() <= FEW);
    }

    /// What is known of a page before it is read.
    #[must_use]
    pub fn expected(&self, query: &EventQuery) -> Expected<'_> {
        let way = match &self.found {
            Some(found) => Way::Among(found),
            None if self.by_index => Way::Trigrams,
            None => Way::Reading,
        };
        Expected {
            total: self.total(query),
            way,
        }
    }

    /// How many events match.
    #[must_use]
    pub fn total(&self, query: &EventQuery) -> u64 {
        self.matching(query, None).map(|count| count.events).sum()
    }

    /// How many match of each value of a filter, under all the other filters.
    #[must_use]
    pub fn facets(&self, query: &EventQuery) -> Facets {
        // One string a value, however many counts have it.
        let by = |dimension, name: fn(&Count) -> &str| {
            let mut values = BTreeMap::<&str, u64>::new();
            for count in self.matching(query, Some(dimension)) {
                *values.entry(name(count)).or_default() += count.events;
            }
            let own = |(name, events): (&str, u64)| (name.to_owned(), events);
            values.into_iter().map(own).collect::<BTreeMap<_, _>>()
        };
        // What has no value is not counted.
        let by_some = |dimension, name| {
            let mut values = by(dimension, name);
            values.remove("");
            values
        };
        Facets {
            account: by(Dimension::Account, |count| &count.account),
            provider: by(Dimension::Provider, |count| &count.facet_key.provider),
            state: by(Dimension::State, |count| {
                sort_rank::state(count.facet_key.state).as_str()
            }),
            event_type: by(Dimension::DatabaseKind, |count| {
                sort_rank::kind(count.facet_key.kind).as_str()
            }),
            level: by_some(Dimension::Level, |count| &count.facet_key.level),
            label: by_some(Dimension::Label, |count| &count.facet_key.label),
        }
    }

    /// How many match by account and kind of state, and whether they are gone.
    #[must_use]
    pub fn by_state(&self, query: &EventQuery) -> Vec<StateCounts> {
        let mut all = BTreeMap::<(&str, bool), BTreeMap<_, u64>>::new();
        for count in self.matching(query, None) {
            let states = all
                .entry((&count.account, count.facet_key.gone))
                .or_default();
            *states
                .entry(sort_rank::state(count.facet_key.state))
                .or_default() += count.events;
        }
        let counts = all
            .into_iter()
            .map(|((account, gone), states)| StateCounts {
                account: account.to_owned(),
                gone,
                states,
            });
        counts.collect()
    }

    /// How many events of an account the cloud lists.
    #[must_use]
    pub fn of_account(&self, account: &str) -> u64 {
        let there = |count: &&Count| count.account == account && !count.facet_key.gone;
        self.rows
            .iter()
            .filter(there)
            .map(|count| count.events)
            .sum()
    }

    /// The accounts that have events.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|count| count.account.as_str())
    }

    /// Those that match, whatever they have in the dimension that is left out.
    fn matching<'a>(
        &'a self,
        query: &'a EventQuery,
        except: Option<Dimension>,
    ) -> impl Iterator<Item = &'a Count> {
        let accounts: Vec<String> = query.accounts.iter().map(|text| key(text)).collect();
        let levels: Vec<String> = query.levels.iter().map(|text| key(text)).collect();
        let labels: Vec<String> = query.labels.iter().map(|text| key(text)).collect();
        // With a name of a type the search has chosen by type already.
        let by_kind = query.type_names.is_empty() && !query.kinds.is_empty();
        self.rows.iter().filter(move |count| {
            let facet_key = &count.facet_key;
            let open = |dimension| except == Some(dimension);
            let among = |list: &[String], value: &String| list.is_empty() || list.contains(value);
            query.gone.takes(facet_key.gone)
                && (open(Dimension::Account) || among(&accounts, &count.account))
                && (open(Dimension::Provider) || among(&query.providers, &facet_key.provider))
                && (open(Dimension::State)
                    || query.states.is_empty()
                    || query.states.contains(&sort_rank::state(facet_key.state)))
                && (open(Dimension::DatabaseKind)
                    || !by_kind
                    || query.kinds.contains(&sort_rank::kind(facet_key.kind)))
                && (open(Dimension::Level) || among(&levels, &facet_key.level))
                && (open(Dimension::Label) || among(&labels, &facet_key.label))
        })
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
        let count = |account: &str, events| Count {
            account: account.to_owned(),
            facet_key: FacetKey {
                provider: "ens".to_owned(),
                state: 0,
                kind: 0,
                level: String::new(),
                label: String::new(),
                gone: false,
            },
            events,
        };
        let counts = |rows: Vec<Count>, found: Option<Vec<i64>>| Counts {
            rows,
            found,
            by_index: false,
        };
        let mut all = counts(vec![count("a", 1)], Some(vec![7]));
        all.add(counts(vec![count("a", 2), count("b", 3)], Some(vec![8])));
        let sum = vec![count("a", 3), count("b", 3)];
        assert_eq!(all, counts(sum, Some(vec![7, 8])));
        // What was found in one slice is not all that was found.
        all.add(counts(vec![count("b", 2_000)], None));
        assert_eq!(all.found, None);
    }
}
