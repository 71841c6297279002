//! What a sync run changes, gathered and then written with few statements.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Row as _};

use super::super::{
    kept::{add_counts, event_changed},
    record::{FacetKey, Record, SnapshotRow},
};
use crate::{StoreError, Tx, resources::write_said, sql};

/// How many rows one statement writes: SQLite takes 32,766 parameters, an event has 18.
const ROWS: usize = 200;

/// Numbers for so many new events.
pub(super) async fn numbers(tx: &mut Tx, count: usize) -> Result<std::ops::Range<i64>, StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(0..0);
    }
    let row = sqlx::query("UPDATE event_numbers SET last = last + $1 WHERE id = 1 RETURNING last")
        .bind(count)
        .fetch_one(&mut **tx)
        .await?;
    let last: i64 = row.try_get(0)?;
    Ok(last - count + 1..last + 1)
}

/// By which labels these events are counted.
pub(super) async fn labels(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let mut labels = Vec::with_capacity(numbers.len());
    for numbers in numbers.chunks(ROWS) {
        let mut text = "SELECT n, label FROM events WHERE n IN (".to_owned();
        sql::list(&mut text, 0, numbers.len());
        text.push(')');
        let mut query = sqlx::query(AssertSqlSafe(text));
        for n in numbers {
            query = query.bind(*n);
        }
        for row in query.fetch_all(&mut **tx).await? {
            labels.push((row.try_get(0)?, row.try_get(1)?));
        }
    }
    Ok(labels)
}

struct Update {
    n: i64,
    record: Record,
    step: Option<i64>,
    told: bool,
}

/// What is to be written.
pub(super) struct Writes<'a> {
    account: &'a str,
    at: i64,
    inserts: Vec<(i64, Record)>,
    updates: Vec<Update>,
    found_again: Vec<i64>,
    missing: Vec<i64>,
    gone: Vec<(i64, i64)>,
    counts: BTreeMap<FacetKey, i64>,
    swept: Option<i64>,
}

impl<'a> Writes<'a> {
    pub(super) fn new(account: &'a str, at: i64) -> Self {
        Self {
            account,
            at,
            inserts: Vec::new(),
            updates: Vec::new(),
            found_again: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            counts: BTreeMap::new(),
            swept: None,
        }
    }

    pub(super) fn insert(&mut self, n: i64, record: Record) {
        self.count(&record.facet_key, 1);
        self.inserts.push((n, record));
    }

    /// `step` is its number in the history, where this is a new snapshot.
    pub(super) fn update(&mut self, n: i64, record: Record, step: Option<i64>, told: bool) {
        self.updates.push(Update {
            n,
            record,
            step,
            told,
        });
    }

    pub(super) fn found_again(&mut self, n: i64) {
        self.found_again.push(n);
    }

    pub(super) fn missing(&mut self, n: i64) {
        self.missing.push(n);
    }

    pub(super) fn gone(&mut self, n: i64, step: i64) {
        self.gone.push((n, step));
    }

    pub(super) fn swept(&mut self, at: Option<i64>) {
        self.swept = at;
    }

    pub(super) fn count(&mut self, facet_key: &FacetKey, by: i64) {
        *self.counts.entry(facet_key.clone()).or_default() += by;
    }

    /// The resources of what is new or another, each once.
    pub(super) fn resources(&self) -> Vec<String> {
        let ids: BTreeSet<&String> = self.records().map(|record| &record.resource_id).collect();
        ids.into_iter().cloned().collect()
    }

    fn records(&self) -> impl Iterator<Item = &Record> {
        let inserted = self.inserts.iter().map(|(_, record)| record);
        inserted.chain(self.updates.iter().map(|update| &update.record))
    }

    /// Writes; tells whether there was anything to write.
    pub(super) async fn run(self, tx: &mut Tx) -> Result<bool, StoreError> {
        let any = !(self.inserts.is_empty()
            && self.updates.is_empty()
            && self.found_again.is_empty()
            && self.missing.is_empty()
            && self.gone.is_empty());
        for rows in self.inserts.chunks(ROWS) {
            self.insert_rows(tx, rows).await?;
        }
        for update in &self.updates {
            self.update_row(tx, update).await?;
        }
        self.set_columns(tx, "missing_at = NULL", None, &self.found_again)
            .await?;
        self.mark_missing(tx).await?;
        self.mark_gone(tx).await?;
        self.write_snapshots(tx).await?;
        self.write_counts(tx).await?;
        let said = self
            .records()
            .filter_map(|record| Some((record.resource_id.as_str(), record.said.as_deref()?)));
        write_said(tx, self.account, &said.collect()).await?;
        let inserted = self.inserts.iter().map(|(n, _)| *n);
        let told = self.updates.iter().filter(|update| update.told);
        let gone = self.gone.iter().map(|(n, _)| *n);
        let moved: Vec<i64> = inserted
            .chain(told.map(|update| update.n))
            .chain(gone)
            .collect();
        tx.note_items_on(&moved).await?;
        Ok(any)
    }

    async fn insert_rows(&self, tx: &mut Tx, rows: &[(i64, Record)]) -> Result<(), StoreError> {
        let text = format!(
            "INSERT INTO events (n, account, event_id, resource_id, provider, state, kind, \
             type_name, level, decide_by, published_at, not_before, search, mark, moments, \
             first_seen_at, seen_at, changed_at, gone) VALUES {}",
            sql::rows(rows.len(), 19)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (n, record) in rows {
            query = query
                .bind(*n)
                .bind(self.account)
                .bind(record.event_id.as_str())
                .bind(record.resource_id.as_str())
                .bind(record.facet_key.provider.as_str())
                .bind(record.facet_key.state)
                .bind(record.facet_key.kind)
                .bind(record.type_name.as_str())
                .bind(record.facet_key.level.as_str())
                .bind(record.decide_by)
                .bind(record.published_at)
                .bind(record.not_before)
                .bind(record.search.as_str())
                .bind(record.content_hash.as_str())
                .bind(1_i64)
                .bind(self.at)
                .bind(self.at)
                .bind(self.at)
                .bind(0_i64);
            tx.note(event_changed(*n));
        }
        query.execute(&mut **tx).await?;
        let text = format!(
            "INSERT INTO event_bodies (n, body) VALUES {}",
            sql::rows(rows.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (n, record) in rows {
            query = query.bind(*n).bind(record.body.as_str());
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }

    async fn update_row(&self, tx: &mut Tx, update: &Update) -> Result<(), StoreError> {
        let Update { n, record, .. } = update;
        let step = i64::from(update.step.is_some());
        // What only the cloud's own JSON tells is no change to anybody.
        let changed = i64::from(update.told);
        sqlx::query(
            "UPDATE events SET state = $1, kind = $2, type_name = $3, level = $4, decide_by = $5, \
             published_at = $6, not_before = $7, search = $8, mark = $9, moments = moments + $10, \
             seen_at = $11, changed_at = CASE WHEN $12 = 1 THEN $11 ELSE changed_at END, \
             missing_at = NULL, gone_at = NULL, gone = 0, provider = $13 WHERE n = $14",
        )
        .bind(record.facet_key.state)
        .bind(record.facet_key.kind)
        .bind(record.type_name.as_str())
        .bind(record.facet_key.level.as_str())
        .bind(record.decide_by)
        .bind(record.published_at)
        .bind(record.not_before)
        .bind(record.search.as_str())
        .bind(record.content_hash.as_str())
        .bind(step)
        .bind(self.at)
        .bind(changed)
        .bind(record.facet_key.provider.as_str())
        .bind(*n)
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE event_bodies SET body = $1 WHERE n = $2")
            .bind(record.body.as_str())
            .bind(*n)
            .execute(&mut **tx)
            .await?;
        if update.told {
            tx.note(event_changed(*n));
        }
        Ok(())
    }

    async fn mark_missing(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let set = "missing_at = $1, seen_at = CASE WHEN seen_at < $2 THEN $2 ELSE seen_at END";
        let swept = self.swept.unwrap_or_default();
        self.set_columns(tx, set, Some([self.at, swept]), &self.missing)
            .await
    }

    async fn mark_gone(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let numbers: Vec<i64> = self.gone.iter().map(|(n, _)| *n).collect();
        let set = "gone = 1, gone_at = $1, changed_at = $2, moments = moments + 1";
        self.set_columns(tx, set, Some([self.at, self.at]), &numbers)
            .await?;
        for n in numbers {
            tx.note(event_changed(n));
        }
        Ok(())
    }

    /// Sets the same columns of many events; the text's parameters come first.
    async fn set_columns(
        &self,
        tx: &mut Tx,
        set: &str,
        values: Option<[i64; 2]>,
        numbers: &[i64],
    ) -> Result<(), StoreError> {
        let values: Vec<i64> = values.into_iter().flatten().collect();
        for numbers in numbers.chunks(ROWS) {
            let mut text = format!("UPDATE events SET {set} WHERE n IN (");
            sql::list(&mut text, values.len(), numbers.len());
            text.push(')');
            let mut query = sqlx::query(AssertSqlSafe(text));
            for value in values.iter().chain(numbers) {
                query = query.bind(*value);
            }
            query.execute(&mut **tx).await?;
        }
        Ok(())
    }

    async fn write_snapshots(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let gone = SnapshotRow {
            state: "gone".to_owned(),
            not_before: None,
            not_after: None,
            started_at: None,
            finished_at: None,
        };
        let inserted = self
            .inserts
            .iter()
            .map(|(n, record)| (*n, 0, &record.snapshot));
        let updated = self
            .updates
            .iter()
            .filter_map(|update| Some((update.n, update.step?, &update.record.snapshot)));
        let gone = self.gone.iter().map(|(n, step)| (*n, *step, &gone));
        let snapshots: Vec<_> = inserted.chain(updated).chain(gone).collect();
        for snapshots in snapshots.chunks(ROWS) {
            let text = format!(
                "INSERT INTO event_moments (n, step, at, state, not_before, not_after, \
                 started_at, finished_at) VALUES {}",
                sql::rows(snapshots.len(), 8)
            );
            let mut query = sqlx::query(AssertSqlSafe(text));
            for (n, step, snapshot) in snapshots {
                query = query
                    .bind(*n)
                    .bind(*step)
                    .bind(self.at)
                    .bind(snapshot.state.as_str())
                    .bind(snapshot.not_before)
                    .bind(snapshot.not_after)
                    .bind(snapshot.started_at)
                    .bind(snapshot.finished_at);
            }
            query.execute(&mut **tx).await?;
        }
        Ok(())
    }

    async fn write_counts(&self, tx: &mut Tx) -> Result<(), StoreError> {
        add_counts(tx, self.account, &self.counts).await
    }
}
