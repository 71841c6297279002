//! What people order: pause, go on, call off, try again.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::testbed::{JournalTestbed, MINUTE, accepts, on_each_database, reboots};

on_each_database! {
    async fn a_paused_batch_waits_and_a_cancelled_one_is_not_sent(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        // Nothing leaves before the pause.
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let id = testbed.batch(&proxy, &accepts(0..10, None)).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        let (status, summary) = proxy.post(&format!("batches/{id}/pause"), "-", &json!({})).await;
        assert_eq!((status, &summary["paused"]), (StatusCode::OK, &json!(true)));
        testbed.advance(5 * MINUTE).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(testbed.calls().await["totals"]["received"], 0);
        let (_, summary) = proxy.post(&format!("batches/{id}/cancel"), "-", &json!({})).await;
        assert_eq!((&summary["state"], &summary["counts"]["not_sent"]), (&json!("done"), &json!(10)));
        proxy.post(&format!("batches/{id}/resume"), "-", &json!({})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(testbed.calls().await["totals"]["received"], 0);
        let (status, problem) = proxy.post("batches/nope/cancel", "-", &json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("unknown_batch")));
        proxy.stop().await;
    }

    async fn a_batch_goes_on_where_it_was_paused(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "times": 1})).await;
        let id = testbed.batch(&proxy, &accepts(0..10, None)).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.post(&format!("batches/{id}/pause"), "-", &json!({})).await;
        testbed.advance(5 * MINUTE).await;
        proxy.post(&format!("batches/{id}/resume"), "-", &json!({})).await;
        testbed.until_sent(&proxy, &id).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 10, "accepted": 10}));
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        let local = json!({"who": "local", "login": "none"});
        let steps: Vec<_> = batch["steps"].as_array().unwrap().iter().map(|step| (&step["kind"], &step["by"])).collect();
        assert_eq!(steps, [(&json!("paused"), &local), (&json!("resumed"), &local)]);
        assert_eq!(batch["by"], local);
        proxy.stop().await;
    }

    async fn what_failed_is_tried_again_as_a_batch_of_its_own(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "fail_items", "event_ids": ["e-0001", "e-0003"]})).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        testbed.until_count(&proxy, &id, "rejected", 2).await;
        testbed.no_faults().await;
        let path = format!("batches/{id}/retry-failed");
        let (status, retry) = proxy.post(&path, "again", &json!({})).await;
        assert_eq!((status, &retry["total"], &retry["retry_of"]), (StatusCode::CREATED, &json!(2), &json!(id)));
        let (status, same) = proxy.post(&path, "again", &json!({})).await;
        assert_eq!((status, &same["id"]), (StatusCode::OK, &retry["id"]));
        let retry = retry["id"].as_str().unwrap();
        testbed.until(&proxy, retry, |batch| batch["state"] == "done").await;
        assert_eq!(testbed.acts("e-0003").await, (2, 1));
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        assert_eq!(batch["retried_by"], json!([retry]));
        let (status, problem) = proxy.post(&format!("batches/{retry}/retry-failed"), &testbed.key(), &json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("nothing_to_retry")));
        proxy.stop().await;
    }

    async fn a_batch_whose_account_is_configured_no_more_says_so_until_it_is_again(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_twin().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let mut body = accepts([1], None);
        body["account"] = json!("core-2");
        let id = testbed.batch(&proxy, &body).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.stop().await;
        let proxy = testbed.proxy().await;
        let path = format!("batches/{id}");
        let batch = testbed.get(&proxy, &path).await;
        assert_eq!(batch["held"]["reason"], "account_missing");
        assert_eq!(testbed.get(&proxy, "batches").await["batches"][0]["held"], batch["held"]);
        let (status, problem) = proxy.post(&format!("{path}/resume"), "-", &json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("account_moved")));
        proxy.stop().await;
        let proxy = testbed.proxy_with_twin().await;
        testbed.advance(2 * MINUTE).await;
        let batch = testbed.until_sent(&proxy, &id).await;
        assert_eq!(batch["held"], Value::Null);
        proxy.stop().await;
    }

    async fn a_batch_is_not_sent_to_another_cloud_than_it_was_taken_for(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..3)).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.stop().await;
        let other = JournalTestbed::new(evenkeel_testkit::TestDatabase::sqlite()).await;
        let proxy = testbed.proxy_to(&other).await;
        let batch = testbed.until(&proxy, &id, |batch| batch["held"]["reason"] == "account_moved").await;
        assert_eq!((&batch["paused"], &batch["counts"]["queued"]), (&json!(true), &json!(3)));
        testbed.advance(5 * MINUTE).await;
        for order in ["resume", "retry-failed"] {
            if order == "retry-failed" {
                proxy.post(&format!("batches/{id}/cancel"), "-", &json!({})).await;
            }
            let (status, problem) = proxy.post(&format!("batches/{id}/{order}"), &testbed.key(), &json!({})).await;
            assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("account_moved")), "{order}");
        }
        proxy.stop().await;
        assert_eq!(other.calls().await["totals"]["received"], 0);
        // Where it leads back, it goes on.
        let proxy = testbed.proxy().await;
        let (status, retry) = proxy.post(&format!("batches/{id}/retry-failed"), &testbed.key(), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{retry}");
        testbed.until_sent(&proxy, retry["id"].as_str().unwrap()).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 3, "accepted": 3}));
        proxy.stop().await;
    }
}
