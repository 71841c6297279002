//! Totals and facets.

use evenkeel::{Event, StateKind};
use evenkeel_api::Accounts;
use evenkeel_store::{Db, EventQuery, Gone};
use serde_json::json;

use crate::world::{event, stores, walk};

fn fleet(states: &[&str]) -> Vec<Event> {
    let of = |(n, state): (usize, &&str)| {
        let level = if n % 2 == 0 {
            json!("WARN")
        } else {
            json!(null)
        };
        event(
            &format!("e-{n}"),
            json!({"state": {"raw": state}, "level": level}),
        )
    };
    states.iter().enumerate().map(of).collect()
}

/// The kept counts are those that counting gives.
async fn assert_kept(db: &Db) {
    let all = EventQuery {
        gone: Gone::Include,
        ..EventQuery::default()
    };
    // A search for what every event has counts them one by one.
    let search = EventQuery {
        words: vec!["e".into()],
        ..all.clone()
    };
    let kept = db.event_counts().await.unwrap();
    let counted = db.search_counts(&search).await.unwrap().unwrap();
    for gone in [Gone::Exclude, Gone::Only, Gone::Include] {
        let query = EventQuery {
            gone,
            ..all.clone()
        };
        assert_eq!(kept.total(&query), counted.total(&query), "{gone:?}");
        assert_eq!(kept.facets(&query), counted.facets(&query), "{gone:?}");
    }
}

#[tokio::test]
async fn counts_follow_every_change() {
    for (db, _database) in stores().await {
        let states = ["Inquiring", "Inquiring", "Scheduled", "Failed", "Melting"];
        walk(&db, "edge", &fleet(&states), 1_000).await;
        assert_kept(&db).await;
        let states = ["Scheduled", "Inquiring", "Executing", "Failed"];
        for at in [2_000, 3_000, 4_000] {
            walk(&db, "edge", &fleet(&states), at).await;
            assert_kept(&db).await;
        }
        let back = ["Scheduled", "Inquiring", "Executing", "Failed", "Executed"];
        walk(&db, "edge", &fleet(&back), 5_000).await;
        assert_kept(&db).await;
        for at in [6_000, 7_000] {
            walk(&db, "edge", &[], at).await;
            assert_kept(&db).await;
        }
        // Two proxies do it at the same time.
        let (one, other) = tokio::join!(db.purge_events(8_000), db.purge_events(8_000));
        assert_eq!(one.unwrap() + other.unwrap(), 5);
        assert_kept(&db).await;
        assert_eq!(db.event_counts().await.unwrap().accounts().count(), 0);
    }
}

#[tokio::test]
async fn nothing_is_counted_of_accounts_that_are_not_seen() {
    for (db, _database) in stores().await {
        walk(&db, "edge", &fleet(&["Inquiring"]), 1_000).await;
        walk(&db, "core", &fleet(&["Inquiring", "Failed"]), 1_000).await;
        let query = EventQuery::default();
        let counts = db.event_counts().await.unwrap();
        let edge = Accounts::These(["edge".to_owned()].into());
        let seen = counts.seen_of(&edge);
        assert_eq!((counts.total(&query), seen.total(&query)), (3, 1));
        assert_eq!(
            serde_json::to_value(seen.facets(&query)).unwrap(),
            json!({
                "account": {"edge": 1}, "provider": {"ens": 1}, "type": {"reboot": 1},
                "state": {"inquiring": 1}, "level": {"WARN": 1},
            })
        );
        assert_eq!(*counts.seen_of(&Accounts::All), counts);
        let none = Accounts::These(std::collections::BTreeSet::new());
        assert_eq!(counts.seen_of(&none).total(&query), 0);
    }
}

#[tokio::test]
async fn a_facet_counts_under_all_the_other_filters() {
    for (db, _database) in stores().await {
        let states = ["Inquiring", "Inquiring", "Scheduled", "Failed"];
        walk(&db, "edge", &fleet(&states), 1_000).await;
        let counts = db.event_counts().await.unwrap();
        let query = EventQuery {
            states: vec![StateKind::Inquiring],
            levels: vec!["WARN".into()],
            ..EventQuery::default()
        };
        let facets = counts.facets(&query);
        assert_eq!(counts.total(&query), 1);
        assert_eq!(
            serde_json::to_value(facets).unwrap(),
            json!({
                "account": {"edge": 1}, "provider": {"ens": 1}, "type": {"reboot": 1},
                "state": {"inquiring": 1, "scheduled": 1}, "level": {"WARN": 1},
            })
        );
    }
}
