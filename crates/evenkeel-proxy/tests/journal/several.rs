//! Several proxies on one PostgreSQL.

use std::time::Duration;

use evenkeel_testkit::TestDatabase;
use serde_json::json;

use crate::testbed::{JournalTestbed, accepts, reboots};

async fn testbed() -> Option<JournalTestbed> {
    let database = TestDatabase::postgres().await?;
    Some(JournalTestbed::new(database).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proxies_share_the_work_and_no_event_is_acted_on_twice() {
    let Some(testbed) = testbed().await else {
        return;
    };
    let (one, two, three) = (
        testbed.proxy().await,
        testbed.proxy().await,
        testbed.proxy().await,
    );
    let mut ids = Vec::new();
    for (n, proxy) in [&one, &two, &three].into_iter().enumerate() {
        ids.push(testbed.batch(proxy, &reboots(n * 10..n * 10 + 10)).await);
        ids.push(
            testbed
                .batch(proxy, &accepts(n * 20..n * 20 + 20, None))
                .await,
        );
    }
    for id in &ids {
        // Any of them shows it.
        let batch = testbed.until_sent(&two, id).await;
        assert_eq!(batch["counts"]["unknown"], 0, "{batch}");
    }
    let calls = testbed.calls().await;
    assert_eq!(calls["totals"], json!({"received": 90, "accepted": 90}));
    for proxy in [one, two, three] {
        proxy.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_needs_a_password_is_sent_by_the_proxy_that_has_it() {
    let Some(testbed) = testbed().await else {
        return;
    };
    let (one, two) = (testbed.proxy().await, testbed.proxy().await);
    // The first one is busy for a while, and holds the account meanwhile.
    testbed
        .fault(json!({"operation": "BatchEventRebootInstance", "kind": "delay", "ms": 400}))
        .await;
    let first = testbed.batch(&one, &reboots(0..40)).await;
    while testbed.calls().await["operations"]["BatchEventRebootInstance"].is_null() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let body = json!({"account": "edge", "action": "migrate", "password": "Canary77", "items": [
        {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "try_transfer"}]});
    let second = testbed.batch(&two, &body).await;
    for id in [&first, &second] {
        let batch = testbed.until_sent(&one, id).await;
        assert_eq!(batch["counts"]["not_sent"], 0, "{batch}");
    }
    assert_eq!(testbed.acts("e-0045").await, (1, 1));
    assert_eq!(testbed.calls().await["totals"]["received"], 41);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_proxys_work_is_taken_over() {
    let Some(testbed) = testbed().await else {
        return;
    };
    // Soon believed dead.
    let one = testbed.proxy_leasing(Duration::from_secs(3)).await;
    testbed
        .fault(json!({"operation": "BatchEventRebootInstance", "kind": "delay", "ms": 60_000, "nth": 1}))
        .await;
    let id = testbed.batch(&one, &reboots(0..30)).await;
    testbed
        .until(&one, &id, |batch| batch["counts"]["sending"] == 20)
        .await;
    let two = testbed.proxy().await;
    one.kill().await;
    let batch = testbed.until_sent(&two, &id).await;
    assert_eq!(batch["counts"]["unknown"], 20, "{batch}");
    testbed.no_faults().await;
    for _ in 0..18 {
        testbed.advance(60_000).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    testbed
        .until(&two, &id, |batch| batch["counts"]["unknown"] == 0)
        .await;
    testbed.assert_nothing_acted_twice().await;
    two.stop().await;
}
