//! Calls that may still arrive: whoever has settled the item and by whichever door a new order comes,
//! nothing about the event is sent before.

use std::time::Duration;

use axum::http::StatusCode;
use evenkeel_store::{Db, StoreUrl};
use serde_json::{Value, json};

use crate::testbed::{JournalTestbed, MINUTE, Running, accepts, on_each_database, reboots, time};

/// An order that is lost on its way; what became of it, a person says.
async fn settled(
    testbed: &JournalTestbed,
    proxy: &Running,
    body: &Value,
    settle_as: &str,
) -> String {
    for operation in [
        "AcceptScheduledEvent",
        "UpdateScheduledEvent",
        "BatchEventRebootInstance",
    ] {
        testbed
            .fault(json!({"operation": operation, "kind": "reset", "when": "before", "times": 1}))
            .await;
    }
    let id = testbed.batch(proxy, body).await;
    testbed.until_count(proxy, &id, "unknown", 1).await;
    testbed.no_faults().await;
    let path = format!("batches/{id}/items/0/settle");
    let (status, item) = proxy.post(&path, "-", &json!({"as": settle_as})).await;
    assert_eq!(status, StatusCode::OK, "{item}");
    id
}

fn reschedules(event: usize, at: i64) -> Value {
    let mut body = accepts([event], Some(at));
    body["action"] = json!("reschedule");
    body
}

/// Brings an event to be scheduled, which an act may move.
async fn schedule(testbed: &JournalTestbed, proxy: &Running, event: usize) {
    let at = testbed.now() + 10 * 60 * MINUTE;
    let id = testbed.batch(proxy, &accepts([event], Some(at))).await;
    testbed.until_taken(proxy, &id, 1).await;
    testbed.advance(3_000).await;
    testbed.until_count(proxy, &id, "confirmed", 1).await;
}

async fn restored(testbed: &JournalTestbed) {
    let url: StoreUrl = testbed.database.url().parse().unwrap();
    let db = Db::open(&url).await.unwrap();
    db.restored(testbed.now()).await.unwrap();
    db.close().await;
}

on_each_database! {
    async fn a_new_batch_waits_for_a_call_that_a_person_has_settled(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        for (event, word) in [(1, "not_sent"), (2, "accepted")] {
            schedule(testbed, &proxy, event).await;
            let before = testbed.acts(&format!("h-{event:04}")).await.0;
            let first = testbed.now() + 20 * 60 * MINUTE;
            settled(testbed, &proxy, &reschedules(event, first), word).await;
            let id = testbed.batch(&proxy, &reschedules(event, first + 60 * MINUTE)).await;
            let batch = testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "earlier_call").await;
            assert!(batch["items"][0]["due_at"].as_str() > Some(time(testbed.now() + 15 * MINUTE).as_str()), "{batch:#}");
            testbed.advance(15 * MINUTE).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert_eq!(testbed.acts(&format!("h-{event:04}")).await.0, before);
            testbed.advance(2 * MINUTE).await;
            testbed.until_taken(&proxy, &id, 1).await;
            assert_eq!(testbed.acts(&format!("h-{event:04}")).await.0, before + 1);
        }
        proxy.stop().await;
    }

    async fn an_order_by_another_account_does_not_overtake_an_earlier_one_that_waits(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_with_twin().await;
        schedule(testbed, &proxy, 1).await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 20, "times": 1})).await;
        let other = testbed.batch(&proxy, &accepts([2], None)).await;
        testbed.until(&proxy, &other, |batch| batch["items"][0]["reason"] == "throttled").await;
        let at = testbed.now() + 20 * 60 * MINUTE;
        let first = testbed.batch(&proxy, &reschedules(1, at)).await;
        let mut body = reschedules(1, at + 60 * MINUTE);
        body["account"] = json!("core-2");
        let second = testbed.batch(&proxy, &body).await;
        testbed.until(&proxy, &second, |batch| batch["items"][0]["reason"] == "earlier_order").await;
        for batch in [&first, &second] {
            // The first is sent when the pause is over, a quarter longer at most; the second after it.
            testbed.advance(26_000).await;
            testbed.until_taken(&proxy, batch, 1).await;
        }
        let calls = testbed.calls().await;
        let moves: Vec<_> = calls["calls"].as_array().unwrap().iter().filter(|call| call["operation"] == "UpdateScheduledEvent").collect();
        assert_eq!(moves.len(), 2, "{calls:#}");
        for (call, at) in moves.into_iter().zip([at, at + 60 * MINUTE]) {
            assert_eq!((&call["parameters"]["not_before"], &call["status"]), (&json!(time(at)), &json!(204)), "{call:#}");
        }
        proxy.stop().await;
    }

    async fn a_second_retry_with_another_key_sends_nothing_again(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let id = settled(testbed, &proxy, &reboots([1]), "not_sent").await;
        let path = format!("batches/{id}/retry-failed");
        let (status, retry) = proxy.post(&path, "one", &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{retry}");
        let (status, problem) = proxy.post(&path, "two", &json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("nothing_to_retry")));
        let (status, same) = proxy.post(&path, "one", &json!({})).await;
        assert_eq!((status, &same["id"]), (StatusCode::OK, &retry["id"]));
        let item = testbed.item(&proxy, &id, 0).await;
        assert_eq!(item["retried_in"], retry["id"]);
        testbed.advance(17 * MINUTE).await;
        testbed.until_sent(&proxy, retry["id"].as_str().unwrap()).await;
        assert_eq!(testbed.acts("e-0001").await, (1, 1));
        proxy.stop().await;
    }

    async fn what_arrived_after_all_is_not_done_again(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.read_late().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "lost_answer", "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots([1])).await;
        testbed.until_count(&proxy, &id, "unknown", 1).await;
        proxy.post(&format!("batches/{id}/items/0/settle"), "-", &json!({"as": "not_sent"})).await;
        let (status, retry) = proxy.post(&format!("batches/{id}/retry-failed"), &testbed.key(), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{retry}");
        let retry = retry["id"].as_str().unwrap();
        testbed.until(&proxy, retry, |batch| batch["items"][0]["reason"] == "earlier_call").await;
        // Its event is read every minute.
        for _ in 0..17 {
            testbed.advance(MINUTE).await;
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        let batch = testbed.until_count(&proxy, retry, "not_sent", 1).await;
        assert_eq!(batch["items"][0]["reason"], "event_moved");
        assert_eq!(testbed.acts("e-0001").await, (1, 1));
        proxy.stop().await;
    }

    async fn a_restored_order_with_a_password_is_not_sent_without_it(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventMigrateInstance", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let body = json!({"account": "edge", "action": "migrate", "password": "Canary77", "items": [
            {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "try_transfer"}]});
        let id = testbed.batch(&proxy, &body).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        proxy.stop().await;
        restored(testbed).await;
        let proxy = testbed.proxy_leasing(Duration::from_secs(1)).await;
        let batch = testbed.until_count(&proxy, &id, "unknown", 1).await;
        assert_eq!((&batch["items"][0]["reason"], &batch["items"][0]["takes_password"]), (&json!("restored"), &json!(true)));
        testbed.advance(17 * MINUTE).await;
        let batch = testbed.until_count(&proxy, &id, "not_sent", 1).await;
        assert_eq!(batch["items"][0]["reason"], "password_lost");
        assert_eq!(testbed.acts("e-0045").await, (0, 0));
        // To be sent again it is asked for, or that there is to be none.
        let path = format!("batches/{id}/retry-failed");
        let (status, problem) = proxy.post(&path, "a", &json!({})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("password_needed")));
        let (status, problem) = proxy.post(&path, "b", &json!({"password": "Canary77", "without_password": true})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid_parameters")));
        let (status, retry) = proxy.post(&path, "c", &json!({"without_password": true})).await;
        assert_eq!(status, StatusCode::CREATED, "{retry}");
        // Asked for again, it is the same batch, whatever the second request says of a password.
        let (status, same) = proxy.post(&path, "c", &json!({})).await;
        assert_eq!((status, &same["id"]), (StatusCode::OK, &retry["id"]));
        testbed.until_taken(&proxy, retry["id"].as_str().unwrap(), 1).await;
        assert_eq!(testbed.acts("e-0045").await, (1, 1));
        proxy.stop().await;
    }

    async fn nothing_is_ordered_while_a_call_from_before_a_restore_may_arrive(testbed: &JournalTestbed) {
        restored(testbed).await;
        let proxy = testbed.proxy().await;
        let id = testbed.batch(&proxy, &reboots([3])).await;
        testbed.until(&proxy, &id, |batch| batch["held"]["reason"] == "restored").await;
        testbed.advance(15 * MINUTE).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(testbed.acts("e-0003").await, (0, 0));
        testbed.advance(2 * MINUTE).await;
        testbed.until_sent(&proxy, &id).await;
        assert_eq!(testbed.acts("e-0003").await, (1, 1));
        proxy.stop().await;
    }

    async fn an_answer_that_quotes_the_password_of_a_cancelled_batch_is_not_kept(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventMigrateInstance", "kind": "delay", "ms": 2_000})).await;
        testbed.fault(json!({"operation": "BatchEventMigrateInstance", "kind": "wrong_content_type", "content_type": "application/json",
            "body": "{\"RequestId\":\"r-1\",\"Message\":\"we took Canary77\",\"Code\":\"Internal\"}"})).await;
        let body = json!({"account": "edge", "action": "migrate", "password": "Canary77", "items": [
            {"event_id": "e-0045", "resource_id": "i-0045", "when": "now", "data_policy": "try_transfer"}]});
        let id = testbed.batch(&proxy, &body).await;
        testbed.until_count(&proxy, &id, "sending", 1).await;
        proxy.post(&format!("batches/{id}/cancel"), "-", &json!({})).await;
        testbed.until_count(&proxy, &id, "sending", 0).await;
        let item = testbed.item(&proxy, &id, 0).await;
        let answer = item["history"].as_array().unwrap().iter().find_map(|step| step["answer"].as_str());
        assert!(answer.is_some_and(|answer| answer.contains("r-1")), "{item:#}");
        assert!(!item.to_string().to_lowercase().contains("anary"), "{item:#}");
        proxy.stop().await;
    }
}
