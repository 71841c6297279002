//! Walks that come to their end.

use std::{collections::BTreeSet, time::Duration};

use evenkeel::StateKind;
use evenkeel_api::AccountPhase;
use evenkeel_store::{Changes, Topic, sqlx};
use serde_json::json;

use crate::world::{
    HOUR, MINUTE, SECOND, START, ens, fast, huawei, on_each_database, status, time,
};

on_each_database! {
    async fn every_account_is_read_and_shown(world: &SyncWorld, 250) {
        let proxy = world.proxy().await;
        let page = world.until_walked(&proxy).await;
        assert_eq!((page.total, page.events.len()), (500, 500));
        for account in ["edge", "core"] {
            let status = status(&page, account);
            assert_eq!(status.phase, AccountPhase::Ok);
            assert_eq!(status.events, 250);
            let next = status.next_at.unwrap().as_millis() - world.now();
            assert!((50 * SECOND..=70 * SECOND).contains(&next), "{next}");
        }
        let facets = world.events(&proxy, "facets=true&account=edge").await.facets.unwrap();
        assert_eq!(facets.account["core"], 250);
        assert_eq!(facets.state["inquiring"], 250);
        proxy.stop().await;
    }

    async fn what_happens_in_the_cloud_is_seen_and_remembered(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        let mut list: Vec<_> = (0..3).map(ens).collect();
        list[0]["course"] = json!({"kind": "planned", "starts_at": time(START + HOUR),
            "ends_at": time(START + 2 * HOUR)});
        world.list(list, (0..3).map(huawei).collect()).await;
        world.walk_again(&proxy).await;
        world.advance(HOUR).await;
        let page = world.until_walked(&proxy).await;
        let event = page.events.iter().find(|event| event.event.id == "e-0000").unwrap();
        assert_eq!(event.event.state.kind, StateKind::Executing);
        let detail = world.detail(&proxy, "edge/e-0000?resource_id=i-0000").await;
        let states: Vec<_> = detail.history.iter().map(|moment| moment.state.as_str()).collect();
        assert_eq!(states, ["Inquiring", "Scheduled", "Executing"]);
        assert_eq!(detail.event, *event);
        proxy.stop().await;
    }

    async fn an_event_that_is_listed_no_more_is_gone_after_two_walks_and_kept(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        world.list((1..3).map(ens).collect(), (0..3).map(huawei).collect()).await;
        let page = world.walk_again(&proxy).await;
        assert_eq!(page.total, 6, "one walk proves nothing");
        // The second walk comes sooner than the interval would have it.
        world.advance(12 * SECOND).await;
        let page = world.until(&proxy, "gone", |page| page.total == 5).await;
        assert_eq!(status(&page, "edge").events, 2);
        let gone = world.events(&proxy, "gone=only").await;
        assert_eq!(gone.events[0].event.id, "e-0000");
        assert_eq!(gone.events[0].gone_at.unwrap().as_millis(), world.now());
        assert_eq!(world.events(&proxy, "gone=include").await.total, 6);
        proxy.stop().await;

        // A month later it is still there; in half a year it is forgotten.
        for (days, there) in [(30, 1), (120, 0)] {
            world.advance(days * 24 * HOUR).await;
            let proxy = world.proxy().await;
            world.until_walked(&proxy).await;
            let gone = world.events(&proxy, "gone=only&q=e-0000").await;
            assert_eq!(gone.total, there, "{days} days later");
            proxy.stop().await;
        }
    }

    async fn a_long_list_of_markers_is_walked_in_windows_of_publication(world: &SyncWorld, 2_400) {
        let accounts = vec![world.account("core", evenkeel::Provider::HuaweiEcs)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        let page = world.until_walked(&proxy).await;
        assert_eq!(page.total, 2_400);
        let windowed = |calls: &[serde_json::Value]| {
            calls
                .iter()
                .filter(|call| call["parameters"].to_string().contains("publish_"))
                .count()
        };
        let (calls, before) = (world.call_log().await, world.call_count().await);
        assert_eq!(windowed(&calls), 0, "the first walk is one list");

        // One more, one less; nothing else is taken for gone.
        world.advance(2 * MINUTE).await;
        let list: Vec<_> = (1..2_401).map(huawei).collect();
        world.list(Vec::new(), list).await;
        world.until_walked(&proxy).await;
        let (calls, after) = (world.call_log().await, world.call_count().await);
        assert!(windowed(&calls) > 20, "{}", windowed(&calls));
        assert!(after - before < 35, "windows are no detour: {}", after - before);
        world.walk_again(&proxy).await;
        let page = world.until(&proxy, "settled", |page| page.total == 2_400).await;
        assert_eq!(status(&page, "core").events, 2_400);
        let gone = world.events(&proxy, "gone=only").await;
        assert_eq!(gone.total, 1);
        assert_eq!(gone.events[0].event.id, "h-0000");
        proxy.stop().await;
    }

    async fn a_key_is_used_only_so_often(world: &SyncWorld, 450) {
        let accounts = vec![
            world.account("one", evenkeel::Provider::Ens),
            world.account("other", evenkeel::Provider::Ens),
        ];
        let proxy = world.proxy_with(accounts, fast(2)).await;
        world.until_calls(2).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(world.call_count().await, 2, "both accounts share the key");
        for calls in 3..=10 {
            world.advance(SECOND / 2 + 1).await;
            world.until_calls(calls).await;
            assert_eq!(world.call_count().await, calls);
        }
        let page = world.until(&proxy, "all read", |page| page.total == 900).await;
        assert_eq!(page.events.len(), 900);
        proxy.stop().await;
    }

    async fn a_steady_list_writes_no_events(world: &SyncWorld, 20) {
        let proxy = world.proxy().await;
        let before = world.until_walked(&proxy).await;
        let after = world.walk_again(&proxy).await;
        let ids = |page: &evenkeel_api::EventPage| -> BTreeSet<String> {
            page.events.iter().map(|event| event.event.id.clone()).collect()
        };
        assert_eq!(ids(&before), ids(&after));
        // What is new is when the accounts were read; how far a walk is, too, where it takes long.
        let Changes::Rows { changes: new, .. } = proxy.db().changes_after(before.position, 1_000).await.unwrap() else {
            panic!("the changes are no longer known");
        };
        let topics: BTreeSet<_> = new.iter().map(|(_, change)| change.topic).collect();
        assert_eq!(topics, BTreeSet::from([Topic::Account]));
        assert!(after.events.iter().all(|event| event.seen_at.as_millis() == world.now()));
        assert!(after.events.iter().all(|event| event.changed_at.as_millis() == START));
        proxy.stop().await;
    }

    async fn a_stored_event_that_is_no_json_is_left_out_and_the_others_are_shown(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        for body in ["{\"id\": \"e-0001\", ", "{\"id\" 1}", "[]", ""] {
            let mut tx = proxy.db().begin().await.unwrap();
            let text = "UPDATE event_bodies SET body = $1 WHERE n = \
                        (SELECT n FROM events WHERE event_id = 'e-0001')";
            sqlx::query(text).bind(body).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            let page = world.events(&proxy, "sort=id&limit=1000").await;
            let ids: Vec<&str> = page.events.iter().map(|stored| stored.event.id.as_str()).collect();
            assert_eq!(ids, ["e-0000", "e-0002", "h-0000", "h-0001", "h-0002"], "{body}");
        }
        proxy.stop().await;
    }
}
