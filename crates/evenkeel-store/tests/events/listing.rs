//! All events of a view in one go, and what was touched since.

use evenkeel::Event;
use evenkeel_store::{Db, EventQuery, Forgotten, Gone, ListedBody, SyncRun};
use serde_json::{Value, json};

use crate::{
    orders,
    world::{event, finish, ids, stores, take, walk},
};

/// So many events, of which some are due at the same time and some never.
fn events(count: usize) -> Vec<Event> {
    (0..count)
        .map(|number| {
            let due = format!("2026-11-{:02}T01:30:00Z", 24 - number % 5);
            let other = match number % 4 {
                0 => json!({"not_before": null}),
                1 => json!({"not_before": due, "state": {"raw": "Scheduled"}, "level": "WARN"}),
                _ => json!({"not_before": due}),
            };
            event(&format!("e-{number:03}"), other)
        })
        .collect()
}

fn id(listed: &ListedBody) -> String {
    let event: Event = serde_json::from_str(&listed.body).unwrap();
    event.id
}

async fn listed(db: &Db, query: &EventQuery, limit: u32) -> Vec<ListedBody> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = db.listing_page(query, after, limit).await.unwrap();
        assert!(page.events.len() <= limit as usize);
        all.extend(page.events);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `json!` makes")]
fn view(other: Value) -> EventQuery {
    let words = other["q"].as_str().map(str::to_owned);
    EventQuery {
        words: words.into_iter().collect(),
        levels: other["level"]
            .as_str()
            .map(str::to_owned)
            .into_iter()
            .collect(),
        gone: match other["gone"].as_str() {
            Some("include") => Gone::Include,
            Some("only") => Gone::Only,
            _ => Gone::Exclude,
        },
        ..EventQuery::default()
    }
}

/// Forty events, the last ten of which are gone.
async fn with_history(db: &Db) {
    let all = events(40);
    walk(db, "edge", &all, 1_000).await;
    walk(db, "edge", &all[..30], 2_000).await;
    walk(db, "edge", &all[..30], 3_000).await;
}

#[tokio::test]
async fn a_listing_has_each_event_of_a_view_once_and_in_the_order_of_a_page() {
    for (db, _database) in stores().await {
        with_history(&db).await;
        for query in [
            view(json!({})),
            view(json!({"gone": "only"})),
            view(json!({"q": "e-01", "gone": "include"})),
            view(json!({"level": "WARN"})),
        ] {
            let mut expected = ids(
                &db,
                &EventQuery {
                    gone: Gone::Exclude,
                    ..query.clone()
                },
                7,
            )
            .await;
            if query.gone == Gone::Only {
                expected.clear();
            }
            if query.gone != Gone::Exclude {
                expected.extend(
                    ids(
                        &db,
                        &EventQuery {
                            gone: Gone::Only,
                            ..query.clone()
                        },
                        7,
                    )
                    .await,
                );
            }
            assert!(!expected.is_empty());
            // 30 and 10 end where a part does.
            for limit in [1, 7, 10, 30, 1_000] {
                let listed = listed(&db, &query, limit).await;
                assert_eq!(
                    listed.iter().map(id).collect::<Vec<_>>(),
                    expected,
                    "{query:?} by {limit}"
                );
                let gone = listed
                    .iter()
                    .filter(|event| event.gone_at == Some(3_000))
                    .count();
                let all_gone = listed
                    .iter()
                    .filter(|event| event.gone_at.is_some())
                    .count();
                assert_eq!(gone, all_gone);
            }
        }
        let all = listed(&db, &view(json!({"gone": "include"})), 10).await;
        let gone: Vec<bool> = all.iter().map(|event| event.gone_at.is_some()).collect();
        assert_eq!(
            gone,
            [[false; 30].as_slice(), [true; 10].as_slice()].concat()
        );
    }
}

#[tokio::test]
async fn what_was_touched_since_a_position_is_told_and_nothing_else() {
    for (db, _database) in stores().await {
        let mut all = events(10);
        walk(&db, "edge", &all, 1_000).await;
        let begin = db.head().await.unwrap();
        let touched = db.events_touched_after(begin, 100).await.unwrap().unwrap();
        assert!(touched.numbers.is_empty() && touched.forgotten.is_empty());

        all[3] = event("e-003", json!({"state": {"raw": "Executing"}}));
        let mut sweep = SyncRun::begin(&db, "edge").await.unwrap();
        take(&db, &mut sweep, &all, 2_000).await;
        finish(&db, sweep, None, 2_000).await;
        orders::order(&db, "b-1", &["e-005"]).await;
        let touched = db.events_touched_after(begin, 100).await.unwrap().unwrap();
        let numbers: Vec<i64> = touched.numbers.iter().copied().collect();
        let query = view(json!({}));
        let mut told: Vec<String> = db
            .listing_of(&query, &numbers)
            .await
            .unwrap()
            .iter()
            .map(id)
            .collect();
        told.sort();
        assert_eq!(
            told,
            ["e-003", "e-005"],
            "the one that changed, the one with an order"
        );
        let none = view(json!({"q": "nowhere"}));
        assert!(db.listing_of(&none, &numbers).await.unwrap().is_empty());
        assert_eq!(
            db.events_touched_after(begin, 1).await.unwrap(),
            None,
            "more than are wanted"
        );
    }
}

#[tokio::test]
async fn what_was_forgotten_is_told_by_name_unless_the_name_is_not_known() {
    for (db, _database) in stores().await {
        let long = "x".repeat(5_000);
        let (kept, lost) = (event("e-1", json!({})), event("e-2", json!({})));
        let odd = event(&long, json!({"resource_id": "i-odd"}));
        walk(&db, "edge", &[kept.clone(), lost], 1_000).await;
        walk(&db, "edge", std::slice::from_ref(&kept), 2_000).await;
        walk(&db, "edge", std::slice::from_ref(&kept), 3_000).await;
        let before = db.head().await.unwrap();
        assert_eq!(db.purge_events(9_000).await.unwrap(), 1);
        let touched = db.events_touched_after(before, 100).await.unwrap().unwrap();
        let name = Forgotten {
            account: "edge".to_owned(),
            event_id: "e-2".to_owned(),
            resource_id: "i-e-2".to_owned(),
        };
        assert_eq!(touched.forgotten.into_iter().collect::<Vec<_>>(), [name]);

        walk(&db, "edge", &[kept.clone(), odd], 4_000).await;
        walk(&db, "edge", std::slice::from_ref(&kept), 5_000).await;
        walk(&db, "edge", std::slice::from_ref(&kept), 6_000).await;
        let before = db.head().await.unwrap();
        assert_eq!(db.purge_events(9_000).await.unwrap(), 1);
        assert_eq!(db.events_touched_after(before, 100).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_position_that_is_too_old_or_of_another_store_is_told() {
    for (db, _database) in stores().await {
        walk(&db, "edge", &events(10), 1_000).await;
        let head = db.head().await.unwrap();
        db.prune_changes(3).await.unwrap();
        assert_eq!(db.events_touched_after(head - 4, 100).await.unwrap(), None);
        assert!(
            db.events_touched_after(head - 3, 100)
                .await
                .unwrap()
                .is_some()
        );
        assert_eq!(db.events_touched_after(head + 1, 100).await.unwrap(), None);
    }
}
