use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, TestSandbox, now_ms, sandbox, still_sandbox};

const SLOW: Duration = Duration::from_mins(1);

async fn in_state(sandbox: &TestSandbox, state: &str) -> Vec<Value> {
    sandbox.huawei_events(&[("state", state)]).await
}

fn time(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .unwrap()
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

fn deadline(event: &Value) -> i64 {
    let text = event["not_before_deadline"].as_str().unwrap();
    chrono::DateTime::parse_from_rfc3339(text)
        .unwrap()
        .timestamp_millis()
}

fn invalid(answer: &Answer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.body["error"]["code"], "Ecs.0005");
    assert!(answer.body["error"]["message"].is_string());
}

#[tokio::test]
async fn accepts_with_nothing_an_empty_object_or_a_time() {
    let sandbox = sandbox(200, SLOW).await;
    let events = in_state(&sandbox, "inquiring").await;
    let later = json!({"not_before": time(deadline(&events[2]) - 60_000)}).to_string();
    for (event, body) in events.iter().zip(["", "{}", &later]) {
        let answer = sandbox.accept(event, body).await;
        assert_eq!(
            (answer.status, &answer.body),
            (204, &Value::Null),
            "{answer:?}"
        );
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(sandbox.huawei_state(event).await, "scheduled");
        assert_eq!(sandbox.acts(&event["id"]).await, (1, 1));
    }
    let moved = sandbox
        .huawei_events(&[("id", events[2]["id"].as_str().unwrap())])
        .await;
    assert_eq!(moved[0]["not_before"], time(deadline(&events[2]) - 60_000));
}

#[tokio::test]
async fn an_accepted_event_runs_through_its_states() {
    let sandbox = still_sandbox(20, SLOW).await;
    let event = in_state(&sandbox, "inquiring").await[0].clone();
    assert_eq!(sandbox.accept(&event, "{}").await.status, 204);
    let mut seen = vec![sandbox.huawei_state(&event).await];
    for _ in 0..2 {
        sandbox.advance(60).await;
        seen.push(sandbox.huawei_state(&event).await);
    }
    assert_eq!(seen[..2], ["scheduled", "executing"]);
    assert!(
        ["completed", "failed"].contains(&seen[2].as_str()),
        "{seen:?}"
    );
    let event = sandbox
        .huawei_events(&[("id", event["id"].as_str().unwrap())])
        .await[0]
        .clone();
    assert!(event["start_time"].is_string() && event["finish_time"].is_string());
}

#[tokio::test]
async fn accepts_only_what_asks() {
    let sandbox = sandbox(200, SLOW).await;
    for state in ["scheduled", "executing", "completed", "failed", "canceled"] {
        let event = &in_state(&sandbox, state).await[0];
        let answer = sandbox.accept(event, "{}").await;
        invalid(&answer);
        assert!(
            answer.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains(state)
        );
        assert_eq!(sandbox.acts(&event["id"]).await, (1, 0));
    }
}

#[tokio::test]
async fn moves_what_is_scheduled_to_before_its_deadline() {
    let sandbox = sandbox(200, SLOW).await;
    let scheduled = in_state(&sandbox, "scheduled").await;
    let event = scheduled
        .iter()
        .find(|event| deadline(event) > now_ms() + 7_200_000)
        .unwrap();
    let at = time(now_ms() + 3_600_000);
    let answer = sandbox
        .update(event, &json!({"not_before": at}).to_string())
        .await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let moved = sandbox
        .huawei_events(&[("id", event["id"].as_str().unwrap())])
        .await;
    assert_eq!(moved[0]["not_before"], at);
    assert_eq!(moved[0]["state"], "scheduled");
    for late in [0, 60_000] {
        let body = json!({"not_before": time(deadline(event) + late)}).to_string();
        invalid(&sandbox.update(event, &body).await);
    }
    let inquiring = &in_state(&sandbox, "inquiring").await[0];
    let body = json!({"not_before": time(now_ms() + 60_000)}).to_string();
    invalid(&sandbox.update(inquiring, &body).await);
}

#[tokio::test]
async fn refuses_a_body_that_is_not_what_it_must_be() {
    let sandbox = sandbox(200, SLOW).await;
    let asking = &in_state(&sandbox, "inquiring").await[0];
    let scheduled = &in_state(&sandbox, "scheduled").await[0];
    for body in [
        "[]",
        "{",
        "null",
        r#"{"not_before":null}"#,
        r#"{"not_before":1742452232000}"#,
        r#"{"not_before":"2099-01-01"}"#,
        r#"{"not_before":"2099-01-01T00:00:00+08:00"}"#,
        r#"{"not_before":"2020-01-01T00:00:00Z"}"#,
        r#"{"not_before":"2099-01-01T00:00:00Z"}"#,
    ] {
        invalid(&sandbox.accept(asking, body).await);
        invalid(&sandbox.update(scheduled, body).await);
    }
    for body in ["", "{}"] {
        invalid(&sandbox.update(scheduled, body).await);
    }
    assert_eq!(sandbox.huawei_state(asking).await, "inquiring");
}

#[tokio::test]
async fn knows_no_such_event() {
    let sandbox = sandbox(20, SLOW).await;
    let event = json!({"id": "0ead944a-72e8-494f-89ba-5846fb7ac5c0"});
    let body = json!({"not_before": time(now_ms() + 60_000)}).to_string();
    for answer in [
        sandbox.accept(&event, "{}").await,
        sandbox.update(&event, &body).await,
    ] {
        assert_eq!(answer.status, 404, "{answer:?}");
        assert!(answer.body["error"]["code"].is_string());
        assert!(answer.body["error"]["message"].is_string());
    }
    let calls = sandbox
        .control(Method::GET, "calls", &Value::Null)
        .await
        .body;
    assert_eq!(calls["totals"], json!({"received": 2, "accepted": 0}));
}
