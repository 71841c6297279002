//! The operator's inventory: replaced whole, however many proxies read the same file.

use std::collections::{BTreeMap, HashMap};

use evenkeel::LocalDisks;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row as _};

use super::known::tags_json;
use crate::{
    Db, StoreError, Tx, sql,
    text::{clean, hexadecimal, key},
};

/// How many rows one statement writes.
const ROWS: usize = 500;

/// What the inventory says of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryEntry {
    /// The resource's id.
    pub resource_id: String,
    /// Its name.
    pub name: Option<String>,
    /// Where it is.
    pub zone: Option<String>,
    /// Labels by key: the service, the owner, and whatever else.
    pub labels: BTreeMap<String, String>,
    /// Whether it has disks of its host.
    pub local_disks: Option<LocalDisks>,
}

/// An entry as its row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: Option<String>,
    zone: Option<String>,
    labels: String,
    local_disks: Option<String>,
}

impl Row {
    fn of(entry: &InventoryEntry) -> Self {
        Self {
            name: entry.name.as_deref().map(clean),
            zone: entry.zone.as_deref().map(clean),
            labels: tags_json(&entry.labels),
            local_disks: entry.local_disks.map(|disks| disks.as_str().to_owned()),
        }
    }
}

impl Db {
    /// Puts these in the place of the whole inventory, in one transaction, and gives how many resources have
    /// another entry now. Of a resource that is there twice the last entry counts. Events show it once
    /// [`Db::refresh_resources`] has come to its end, by whichever proxy.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_inventory(&self, entries: &[InventoryEntry]) -> Result<u64, StoreError> {
        let rows: BTreeMap<String, Row> = entries
            .iter()
            .map(|entry| (key(&entry.resource_id), Row::of(entry)))
            .collect();
        let digest = digest(&rows);
        let mut tx = self.begin().await?;
        super::lock(&mut tx).await?;
        let row = sqlx::query("SELECT inventory FROM resource_state WHERE id = 1")
            .fetch_one(&mut *tx)
            .await?;
        if row.try_get::<Option<String>, _>(0)?.as_deref() == Some(digest.as_str()) {
            return Ok(0);
        }
        let before = stored(&mut tx).await?;
        let removed: Vec<&str> = before
            .keys()
            .filter(|id| !rows.contains_key(*id))
            .map(String::as_str)
            .collect();
        let written: Vec<(&str, &Row)> = rows
            .iter()
            .filter(|(id, row)| before.get(*id) != Some(row))
            .map(|(id, row)| (id.as_str(), row))
            .collect();
        remove(&mut tx, &removed).await?;
        write(&mut tx, &written).await?;
        let changed: Vec<&str> = removed
            .into_iter()
            .chain(written.iter().map(|(id, _)| *id))
            .collect();
        for ids in changed.chunks(ROWS) {
            let text = format!(
                "INSERT INTO resources_stale (resource_id) VALUES {} ON CONFLICT DO NOTHING",
                sql::rows(ids.len(), 1)
            );
            let mut query = sqlx::query(AssertSqlSafe(text));
            for id in ids {
                query = query.bind(*id);
            }
            query.execute(&mut *tx).await?;
        }
        sqlx::query("UPDATE resource_state SET inventory = $1 WHERE id = 1")
            .bind(digest)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(u64::try_from(changed.len()).unwrap_or(u64::MAX))
    }
}

async fn stored(tx: &mut Tx) -> Result<HashMap<String, Row>, StoreError> {
    let rows = sqlx::query("SELECT resource_id, name, zone, labels, local_disks FROM inventory")
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| {
            let entry = Row {
                name: row.try_get(1)?,
                zone: row.try_get(2)?,
                labels: row.try_get(3)?,
                local_disks: row.try_get(4)?,
            };
            Ok((row.try_get(0)?, entry))
        })
        .collect()
}

async fn remove(tx: &mut Tx, ids: &[&str]) -> Result<(), StoreError> {
    for ids in ids.chunks(ROWS) {
        let mut text = "DELETE FROM inventory WHERE resource_id IN (".to_owned();
        sql::list(&mut text, 0, ids.len());
        text.push(')');
        let mut query = sqlx::query(AssertSqlSafe(text));
        for id in ids {
            query = query.bind(*id);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

async fn write(tx: &mut Tx, rows: &[(&str, &Row)]) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        let text = format!(
            "INSERT INTO inventory (resource_id, name, zone, labels, local_disks) VALUES {} \
             ON CONFLICT (resource_id) DO UPDATE SET name = excluded.name, zone = excluded.zone, \
             labels = excluded.labels, local_disks = excluded.local_disks",
            sql::rows(rows.len(), 5)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (id, row) in rows {
            query = query
                .bind(*id)
                .bind(row.name.as_deref())
                .bind(row.zone.as_deref())
                .bind(row.labels.as_str())
                .bind(row.local_disks.as_deref());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Of the whole: the same inventory again is known without reading it.
fn digest(rows: &BTreeMap<String, Row>) -> String {
    let mut hash = Sha256::new();
    for (id, row) in rows {
        let parts = [
            Some(id.as_str()),
            row.name.as_deref(),
            row.zone.as_deref(),
            Some(row.labels.as_str()),
            row.local_disks.as_deref(),
        ];
        for part in parts {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_le_bytes());
            hash.update(part.unwrap_or_default().as_bytes());
        }
    }
    hexadecimal(hash.finalize().into_iter())
}
