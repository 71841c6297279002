//! Unknown items: they rest until it is certain, and are never sent twice.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use crate::testbed::{MINUTE, accepts, on_each_database, reboots};

on_each_database! {
    async fn a_lost_answer_is_settled_by_looking(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.read_late().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "lost_answer", "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        let batch = testbed.until_count(&proxy, &id, "unknown", 5).await;
        assert_eq!(batch["state"], "resting");
        assert!(batch["items"][0]["may_resend_at"].is_string());
        testbed.advance(10_000).await;
        testbed.until_count(&proxy, &id, "confirmed", 5).await;
        testbed.assert_nothing_acted_twice().await;
        assert_eq!(testbed.acts("e-0004").await, (1, 1));
        proxy.stop().await;
    }

    async fn what_never_arrived_is_sent_again_only_once_its_signature_is_dead(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "reset", "when": "before", "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        testbed.until_count(&proxy, &id, "unknown", 5).await;
        for _ in 0..15 {
            testbed.advance(MINUTE).await;
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
        assert_eq!(batch["counts"]["unknown"], 5, "{batch}");
        assert_eq!(testbed.acts("e-0000").await, (0, 0));
        testbed.advance(3 * MINUTE).await;
        testbed.until_taken(&proxy, &id, 5).await;
        assert_eq!(testbed.acts("e-0000").await, (1, 1));
        let item = testbed.item(&proxy, &id, 0).await;
        assert_eq!(item["attempts"], 2);
        proxy.stop().await;
    }

    async fn a_list_that_lags_settles_nothing_too_early(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "lost_answer", "times": 4})).await;
        testbed.fault(json!({"operation": "ListScheduledEvents", "kind": "stale_lists", "ms": 5 * MINUTE})).await;
        let id = testbed.batch(&proxy, &accepts(0..4, None)).await;
        testbed.until_count(&proxy, &id, "unknown", 4).await;
        for _ in 0..20 {
            testbed.advance(MINUTE).await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        testbed.until_count(&proxy, &id, "confirmed", 4).await;
        assert_eq!(testbed.calls().await["totals"], json!({"received": 4, "accepted": 4}));
        proxy.stop().await;
    }

    async fn an_event_that_may_be_acted_on_already_is_left_alone(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "reset", "when": "before", "times": 1})).await;
        let first = testbed.batch(&proxy, &reboots([1])).await;
        testbed.until_count(&proxy, &first, "unknown", 1).await;
        let second = testbed.batch(&proxy, &reboots([1, 2])).await;
        let batch = testbed.until_count(&proxy, &second, "not_sent", 1).await;
        assert_eq!(batch["items"][0]["reason"], "event_in_flight");
        assert_eq!(testbed.acts("e-0001").await, (0, 0));
        // Whoever looks at the event sees what stands in the way, and a retry does not try it again.
        let events = testbed.get(&proxy, "events?account=edge&q=e-0001").await;
        let open = &events["events"][0]["open_items"];
        assert_eq!((&open[0]["batch_id"], &open[0]["state"], open.as_array().unwrap().len()), (&json!(first), &json!("unknown"), 1));
        assert_eq!(batch["retryable"], 0);
        let (_, refusal) = proxy.post(&format!("batches/{second}/retry-failed"), &testbed.key(), &json!({})).await;
        assert_eq!(refusal["code"], "nothing_to_retry", "{refusal}");
        testbed.until_sent(&proxy, &second).await;
        let third = testbed.batch(&proxy, &reboots([2])).await;
        let batch = testbed.until(&proxy, &third, |batch| batch["state"] == "done").await;
        assert!(["already_accepted", "rejected"].contains(&batch["items"][0]["reason"].as_str().unwrap_or("rejected")), "{batch}");
        testbed.assert_nothing_acted_twice().await;
        proxy.stop().await;
    }

    async fn a_person_says_what_became_of_an_unknown_item(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "reset", "when": "before", "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..2)).await;
        testbed.until_count(&proxy, &id, "unknown", 2).await;
        let path = format!("batches/{id}/items/1/settle");
        let (status, item) = proxy.post(&path, "-", &json!({"as": "not_sent", "note": "the ticket says so"})).await;
        assert_eq!((status, &item["state"], &item["settled_by"]), (StatusCode::OK, &json!("not_sent"), &json!("person")));
        let (status, problem) = proxy.post(&path, "-", &json!({"as": "accepted"})).await;
        assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("not_unknown")));
        // Tried again at once, it still waits until the first signature is dead.
        let (status, retry) = proxy.post(&format!("batches/{id}/retry-failed"), &testbed.key(), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{retry}");
        let retry = retry["id"].as_str().unwrap();
        testbed.advance(10 * MINUTE).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(testbed.acts("e-0001").await, (0, 0));
        testbed.advance(7 * MINUTE).await;
        testbed.until_sent(&proxy, retry).await;
        assert_eq!(testbed.acts("e-0001").await, (1, 1));
        proxy.stop().await;
    }

    async fn an_event_at_another_time_than_asked_for_is_superseded(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.read_late().await;
        let at = testbed.now() + 60 * MINUTE;
        let id = testbed.batch(&proxy, &accepts([5], Some(at))).await;
        testbed.until_count(&proxy, &id, "accepted", 1).await;
        // Somebody else moves it before anybody looks.
        let mut other = accepts([5], Some(at + 60 * MINUTE));
        other["action"] = json!("reschedule");
        let moved = testbed.batch(&proxy, &other).await;
        testbed.until_sent(&proxy, &moved).await;
        testbed.advance(3_000).await;
        testbed.until_count(&proxy, &id, "superseded", 1).await;
        testbed.until_count(&proxy, &moved, "confirmed", 1).await;
        proxy.stop().await;
    }

    async fn a_lost_move_of_an_event_that_nobody_had_seen_is_settled(testbed: &JournalTestbed) {
        // Decided elsewhere, before there is any proxy.
        let other = testbed.beside();
        let at = testbed.now() + 60 * MINUTE;
        let first = other.proxy().await;
        let id = other.batch(&first, &accepts([7], Some(at))).await;
        other.until_taken(&first, &id, 1).await;
        first.stop().await;
        // The first walk fails, or the first look: then the account rests for a second.
        testbed.fault(json!({"operation": "ListScheduledEvents", "kind": "error", "status": 503, "times": 1})).await;
        testbed.fault(json!({"operation": "UpdateScheduledEvent", "kind": "reset", "when": "before", "times": 1})).await;
        let proxy = testbed.proxy().await;
        let mut body = accepts([7], Some(at + 60 * MINUTE));
        body["action"] = json!("reschedule");
        let id = testbed.batch(&proxy, &body).await;
        for _ in 0..20 {
            let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
            if batch["counts"]["unknown"] == 1 {
                break;
            }
            testbed.advance(1_000).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        testbed.until_count(&proxy, &id, "unknown", 1).await;
        testbed.advance(20 * MINUTE).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["attempts"] == 2).await;
        testbed.until(&proxy, &id, |batch| batch["state"] == "done").await;
        testbed.advance(5_000).await;
        testbed.until_count(&proxy, &id, "confirmed", 1).await;
        assert_eq!(testbed.acts("h-0007").await, (2, 2));
        proxy.stop().await;
    }
}
