//! A store, and a cloud that lists what a test says.

use evenkeel::Event;
use evenkeel_api::StoredEvent;
use evenkeel_store::{
    Db, EventLife, EventQuery, Expected, Found, Gap, Reach, SearchTable, Sort, StoredBody, SyncRun,
};
use evenkeel_testdb::{TestDatabase, both};
use serde_json::{Value, json};

/// One of each database, empty.
pub(crate) async fn stores() -> Vec<(Db, TestDatabase)> {
    let mut stores = Vec::new();
    for database in both().await {
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        stores.push((db, database));
    }
    stores
}

/// An event of `edge`, with what differs from the usual one.
#[expect(clippy::needless_pass_by_value, reason = "what `json!` makes")]
pub(crate) fn event(id: &str, other: Value) -> Event {
    let mut json = json!({
        "account": "edge", "provider": "ens", "id": id, "resource_id": format!("i-{id}"),
        "type": {"raw": "Instance:SystemMaintenance.Reboot"}, "state": {"raw": "Inquiring"},
        "published_at": "2026-11-20T00:00:00Z", "not_before": "2026-11-24T01:30:00Z", "raw": "{}",
    });
    for (key, value) in other.as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

/// What a page of one walk shows, written down.
pub(crate) async fn take(db: &Db, sweep: &mut SyncRun, events: &[Event], at: i64) -> Found {
    let mut tx = db.begin().await.unwrap();
    let found = sweep.take(&mut tx, events, at).await.unwrap();
    tx.commit().await.unwrap();
    found
}

pub(crate) async fn finish(db: &Db, sweep: SyncRun, swept: Option<i64>, at: i64) -> Gap {
    let mut tx = db.begin().await.unwrap();
    let gap = sweep
        .finish(&mut tx, Reach::Whole, swept, at)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    gap
}

/// A whole walk of an account that lists these.
pub(crate) async fn walk(db: &Db, account: &str, events: &[Event], at: i64) -> (Found, Gap) {
    let mut sweep = SyncRun::begin(db, account).await.unwrap();
    let found = take(db, &mut sweep, events, at).await;
    let gap = finish(db, sweep, None, at).await;
    (found, gap)
}

pub(crate) async fn life(db: &Db, id: &str) -> EventLife {
    db.event_life("edge", id, None).await.unwrap().unwrap()
}

pub(crate) fn shown(body: &StoredBody) -> StoredEvent {
    serde_json::from_str(&body.to_json(None, &[])).unwrap()
}

pub(crate) fn sorted_by(sort: &str) -> EventQuery {
    EventQuery {
        sort: Sort::parse(sort).unwrap(),
        ..EventQuery::default()
    }
}

/// The ids of all matches, page by page.
pub(crate) async fn ids(db: &Db, query: &EventQuery, limit: u32) -> Vec<String> {
    let found = ids_of(db, query, limit, u64::MAX).await;
    assert_eq!(
        ids_of(db, query, limit, 1).await,
        found,
        "of few as of many"
    );
    if let Some(counts) = db.search_counts(query).await.unwrap() {
        let searched = ids_of(db, query, limit, counts.expected(query)).await;
        assert_eq!(searched, found, "by what was counted as by reading");
        let table = db.search_table().await.unwrap().unwrap();
        if let Some(remembered) = table.search(query, None, limit) {
            assert_eq!(remembered.facets(query), counts.facets(query));
            assert_eq!(remembered.total(query), counts.total(query));
            let remembered = ids_in_memory(db, &table, query, limit).await;
            assert_eq!(remembered, found, "in memory as by reading");
        }
    }
    found
}

/// The same, each page as the table says.
pub(crate) async fn ids_in_memory(
    db: &Db,
    table: &SearchTable,
    query: &EventQuery,
    limit: u32,
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let counts = table.search(query, after.as_ref(), limit).unwrap();
        let page = db
            .event_page(query, after.as_ref(), limit, counts.expected(query))
            .await
            .unwrap();
        ids.extend(page.events.iter().map(|body| shown(body).event.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

async fn ids_of(
    db: &Db,
    query: &EventQuery,
    limit: u32,
    expected: impl Into<Expected<'_>>,
) -> Vec<String> {
    let expected = expected.into();
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = db
            .event_page(query, after.as_ref(), limit, expected)
            .await
            .unwrap();
        assert!(page.events.len() <= limit as usize);
        ids.extend(page.events.iter().map(|body| shown(body).event.id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}
