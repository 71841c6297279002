//! What time does to orders: they grow old, clocks leap, and the process ends.

use std::time::{Duration, Instant};

use evenkeel_proxy::JournalOptions;
use evenkeel_store::{Db, StoreUrl};
use serde_json::json;

use crate::testbed::{MINUTE, accepts, on_each_database};

on_each_database! {
    async fn an_order_for_now_that_was_left_lying_waits_for_a_person(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let now = testbed.batch(&proxy, &accepts(0..3, None)).await;
        let at = testbed.now() + 600 * MINUTE;
        let planned = testbed.batch(&proxy, &accepts(10..12, Some(at))).await;
        testbed.until(&proxy, &now, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.stop().await;
        testbed.advance(61 * MINUTE).await;
        let proxy = testbed.proxy().await;
        let batch = testbed.until(&proxy, &now, |batch| batch["held"]["reason"] == "stale").await;
        assert_eq!((&batch["state"], &batch["counts"]["queued"]), (&json!("paused"), &json!(3)));
        // What has a time of its own is as good as before.
        testbed.until_sent(&proxy, &planned).await;
        assert_eq!(testbed.acts("h-0000").await, (0, 0));
        proxy.post(&format!("batches/{now}/resume"), "-", &json!({})).await;
        let batch = testbed.until_sent(&proxy, &now).await;
        assert_eq!((&batch["paused"], &batch["held"]), (&json!(false), &json!(null)));
        assert_eq!(testbed.acts("h-0002").await, (1, 1));
        proxy.stop().await;
    }

    async fn a_queue_that_is_being_sent_does_not_grow_old(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with(JournalOptions {
            poll: Duration::from_millis(100),
            stale_after: Duration::from_mins(20),
            ..JournalOptions::default()
        }).await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 600, "times": 2})).await;
        let first = testbed.batch(&proxy, &accepts([0], None)).await;
        testbed.until(&proxy, &first, |batch| batch["items"][0]["reason"] == "throttled").await;
        let second = testbed.batch(&proxy, &accepts([1], None)).await;
        testbed.advance(13 * MINUTE).await;
        testbed.until_count(&proxy, &first, "not_sent", 1).await;
        testbed.advance(13 * MINUTE).await;
        let batch = testbed.until_sent(&proxy, &second).await;
        assert_eq!(batch["held"], json!(null), "26 minutes old, and 13 after the one before it");
        assert_eq!(testbed.acts("h-0001").await, (1, 1));
        proxy.stop().await;
    }

    async fn a_proxy_that_is_taken_for_dead_backs_off_and_goes_on(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let warm = testbed.batch(&proxy, &accepts([50], None)).await;
        testbed.until_sent(&proxy, &warm).await;
        proxy.forget_proxies().await;
        let id = testbed.batch(&proxy, &accepts(0..40, None)).await;
        let batch = testbed.until_sent(&proxy, &id).await;
        let attempts: u64 = batch["items"].as_array().unwrap().iter().map(|item| item["attempts"].as_u64().unwrap()).sum();
        assert!(attempts <= 60, "{attempts} intents for 40 items");
        testbed.assert_nothing_acted_twice().await;
        proxy.stop().await;
    }

    async fn nothing_begins_once_the_proxy_is_told_to_end_and_what_stays_open_is_unknown(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with(JournalOptions {
            poll: Duration::from_millis(100),
            call_timeout: Duration::from_secs(4),
            ..JournalOptions::default()
        }).await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "delay", "ms": 30000, "times": 1})).await;
        let id = testbed.batch(&proxy, &accepts(0..8, None)).await;
        // An item is `sending` before its call has left, and one that never leaves is queued again.
        testbed.until_fault_is_met().await;
        let told = Instant::now();
        proxy.stop().await;
        assert!(told.elapsed() < Duration::from_secs(25), "it waited for the answer: {:?}", told.elapsed());
        let url: StoreUrl = testbed.database.url().parse().unwrap();
        let db = Db::open(&url).await.unwrap();
        let counts = db.batch_summary(&id).await.unwrap().unwrap().counts;
        assert_eq!((counts.unknown, counts.queued, counts.sending), (1, 7, 0));
        // The account is free at once for whoever comes next.
        db.beat("next", 60_000).await.unwrap();
        let lease = db.acquire(&evenkeel_store::journal::send_lease("core"), "next").await.unwrap();
        assert!(lease.is_some());
        db.close().await;
    }
}
