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
    /// The account, where the entry is for one alone: it goes before one for all.
    pub account: Option<String>,
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

/// The entries of a resource by account, empty for all.
type Entries = BTreeMap<String, Row>;

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
    /// other entries now. Of a resource that is there twice in the same account the last entry counts. Events show it once
    /// [`Db::refresh_resources`] has come to its end, by whichever proxy.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn replace_inventory(&self, entries: &[InventoryEntry]) -> Result<u64, StoreError> {
        let mut rows: BTreeMap<String, Entries> = BTreeMap::new();
        for entry in entries {
            let account = entry.account.as_deref().map(key).unwrap_or_default();
            let of_resource = rows.entry(key(&entry.resource_id)).or_default();
            of_resource.insert(account, Row::of(entry));
        }
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
        let changed: Vec<&str> = before
            .keys()
            .chain(rows.keys().filter(|id| !before.contains_key(*id)))
            .filter(|id| before.get(*id) != rows.get(*id))
            .map(String::as_str)
            .collect();
        remove(&mut tx, &changed).await?;
        let written: Vec<_> = changed
            .iter()
            .flat_map(|id| {
                let entries = rows.get(*id).into_iter().flatten();
                entries.map(|(account, row)| (*id, account.as_str(), row))
            })
            .collect();
        write(&mut tx, &written).await?;
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

async fn stored(tx: &mut Tx) -> Result<HashMap<String, Entries>, StoreError> {
    let rows =
        sqlx::query("SELECT resource_id, account, name, zone, labels, local_disks FROM inventory")
            .fetch_all(&mut **tx)
            .await?;
    let mut stored: HashMap<String, Entries> = HashMap::new();
    for row in &rows {
        let entry = Row {
            name: row.try_get(2)?,
            zone: row.try_get(3)?,
            labels: row.try_get(4)?,
            local_disks: row.try_get(5)?,
        };
        let of_resource = stored.entry(row.try_get(0)?).or_default();
        of_resource.insert(row.try_get(1)?, entry);
    }
    Ok(stored)
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

async fn write(tx: &mut Tx, rows: &[(&str, &str, &Row)]) -> Result<(), StoreError> {
    for rows in rows.chunks(ROWS) {
        let text = format!(
            "INSERT INTO inventory (resource_id, account, name, zone, labels, local_disks) VALUES {}",
            sql::rows(rows.len(), 6)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (id, account, row) in rows {
            query = query
                .bind(*id)
                .bind(*account)
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
fn digest(rows: &BTreeMap<String, Entries>) -> String {
    let mut hash = Sha256::new();
    let entries = rows
        .iter()
        .flat_map(|(id, entries)| entries.iter().map(move |it| (id, it)));
    for (id, (account, row)) in entries {
        let parts = [
            Some(id.as_str()),
            Some(account.as_str()),
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
