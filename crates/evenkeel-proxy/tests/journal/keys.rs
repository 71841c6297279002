//! Keys that the cloud refuses, may not do what is asked, or are other ones than before.

use std::time::Duration;

use evenkeel_store::{Db, StoreUrl};
use serde_json::{Value, json};

use crate::testbed::{JournalTestbed, MINUTE, Running, accepts, on_each_database, reboots};

/// Held by the proxy for this reason, and nothing of it is under way.
fn is_held(batch: &Value, reason: &str) -> bool {
    batch["held"]["reason"] == reason && batch["state"] == "paused"
}

fn twin(mut batch: Value) -> Value {
    batch["account"] = json!("core-2");
    batch
}

async fn resume(proxy: &Running, id: &str) {
    proxy
        .post(&format!("batches/{id}/resume"), "-", &json!({}))
        .await;
}

/// What is told of how an account is read.
async fn told(testbed: &JournalTestbed, proxy: &Running, account: &str) -> Value {
    let page = testbed.get(proxy, "events?limit=1").await;
    let accounts = page["accounts"].as_array().unwrap();
    accounts
        .iter()
        .find(|it| it["account"] == account)
        .unwrap()
        .clone()
}

on_each_database! {
    async fn a_refused_key_rests_after_one_call_for_all_its_batches_and_accounts(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_twin().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "error", "status": 401,
            "code": "APIGW.0301", "message": "Incorrect IAM authentication information"})).await;
        let mut ids = Vec::new();
        for n in 0..3 {
            ids.push(testbed.batch(&proxy, &accepts(n * 5..n * 5 + 5, None)).await);
            ids.push(testbed.batch(&proxy, &twin(accepts(20 + n * 5..25 + n * 5, None))).await);
        }
        let mut rejected = 0;
        for id in &ids {
            let batch = testbed.until(&proxy, id, |batch| is_held(batch, "key_refused")).await;
            assert_eq!((&batch["paused"], &batch["held"]["code"]), (&json!(true), &json!("APIGW.0301")));
            rejected += batch["counts"]["rejected"].as_u64().unwrap();
        }
        assert_eq!((testbed.count("AcceptScheduledEvent").await, rejected), (1, 1));
        // It is told on both accounts, and neither of them is read.
        for account in ["core", "core-2"] {
            while told(testbed, &proxy, account).await["error"]["code"] != "credentials" {
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        }
        // A new batch does not try it again.
        let late = testbed.batch(&proxy, &accepts([40], None)).await;
        testbed.until(&proxy, &late, |batch| is_held(batch, "key_refused")).await;
        assert_eq!(testbed.count("AcceptScheduledEvent").await, 1);

        // A person lets one go on: one call more.
        resume(&proxy, &ids[3]).await;
        testbed.until(&proxy, &ids[3], |batch| is_held(batch, "key_refused") && batch["counts"]["rejected"] == 1).await;
        assert_eq!(testbed.count("AcceptScheduledEvent").await, 2);
        testbed.no_faults().await;
        for id in &ids {
            resume(&proxy, id).await;
            testbed.until_sent(&proxy, id).await;
        }
        let totals = &testbed.calls().await["totals"];
        assert_eq!(totals["accepted"], 28, "30 without the two that were refused");
        let mut twin = told(testbed, &proxy, "core-2").await;
        while !twin["error"].is_null() {
            tokio::time::sleep(Duration::from_millis(25)).await;
            twin = told(testbed, &proxy, "core-2").await;
        }
        testbed.assert_nothing_acted_twice().await;
        proxy.stop().await;
    }

    async fn what_a_key_may_not_do_rests_after_three_alike_and_reading_goes_on(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "error", "status": 403,
            "code": "Ecs.0003", "message": "no"})).await;
        let id = testbed.batch(&proxy, &accepts(0..20, None)).await;
        let batch = testbed.until(&proxy, &id, |batch| is_held(batch, "denied")).await;
        assert_eq!((&batch["counts"]["rejected"], &batch["counts"]["queued"]), (&json!(3), &json!(17)));
        assert_eq!(batch["held"]["code"], "Ecs.0003");
        assert_eq!(testbed.count("AcceptScheduledEvent").await, 3);
        let late = testbed.batch(&proxy, &accepts([30], None)).await;
        testbed.until(&proxy, &late, |batch| is_held(batch, "denied")).await;
        assert_eq!(testbed.count("AcceptScheduledEvent").await, 3);
        assert_eq!(told(testbed, &proxy, "core").await["error"], Value::Null);
        // It was granted meanwhile.
        testbed.no_faults().await;
        resume(&proxy, &id).await;
        testbed.until_sent(&proxy, &id).await;
        resume(&proxy, &late).await;
        testbed.until_sent(&proxy, &late).await;
        assert_eq!(testbed.calls().await["totals"]["accepted"], 18);
        proxy.stop().await;
    }

    async fn with_another_key_what_was_ordered_before_waits_until_its_event_was_read(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "throttle", "retry_after_s": 5, "times": 1})).await;
        let seen = testbed.batch(&proxy, &reboots(0..3)).await;
        let mut body = reboots([4]);
        body["items"][0]["event_id"] = json!("e-9999");
        let unseen = testbed.batch(&proxy, &body).await;
        testbed.until(&proxy, &seen, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.stop().await;
        // As if it had been another key until now.
        let url: StoreUrl = testbed.database.url().parse().unwrap();
        let db = Db::open(&url).await.unwrap();
        db.queue("edge", "another", testbed.now()).await.unwrap();
        db.close().await;
        drop(db);

        // The events cannot be read at first.
        testbed.fault(json!({"operation": "DescribeHistoryEvents", "kind": "error", "status": 503})).await;
        testbed.advance(MINUTE).await;
        let proxy = testbed.proxy().await;
        testbed.until(&proxy, &seen, |batch| is_held(batch, "key_changed")).await;
        testbed.no_faults().await;
        testbed.advance(MINUTE).await;
        testbed.until_sent(&proxy, &seen).await;
        let item = testbed.item(&proxy, &seen, 1).await;
        let steps = item["history"].as_array().unwrap();
        assert!(steps.iter().any(|step| step["detail"].as_str().is_some_and(|text| text.contains("new key"))), "{item:#}");
        testbed.until(&proxy, &unseen, |batch| is_held(batch, "event_not_shown")).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 3, "accepted": 3}));
        resume(&proxy, &unseen).await;
        testbed.until_sent(&proxy, &unseen).await;
        proxy.stop().await;
    }
}
