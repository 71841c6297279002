use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{event_infos, sandbox};

const LIST: &str = "DescribeHistoryEvents";
const REDEPLOY: &str = "BatchEventRedeployInstance";
const REDEPLOYABLE: &str = "Instance:SystemFailure.Redeploy,Instance:SystemMaintenance.Redeploy";
const SLOW: Duration = Duration::from_mins(1);

fn codes(results: &Value) -> Vec<u64> {
    let results = results["Results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["Code"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn throttles_as_each_cloud_does_and_only_so_often() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "throttle", "retry_after_s": 2, "times": 2}))
        .await;
    let ens = sandbox.ens(LIST, &[("EventTypes", "Disk:Stalled")]).await;
    assert_eq!((ens.status, ens.code()), (400, "Throttling.User"));
    assert_eq!(ens.header("x-acs-retry-after"), "2000");
    let huawei = sandbox.huawei_list(&[]).await;
    assert_eq!(huawei.status, 429);
    assert_eq!(huawei.body["error_code"], "APIGW.0308");
    assert_eq!(huawei.header("retry-after"), "2");
    assert_eq!(sandbox.huawei_list(&[]).await.status, 200);
    let left = sandbox
        .control(Method::GET, "faults", &Value::Null)
        .await
        .body;
    assert_eq!(left, json!({"faults": []}));
}

#[tokio::test]
async fn throttles_without_a_hint() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "throttle"}))
        .await;
    let ens = sandbox.ens(LIST, &[("EventTypes", "Disk:Stalled")]).await;
    assert_eq!(
        (ens.code(), ens.header("x-acs-retry-after")),
        ("Throttling.User", "")
    );
    assert_eq!(sandbox.huawei_list(&[]).await.header("retry-after"), "");
}

#[tokio::test]
async fn errs_for_one_provider_and_always() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!({"operation": "*", "provider": "ens", "kind": "error", "status": 503}))
        .await;
    for _ in 0..3 {
        let answer = sandbox.ens(LIST, &[("EventTypes", "Disk:Stalled")]).await;
        assert_eq!((answer.status, answer.code()), (503, "ServiceUnavailable"));
    }
    assert_eq!(sandbox.huawei_list(&[]).await.status, 200);
}

#[tokio::test]
async fn errs_with_the_given_code_and_message() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!([
            {"operation": LIST, "kind": "error", "status": 400, "code": "NoPermission", "message": "Permission denied."},
            {"operation": "ListScheduledEvents", "kind": "error", "status": 500}
        ]))
        .await;
    let ens = sandbox.ens(LIST, &[("EventTypes", "Disk:Stalled")]).await;
    assert_eq!((ens.status, ens.code()), (400, "NoPermission"));
    assert_eq!(ens.body["Message"], "Permission denied.");
    let huawei = sandbox.huawei_list(&[]).await;
    assert_eq!(
        (huawei.status, &huawei.body["error"]["code"]),
        (500, &json!("Ecs.0000"))
    );
}

#[tokio::test]
async fn a_refused_act_does_nothing() {
    let sandbox = sandbox(20, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!({"operation": REDEPLOY, "kind": "error", "status": 500, "times": 1}))
        .await;
    let immediate = json!({"OpsType": "immediate"});
    assert_eq!(
        sandbox
            .ens_batch(REDEPLOY, &events[..1], &immediate)
            .await
            .status,
        500
    );
    assert_eq!(sandbox.acts(&events[0]["EventId"]).await, (0, 0));
    assert_eq!(sandbox.ens_state(&events[0]).await, "Inquiring");
}

#[tokio::test]
async fn delays_an_answer() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!({"operation": "ListScheduledEvents", "kind": "delay", "ms": 300, "times": 1}))
        .await;
    let start = Instant::now();
    assert_eq!(sandbox.huawei_list(&[]).await.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_delayed_call_goes_on_when_faults_are_cleared() {
    let sandbox = sandbox(20, SLOW).await;
    for (method, path) in [(Method::DELETE, "faults"), (Method::POST, "reset")] {
        sandbox
            .fault(json!({"operation": "ListScheduledEvents", "kind": "delay", "ms": 600_000}))
            .await;
        let let_go = async {
            while sandbox
                .control(Method::GET, "faults", &Value::Null)
                .await
                .body["faults"][0]["met"]
                != 1
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            sandbox.control(method, path, &Value::Null).await;
        };
        let (held, ()) = tokio::join!(sandbox.huawei_list(&[]), let_go);
        assert_eq!(held.status, 200);
    }
}

#[tokio::test]
async fn loses_the_answer_after_the_act() {
    let sandbox = sandbox(20, SLOW).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "lost_answer", "times": 2}))
        .await;
    let ens = sandbox.ens_call(LIST, &[("EventTypes", "Disk:Stalled")]);
    sandbox.send_ens(&ens).await.unwrap_err();
    let huawei = sandbox.huawei_call(Method::GET, "", "");
    sandbox.send_huawei(&huawei).await.unwrap_err();

    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!({"operation": REDEPLOY, "kind": "lost_answer", "times": 1}))
        .await;
    let infos = event_infos(&events[..2], &json!({"OpsType": "immediate"}));
    let call = sandbox.ens_call(REDEPLOY, &[("EventInfos", &infos)]);
    sandbox.send_ens(&call).await.unwrap_err();
    for event in &events[..2] {
        assert_eq!(sandbox.ens_state(event).await, "Scheduled");
        assert_eq!(sandbox.acts(&event["EventId"]).await, (1, 1));
    }
}

#[tokio::test]
async fn fails_named_items_and_does_not_carry_them_out() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "fail_items", "event_ids": [events[1]["EventId"]]}))
        .await;
    let immediate = json!({"OpsType": "immediate"});
    let answer = sandbox.ens_batch(REDEPLOY, &events[..3], &immediate).await;
    assert_eq!(
        (answer.status, codes(&answer.body)),
        (200, vec![200, 400, 200])
    );
    assert_eq!(sandbox.ens_state(&events[1]).await, "Inquiring");
    assert_eq!(sandbox.acts(&events[1]["EventId"]).await, (1, 0));
}

#[tokio::test]
async fn fails_the_first_items_of_so_many_calls() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "fail_items", "count": 2, "times": 1}))
        .await;
    let immediate = json!({"OpsType": "immediate"});
    let first = sandbox.ens_batch(REDEPLOY, &events[..3], &immediate).await;
    assert_eq!(codes(&first.body), [400, 400, 200]);
    let second = sandbox.ens_batch(REDEPLOY, &events[..2], &immediate).await;
    assert_eq!(codes(&second.body), [200, 200]);
}

#[tokio::test]
async fn fails_an_accept_of_a_named_event() {
    let sandbox = sandbox(20, SLOW).await;
    let events = sandbox.huawei_events(&[("state", "inquiring")]).await;
    sandbox
        .fault(json!({"operation": "*", "kind": "fail_items", "event_ids": [events[0]["id"]], "times": 1}))
        .await;
    assert_eq!(sandbox.accept(&events[1], "{}").await.status, 204);
    let answer = sandbox.accept(&events[0], "{}").await;
    assert_eq!(
        (answer.status, &answer.body["error"]["code"]),
        (400, &json!("Ecs.0000"))
    );
    assert_eq!(sandbox.accept(&events[0], "{}").await.status, 204);
}

#[tokio::test]
async fn reorders_results_and_ends_ids_in_a_line_break() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!([
            {"operation": REDEPLOY, "kind": "reorder_results"},
            {"operation": "*", "kind": "trailing_newline"}
        ]))
        .await;
    let immediate = json!({"OpsType": "immediate"});
    let answer = sandbox.ens_batch(REDEPLOY, &events[..3], &immediate).await;
    let results = answer.body["Results"].as_array().unwrap();
    for (result, event) in results.iter().rev().zip(&events) {
        assert_eq!(result["EventId"], event["EventId"]);
        let id = format!("{}\n", event["ResourceId"].as_str().unwrap());
        assert_eq!(result["ResourceId"], id);
    }
    let listed = sandbox.inquiring(REDEPLOYABLE).await;
    assert!(listed[0]["ResourceId"].as_str().unwrap().ends_with('\n'));
}

#[tokio::test]
async fn a_throttled_call_uses_no_other_fault_up_but_delays() {
    let sandbox = sandbox(60, SLOW).await;
    let events = sandbox.inquiring(REDEPLOYABLE).await;
    sandbox
        .fault(json!([
            {"operation": "*", "kind": "fail_items", "count": 1, "times": 1},
            {"operation": "*", "kind": "throttle", "times": 1},
            {"operation": "*", "kind": "delay", "ms": 1, "times": 1}
        ]))
        .await;
    let immediate = json!({"OpsType": "immediate"});
    let throttled = sandbox.ens_batch(REDEPLOY, &events[..1], &immediate).await;
    assert_eq!(throttled.code(), "Throttling.User");
    let failed = sandbox.ens_batch(REDEPLOY, &events[..1], &immediate).await;
    assert_eq!(codes(&failed.body), [400]);
    let done = sandbox.ens_batch(REDEPLOY, &events[..1], &immediate).await;
    assert_eq!(codes(&done.body), [200]);
}
