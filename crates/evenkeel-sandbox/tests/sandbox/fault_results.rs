//! Faults of lists and of a batch's results.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TestSandbox, sandbox, still_sandbox};

const LIST: &str = "DescribeHistoryEvents";
const REDEPLOY: &str = "BatchEventRedeployInstance";
const REDEPLOYABLE: &str = "Instance:SystemFailure.Redeploy,Instance:SystemMaintenance.Redeploy";
const SLOW: Duration = Duration::from_mins(1);

async fn redeploy(sandbox: &TestSandbox, events: &[Value]) -> Vec<Value> {
    let immediate = json!({"OpsType": "immediate"});
    let answer = sandbox.ens_batch(REDEPLOY, events, &immediate).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["Results"].as_array().unwrap().clone()
}

fn ids(items: &[Value], name: &str) -> Vec<Value> {
    items.iter().map(|item| item[name].clone()).collect()
}

#[tokio::test]
async fn results_go_missing_though_their_items_were_done() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!([
            {"operation": REDEPLOY, "kind": "missing_results", "event_ids": [events[1]["EventId"]], "times": 1},
            {"operation": REDEPLOY, "kind": "missing_results", "count": 1, "times": 1}
        ]))
        .await;
    // Both fit the one call.
    let results = redeploy(&sandbox, &events[..3]).await;
    assert_eq!(ids(&results, "EventId"), ids(&events[2..3], "EventId"));
    assert_eq!(sandbox.acts(&events[0]["EventId"]).await, (1, 1));
    assert_eq!(sandbox.ens_state(&events[0]).await, "Scheduled");
}

#[tokio::test]
async fn results_come_that_nobody_asked_for() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!([
            {"operation": REDEPLOY, "kind": "extra_results", "count": 2, "nth": 1},
            {"operation": REDEPLOY, "kind": "extra_results", "event_ids": [events[1]["EventId"]], "nth": 2}
        ]))
        .await;
    let results = redeploy(&sandbox, &events[..1]).await;
    assert_eq!(results.len(), 3);
    assert_eq!(results[0]["EventId"], events[0]["EventId"]);
    assert!(
        results[1]["EventId"]
            .as_str()
            .unwrap()
            .starts_with("e-0000")
    );
    assert_ne!(results[1]["EventId"], results[2]["EventId"]);
    let results = redeploy(&sandbox, &events[1..2]).await;
    assert_eq!(results[0]["EventId"], results[1]["EventId"]);
    assert_eq!(sandbox.acts(&events[1]["EventId"]).await, (1, 1));
}

#[tokio::test]
async fn items_fail_with_the_code_and_words_that_are_asked_for() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!({
            "operation": "*", "kind": "fail_items", "count": 1,
            "status": 409, "code": "Conflict", "message": "Another operation is under way."
        }))
        .await;
    let results = redeploy(&sandbox, &events[..2]).await;
    assert_eq!(ids(&results, "Code"), [409, 200]);
    assert_eq!(results[0]["Message"], "Another operation is under way.");
    let event = &sandbox.huawei_events(&[("state", "inquiring")]).await[0];
    let answer = sandbox.accept(event, "{}").await;
    assert_eq!(
        (answer.status, &answer.body["error"]),
        (
            409,
            &json!({"code": "Conflict", "message": "Another operation is under way."})
        )
    );
}

#[tokio::test]
async fn an_item_may_fail_with_a_word_or_an_odd_number_for_a_code() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    for code in [json!("NoPermission"), json!(0), json!(302)] {
        sandbox
            .fault(json!({
                "operation": REDEPLOY, "kind": "fail_items", "count": 1, "result_code": code, "times": 1
            }))
            .await;
        let results = redeploy(&sandbox, &events[..2]).await;
        assert_eq!(results[0]["Code"], code);
    }
    assert_eq!(sandbox.acts(&events[0]["EventId"]).await, (3, 0));
}

#[tokio::test]
async fn an_error_may_be_a_page_of_somebody_in_front_of_the_cloud() {
    let sandbox = sandbox(60, SLOW).await;
    let event = &sandbox.huawei_events(&[("state", "inquiring")]).await[0];
    sandbox
        .fault(json!([
            {"operation": LIST, "kind": "error", "status": 403, "body": "<html>no</html>", "times": 1},
            {"operation": "AcceptScheduledEvent", "kind": "error", "status": 409, "times": 1,
             "body": "{\"conflictingRequest\": {\"code\": 409}}", "content_type": "application/json"},
            {"operation": "AcceptScheduledEvent", "kind": "wrong_content_type", "body": "<html>login</html>",
             "nth": 1}
        ]))
        .await;
    let query = [("EventTypes", "Disk:Stalled")];
    let answer = sandbox.ens(LIST, &query).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (403, "text/html")
    );
    let answer = sandbox.accept(event, "{}").await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.body["conflictingRequest"]["code"], 409);
    // Done, and answered by a page where the cloud itself would have nothing to say.
    let answer = sandbox.accept(event, "{}").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/html")
    );
    assert_eq!(sandbox.acts(&event["id"]).await, (1, 1));
}

#[tokio::test]
async fn a_further_page_is_the_one_before_it_once_more() {
    let sandbox = sandbox(200, SLOW).await;
    let page = async |number: &str| {
        let query = [
            ("EventTypes", crate::client::ENS_TYPES),
            ("PageNumber", number),
        ];
        ids(
            sandbox.ens(LIST, &query).await.body["Events"]
                .as_array()
                .unwrap(),
            "EventId",
        )
    };
    let pages = [page("1").await, page("2").await];
    sandbox
        .fault(json!({"operation": "*", "kind": "duplicate_page", "times": 2}))
        .await;
    assert_eq!(page("1").await, pages[0], "a first page uses nothing up");
    assert_eq!(page("2").await, pages[0]);
    let first = sandbox.huawei_list(&[("limit", "10")]).await.body;
    let marker = first["page_info"]["next_marker"].as_str().unwrap();
    let query = [("limit", "10"), ("marker", marker)];
    assert_eq!(sandbox.huawei_list(&query).await.body, first);
    let second = sandbox.huawei_list(&query).await.body;
    assert_ne!(second["events"], first["events"]);
    assert_eq!(page("2").await, pages[1]);
}

#[tokio::test]
async fn lists_show_an_act_only_after_a_while() {
    let sandbox = still_sandbox(60, SLOW).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "stale_lists", "ms": 30_000}))
        .await;
    let ens = sandbox.inquiring(REDEPLOYABLE).await;
    let huawei = sandbox.huawei_events(&[("state", "inquiring")]).await;
    redeploy(&sandbox, &ens[..1]).await;
    assert_eq!(sandbox.accept(&huawei[0], "{}").await.status, 204);
    for (seconds, states) in [
        (0, ("Inquiring", "inquiring")),
        (29, ("Inquiring", "inquiring")),
        (1, ("Scheduled", "scheduled")),
    ] {
        sandbox.advance(seconds).await;
        let shown = (
            sandbox.ens_state(&ens[0]).await,
            sandbox.huawei_state(&huawei[0]).await,
        );
        assert_eq!((shown.0.as_str(), shown.1.as_str()), states, "{seconds}");
        // The service itself knows better than its lists.
        assert_eq!(sandbox.accept(&huawei[0], "{}").await.status, 400);
    }
    // A list without lag shows the newest at once, the old times included.
    sandbox
        .control(Method::DELETE, "faults", &Value::Null)
        .await;
    assert_eq!(sandbox.ens_state(&ens[0]).await, "Scheduled");
}
