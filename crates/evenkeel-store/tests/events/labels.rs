//! The label that events are grouped by, and their counts by it.

use std::collections::BTreeMap;

use evenkeel_store::{Db, EventQuery, Gone};
use serde_json::json;

use crate::{
    resources::{entry, keep, record, tell},
    world::{event, ids, stores, walk},
};

async fn group(db: &Db, label: &str) {
    db.group_events_by(Some(label)).await.unwrap();
    while db.refresh_resources().await.unwrap() {}
}

fn labelled(label: &str) -> EventQuery {
    EventQuery {
        labels: vec![label.to_owned()],
        ..EventQuery::default()
    }
}

#[tokio::test]
async fn events_are_counted_by_the_label_that_they_are_grouped_by() {
    for (db, _database) in stores().await {
        let events = ["e-1", "e-2", "e-3"].map(|id| event(id, json!({})));
        walk(&db, "edge", &events, 1).await;
        let records = [
            record("i-e-1", "", &[("service", "web"), ("team", "red")]),
            record("i-e-2", "", &[("service", "web"), ("team", "blue")]),
        ];
        tell(&db, "edge", &records, 2).await;
        let all = EventQuery::default();
        let facet = async |query: &EventQuery| db.event_counts().await.unwrap().facets(query).label;
        assert_eq!(facet(&all).await, BTreeMap::new());
        group(&db, "service").await;
        assert_eq!(facet(&all).await, BTreeMap::from([("web".to_owned(), 2)]));
        let counts = db.event_counts().await.unwrap();
        assert_eq!(counts.total(&labelled("web")), 2);
        assert_eq!(counts.total(&labelled("")), 1);
        assert_eq!(ids(&db, &labelled("web"), 1).await, ["e-1", "e-2"]);
        assert_eq!(ids(&db, &labelled(""), 1).await, ["e-3"]);
        // Its own filter leaves the other values countable.
        assert_eq!(facet(&labelled("mail")).await, facet(&all).await);
        keep(&db, &[entry("i-e-1", None, &[("service", "mail")])]).await;
        let both = BTreeMap::from([("mail".to_owned(), 1), ("web".to_owned(), 1)]);
        assert_eq!(facet(&all).await, both);
        group(&db, "team").await;
        let teams = BTreeMap::from([("blue".to_owned(), 1), ("red".to_owned(), 1)]);
        assert_eq!(facet(&all).await, teams);
        // Whatever becomes of the events, their counts add up.
        let moved = event("e-1", json!({"state": {"raw": "Scheduled"}}));
        walk(&db, "edge", std::slice::from_ref(&moved), 3).await;
        walk(&db, "edge", &[moved], 4).await;
        assert_eq!(facet(&all).await, BTreeMap::from([("red".to_owned(), 1)]));
        assert_eq!(db.purge_events(100).await.unwrap(), 2);
        let with_gone = EventQuery {
            gone: Gone::Include,
            ..EventQuery::default()
        };
        assert_eq!(db.event_counts().await.unwrap().total(&with_gone), 1);
    }
}

#[tokio::test]
async fn a_label_that_changes_while_a_sync_run_goes_on_does_not_spoil_the_counts() {
    for (db, _database) in stores().await {
        group(&db, "service").await;
        walk(
            &db,
            "edge",
            &[event("e-1", json!({})), event("e-2", json!({}))],
            1,
        )
        .await;
        let mut run = evenkeel_store::SyncRun::begin(&db, "edge").await.unwrap();
        let entries = ["i-e-1", "i-e-2"].map(|id| entry(id, None, &[("service", "web")]));
        keep(&db, &entries).await;
        let moved = event("e-1", json!({"state": {"raw": "Scheduled"}}));
        crate::world::take(&db, &mut run, std::slice::from_ref(&moved), 2).await;
        crate::world::finish(&db, run, None, 2).await;
        let mut run = evenkeel_store::SyncRun::begin(&db, "edge").await.unwrap();
        keep(
            &db,
            &["i-e-1", "i-e-2"].map(|id| entry(id, None, &[("service", "mail")])),
        )
        .await;
        crate::world::take(&db, &mut run, &[moved], 3).await;
        crate::world::finish(&db, run, None, 3).await;
        let counts = db.event_counts().await.unwrap();
        let of = |gone| EventQuery {
            gone,
            ..labelled("mail")
        };
        assert_eq!(counts.total(&of(Gone::Exclude)), 1);
        assert_eq!(counts.total(&of(Gone::Only)), 1);
        let all = EventQuery {
            gone: Gone::Include,
            ..EventQuery::default()
        };
        assert_eq!(counts.total(&all), 2);
    }
}
