//! What those who know a resource say of it, put together.

use std::collections::{BTreeMap, HashMap};

use evenkeel::{LocalDisks, ResourceRecord, Timestamp};
use evenkeel_api::{Resource, SaidBy};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use crate::{
    Db, StoreError, StoreErrorKind, Tx, sql,
    text::{clean, key},
};

/// How many rows one statement reads or writes.
const ROWS: usize = 500;

/// What is known of a resource.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Without when the cloud was asked.
    pub(crate) resource: Resource,
    /// When the cloud was asked, ms since the Unix epoch.
    pub(crate) read_at: Option<i64>,
}

impl Known {
    /// As it is shown; none where nothing is known.
    pub(crate) fn told(self) -> Option<Resource> {
        self.resource.says_something().then(|| Resource {
            read_at: self.read_at.map(Timestamp::from_millis),
            ..self.resource
        })
    }
}

/// What is known of these resources, by account and id; ids as the columns have them. Of the inventory's word it
/// tells for each account that is named.
pub(crate) async fn known(
    connection: &mut AnyConnection,
    account: Option<&str>,
    ids: &[String],
) -> Result<Knowledge, StoreError> {
    let mut all = Knowledge::default();
    for ids in ids.chunks(ROWS) {
        let mut text =
            "SELECT resource_id, account, name, zone, labels, local_disks FROM inventory \
                        WHERE resource_id IN ("
                .to_owned();
        sql::list(&mut text, 0, ids.len());
        text.push(')');
        let mut query = sqlx::query(AssertSqlSafe(text));
        for id in ids {
            query = query.bind(id.as_str());
        }
        for row in query.fetch_all(&mut *connection).await? {
            all.inventory
                .entry(row.try_get(0)?)
                .or_default()
                .insert(row.try_get(1)?, Own::of(&row)?);
        }
        let mut text = "SELECT resource_id, account, said, name, zone, status, tags, local_disks, \
                        read_at FROM resources WHERE resource_id IN ("
            .to_owned();
        sql::list(&mut text, 0, ids.len());
        text.push(')');
        if account.is_some() {
            text.push_str(" AND account = ");
            sql::list(&mut text, ids.len(), 1);
        }
        let mut query = sqlx::query(AssertSqlSafe(text));
        for id in ids {
            query = query.bind(id.as_str());
        }
        if let Some(account) = account {
            query = query.bind(account);
        }
        for row in query.fetch_all(&mut *connection).await? {
            let place = (row.try_get(1)?, row.try_get(0)?);
            all.clouds.insert(place, of_cloud(&row)?);
        }
    }
    Ok(all)
}

impl Db {
    /// The labels that the inventory gives these resources of an account: never a cloud's tags, which others may edit.
    /// One that it does not name is not among them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn inventory_labels(
        &self,
        account: &str,
        ids: &[String],
    ) -> Result<HashMap<String, BTreeMap<String, String>>, StoreError> {
        let keys: Vec<String> = ids.iter().map(|id| key(id)).collect();
        let mut connection = self.reader().acquire().await?;
        let knowledge = known(&mut connection, Some(account), &keys).await?;
        let labels = ids.iter().zip(&keys);
        Ok(labels
            .filter_map(|(id, key)| Some((id.clone(), knowledge.own_labels(account, key)?)))
            .collect())
    }
}

/// What is known of several resources.
#[derive(Debug, Default)]
pub(crate) struct Knowledge {
    /// By resource, then by account: the empty one stands for all.
    inventory: HashMap<String, HashMap<String, Own>>,
    clouds: HashMap<(String, String), Known>,
}

impl Knowledge {
    pub(crate) fn is_empty(&self) -> bool {
        self.inventory.is_empty() && self.clouds.is_empty()
    }

    /// What the inventory says of a resource's labels; nothing where it does not name it.
    fn own_labels(&self, account: &str, id: &str) -> Option<BTreeMap<String, String>> {
        let own = self.inventory.get(id)?;
        let own = own.get(account).or_else(|| own.get(""))?;
        Some(own.labels.clone())
    }

    /// The tags that an account's cloud told of.
    fn tags(&self, account: &str, id: &str) -> BTreeMap<String, String> {
        let place = (account.to_owned(), id.to_owned());
        let known = self.clouds.get(&place);
        known.map_or_else(BTreeMap::new, |known| known.resource.tags.clone())
    }

    /// Of one resource: the inventory's word before the cloud's, the cloud's before the event's.
    pub(crate) fn of(&self, account: &str, id: &str) -> Known {
        let place = (account.to_owned(), id.to_owned());
        let mut known = self.clouds.get(&place).cloned().unwrap_or_default();
        let own = self.inventory.get(id);
        let own = own.and_then(|own| own.get(account).or_else(|| own.get("")));
        let Some(own) = own else {
            return known;
        };
        let resource = &mut known.resource;
        for (text, own) in [
            (&mut resource.name, &own.name),
            (&mut resource.zone, &own.zone),
        ] {
            if own.is_some() {
                text.clone_from(own);
            }
        }
        resource.tags.extend(own.labels.clone());
        if let Some(disks) = own.local_disks {
            resource.local_disks = disks;
            resource.local_disks_by = Some(SaidBy::Inventory);
        }
        known
    }
}

#[derive(Debug)]
struct Own {
    name: Option<String>,
    zone: Option<String>,
    labels: BTreeMap<String, String>,
    local_disks: Option<LocalDisks>,
}

impl Own {
    fn of(row: &AnyRow) -> Result<Self, StoreError> {
        let disks: Option<String> = row.try_get(5)?;
        Ok(Self {
            name: row.try_get(2)?,
            zone: row.try_get(3)?,
            labels: tags(&row.try_get::<String, _>(4)?)?,
            local_disks: disks.and_then(|word| word.parse().ok()),
        })
    }
}

fn of_cloud(row: &AnyRow) -> Result<Known, StoreError> {
    let said: Option<String> = row.try_get(2)?;
    let disks: String = row.try_get(7)?;
    let local_disks: LocalDisks = disks.parse().unwrap_or_default();
    let is_said = local_disks != LocalDisks::Unknown;
    Ok(Known {
        resource: Resource {
            name: row.try_get::<Option<String>, _>(3)?.or(said),
            zone: row.try_get(4)?,
            status: row.try_get(5)?,
            tags: tags(&row.try_get::<String, _>(6)?)?,
            local_disks,
            local_disks_by: is_said.then_some(SaidBy::Cloud),
            read_at: None,
        },
        read_at: row.try_get(8)?,
    })
}

fn tags(json: &str) -> Result<BTreeMap<String, String>, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        StoreError::new(
            StoreErrorKind::Corrupt,
            format!("the tags of a resource cannot be read: {error}"),
        )
    })
}

/// Tags as a column has them.
pub(crate) fn tags_json(tags: &BTreeMap<String, String>) -> String {
    // Texts by text are JSON.
    serde_json::to_string(tags).unwrap_or_else(|_| "{}".to_owned())
}

/// How much of what a cloud may tell of resources it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// All: what is not there is nothing.
    All,
    /// Some look-ups did not answer: of what is not there nothing is known, and it stays as it was.
    Part,
}

impl Answered {
    /// What becomes of what stands in a row already.
    fn update(self) -> &'static str {
        match self {
            Self::All => "name = excluded.name, zone = excluded.zone, status = excluded.status",
            Self::Part => {
                "name = COALESCE(excluded.name, resources.name), \
                 zone = COALESCE(excluded.zone, resources.zone), \
                 status = COALESCE(excluded.status, resources.status)"
            }
        }
    }
}

/// Writes down what a cloud told of its resources at a time (ms since the Unix epoch).
pub(crate) async fn write_read(
    tx: &mut Tx,
    account: &str,
    records: &[ResourceRecord],
    answered: Answered,
    at: i64,
) -> Result<(), StoreError> {
    for records in records.chunks(ROWS) {
        let ids: Vec<String> = records.iter().map(|record| key(&record.id)).collect();
        let before = match answered {
            Answered::All => Knowledge::default(),
            Answered::Part => known(tx, Some(account), &ids).await?,
        };
        let text = format!(
            "INSERT INTO resources (account, resource_id, name, zone, status, tags, local_disks, \
             read_at) VALUES {} ON CONFLICT (account, resource_id) DO UPDATE SET {}, \
             tags = excluded.tags, local_disks = excluded.local_disks, read_at = excluded.read_at",
            sql::rows(records.len(), 8),
            answered.update()
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (id, record) in ids.iter().zip(records) {
            let mut tags = before.tags(account, id);
            tags.extend(record.tags.clone());
            query = query
                .bind(account)
                .bind(id.as_str())
                .bind(record.name.as_deref().map(clean))
                .bind(record.zone.as_deref().map(clean))
                .bind(record.status.as_deref().map(clean))
                .bind(tags_json(&tags))
                .bind(record.local_disks.as_str())
                .bind(at);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Writes down the names that events themselves say of their resources, each once.
pub(crate) async fn write_said(
    tx: &mut Tx,
    account: &str,
    said: &BTreeMap<&str, &str>,
) -> Result<(), StoreError> {
    let said: Vec<_> = said.iter().collect();
    for said in said.chunks(ROWS) {
        let text = format!(
            "INSERT INTO resources (account, resource_id, said, tags, local_disks) VALUES {} \
             ON CONFLICT (account, resource_id) DO UPDATE SET said = excluded.said",
            sql::rows(said.len(), 5)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (id, name) in said {
            query = query
                .bind(account)
                .bind(**id)
                .bind(**name)
                .bind("{}")
                .bind(LocalDisks::Unknown.as_str());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}
