//! Clouds that do not answer as they should.

use std::{net::SocketAddr, time::Duration};

use evenkeel::Provider;
use evenkeel_api::{AccountPhase, FailureCode};
use evenkeel_testkit::account_at;
use serde_json::json;

use crate::world::{MINUTE, SECOND, ens, fast, huawei, on_each_database, status};

/// An address where nobody listens.
async fn dead() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

on_each_database! {
    async fn a_dead_account_hides_nothing_of_the_others(world: &SyncWorld, 5) {
        let accounts = vec![
            world.account("edge", Provider::Ens),
            account_at("dead", Provider::HuaweiEcs, dead().await),
        ];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        world.until(&proxy, "read", |page| page.total == 5).await;
        // It is tried again after one and after two seconds, before anybody is bothered.
        let page = world.until_in_time(&proxy, "failing", |page| {
            status(page, "dead").phase == AccountPhase::Failing
        }).await;
        let failing = status(&page, "dead");
        let error = failing.error.as_ref().unwrap();
        assert_eq!(error.code, FailureCode::Unreachable);
        assert!(error.detail.contains("could not be reached"), "{}", error.detail);
        assert!(failing.next_at.unwrap() > error.at);
        assert_eq!(failing.updated_at, None);
        assert_eq!(status(&page, "edge").phase, AccountPhase::Ok);
        assert_eq!((page.total, page.events.len()), (5, 5));
        proxy.stop().await;
    }

    async fn what_was_read_before_a_failure_stays_and_nothing_is_gone(world: &SyncWorld, 250) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        // The second page of each list, each time.
        world.fault(json!({"operation": "DescribeHistoryEvents", "kind": "error", "status": 503, "nth": [2, 3, 4]})).await;
        world.list((10..250).map(ens).collect(), (0..250).map(huawei).collect()).await;
        world.advance(2 * MINUTE).await;
        let page = world.until_in_time(&proxy, "failing", |page| {
            status(page, "edge").phase == AccountPhase::Failing
        }).await;
        assert_eq!(status(&page, "edge").error.as_ref().unwrap().code, FailureCode::Unavailable);
        assert_eq!(page.total, 500, "the walk that broke off proves nothing");
        world.no_faults().await;

        world.advance(MINUTE).await;
        let page = world.until(&proxy, "ok again", |page| {
            status(page, "edge").phase == AccountPhase::Ok
        }).await;
        assert_eq!(status(&page, "edge").error, None);
        assert_eq!(page.total, 500, "the first whole walk proves nothing either");
        world.walk_again(&proxy).await;
        world.until(&proxy, "settled", |page| page.total == 490).await;
        proxy.stop().await;
    }

    async fn a_throttled_account_is_left_alone_for_as_long_as_the_cloud_asks(world: &SyncWorld, 5) {
        world.fault(json!({"operation": "ListScheduledEvents", "kind": "throttle", "retry_after_s": 30, "times": 1})).await;
        let proxy = world.proxy().await;
        let page = world.until(&proxy, "throttled", |page| {
            status(page, "core").phase == AccountPhase::Throttled
        }).await;
        assert_eq!(status(&page, "core").next_at.unwrap().as_millis(), world.now() + 30 * SECOND);
        let (_, answer) = world.refresh(&proxy, &json!({})).await;
        assert_eq!(answer["accounts"][1]["phase"], "throttled");
        world.advance(29 * SECOND).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(world.lists_of_core().await, 1);
        world.advance(2 * SECOND).await;
        world.until(&proxy, "read", |page| status(page, "core").phase == AccountPhase::Ok).await;
        assert_eq!(world.events(&proxy, "account=core").await.total, 5);
        proxy.stop().await;
    }

    async fn a_long_pause_is_shown_and_survives_a_restart(world: &SyncWorld, 5) {
        world.fault(json!({"operation": "DescribeHistoryEvents", "kind": "throttle", "retry_after_s": 600, "times": 1})).await;
        let proxy = world.proxy().await;
        let page = world.until(&proxy, "throttled", |page| status(page, "edge").error.is_some()).await;
        let edge = status(&page, "edge");
        assert_eq!(edge.phase, AccountPhase::Throttled);
        assert_eq!(edge.error.as_ref().unwrap().code, FailureCode::Throttled);
        assert!(edge.next_at.unwrap().as_millis() >= world.now() + 600 * SECOND);
        proxy.stop().await;

        let before = world.call_count().await;
        world.advance(300 * SECOND).await;
        let accounts = vec![world.account("edge", Provider::Ens)];
        let proxy = world.proxy_with(accounts, fast(1_000)).await;
        world.refresh(&proxy, &json!({"accounts": ["edge"]})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(world.call_count().await, before, "asked for or not");
        world.advance(301 * SECOND).await;
        world.until(&proxy, "read", |page| status(page, "edge").phase == AccountPhase::Ok).await;
        proxy.stop().await;
    }

    async fn a_page_that_comes_again_loses_no_event(world: &SyncWorld, 250) {
        world.fault(json!({"operation": "*", "kind": "duplicate_page", "times": 2})).await;
        let proxy = world.proxy().await;
        world.until_in_time(&proxy, "read", |page| page.total == 500).await;
        world.fault(json!({"operation": "*", "kind": "duplicate_page"})).await;
        for _ in 0..3 {
            world.advance(2 * MINUTE).await;
            let now = world.now();
            world.until_in_time(&proxy, "failing", |page| {
                let error = status(page, "core").error.as_ref();
                error.is_some_and(|error| error.at.as_millis() >= now)
            }).await;
        }
        let page = world.events(&proxy, "limit=1").await;
        assert_eq!(page.total, 500, "a list in circles proves nothing");
        assert_eq!(status(&page, "core").phase, AccountPhase::Failing);
        proxy.stop().await;
    }

    async fn a_page_that_shifts_while_it_is_read_makes_nothing_gone(world: &SyncWorld, 250) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        // While the second page is on its way, an event of the first goes: the rest moves up.
        world.fault(json!({"operation": "DescribeHistoryEvents", "kind": "delay", "ms": 700, "nth": 2})).await;
        let before = world.call_count().await;
        world.advance(2 * MINUTE).await;
        for _ in 0..200 {
            // Both accounts' first pages, and the delayed call has arrived.
            if world.call_count().await >= before + 4 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let list: Vec<_> = (0..250).filter(|n| *n != 7).map(ens).collect();
        world.list(list, (0..250).map(huawei).collect()).await;
        world.until_walked(&proxy).await;
        for _ in 0..2 {
            world.walk_again(&proxy).await;
        }
        world.until(&proxy, "settled", |page| page.total == 499).await;
        let gone = world.events(&proxy, "gone=only").await;
        let ids: Vec<_> = gone.events.iter().map(|event| event.event.id.as_str()).collect();
        assert_eq!(ids, ["e-0007"]);
        for event in world.events(&proxy, "account=edge&limit=1000").await.events {
            let path = format!("edge/{}", event.event.id);
            let life = world.detail(&proxy, &path).await.history;
            assert_eq!(life.len(), 1, "{path} never went");
        }
        proxy.stop().await;
    }

    async fn a_refused_key_is_not_tried_over_and_over(world: &SyncWorld, 5) {
        world.fault(json!({"operation": "ListScheduledEvents", "kind": "error", "status": 401,
            "code": "APIGW.0301", "message": "Incorrect IAM authentication information: token canary-7"})).await;
        let proxy = world.proxy().await;
        let page = world.until(&proxy, "failing", |page| {
            status(page, "core").phase == AccountPhase::Failing
        }).await;
        let error = status(&page, "core").error.clone().unwrap();
        assert_eq!(error.code, FailureCode::Credentials);
        assert_eq!(error.provider_code.as_deref(), Some("APIGW.0301"));
        assert!(!error.detail.contains("canary"), "{}", error.detail);
        assert_eq!(world.lists_of_core().await, 1);
        for _ in 0..5 {
            world.advance(5 * SECOND).await;
            world.refresh(&proxy, &json!({"accounts": ["core"]})).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(world.lists_of_core().await, 1, "five bad signatures lock a key");
        proxy.stop().await;
    }

    async fn lists_that_lag_behind_end_in_the_right_state(world: &SyncWorld, 3) {
        let proxy = world.proxy().await;
        world.until_walked(&proxy).await;
        world.fault(json!({"operation": "*", "kind": "stale_lists", "ms": 300_000})).await;
        let list: Vec<_> = (0..3).map(ens).collect();
        world.list(list, (0..3).map(huawei).collect()).await;
        let batch = json!({"account": "edge", "action": "reboot", "items": [
            {"event_id": "e-0001", "resource_id": "i-0001", "when": "now"}]});
        world.act(&proxy, &batch).await;
        // Walks come every few seconds now; the list shows the state before the act all the while.
        world.advance(6 * SECOND).await;
        let page = world.until(&proxy, "walked sooner", |page| {
            status(page, "edge").updated_at.unwrap().as_millis() == world.now()
        }).await;
        let state = |page: &evenkeel_api::EventPage| {
            let event = page.events.iter().find(|event| event.event.id == "e-0001");
            event.unwrap().event.state.raw.clone()
        };
        assert_eq!(state(&page), "Inquiring");
        world.no_faults().await;
        world.walk_again(&proxy).await;
        let page = world.until(&proxy, "caught up", |page| state(page) != "Inquiring").await;
        assert_eq!(page.total, 6);
        proxy.stop().await;
    }

    async fn a_key_that_is_another_in_its_file_is_read_again_after_a_refusal(world: &SyncWorld, 5) {
        let keys = evenkeel_sandbox::keys_of("ens").unwrap();
        // As the library makes them: for the owner alone.
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), "out-of-date").unwrap();
        let text = format!(
            "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nendpoint = \"http://{}\"\n\
             access_key_id = \"env:ID\"\naccess_key_secret = \"file:{}\"\n",
            world.address(),
            secret.path().display()
        );
        let config = evenkeel_proxy::Config::parse(&text, "evenkeel.toml").unwrap();
        let id = keys.access_key_id.to_owned();
        let environment = move |name: &str| (name == "ID").then(|| id.clone());
        let account = evenkeel_proxy::Account::open(&config.accounts[0], &environment).unwrap();
        let proxy = world.proxy_with(vec![account], fast(1_000)).await;
        let page = world.until(&proxy, "failing", |page| {
            status(page, "edge").phase == AccountPhase::Failing
        }).await;
        assert_eq!(status(&page, "edge").error.as_ref().unwrap().code, FailureCode::Credentials);
        std::fs::write(secret.path(), keys.secret).unwrap();
        // The next walk is refused once more; then the file is read, and the one after is soon.
        let refused = world.now();
        world.until_in_time(&proxy, "read", |page| {
            status(page, "edge").phase == AccountPhase::Ok && page.total == 5
        }).await;
        assert!(world.now() - refused < 2 * MINUTE);
        // The file may have changed before the first refusal let it be read.
        let calls = world.call_count().await;
        assert!((2..=3).contains(&calls), "one refusal or two, and the list: {calls}");
        proxy.stop().await;
    }
}
