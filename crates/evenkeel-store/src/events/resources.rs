//! What events say of their resources: written beside them whenever somebody who knows says another thing, so that
//! a page reads, sorts and searches it where the event is.

use std::collections::{BTreeMap, HashMap};

use evenkeel::{ResourceRecord, StateKind};
use evenkeel_api::Resource;
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    kept::{add_counts, event_changed},
    record::FacetKey,
    sort_rank,
};
use crate::{
    Db, StoreError, Tx,
    resources::{self, Answered, Knowledge, known, write_read},
    sql,
    text::{fold, hexadecimal, key},
};

/// How many events one statement is about.
const ROWS: usize = 200;

/// How many resources one transaction of [`Db::refresh_resources`] is about: others write in between.
const AT_ONCE: i64 = 200;

/// How many bytes of a name it is sorted by.
const SORTED: usize = 100;

/// The resource of an event that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenResource {
    /// The resource's id.
    pub resource_id: String,
    /// The event's type, as the cloud names it.
    pub type_name: String,
}

/// What is written beside an event.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    resource: Option<String>,
    name: String,
    label: String,
    words: String,
    tags: Vec<(String, String)>,
}

impl Told {
    fn of(resource: &Resource, group_by: Option<&str>) -> Self {
        let json = resource
            .says_something()
            .then(|| serde_json::to_string(resource).ok());
        let name = fold(resource.name.as_deref().unwrap_or_default());
        let mut words = name.clone();
        for value in resource.tags.values() {
            words.push('\n');
            words.push_str(&fold(value));
        }
        let value = group_by.and_then(|label| resource.tags.get(label));
        let tags: BTreeMap<String, String> = resource
            .tags
            .iter()
            .map(|(tag, value)| (key(tag), key(value)))
            .collect();
        Self {
            resource: json.flatten(),
            // In hexadecimal: every collation sorts it by its bytes.
            name: hexadecimal(name.bytes().take(SORTED)),
            label: value.map(|value| key(value)).unwrap_or_default(),
            words,
            tags: tags.into_iter().collect(),
        }
    }
}

/// An event, as far as it matters here.
struct Telling {
    n: i64,
    account: String,
    resource_id: String,
    facet_key: FacetKey,
    resource: Option<String>,
}

/// Writes beside the events of these resources what is known of them; of all accounts or of one. The caller has
/// [locked](resources::lock) it.
pub(super) async fn tell(
    tx: &mut Tx,
    account: Option<&str>,
    ids: &[String],
    knowledge: &Knowledge,
    group_by: Option<&str>,
) -> Result<(), StoreError> {
    let mut counts: BTreeMap<String, BTreeMap<FacetKey, i64>> = BTreeMap::new();
    let mut changed: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    let mut read: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut told: HashMap<(String, String), Told> = HashMap::new();
    for ids in ids.chunks(ROWS) {
        for event in events_of(tx, account, ids).await? {
            let place = (event.account, event.resource_id);
            let known = knowledge.of(&place.0, &place.1);
            let told = told
                .entry(place.clone())
                .or_insert_with(|| Told::of(&known.resource, group_by));
            if told.resource == event.resource && told.label == event.facet_key.label {
                if let Some(read_at) = known.read_at {
                    read.entry(read_at).or_default().push(event.n);
                }
                continue;
            }
            let counts = counts.entry(place.0.clone()).or_default();
            let mut facet_key = event.facet_key;
            *counts.entry(facet_key.clone()).or_default() -= 1;
            facet_key.label.clone_from(&told.label);
            *counts.entry(facet_key).or_default() += 1;
            changed.entry(place).or_default().push(event.n);
        }
    }
    let mut tags: Vec<(i64, &(String, String))> = Vec::new();
    for (place, numbers) in &changed {
        let Some(told) = told.get(place) else {
            continue;
        };
        let read_at = knowledge.of(&place.0, &place.1).read_at;
        for numbers in numbers.chunks(ROWS) {
            write(tx, told, read_at, numbers).await?;
        }
        tags.extend(
            numbers
                .iter()
                .flat_map(|n| told.tags.iter().map(|tag| (*n, tag))),
        );
    }
    write_tags(tx, &tags).await?;
    for (read_at, numbers) in &read {
        for numbers in numbers.chunks(ROWS) {
            let set = "UPDATE event_bodies SET read_at = $1 WHERE n IN (";
            by_number(tx, set, &[*read_at], numbers).await?;
        }
    }
    for (account, counts) in &counts {
        add_counts(tx, account, counts).await?;
    }
    let numbers: Vec<i64> = changed.into_values().flatten().collect();
    for n in &numbers {
        tx.note(event_changed(*n));
    }
    tx.note_all_items_on(&numbers).await
}

async fn events_of(
    tx: &mut Tx,
    account: Option<&str>,
    ids: &[String],
) -> Result<Vec<Telling>, StoreError> {
    let mut text = "SELECT e.n, e.account, e.resource_id, e.provider, e.state, e.kind, e.level, \
                    e.label, e.gone, b.resource FROM events e JOIN event_bodies b ON b.n = e.n \
                    WHERE e.gone IN (0, 1) AND e.resource_id IN ("
        .to_owned();
    sql::list(&mut text, 0, ids.len());
    text.push(')');
    if account.is_some() {
        text.push_str(" AND e.account = ");
        sql::list(&mut text, ids.len(), 1);
    }
    let mut query = sqlx::query(AssertSqlSafe(text));
    for id in ids {
        query = query.bind(id.as_str());
    }
    if let Some(account) = account {
        query = query.bind(account);
    }
    let rows = query.fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok(Telling {
                n: row.try_get(0)?,
                account: row.try_get(1)?,
                resource_id: row.try_get(2)?,
                facet_key: FacetKey {
                    provider: row.try_get(3)?,
                    state: row.try_get(4)?,
                    kind: row.try_get(5)?,
                    level: row.try_get(6)?,
                    label: row.try_get(7)?,
                    gone: row.try_get::<i64, _>(8)? != 0,
                },
                resource: row.try_get(9)?,
            })
        })
        .collect()
}

async fn write(
    tx: &mut Tx,
    told: &Told,
    read_at: Option<i64>,
    numbers: &[i64],
) -> Result<(), StoreError> {
    let mut text = "UPDATE events SET name = $1, label = $2, words = $3 WHERE n IN (".to_owned();
    sql::list(&mut text, 3, numbers.len());
    text.push(')');
    let mut query = sqlx::query(AssertSqlSafe(text))
        .bind(told.name.as_str())
        .bind(told.label.as_str())
        .bind(told.words.as_str());
    for n in numbers {
        query = query.bind(*n);
    }
    query.execute(&mut **tx).await?;
    // Both at once: each time that a row is written PostgreSQL keeps the one before until it is cleaned up.
    let mut text =
        "UPDATE event_bodies SET resource = $1, read_at = COALESCE($2, read_at) WHERE n IN ("
            .to_owned();
    sql::list(&mut text, 2, numbers.len());
    text.push(')');
    let mut query = sqlx::query(AssertSqlSafe(text))
        .bind(told.resource.as_deref())
        .bind(read_at);
    for n in numbers {
        query = query.bind(*n);
    }
    query.execute(&mut **tx).await?;
    by_number(tx, "DELETE FROM event_tags WHERE n IN (", &[], numbers).await
}

/// Runs a statement that ends with a list of numbers, after these values.
async fn by_number(
    tx: &mut Tx,
    text: &str,
    values: &[i64],
    numbers: &[i64],
) -> Result<(), StoreError> {
    let mut text = text.to_owned();
    sql::list(&mut text, values.len(), numbers.len());
    text.push(')');
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in values.iter().chain(numbers) {
        query = query.bind(*value);
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

async fn write_tags(tx: &mut Tx, tags: &[(i64, &(String, String))]) -> Result<(), StoreError> {
    for tags in tags.chunks(ROWS) {
        let text = format!(
            "INSERT INTO event_tags (n, tag, value) VALUES {}",
            sql::rows(tags.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (n, (tag, value)) in tags {
            query = query.bind(*n).bind(tag.as_str()).bind(value.as_str());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

impl Tx {
    /// Writes down what an account's cloud told of resources at a time (ms since the Unix epoch), and shows it with
    /// their events. One of an id that is nobody's says nothing, and is read all the same.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_resources(
        &mut self,
        account: &str,
        records: &[ResourceRecord],
        answered: Answered,
        at: i64,
    ) -> Result<(), StoreError> {
        let group_by = resources::lock(self).await?;
        write_read(self, account, records, answered, at).await?;
        let ids: Vec<String> = records.iter().map(|record| key(&record.id)).collect();
        let knowledge = known(self, Some(account), &ids).await?;
        tell(self, Some(account), &ids, &knowledge, group_by.as_deref()).await
    }
}

impl Db {
    /// Has events show what [`Db::replace_inventory`] or [`Db::group_events_by`] changed: some of them, in one
    /// transaction. Tells whether there are more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refresh_resources(&self) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let group_by = resources::lock(&mut tx).await?;
        let rows = sqlx::query(
            "DELETE FROM resources_stale WHERE resource_id IN \
             (SELECT resource_id FROM resources_stale LIMIT $1) RETURNING resource_id",
        )
        .bind(AT_ONCE)
        .fetch_all(&mut *tx)
        .await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let ids: Vec<String> = rows
            .iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()?;
        let knowledge = known(&mut tx, None, &ids).await?;
        tell(&mut tx, None, &ids, &knowledge, group_by.as_deref()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Has events be counted by another label, once [`Db::refresh_resources`] has come to its end.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn group_events_by(&self, label: Option<&str>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if resources::lock(&mut tx).await?.as_deref() == label {
            return Ok(());
        }
        sqlx::query("UPDATE resource_state SET group_by = $1 WHERE id = 1")
            .bind(label)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO resources_stale (resource_id) SELECT DISTINCT e.resource_id FROM events e \
             WHERE e.words <> '' ON CONFLICT DO NOTHING",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The resources of an account's events that are not over, which its cloud was not asked about since a time
    /// (ms since the Unix epoch), each with every type of those events.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_resources(
        &self,
        account: &str,
        read_before: i64,
    ) -> Result<Vec<OpenResource>, StoreError> {
        let states = [
            StateKind::Inquiring,
            StateKind::Scheduled,
            StateKind::Executing,
            StateKind::Other,
        ]
        .map(|kind| sort_rank::of_state(kind).to_string());
        let text = format!(
            "SELECT DISTINCT e.resource_id, e.type_name FROM events e \
             LEFT JOIN resources r ON r.account = e.account AND r.resource_id = e.resource_id \
             WHERE e.gone = 0 AND e.account = $1 AND e.state IN ({}) \
             AND (r.read_at IS NULL OR r.read_at < $2) ORDER BY e.resource_id, e.type_name",
            states.join(", ")
        );
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(account)
            .bind(read_before)
            .fetch_all(self.own_reader())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(OpenResource {
                    resource_id: row.try_get(0)?,
                    type_name: row.try_get(1)?,
                })
            })
            .collect()
    }
}
