//! How many events there are of each sort.

use std::{collections::BTreeMap, time::Duration};

use evenkeel_api::Facets;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::time::Instant;

use super::{EventQuery, query::Condition, record::FacetKey, sort::Value, sort_rank};
use crate::{DatabaseKind, Db, StoreError, StoreErrorKind, text::key};

/// How long a search may take: longer than whoever asks has the patience for. PostgreSQL keeps its
/// own time; SQLite does not, and is asked for so many events at a time.
const PATIENCE: Duration = Duration::from_secs(10);
const SLICE: i64 = 20_000;

/// How many events there are of each sort: every total and every count of a value comes from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(Vec<Count>);

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

    /// The counts of the events that a search finds: this reads them all. `None` where the query
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
            return self.search_slice(query, None).await.map(Some);
        }
        let begin = Instant::now();
        let row = sqlx::query("SELECT last FROM event_numbers WHERE id = 1")
            .fetch_one(self.reader())
            .await?;
        let last: i64 = row.try_get(0)?;
        let mut all = Counts::default();
        let mut from = 0;
        while from <= last {
            if begin.elapsed() >= patience {
                let detail = format!("{from} of {last} events in {patience:?}");
                return Err(StoreError::new(StoreErrorKind::Slow, detail));
            }
            all.add(self.search_slice(query, Some(from)).await?);
            from += SLICE;
        }
        Ok(Some(all))
    }

    /// Of all events, or of a slice that begins with this number.
    async fn search_slice(
        &self,
        query: &EventQuery,
        from: Option<i64>,
    ) -> Result<Counts, StoreError> {
        let mut condition = Condition::default();
        if let Some(from) = from {
            condition.between("e.n", from, from + SLICE - 1);
        }
        query.search(&mut condition);
        let text = format!(
            "SELECT e.account, e.provider, e.state, e.kind, e.level, e.gone, COUNT(*), e.label \
             FROM events e WHERE {} \
             GROUP BY e.account, e.provider, e.state, e.kind, e.level, e.gone, e.label",
            condition.text
        );
        let mut statement = sqlx::query(AssertSqlSafe(text));
        for value in condition.values {
            statement = match value {
                Value::Number(number) => statement.bind(number),
                Value::Text(text) => statement.bind(text),
            };
        }
        counts(&statement.fetch_all(self.reader()).await?)
    }
}

fn counts(rows: &[sqlx::any::AnyRow]) -> Result<Counts, StoreError> {
    rows.iter()
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
        .collect::<Result<_, _>>()
        .map(Counts)
}

impl Counts {
    /// Adds those of other events.
    fn add(&mut self, other: Self) {
        let mut all: BTreeMap<(String, FacetKey), u64> = BTreeMap::new();
        for count in std::mem::take(&mut self.0).into_iter().chain(other.0) {
            *all.entry((count.account, count.facet_key)).or_default() += count.events;
        }
        let counts = all.into_iter().map(|((account, facet_key), events)| Count {
            account,
            facet_key,
            events,
        });
        self.0 = counts.collect();
    }

    /// How many events match.
    #[must_use]
    pub fn total(&self, query: &EventQuery) -> u64 {
        self.matching(query, None).map(|count| count.events).sum()
    }

    /// How many match of each value of a filter, under all the other filters.
    #[must_use]
    pub fn facets(&self, query: &EventQuery) -> Facets {
        let by = |dimension, name: fn(&Count) -> Option<String>| {
            let mut values = BTreeMap::<String, u64>::new();
            for count in self.matching(query, Some(dimension)) {
                if let Some(name) = name(count) {
                    *values.entry(name).or_default() += count.events;
                }
            }
            values
        };
        Facets {
            account: by(Dimension::Account, |count| Some(count.account.clone())),
            provider: by(Dimension::Provider, |count| {
                Some(count.facet_key.provider.clone())
            }),
            state: by(Dimension::State, |count| {
                Some(sort_rank::state(count.facet_key.state).as_str().to_owned())
            }),
            event_type: by(Dimension::DatabaseKind, |count| {
                Some(sort_rank::kind(count.facet_key.kind).as_str().to_owned())
            }),
            level: by(Dimension::Level, |count| {
                Some(count.facet_key.level.clone()).filter(|level| !level.is_empty())
            }),
            label: by(Dimension::Label, |count| {
                Some(count.facet_key.label.clone()).filter(|label| !label.is_empty())
            }),
        }
    }

    /// How many events of an account the cloud lists.
    #[must_use]
    pub fn of_account(&self, account: &str) -> u64 {
        let there = |count: &&Count| count.account == account && !count.facet_key.gone;
        self.0.iter().filter(there).map(|count| count.events).sum()
    }

    /// The accounts that have events.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|count| count.account.as_str())
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
        self.0.iter().filter(move |count| {
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
        let mut all = Counts(vec![count("a", 1)]);
        all.add(Counts(vec![count("a", 2), count("b", 3)]));
        assert_eq!(all, Counts(vec![count("a", 3), count("b", 3)]));
    }
}
