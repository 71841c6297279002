//! One sync run through an account's list, held against what is stored: new, changed, back, gone.

mod write;

use std::collections::HashMap;

use evenkeel::Event;
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    NEVER,
    content_hash::{ContentHash, Difference},
    record::{FacetKey, Record},
    resources::tell,
};
use crate::{Db, StoreError, Tx, resources, sql};
use write::Writes;

/// A sync run in progress. What it knows is only as good as the transactions it was given: after one
/// that was not committed it must not go on.
///
/// INVARIANT: one account is synced by one proxy at a time.
#[derive(Debug)]
pub struct SyncRun {
    account: String,
    known: HashMap<(String, String), Known>,
    seen: u64,
}

/// A stored event, as far as a sync run needs it.
#[derive(Debug, Clone)]
struct Known {
    n: i64,
    content_hash: ContentHash,
    facet_key: FacetKey,
    snapshots: i64,
    missing: bool,
    published_at: i64,
    seen: bool,
}

/// What a page brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Events that were not stored.
    pub new: u64,
    /// Events that are not as they were; those that came back among them.
    pub changed: u64,
    /// Events that this sync run had not seen before.
    pub fresh: u64,
    /// Whether anything was written.
    pub wrote: bool,
}

/// What a whole sync run lacked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gap {
    /// Events that it lacked for the first time: the next one decides.
    pub missing: u64,
    /// Events that are gone now.
    pub gone: u64,
}

/// What a sync run can have seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everything the cloud lists.
    Whole,
    /// Everything that has a time of publication.
    Published,
}

impl SyncRun {
    /// Begins: reads what the account is known to have.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn begin(db: &Db, account: &str) -> Result<Self, StoreError> {
        let rows = sqlx::query(
            "SELECT event_id, resource_id, n, mark, provider, state, kind, level, gone, moments, \
             missing_at, published_at, label FROM events WHERE gone = 0 AND account = $1",
        )
        .bind(account)
        .fetch_all(db.reader())
        .await?;
        let mut run = Self {
            account: account.to_owned(),
            known: HashMap::with_capacity(rows.len()),
            seen: 0,
        };
        for row in &rows {
            run.remember(row)?;
        }
        Ok(run)
    }

    /// How many events it has seen.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// How many of the account's events are stored and not gone.
    #[must_use]
    pub fn stored(&self) -> u64 {
        let there = self.known.values().filter(|known| !known.facet_key.gone);
        u64::try_from(there.count()).unwrap_or(u64::MAX)
    }

    /// When the stored events were published that are not gone and say it, oldest first (ms since
    /// the Unix epoch).
    #[must_use]
    pub fn published(&self) -> Vec<i64> {
        let mut times: Vec<i64> = self
            .known
            .values()
            .filter(|known| !known.facet_key.gone && known.published_at != NEVER)
            .map(|known| known.published_at)
            .collect();
        times.sort_unstable();
        times
    }

    /// Writes down what a page showed at a time (ms since the Unix epoch).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take(
        &mut self,
        tx: &mut Tx,
        events: &[Event],
        at: i64,
    ) -> Result<Found, StoreError> {
        let records: Vec<Record> = events.iter().map(Record::of).collect::<Result<_, _>>()?;
        self.recall(tx, &records).await?;
        let fresh = records
            .iter()
            .filter(|record| !self.known.contains_key(&identity(record)))
            .count();
        let moved: Vec<(String, String)> = records
            .iter()
            .map(identity)
            .zip(&records)
            .filter(|(key, record)| {
                self.known.get(key).is_some_and(|known| {
                    known.facet_key.gone
                        || record.content_hash.differs(&known.content_hash) != Difference::None
                })
            })
            .map(|(key, _)| key)
            .collect();
        let mut group_by = None;
        if fresh > 0 || !moved.is_empty() {
            group_by = resources::lock(tx).await?;
            self.read_labels(tx, &moved).await?;
        }
        let mut numbers = write::numbers(tx, fresh).await?;
        let mut writes = Writes::new(&self.account, at);
        let mut found = Found::default();
        for mut record in records {
            let key = identity(&record);
            let Some(known) = self.known.get_mut(&key) else {
                let Some(n) = numbers.next() else {
                    continue;
                };
                let known = Known {
                    n,
                    content_hash: record.content_hash.clone(),
                    facet_key: record.facet_key.clone(),
                    snapshots: 1,
                    missing: false,
                    published_at: record.published_at,
                    seen: true,
                };
                self.known.insert(key, known);
                writes.insert(n, record);
                found.new += 1;
                found.fresh += 1;
                continue;
            };
            if !known.seen {
                known.seen = true;
                found.fresh += 1;
            }
            let difference = record.content_hash.differs(&known.content_hash);
            let back = known.facet_key.gone;
            if difference == Difference::None && !back {
                if known.missing {
                    known.missing = false;
                    writes.found_again(known.n);
                }
                continue;
            }
            if difference != Difference::Raw || back {
                found.changed += 1;
            }
            record.facet_key.label.clone_from(&known.facet_key.label);
            writes.count(&known.facet_key, -1);
            writes.count(&record.facet_key, 1);
            let is_new_snapshot = difference == Difference::Snapshot || back;
            let step = known.snapshots;
            known.snapshots += i64::from(is_new_snapshot);
            known.content_hash = record.content_hash.clone();
            known.facet_key = record.facet_key.clone();
            known.missing = false;
            known.published_at = record.published_at;
            let told = difference != Difference::Raw || back;
            writes.update(known.n, record, is_new_snapshot.then_some(step), told);
        }
        let ids = writes.resources();
        found.wrote = writes.run(tx).await?;
        self.seen += found.fresh;
        let knowledge = resources::known(tx, Some(&self.account), &ids).await?;
        if !knowledge.is_empty() {
            tell(
                tx,
                Some(&self.account),
                &ids,
                &knowledge,
                group_by.as_deref(),
            )
            .await?;
        }
        Ok(found)
    }

    /// Leaves the stored events of these types as they are: nobody looked for them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn leave(&mut self, tx: &mut Tx, types: &[&str]) -> Result<(), StoreError> {
        if types.is_empty() {
            return Ok(());
        }
        let mut text = "SELECT event_id, resource_id FROM events WHERE gone = 0 AND account = $1 \
             AND type_name IN ("
            .to_owned();
        sql::list(&mut text, 1, types.len());
        text.push(')');
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(self.account.as_str());
        for name in types {
            query = query.bind(*name);
        }
        for row in &query.fetch_all(&mut **tx).await? {
            let key = (row.try_get(0)?, row.try_get(1)?);
            if let Some(known) = self.known.get_mut(&key) {
                known.seen = true;
            }
        }
        Ok(())
    }

    /// Ends a sync run that lacked nothing on its way, at a time: what the one before lacked too is
    /// gone. `swept` is when that one ended: until then what is missing now was there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn finish(
        mut self,
        tx: &mut Tx,
        reach: Reach,
        swept: Option<i64>,
        at: i64,
    ) -> Result<Gap, StoreError> {
        let mut gap = Gap::default();
        let going: Vec<(String, String)> = self
            .known
            .iter()
            .filter(|(_, known)| !known.seen && known.missing && !known.facet_key.gone)
            .map(|(key, _)| key.clone())
            .collect();
        if !going.is_empty() {
            resources::lock(tx).await?;
            self.read_labels(tx, &going).await?;
        }
        let mut writes = Writes::new(&self.account, at);
        for known in self.known.into_values() {
            let in_reach = reach == Reach::Whole || known.published_at != NEVER;
            if known.seen || known.facet_key.gone || !in_reach {
                continue;
            }
            if !known.missing {
                writes.missing(known.n);
                gap.missing += 1;
                continue;
            }
            writes.count(&known.facet_key, -1);
            let mut facet_key = known.facet_key;
            facet_key.gone = true;
            writes.count(&facet_key, 1);
            writes.gone(known.n, known.snapshots);
            gap.gone += 1;
        }
        writes.swept(swept);
        writes.run(tx).await?;
        Ok(gap)
    }

    /// Reads by which labels these are counted: others change that while a sync run goes on, and do not once it is
    /// locked.
    async fn read_labels(
        &mut self,
        tx: &mut Tx,
        keys: &[(String, String)],
    ) -> Result<(), StoreError> {
        let numbers: HashMap<i64, &(String, String)> = keys
            .iter()
            .filter_map(|key| Some((self.known.get(key)?.n, key)))
            .collect();
        let ns: Vec<i64> = numbers.keys().copied().collect();
        for (n, label) in write::labels(tx, &ns).await? {
            let known = numbers.get(&n).and_then(|key| self.known.get_mut(*key));
            if let Some(known) = known {
                known.facet_key.label = label;
            }
        }
        Ok(())
    }

    /// Reads what is stored of these, where it is not known yet: what is gone may come back.
    async fn recall(&mut self, tx: &mut Tx, records: &[Record]) -> Result<(), StoreError> {
        let unknown: Vec<&str> = records
            .iter()
            .filter(|record| !self.known.contains_key(&identity(record)))
            .map(|record| record.event_id.as_str())
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut text =
            "SELECT event_id, resource_id, n, mark, provider, state, kind, level, gone, \
             moments, missing_at, published_at, label FROM events WHERE gone = 1 AND account = $1 \
             AND event_id IN ("
                .to_owned();
        sql::list(&mut text, 1, unknown.len());
        text.push(')');
        let mut query = sqlx::query(AssertSqlSafe(text)).bind(self.account.as_str());
        for id in unknown {
            query = query.bind(id);
        }
        for row in &query.fetch_all(&mut **tx).await? {
            self.remember(row)?;
        }
        Ok(())
    }

    fn remember(&mut self, row: &sqlx::any::AnyRow) -> Result<(), StoreError> {
        let key = (row.try_get(0)?, row.try_get(1)?);
        let known = Known {
            n: row.try_get(2)?,
            content_hash: ContentHash::stored(row.try_get(3)?),
            facet_key: FacetKey {
                provider: row.try_get(4)?,
                state: row.try_get(5)?,
                kind: row.try_get(6)?,
                level: row.try_get(7)?,
                label: row.try_get(12)?,
                gone: row.try_get::<i64, _>(8)? != 0,
            },
            snapshots: row.try_get(9)?,
            missing: row.try_get::<Option<i64>, _>(10)?.is_some(),
            published_at: row.try_get(11)?,
            seen: false,
        };
        self.known.insert(key, known);
        Ok(())
    }
}

fn identity(record: &Record) -> (String, String) {
    (record.event_id.clone(), record.resource_id.clone())
}
