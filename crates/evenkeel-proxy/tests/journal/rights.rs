//! The right of whoever ordered something, when it is sent.

use evenkeel_api::{Accounts, Caller, Grants, Role};
use serde_json::{Value, json};

use crate::testbed::{MINUTE, accepts, on_each_database};

/// The name of the token that the testkit shows.
const TOKEN: &str = "testkit";

on_each_database! {
    async fn what_was_ordered_by_a_token_that_may_order_no_more_is_not_sent(testbed: &JournalTestbed) {
        let proxy = testbed.proxy_that_asks().await;
        // Nothing leaves before the change.
        testbed.fault(json!({"operation": "AcceptScheduledEvent", "kind": "throttle", "retry_after_s": 60, "times": 1})).await;
        let id = testbed.batch(&proxy, &accepts(0..3, None)).await;
        testbed.until(&proxy, &id, |batch| batch["items"][0]["reason"] == "throttled").await;
        let viewer = Grants::one(Role::Viewer, Accounts::All);
        assert!(proxy.db().grant_api_token(TOKEN, &viewer, &Caller::local(), 1).await.unwrap());
        testbed.advance(5 * MINUTE).await;
        let batch = testbed.until_count(&proxy, &id, "not_sent", 3).await;
        let reasons: Vec<&Value> = batch["items"].as_array().unwrap().iter().map(|item| &item["reason"]).collect();
        assert_eq!(reasons, [&json!("right_withdrawn"); 3]);
        assert_eq!(testbed.calls().await["totals"]["received"], 0);

        // Whoever may order them has to order them themselves.
        assert!(proxy.db().grant_api_token(TOKEN, &Grants::everything(), &Caller::local(), 2).await.unwrap());
        let (_, retry) = proxy.post(&format!("batches/{id}/retry-failed"), "again", &json!({})).await;
        let retry = retry["id"].as_str().unwrap();
        testbed.until_taken(&proxy, retry, 3).await;
        proxy.stop().await;
    }
}
