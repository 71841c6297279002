//! New, changed, missing, gone, back.

use evenkeel::Timestamp;
use evenkeel_store::{Changes, Found, Gap, Reach, SyncRun, Topic};
use serde_json::json;

use crate::world::{event, finish, life, shown, stores, take, walk};

#[tokio::test]
async fn what_a_walk_sees_is_new_then_unchanged_then_changed() {
    for (db, _database) in stores().await {
        let events = [event("e-1", json!({})), event("e-2", json!({}))];
        let (found, _) = walk(&db, "edge", &events, 1_000).await;
        assert_eq!((found.new, found.changed, found.fresh), (2, 0, 2));

        let head = db.head().await.unwrap();
        let (found, gap) = walk(&db, "edge", &events, 2_000).await;
        assert_eq!((found.new, found.changed, found.fresh), (0, 0, 2));
        assert_eq!(gap, Gap::default());
        assert!(!found.wrote);
        assert_eq!(db.head().await.unwrap(), head, "nothing is told of nothing");

        let moved = event("e-1", json!({"state": {"raw": "Scheduled"}}));
        let (found, _) = walk(&db, "edge", &[moved, events[1].clone()], 3_000).await;
        assert_eq!((found.new, found.changed), (0, 1));
        let life = life(&db, "e-1").await;
        let states: Vec<_> = life
            .snapshots
            .iter()
            .map(|snapshot| (snapshot.at.as_millis(), snapshot.state.as_str()))
            .collect();
        assert_eq!(states, [(1_000, "Inquiring"), (3_000, "Scheduled")]);
        let stored = shown(&life.event);
        assert_eq!(stored.event.state.raw, "Scheduled");
        assert_eq!(stored.first_seen_at, Timestamp::from_millis(1_000));
        assert_eq!(stored.changed_at, Timestamp::from_millis(3_000));

        let Changes::Rows { changes, .. } = db.changes_after(head, 10).await.unwrap() else {
            panic!("nothing was pruned");
        };
        let told: Vec<_> = changes
            .iter()
            .map(|(_, change)| (change.topic, change.subject.clone()))
            .collect();
        assert_eq!(told, [(Topic::Event, life.event.n.to_string())]);
    }
}

#[tokio::test]
async fn an_event_is_gone_only_when_two_whole_walks_in_a_row_lack_it() {
    for (db, _database) in stores().await {
        let (one, two) = (event("e-1", json!({})), event("e-2", json!({})));
        walk(&db, "edge", &[one.clone(), two.clone()], 1_000).await;

        let (_, gap) = walk(&db, "edge", std::slice::from_ref(&one), 2_000).await;
        assert_eq!((gap.missing, gap.gone), (1, 0));
        let (_, gap) = walk(&db, "edge", &[one.clone(), two.clone()], 3_000).await;
        assert_eq!(gap, Gap::default(), "a page that shifted is no end");
        let (_, gap) = walk(&db, "edge", std::slice::from_ref(&one), 4_000).await;
        assert_eq!((gap.missing, gap.gone), (1, 0), "it begins anew");
        let (_, gap) = walk(&db, "edge", std::slice::from_ref(&one), 5_000).await;
        assert_eq!((gap.missing, gap.gone), (0, 1));

        let gone = life(&db, "e-2").await;
        assert_eq!(
            shown(&gone.event).gone_at,
            Some(Timestamp::from_millis(5_000))
        );
        assert_eq!(gone.snapshots.last().unwrap().state, "gone");
        let (_, gap) = walk(&db, "edge", std::slice::from_ref(&one), 6_000).await;
        assert_eq!(gap, Gap::default(), "it goes once");

        let (found, _) = walk(&db, "edge", &[one, two], 7_000).await;
        assert_eq!((found.new, found.changed), (0, 1));
        let back = life(&db, "e-2").await;
        assert_eq!(shown(&back.event).gone_at, None);
        assert_eq!(back.event.n, gone.event.n);
        assert_eq!(back.snapshots.last().unwrap().state, "Inquiring");
    }
}

#[tokio::test]
async fn a_walk_that_is_not_finished_makes_nothing_gone() {
    for (db, _database) in stores().await {
        let events = [event("e-1", json!({})), event("e-2", json!({}))];
        walk(&db, "edge", &events, 1_000).await;
        for at in [2_000, 3_000, 4_000] {
            let mut sweep = SyncRun::begin(&db, "edge").await.unwrap();
            take(&db, &mut sweep, &events[..1], at).await;
            assert_eq!((sweep.seen(), sweep.stored()), (1, 2));
        }
        assert_eq!(shown(&life(&db, "e-2").await.event).gone_at, None);
    }
}

#[tokio::test]
async fn a_walk_by_time_of_publication_decides_nothing_about_events_without_one() {
    for (db, _database) in stores().await {
        let events = [
            event("e-1", json!({})),
            event("e-2", json!({"published_at": null})),
        ];
        walk(&db, "edge", &events, 1_000).await;
        for (at, missing, gone) in [(2_000, 1, 0), (3_000, 0, 1)] {
            let sweep = SyncRun::begin(&db, "edge").await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let gap = sweep
                .finish(&mut tx, Reach::Published, None, at)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert_eq!((gap.missing, gap.gone), (missing, gone));
        }
        assert_eq!(shown(&life(&db, "e-2").await.event).gone_at, None);
        assert!(shown(&life(&db, "e-1").await.event).gone_at.is_some());
    }
}

#[tokio::test]
async fn a_walk_decides_nothing_about_events_of_types_that_nobody_looked_for() {
    for (db, _database) in stores().await {
        let disk = json!({"type": {"raw": "Degraded"}});
        let events = [event("e-1", json!({})), event("e-2", disk)];
        walk(&db, "edge", &events, 1_000).await;
        for (at, missing, gone) in [(2_000, 1, 0), (3_000, 0, 1)] {
            let mut sweep = SyncRun::begin(&db, "edge").await.unwrap();
            let mut tx = db.begin().await.unwrap();
            sweep
                .leave(&mut tx, &["Degraded", "Stalled"])
                .await
                .unwrap();
            let gap = sweep.finish(&mut tx, Reach::Whole, None, at).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!((gap.missing, gap.gone), (missing, gone));
        }
        assert_eq!(shown(&life(&db, "e-2").await.event).gone_at, None);
        assert!(shown(&life(&db, "e-1").await.event).gone_at.is_some());
        // Looked for again and not found, it goes as others do.
        for at in [4_000, 5_000] {
            walk(&db, "edge", &[], at).await;
        }
        assert!(shown(&life(&db, "e-2").await.event).gone_at.is_some());
    }
}

#[tokio::test]
async fn an_event_that_comes_twice_in_a_walk_is_one_event() {
    for (db, _database) in stores().await {
        let one = event("e-1", json!({}));
        let moved = event("e-1", json!({"state": {"raw": "Executing"}}));
        let mut sweep = SyncRun::begin(&db, "edge").await.unwrap();
        let found = take(&db, &mut sweep, &[one.clone(), one.clone(), moved], 1_000).await;
        assert_eq!(
            found,
            Found {
                new: 1,
                changed: 1,
                fresh: 1,
                wrote: true
            }
        );
        let found = take(&db, &mut sweep, &[one], 2_000).await;
        assert_eq!((found.new, found.fresh), (0, 0));
        let states: Vec<_> = life(&db, "e-1")
            .await
            .snapshots
            .into_iter()
            .map(|snapshot| snapshot.state)
            .collect();
        assert_eq!(states, ["Inquiring", "Executing", "Inquiring"]);
    }
}

#[tokio::test]
async fn a_change_of_the_clouds_own_json_alone_is_kept_and_not_told() {
    for (db, _database) in stores().await {
        walk(&db, "edge", &[event("e-1", json!({}))], 1_000).await;
        let head = db.head().await.unwrap();
        let other = event("e-1", json!({"raw": r#"{"Trace":"7"}"#}));
        let (found, _) = walk(&db, "edge", &[other], 2_000).await;
        assert_eq!((found.new, found.changed), (0, 0));
        assert_eq!(db.head().await.unwrap(), head);
        let stored = shown(&life(&db, "e-1").await.event);
        assert_eq!(stored.event.raw, r#"{"Trace":"7"}"#);
        assert_eq!(stored.changed_at, Timestamp::from_millis(1_000));
    }
}

#[tokio::test]
async fn every_event_that_is_there_was_seen_by_the_last_whole_walk() {
    for (db, _database) in stores().await {
        let events = [event("e-1", json!({})), event("e-2", json!({}))];
        walk(&db, "edge", &events, 1_000).await;
        let body = life(&db, "e-1").await.event;
        let seen =
            |json: String| -> evenkeel_api::StoredEvent { serde_json::from_str(&json).unwrap() };
        let at = Timestamp::from_millis;
        assert_eq!(seen(body.to_json(Some(9_000), &[])).seen_at, at(9_000));

        let mut sweep = SyncRun::begin(&db, "edge").await.unwrap();
        take(&db, &mut sweep, &events[..1], 10_000).await;
        finish(&db, sweep, Some(9_000), 10_000).await;
        let missing = life(&db, "e-2").await.event;
        assert_eq!(
            seen(missing.to_json(Some(10_000), &[])).seen_at,
            at(9_000),
            "the walk that lacked it did not see it"
        );
    }
}

#[tokio::test]
async fn foreign_texts_of_any_sort_are_kept() {
    for (db, _database) in stores().await {
        let long = "x".repeat(20_000);
        let odd = [
            event(
                "e-\0nul",
                json!({"state": {"raw": "Melt\0ing"}, "level": "\0"}),
            ),
            event(
                &long,
                json!({"level": long.clone(), "type": {"raw": long.clone()}}),
            ),
            event("", json!({"description": {"und": "机架 ' \" \\ %_"}})),
        ];
        let (found, _) = walk(&db, "edge", &odd, 1_000).await;
        assert_eq!(found.new, 3);
        let (found, gap) = walk(&db, "edge", &odd, 2_000).await;
        assert_eq!((found.new, found.changed, gap), (0, 0, Gap::default()));
        assert_eq!(shown(&life(&db, &long).await.event).event, odd[1]);
        assert_eq!(shown(&life(&db, "e-\0nul").await.event).event, odd[0]);
        let events = db.events_by_id("edge", &["", &long]).await.unwrap();
        assert_eq!(events.len(), 2);
    }
}

#[tokio::test]
async fn what_is_long_gone_is_forgotten_with_its_life() {
    for (db, _database) in stores().await {
        let (one, two) = (event("e-1", json!({})), event("e-2", json!({})));
        walk(&db, "edge", &[one.clone(), two], 1_000).await;
        walk(&db, "edge", std::slice::from_ref(&one), 2_000).await;
        walk(&db, "edge", &[one], 3_000).await;
        assert_eq!(db.purge_events(3_000).await.unwrap(), 0);
        assert_eq!(db.purge_events(3_001).await.unwrap(), 1);
        assert!(db.event_life("edge", "e-2", None).await.unwrap().is_none());
        assert!(db.event_life("edge", "e-1", None).await.unwrap().is_some());
    }
}
