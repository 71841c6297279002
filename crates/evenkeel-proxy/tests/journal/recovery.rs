//! Starting again, and taking over.

use evenkeel_store::{Db, StoreUrl, journal};
use serde_json::json;

use crate::testbed::{JournalTestbed, MINUTE, accepts, on_each_database, reboots};

async fn open(testbed: &JournalTestbed) -> Db {
    let url: StoreUrl = testbed.database.url().parse().unwrap();
    Db::open(&url).await.unwrap()
}

/// Leaves a batch as a proxy leaves it that dies after the intent for its first two items.
async fn die_sending(testbed: &JournalTestbed, id: &str) {
    let db = open(testbed).await;
    db.beat("ghost", 1).await.unwrap();
    db.acquire(&journal::send_lease("edge"), "ghost")
        .await
        .unwrap()
        .unwrap();
    // It was not held when the intent was written.
    db.pause_batch(id, false, &evenkeel_api::Caller::local(), testbed.now())
        .await
        .unwrap();
    let mut tx = db.begin().await.unwrap();
    let intent = journal::Intent {
        call_id: "ghosts-call",
        batch_id: id,
        indexes: &[0, 1],
        signed_at: testbed.now(),
        is_looked_at: false,
    };
    tx.intend(&intent, testbed.now()).await.unwrap();
    tx.commit().await.unwrap();
    db.pause_batch(id, true, &evenkeel_api::Caller::local(), testbed.now())
        .await
        .unwrap();
    db.close().await;
}

/// How many orders have arrived, answered or not.
async fn arrived(testbed: &JournalTestbed) -> u64 {
    let calls = testbed.calls().await;
    let count = calls["operations"]["AcceptScheduledEvent"].as_u64();
    count.unwrap_or_default()
}

async fn paused(
    testbed: &JournalTestbed,
    proxy: &crate::testbed::Running,
    body: &serde_json::Value,
) -> String {
    testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "throttle", "retry_after_s": 5, "times": 1})).await;
    testbed.fault(json!({"operation": "BatchEventMigrateInstance", "kind": "throttle", "retry_after_s": 5, "times": 1})).await;
    let id = testbed.batch(proxy, body).await;
    testbed
        .until(proxy, &id, |batch| {
            batch["items"][0]["reason"] == "throttled"
        })
        .await;
    proxy
        .post(&format!("batches/{id}/pause"), "-", &json!({}))
        .await;
    testbed.no_faults().await;
    id
}

on_each_database! {
    async fn what_was_queued_is_sent_after_a_restart(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let id = paused(testbed, &proxy, &reboots(0..30)).await;
        proxy.stop().await;
        let proxy = testbed.proxy().await;
        testbed.advance(MINUTE).await;
        proxy.post(&format!("batches/{id}/resume"), "-", &json!({})).await;
        testbed.until_sent(&proxy, &id).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 30, "accepted": 30}));
        proxy.stop().await;
    }

    async fn a_password_does_not_outlive_its_process(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let body = json!({"account": "edge", "action": "migrate", "password": "Canary77", "items": [
            {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "try_transfer"},
            {"event_id": "e-0046", "resource_id": "i-0046", "when": {"at": crate::testbed::time(testbed.now() + 600 * MINUTE)}, "data_policy": "try_transfer"}]});
        let id = paused(testbed, &proxy, &body).await;
        proxy.stop().await;
        let proxy = testbed.proxy().await;
        let batch = testbed.until_count(&proxy, &id, "not_sent", 1).await;
        assert_eq!(batch["items"][0]["reason"], "password_lost");
        assert_eq!(batch["counts"]["queued"], 1);
        // Who knows it says it again.
        let (_, retry) = proxy.post(&format!("batches/{id}/retry-failed"), &testbed.key(), &json!({"password": "Canary77"})).await;
        let retry = retry["id"].as_str().unwrap();
        testbed.advance(MINUTE).await;
        testbed.until(&proxy, retry, |batch| batch["state"] == "done").await;
        assert_eq!(testbed.acts("e-0045").await, (1, 1));
        proxy.stop().await;
    }

    async fn what_a_dead_proxy_was_sending_is_unknown_and_then_sent_once(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let id = paused(testbed, &proxy, &reboots(0..4)).await;
        proxy.stop().await;
        die_sending(testbed, &id).await;
        let proxy = testbed.proxy().await;
        testbed.until_count(&proxy, &id, "unknown", 2).await;
        proxy.post(&format!("batches/{id}/resume"), "-", &json!({})).await;
        testbed.advance(MINUTE).await;
        testbed.until_sent(&proxy, &id)
            .await;
        assert_eq!(testbed.acts("e-0002").await, (1, 1));
        assert_eq!(testbed.acts("e-0000").await, (0, 0));
        testbed.advance(17 * MINUTE).await;
        testbed.until(&proxy, &id, |batch| batch["state"] == "done").await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 4, "accepted": 4}));
        proxy.stop().await;
    }

    async fn open_calls_end_before_the_process_does(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "delay", "ms": 700})).await;
        let id = testbed.batch(&proxy, &accepts(0..8, None)).await;
        // The first tries the key alone, then four are open at once. An intent alone is no open call: it
        // is given up at the stop.
        while arrived(testbed).await < 5 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        proxy.stop().await;
        let arrived = arrived(testbed).await;
        let db = open(testbed).await;
        let summary = db.batch_summary(&id).await.unwrap().unwrap();
        assert_eq!((summary.counts.accepted, summary.counts.queued), (arrived, 8 - arrived));
        db.close().await;
    }
}
