//! Pages: filters, orders, cursors.

use evenkeel::{Event, EventKind, StateKind};
use evenkeel_store::{Cursor, Db, EventQuery, Gone, Sort, SortKey, sqlx};
use evenkeel_testdb::{DatabaseKind, TestDatabase};
use serde_json::json;

use crate::world::{event, ids, sorted_by, stores, walk};

fn fleet() -> Vec<Event> {
    let day = |day: u32| format!("2026-11-{day}T00:00:00Z");
    vec![
        event(
            "e-1",
            json!({"not_before": day(24), "published_at": day(12), "level": "CRITICAL"}),
        ),
        event("e-2", json!({"not_before": day(23), "published_at": null})),
        event(
            "e-3",
            json!({"not_before": null, "published_at": day(11), "level": "WARN"}),
        ),
        event(
            "e-4",
            json!({"not_before": day(24), "state": {"raw": "Executing"}}),
        ),
        event(
            "e-5",
            json!({"not_before": day(25), "type": {"raw": "Disk:Stalled"}, "state": {"raw": "Melting"}}),
        ),
        event(
            "e-6",
            json!({"not_before": day(22), "published_at": day(10),
            "description": {"und": "Rack 7 is 100%_full"}}),
        ),
    ]
}

#[tokio::test]
async fn pages_are_in_order_and_what_lacks_the_key_is_last_both_ways() {
    for (db, _database) in stores().await {
        walk(&db, "edge", &fleet(), 1_000).await;
        for (sort, order) in [
            // Nobody can decide anything about `e-5`, which takes no action.
            ("decide_by", ["e-6", "e-2", "e-1", "e-3", "e-4", "e-5"]),
            ("-decide_by", ["e-1", "e-2", "e-6", "e-5", "e-4", "e-3"]),
            ("-published_at", ["e-4", "e-5", "e-1", "e-3", "e-6", "e-2"]),
            ("id", ["e-1", "e-2", "e-3", "e-4", "e-5", "e-6"]),
            ("-resource_id", ["e-6", "e-5", "e-4", "e-3", "e-2", "e-1"]),
            ("state", ["e-6", "e-2", "e-1", "e-3", "e-4", "e-5"]),
            ("type", ["e-6", "e-2", "e-1", "e-3", "e-4", "e-5"]),
        ] {
            let order: Vec<String> = order.map(str::to_owned).into();
            if sort == "-published_at" {
                // Two were published at the same time; by when they are decided, downwards.
                let found = ids(&db, &sorted_by(sort), 100).await;
                assert_eq!(found.last().unwrap(), "e-2");
                assert_eq!(found.len(), 6);
                for limit in 1..=3 {
                    assert_eq!(ids(&db, &sorted_by(sort), limit).await, found, "{limit}");
                }
                continue;
            }
            for limit in [1, 2, 3, 5, 6, 7] {
                let found = ids(&db, &sorted_by(sort), limit).await;
                assert_eq!(found, order, "{sort} by {limit}");
            }
        }
    }
}

/// Has texts sorted as people do: `a` stands before `B`, and `c` after both.
async fn sort_as_people_do(db: &Db, database: &TestDatabase) {
    if database.kind() == DatabaseKind::Sqlite {
        return;
    }
    let mut tx = db.begin().await.unwrap();
    for column in ["event_id", "resource_id"] {
        let text =
            format!(r#"ALTER TABLE events ALTER COLUMN {column} TYPE TEXT COLLATE "und-x-icu""#);
        let statement = sqlx::query(sqlx::AssertSqlSafe(text));
        statement.execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn events_that_are_gone_stand_among_the_others_however_the_database_sorts_texts() {
    for (db, database) in stores().await {
        sort_as_people_do(&db, &database).await;
        let named = ["a", "B", "c", "D", "e", "F", "g", "H"];
        let all: Vec<Event> = named
            .iter()
            .map(|id| event(id, json!({"resource_id": format!("{id}-i")})))
            .collect();
        walk(&db, "edge", &all, 1_000).await;
        // Every second one of either case goes.
        let left: Vec<Event> = all
            .iter()
            .filter(|event| !["B", "c", "F", "g"].contains(&event.id.as_str()))
            .cloned()
            .collect();
        for at in [2_000, 3_000] {
            walk(&db, "edge", &left, at).await;
        }
        for sort in ["id", "-id", "resource_id", "-resource_id", "account"] {
            let query = EventQuery {
                gone: Gone::Include,
                ..sorted_by(sort)
            };
            let whole = ids(&db, &query, 100).await;
            for limit in 1..=8 {
                assert_eq!(ids(&db, &query, limit).await, whole, "{sort} by {limit}");
            }
            let mut found = whole.clone();
            found.sort();
            assert_eq!(found, ["B", "D", "F", "H", "a", "c", "e", "g"], "{sort}");
            if database.kind() == DatabaseKind::Postgres && sort == "id" {
                assert_eq!(whole, named, "the order is the database's own");
            }
        }
    }
}

#[tokio::test]
async fn every_order_shows_every_event_once() {
    for (db, _database) in stores().await {
        let mut events = Vec::new();
        for number in 0..57_u32 {
            let hour = format!("2026-11-24T{:02}:00:00Z", number % 5);
            let not_before = if number % 7 == 0 {
                json!(null)
            } else {
                json!(hour)
            };
            events.push(event(
                &format!("e-{number:02}"),
                json!({"not_before": not_before, "resource_id": format!("i-{}", number % 3)}),
            ));
        }
        walk(&db, "edge", &events, 1_000).await;
        walk(&db, "edge", &events[10..], 2_000).await;
        walk(&db, "edge", &events[10..], 3_000).await;
        for key in SortKey::ALL {
            for descending in [false, true] {
                for (gone, count) in [(Gone::Exclude, 47), (Gone::Include, 57), (Gone::Only, 10)] {
                    let query = EventQuery {
                        sort: Sort { key, descending },
                        gone,
                        ..EventQuery::default()
                    };
                    let whole = ids(&db, &query, 1_000).await;
                    assert_eq!(whole.len(), count, "{} {gone:?}", query.sort);
                    let by_four = ids(&db, &query, 4).await;
                    assert_eq!(by_four, whole, "{} {gone:?}", query.sort);
                    let mut once = whole;
                    once.sort();
                    once.dedup();
                    assert_eq!(once.len(), count, "{} {gone:?}", query.sort);
                }
            }
        }
    }
}

#[tokio::test]
async fn filters_narrow_together() {
    for (db, _database) in stores().await {
        let other = event(
            "e-9",
            json!({"account": "core", "provider": "huawei-ecs",
            "type": {"raw": "instance-reboot"}, "state": {"raw": "inquiring"}}),
        );
        walk(&db, "edge", &fleet(), 1_000).await;
        walk(&db, "core", &[other], 1_000).await;
        let open = || sorted_by("id");
        let words = |text: &str| EventQuery {
            words: text.split_whitespace().map(str::to_owned).collect(),
            ..open()
        };
        for (query, expected) in [
            (
                EventQuery {
                    accounts: vec!["core".into()],
                    ..open()
                },
                vec!["e-9"],
            ),
            (
                EventQuery {
                    providers: vec!["ens".into()],
                    states: vec![StateKind::Executing],
                    ..open()
                },
                vec!["e-4"],
            ),
            (
                EventQuery {
                    states: vec![StateKind::Executing, StateKind::Other],
                    ..open()
                },
                vec!["e-4", "e-5"],
            ),
            (
                EventQuery {
                    kinds: vec![EventKind::Disk],
                    ..open()
                },
                vec!["e-5"],
            ),
            (
                EventQuery {
                    type_names: vec!["instance-reboot".into()],
                    ..open()
                },
                vec!["e-9"],
            ),
            (
                EventQuery {
                    type_names: vec!["instance-reboot".into()],
                    kinds: vec![EventKind::Disk],
                    ..open()
                },
                vec!["e-5", "e-9"],
            ),
            (
                EventQuery {
                    levels: vec!["WARN".into(), "CRITICAL".into()],
                    ..open()
                },
                vec!["e-1", "e-3"],
            ),
            (words("RACK full"), vec!["e-6"]),
            (words("100%_f"), vec!["e-6"]),
            (words("100__"), vec![]),
            (words("rack melting"), vec![]),
            (words("melting"), vec!["e-5"]),
        ] {
            assert_eq!(ids(&db, &query, 10).await, expected, "{query:?}");
            let counts = match db.search_counts(&query).await.unwrap() {
                Some(counts) => counts,
                None => db.event_counts().await.unwrap(),
            };
            assert_eq!(counts.total(&query), expected.len() as u64, "{query:?}");
        }
    }
}

#[tokio::test]
async fn a_cursor_goes_on_behind_its_event_though_that_one_moved_away() {
    for (db, _database) in stores().await {
        let events: Vec<Event> = (0..9)
            .map(|n| event(&format!("e-{n}"), json!({})))
            .collect();
        walk(&db, "edge", &events, 1_000).await;
        let query = sorted_by("id");
        let page = db.event_page(&query, None, 3, 9).await.unwrap();
        let next = page.next.unwrap();
        let next = Cursor::parse(&next.to_text(), query.sort).unwrap();
        let mut later = events.clone();
        later.remove(2);
        walk(&db, "edge", &later, 2_000).await;
        walk(&db, "edge", &later, 3_000).await;
        let page = db.event_page(&query, Some(&next), 100, 9).await.unwrap();
        let first: serde_json::Value =
            serde_json::from_str(&page.events[0].to_json(None, &[])).unwrap();
        assert_eq!(first["id"], "e-3");
        assert_eq!(page.events.len(), 6);
        assert_eq!(page.next, None);
    }
}
