//! Several proxies on one PostgreSQL.

use std::time::Duration;

use evenkeel_testkit::TestDatabase;
use serde_json::json;

use crate::world::{JournalWorld, accepts, reboots};

async fn world() -> Option<JournalWorld> {
    let database = TestDatabase::postgres().await?;
    Some(JournalWorld::new(database).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proxies_share_the_work_and_no_event_is_acted_on_twice() {
    let Some(world) = world().await else {
        return;
    };
    let (one, two, three) = (
        world.proxy().await,
        world.proxy().await,
        world.proxy().await,
    );
    let mut ids = Vec::new();
    for (n, proxy) in [&one, &two, &three].into_iter().enumerate() {
        ids.push(world.batch(proxy, &reboots(n * 10..n * 10 + 10)).await);
        ids.push(
            world
                .batch(proxy, &accepts(n * 20..n * 20 + 20, None))
                .await,
        );
    }
    for id in &ids {
        // Any of them shows it.
        let batch = world.until_sent(&two, id).await;
        assert_eq!(batch["counts"]["unknown"], 0, "{batch}");
    }
    let calls = world.calls().await;
    assert_eq!(calls["totals"], json!({"received": 90, "accepted": 90}));
    for proxy in [one, two, three] {
        proxy.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_password_is_sent_by_the_proxy_that_has_it() {
    let Some(world) = world().await else {
        return;
    };
    let (one, two) = (world.proxy().await, world.proxy().await);
    // The first one is busy for a while, and holds the account meanwhile.
    world
        .fault(json!({"operation": "BatchEventRebootInstance", "kind": "delay", "ms": 400}))
        .await;
    let first = world.batch(&one, &reboots(0..40)).await;
    while world.calls().await["operations"]["BatchEventRebootInstance"].is_null() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let body = json!({"account": "edge", "action": "migrate", "password": "Canary77", "items": [
        {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "try_transfer"}]});
    let second = world.batch(&two, &body).await;
    for id in [&first, &second] {
        let batch = world.until_sent(&one, id).await;
        assert_eq!(batch["counts"]["not_sent"], 0, "{batch}");
    }
    assert_eq!(world.acts("e-0045").await, (1, 1));
    assert_eq!(world.calls().await["totals"]["received"], 41);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_proxys_work_is_taken_over() {
    let Some(world) = world().await else {
        return;
    };
    // Soon believed dead.
    let one = world.proxy_leasing(Duration::from_secs(3)).await;
    world
        .fault(json!({"operation": "BatchEventRebootInstance", "kind": "delay", "ms": 60_000, "nth": 1}))
        .await;
    let id = world.batch(&one, &reboots(0..30)).await;
    world
        .until(&one, &id, |batch| batch["counts"]["sending"] == 20)
        .await;
    let two = world.proxy().await;
    one.kill().await;
    let batch = world.until_sent(&two, &id).await;
    assert_eq!(batch["counts"]["unknown"], 20, "{batch}");
    world.no_faults().await;
    for _ in 0..18 {
        world.advance(60_000).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    world
        .until(&two, &id, |batch| batch["counts"]["unknown"] == 0)
        .await;
    world.assert_nothing_acted_twice().await;
    two.stop().await;
}
