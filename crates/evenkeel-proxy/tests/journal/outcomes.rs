//! What the cloud says of items.

use serde_json::json;

use crate::testbed::{MINUTE, accepts, on_each_database, reboots, time};

on_each_database! {
    async fn every_item_is_sent_once_accepted_and_confirmed(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let id = testbed.batch(&proxy, &reboots(0..40)).await;
        testbed.until_taken(&proxy, &id, 40).await;
        // In two calls of twenty.
        assert_eq!(testbed.calls().await["operations"]["BatchEventRebootInstance"], 2);
        testbed.advance(15_000).await;
        let mut confirmed = 0;
        for _ in 0..8 {
            let batch = testbed.until(&proxy, &id, |batch| batch["counts"]["confirmed"].as_u64() > Some(confirmed)).await;
            confirmed = batch["counts"]["confirmed"].as_u64().unwrap();
            if confirmed == 40 {
                break;
            }
            testbed.advance(15_000).await;
        }
        let batch = testbed.until_count(&proxy, &id, "confirmed", 40).await;
        assert_eq!(batch["state"], "done");
        assert_eq!(testbed.calls().await["totals"], json!({"received": 40, "accepted": 40}));
        let item = testbed.item(&proxy, &id, 7).await;
        let states: Vec<_> = item["history"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["queued", "sending", "accepted", "confirmed"]);
        assert!(item["history"][2]["answer"].as_str().unwrap().contains("e-0007"));
        assert_eq!(item["request_id"], item["history"][2]["request_id"]);
        proxy.stop().await;
    }

    async fn huaweis_items_go_one_a_call_at_their_time(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        let at = testbed.now() + 60 * MINUTE;
        let id = testbed.batch(&proxy, &accepts(0..12, Some(at))).await;
        testbed.until_taken(&proxy, &id, 12).await;
        testbed.advance(3_000).await;
        let batch = testbed.until_count(&proxy, &id, "confirmed", 12).await;
        assert_eq!(batch["items"][3]["when"], json!({"at": time(at)}));
        assert_eq!(testbed.calls().await["totals"], json!({"received": 12, "accepted": 12}));
        proxy.stop().await;
    }

    async fn some_fail_and_come_back_in_another_order(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "fail_items", "event_ids": ["e-0003", "e-0015"], "message": "the edge is closed"})).await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "reorder_results"})).await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "trailing_newline"})).await;
        let id = testbed.batch(&proxy, &reboots(0..20)).await;
        let batch = testbed.until(&proxy, &id, |batch| batch["state"] == "done").await;
        assert_eq!(batch["counts"]["rejected"], 2);
        assert_eq!(batch["items"][3]["state"], "rejected");
        assert_eq!(batch["items"][3]["message"], "the edge is closed");
        assert_eq!(batch["items"][15]["code"], "400");
        proxy.stop().await;
    }

    async fn what_an_answer_leaves_out_is_unknown_until_it_is_seen(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.read_late().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "missing_results", "event_ids": ["e-0002"]})).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        let batch = testbed.until_count(&proxy, &id, "unknown", 1).await;
        assert_eq!(batch["items"][2]["state"], "unknown");
        assert_eq!(batch["items"][2]["reason"], "unclear_answer");
        testbed.advance(10_000).await;
        testbed.until(&proxy, &id, |batch| batch["items"][2]["state"] == "confirmed").await;
        let item = testbed.item(&proxy, &id, 2).await;
        assert_eq!(item["settled_by"], "reader");
        assert_eq!(testbed.acts("e-0002").await, (1, 1));
        proxy.stop().await;
    }

    async fn a_no_in_a_foreign_shape_is_a_no_and_is_not_sent_again(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "error", "status": 403, "times": 1,
            "body": r#"{"forbidden": {"code": 403, "message": "not from here"}}"#, "content_type": "application/json"})).await;
        let id = testbed.batch(&proxy, &accepts([1], None)).await;
        let batch = testbed.until_count(&proxy, &id, "rejected", 1).await;
        assert_eq!(batch["items"][0]["code"], "403");
        assert_eq!(batch["items"][0]["message"], "not from here");
        for _ in 0..4 {
            testbed.advance(5 * MINUTE).await;
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        }
        assert_eq!(testbed.calls().await["operations"]["AcceptScheduledEvent"], 1);
        proxy.stop().await;
    }

    async fn a_page_in_place_of_an_empty_success_is_unknown_until_it_is_seen(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.read_late().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "wrong_content_type", "body": "<html>login</html>", "times": 1})).await;
        let id = testbed.batch(&proxy, &accepts([1], None)).await;
        let batch = testbed.until_count(&proxy, &id, "unknown", 1).await;
        assert_eq!(batch["items"][0]["reason"], "unclear_answer");
        testbed.advance(10_000).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["state"] == "confirmed").await;
        assert_eq!(testbed.acts("h-0001").await, (1, 1));
        proxy.stop().await;
    }

    async fn a_codes_word_says_nothing_of_an_item(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "fail_items", "event_ids": ["e-0003"], "result_code": "NoPermission", "message": "x", "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..5)).await;
        let batch = testbed.until_count(&proxy, &id, "unknown", 1).await;
        assert_eq!(batch["items"][3]["message"], "NoPermission: x");
        testbed.until_taken(&proxy, &id, 4).await;
        proxy.stop().await;
    }

    async fn a_throttled_account_rests_as_long_as_the_cloud_asks(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "BatchEventRebootInstance", "kind": "throttle", "retry_after_s": 30, "times": 1})).await;
        let id = testbed.batch(&proxy, &reboots(0..3)).await;
        // The counts and the items are read one after the other.
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled" && batch["counts"]["queued"] == 3).await;
        testbed.advance(25_000).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(testbed.acts("e-0000").await, (0, 0));
        testbed.advance(15_000).await;
        let batch = testbed.until_sent(&proxy, &id).await;
        assert_eq!(batch["items"][0]["attempts"], 2);
        assert_eq!(testbed.acts("e-0000").await, (1, 1));
        proxy.stop().await;
    }

    async fn what_is_throttled_for_too_long_is_not_sent(testbed: &JournalTestbed) {
        let proxy = testbed.proxy().await;
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle"})).await;
        let id = testbed.batch(&proxy, &accepts([1], None)).await;
        for _ in 0..40 {
            testbed.advance(MINUTE).await;
            tokio::time::sleep(std::time::Duration::from_millis(60)).await;
            let batch = testbed.get(&proxy, &format!("batches/{id}")).await;
            if batch["state"] == "done" {
                break;
            }
        }
        let batch = testbed.until_count(&proxy, &id, "not_sent", 1).await;
        assert_eq!(batch["items"][0]["reason"], "throttled");
        assert_eq!(testbed.acts("h-0001").await, (0, 0));
        proxy.stop().await;
    }
}
