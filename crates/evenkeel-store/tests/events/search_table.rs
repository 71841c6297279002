//! Searching in memory: what changes is taken in, and what a common word finds comes page by page.

use evenkeel::Event;
use evenkeel_store::{Db, EventQuery, Gone, SearchTable};
use serde_json::json;

use crate::{
    resources::{record, tell},
    world::{event, ids, ids_in_memory, sorted_by, stores, walk},
};

fn words(text: &str, sort: &str) -> EventQuery {
    EventQuery {
        words: text.split_whitespace().map(str::to_owned).collect(),
        gone: Gone::Include,
        ..sorted_by(sort)
    }
}

async fn catch_up(db: &Db, table: &mut SearchTable) {
    let head = db.head().await.unwrap();
    let news = db.search_news(table.position(), head).await.unwrap();
    table.take(&news.unwrap()).unwrap();
    assert_eq!(table.position(), head);
}

fn described(id: &str, text: &str) -> Event {
    event(id, json!({ "description": {"und": text} }))
}

#[tokio::test]
async fn what_comes_changes_is_named_gone_and_forgotten_is_taken_in() {
    for (db, _database) in stores().await {
        let mut table = db.search_table().await.unwrap().unwrap();
        let fleet = [
            described("e-1", "first"),
            described("e-2", "another"),
            described("e-3", "third"),
        ];
        let named = |name| [record("i-e-2", name, &[("owner", "Anna")])];
        for step in 0..7 {
            let at = 1_000 * (step + 1);
            match step {
                0 => drop(walk(&db, "edge", &fleet, at).await),
                1 => {
                    let changed = [
                        described("e-1", "second"),
                        fleet[1].clone(),
                        fleet[2].clone(),
                    ];
                    walk(&db, "edge", &changed, at).await;
                }
                2 => tell(&db, "edge", &named("Web-Front"), at).await,
                3 => tell(&db, "edge", &named("Web-Back"), at).await,
                // The third is gone when two walks lack it.
                4 | 5 => drop(walk(&db, "edge", &fleet[..2], at).await),
                _ => drop(db.purge_events(90_000).await.unwrap()),
            }
            catch_up(&db, &mut table).await;
            for text in [
                "first",
                "second",
                "e-",
                "anna",
                "web-front",
                "web-back",
                "third",
                "h",
            ] {
                let query = words(text, "decide_by");
                let found = ids_in_memory(&db, &table, &query, 2).await;
                assert_eq!(found, ids(&db, &query, 2).await, "{text} after step {step}");
                let (counts, stored) = (
                    table.search(&query, None, 2).unwrap(),
                    db.search_counts(&query).await.unwrap().unwrap(),
                );
                assert_eq!(
                    counts.facets(&query),
                    stored.facets(&query),
                    "{text} after {step}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_event_that_was_forgotten_since_it_was_there_is_found_no_more() {
    for (db, _database) in stores().await {
        let fleet = [described("e-1", "first"), described("e-2", "another")];
        walk(&db, "edge", &fleet, 1_000).await;
        let mut table = db.search_table().await.unwrap().unwrap();
        for at in [2_000, 3_000] {
            walk(&db, "edge", &fleet[..1], at).await;
        }
        assert_eq!(db.purge_events(90_000).await.unwrap(), 1);
        catch_up(&db, &mut table).await;
        let query = words("another", "decide_by");
        assert_eq!(table.search(&query, None, 9).unwrap().total(&query), 0);
    }
}

#[tokio::test]
async fn what_a_common_word_finds_comes_page_by_page_in_every_order() {
    for (db, _database) in stores().await {
        let fleet: Vec<Event> = (0..1_300)
            .map(|number| {
                let state = ["Inquiring", "Executed"][usize::from(number % 3 == 0)];
                let minute = number % 7;
                event(
                    &format!("e-{number:04}"),
                    json!({"state": {"raw": state}, "not_before": format!("2026-11-24T01:3{minute}:00Z"),
                        "description": {"und": "a common word"}}),
                )
            })
            .collect();
        walk(&db, "edge", &fleet, 1_000).await;
        for at in [2_000, 3_000] {
            walk(&db, "edge", &fleet[..1_250], at).await;
        }
        let table = db.search_table().await.unwrap().unwrap();
        for sort in ["decide_by", "-decide_by", "id", "-not_before"] {
            for gone in [Gone::Include, Gone::Exclude] {
                let query = EventQuery {
                    gone,
                    ..words("common o", sort)
                };
                let found = ids_in_memory(&db, &table, &query, 400).await;
                assert_eq!(
                    found.len(),
                    if gone == Gone::Include { 1_300 } else { 1_250 }
                );
                assert_eq!(found, ids(&db, &query, 400).await, "{sort}");
            }
        }
    }
}

#[tokio::test]
async fn an_event_that_changed_since_it_was_found_ends_no_list() {
    for (db, _database) in stores().await {
        let fleet: Vec<Event> = (0..1_100)
            .map(|number| described(&format!("e-{number:04}"), "a common word"))
            .collect();
        walk(&db, "edge", &fleet, 1_000).await;
        let table = db.search_table().await.unwrap().unwrap();
        let mut changed = fleet.clone();
        changed[5] = described("e-0005", "another");
        walk(&db, "edge", &changed, 2_000).await;
        let query = words("common", "decide_by");
        let counts = table.search(&query, None, 10).unwrap();
        let page = db
            .event_page(&query, None, 10, counts.expected(&query))
            .await
            .unwrap();
        assert_eq!(page.events.len(), 10);
        assert!(page.next.is_some());
    }
}
