//! What is asked for wrongly, and reaches no cloud.

use insta::assert_snapshot;

use crate::{
    client::{call, get, proxy, request, send},
    cloud::Cloud,
};

#[tokio::test]
async fn reports_every_issue_and_sends_nothing() {
    let cloud = Cloud::answering("200 OK", "{}").await;
    let router = proxy(&cloud.endpoint).await;
    let answer = call(
        &router,
        "core",
        "ListScheduledEvents",
        r#"{"limit":101,"colour":"red"}"#,
    )
    .await;
    assert_snapshot!(answer.redacted(), @r#"
    400 Bad Request application/problem+json
    {
      "code": "invalid_parameters",
      "detail": "the parameters of ListScheduledEvents break its rules",
      "issues": [
        {
          "code": "unknown_field",
          "location": "colour",
          "message": "the provider has no such field",
          "path": [
            "colour"
          ],
          "pointer": "/colour",
          "severity": "error"
        },
        {
          "code": "out_of_range",
          "location": "limit",
          "max": 100,
          "message": "must be between 1 and 100",
          "min": 1,
          "nearest": 100,
          "path": [
            "limit"
          ],
          "pointer": "/limit",
          "severity": "error"
        }
      ],
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 400,
      "title": "Bad Request"
    }
    "#);
    assert!(cloud.received().is_empty());
}

#[tokio::test]
async fn reports_a_body_that_is_not_json() {
    let answer = call(
        &proxy("http://127.0.0.1:9").await,
        "core",
        "ListScheduledEvents",
        "{",
    )
    .await;
    assert_snapshot!(answer.redacted(), @r#"
    400 Bad Request application/problem+json
    {
      "code": "invalid_parameters",
      "detail": "the parameters of ListScheduledEvents break its rules",
      "issues": [
        {
          "code": "invalid_json",
          "column": 2,
          "detail": "expected a key in double quotes",
          "line": 1,
          "location": "",
          "message": "not JSON at line 1, column 2: expected a key in double quotes",
          "path": [],
          "pointer": "",
          "severity": "error"
        }
      ],
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 400,
      "title": "Bad Request"
    }
    "#);
}

#[tokio::test]
async fn knows_no_other_account() {
    let answer = call(
        &proxy("http://127.0.0.1:9").await,
        "nobody",
        "ListScheduledEvents",
        "{}",
    )
    .await;
    assert_snapshot!(answer.redacted(), @r#"
    404 Not Found application/problem+json
    {
      "code": "unknown_account",
      "detail": "no account of that name is configured; GET /api/v1/accounts lists them",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 404,
      "title": "Not Found"
    }
    "#);
}

#[tokio::test]
async fn knows_no_other_operation() {
    let router = proxy("http://127.0.0.1:9").await;
    assert_snapshot!(call(&router, "core", "DeleteServers", "{}").await.redacted(), @r#"
    404 Not Found application/problem+json
    {
      "code": "unknown_operation",
      "detail": "no operation of that name; `huawei-ecs` accounts have `ListScheduledEvents`, `AcceptScheduledEvent`, `UpdateScheduledEvent`",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 404,
      "title": "Not Found"
    }
    "#);
    assert_snapshot!(call(&router, "core", "DescribeHistoryEvents", "{}").await.redacted(), @r#"
    404 Not Found application/problem+json
    {
      "code": "unknown_operation",
      "detail": "`DescribeHistoryEvents` is no operation of this account's cloud; `huawei-ecs` accounts have `ListScheduledEvents`, `AcceptScheduledEvent`, `UpdateScheduledEvent`",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 404,
      "title": "Not Found"
    }
    "#);
}

#[tokio::test]
async fn refuses_to_read_an_operation() {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = get(
        &router,
        "/api/v1/accounts/core/operations/ListScheduledEvents",
        &[],
    )
    .await;
    assert_eq!(answer.header("allow"), Some("POST"));
    assert_snapshot!(answer.redacted(), @r#"
    405 Method Not Allowed application/problem+json
    {
      "code": "method_not_allowed",
      "detail": "this path does not take that method; `allow` lists those it takes",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 405,
      "title": "Method Not Allowed"
    }
    "#);
}

#[tokio::test]
async fn sends_no_id_that_url_rules_would_fold_into_another_path() {
    let cloud = Cloud::answering("200 OK", "{}").await;
    let router = proxy(&cloud.endpoint).await;
    let body = r#"{"account":"core","action":"accept","items":[{"event_id":"..","resource_id":"","when":"now"}]}"#;
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k"),
    ];
    let answer = send(&router, request("POST", "/api/v1/batches", &headers, body)).await;
    assert_eq!(answer.head.status(), 422, "{}", answer.text());
    assert!(cloud.received().is_empty());
}
