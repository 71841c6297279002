//! `POST /api/v1/accounts/{account}/operations/{operation}`

use std::time::Duration;

use insta::assert_snapshot;

use crate::{
    client::{call, is_ok, list, proxy},
    cloud::{Behaviour, Cloud, dead},
};

const LIST: &str = r#"{"EventTypes":["Disk:Stalled"]}"#;

#[tokio::test]
async fn hands_an_answer_through_as_it_came() {
    let cloud = Cloud::answering(
        "200 OK\r\ncontent-type: application/json;charset=utf-8\r\nx-request-id: r-1\r\nset-cookie: a=b\r\nserver: x",
        r#"{"events":[]}"#,
    )
    .await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    assert!(is_ok(&answer));
    assert_eq!(answer.text(), r#"{"events":[]}"#);
    assert_eq!(
        answer.header("content-type"),
        Some("application/json;charset=utf-8")
    );
    assert_eq!(answer.header("evenkeel-origin"), Some("provider"));
    assert_eq!(answer.header("x-request-id"), Some("r-1"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(answer.header("server"), None);
}

#[tokio::test]
async fn sends_what_the_core_builds_with_a_signature() {
    let cloud = Cloud::answering("200 OK", "{}").await;
    let router = proxy(&cloud.endpoint).await;
    call(
        &router,
        "core",
        "ListScheduledEvents",
        r#"{"id":"ev-1","state":["inquiring"]}"#,
    )
    .await;
    call(&router, "edge", "DescribeHistoryEvents", LIST).await;
    let received = cloud.received();
    let lines = |index: usize| received[index].lines().collect::<Vec<_>>();
    assert_eq!(
        lines(0)[0],
        "GET /v3/p-1/instance-scheduled-events?id=ev-1&state=inquiring HTTP/1.1"
    );
    assert_eq!(lines(1)[0], "POST /?EventTypes=Disk%3AStalled HTTP/1.1");
    for (index, scheme) in [
        (0, "SDK-HMAC-SHA256 Access=the-key"),
        (1, "ACS3-HMAC-SHA256 Credential=the-key"),
    ] {
        let start = format!("authorization: {scheme}");
        assert!(
            lines(index).iter().any(|line| line.starts_with(&start)),
            "{:?}",
            lines(index)
        );
    }
    assert!(lines(0).contains(&"x-project-id: p-1"));
    assert!(lines(1).contains(&"x-acs-action: DescribeHistoryEvents"));
    assert!(lines(1).contains(&"content-length: 0"));
}

#[tokio::test]
async fn sends_nothing_that_changes_something() {
    let cloud = Cloud::answering("200 OK", "{}").await;
    let router = proxy(&cloud.endpoint).await;
    for (account, operation) in [
        ("edge", "BatchEventRedeployInstance"),
        ("edge", "BatchEventMigrateInstance"),
        ("edge", "BatchEventRebootInstance"),
        ("core", "UpdateScheduledEvent"),
    ] {
        let answer = call(&router, account, operation, "{}").await;
        assert!(answer.text().contains("use_batches"), "{}", answer.text());
    }
    let body = r#"{"id":"ev-1","not_before":"now"}"#;
    let answer = call(&router, "core", "AcceptScheduledEvent", body).await;
    assert_snapshot!(answer.redacted(), @r#"
    409 Conflict application/problem+json
    {
      "code": "use_batches",
      "detail": "`AcceptScheduledEvent` changes something: send it as a batch with the action `accept` to POST /api/v1/batches",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 409,
      "title": "Conflict"
    }
    "#);
    assert!(cloud.received().is_empty());
}

#[tokio::test]
async fn passes_a_throttling_with_its_hint() {
    let cloud = Cloud::answering(
        "400 Bad Request\r\ncontent-type: application/json\r\nx-acs-request-id: R1\r\nx-acs-retry-after: 3000\r\nretry-after: 3",
        r#"{"Code":"Throttling.User","Message":"slow down","RequestId":"R1"}"#,
    )
    .await;
    let answer = call(
        &proxy(&cloud.endpoint).await,
        "edge",
        "DescribeHistoryEvents",
        LIST,
    )
    .await;
    assert_eq!(answer.head.status(), 400);
    assert_eq!(answer.header("evenkeel-origin"), Some("provider"));
    assert_eq!(answer.header("x-acs-retry-after"), Some("3000"));
    assert_eq!(answer.header("retry-after"), Some("3"));
    assert_eq!(answer.header("x-acs-request-id"), Some("R1"));
}

#[tokio::test]
async fn follows_no_redirect() {
    let other = Cloud::answering("200 OK", "{}").await;
    let head = format!("307 Temporary Redirect\r\nlocation: {}", other.endpoint);
    let cloud = Cloud::answering(&head, "{}").await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    assert_eq!(answer.head.status(), 307);
    assert_eq!(answer.header("location"), None);
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn says_that_nothing_left_when_nobody_listens() {
    let endpoint = dead().await;
    let answer = call(
        &proxy(&endpoint).await,
        "edge",
        "DescribeHistoryEvents",
        LIST,
    )
    .await;
    let shown = answer
        .redacted()
        .replace(endpoint.trim_start_matches("http://"), "[host]");
    assert_snapshot!(shown, @r#"
    502 Bad Gateway application/problem+json
    {
      "code": "upstream_unreachable",
      "detail": "[host] could not be reached: Connection refused (os error 111)",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 502,
      "title": "Bad Gateway"
    }
    "#);
}

#[tokio::test]
async fn says_that_nothing_left_when_the_other_side_speaks_no_tls() {
    let cloud = Cloud::answering("200 OK", "{}").await;
    let endpoint = cloud.endpoint.replace("http://", "https://");
    let answer = list(&proxy(&endpoint).await).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["outcome"], "not_sent", "{body}");
    assert_eq!(body["code"], "upstream_unreachable");
}

#[tokio::test]
async fn says_that_nobody_knows_when_the_answer_is_lost() {
    let cloud = Cloud::start(Behaviour::Drop).await;
    let answer = call(
        &proxy(&cloud.endpoint).await,
        "edge",
        "DescribeHistoryEvents",
        LIST,
    )
    .await;
    let shown = answer
        .redacted()
        .replace(cloud.endpoint.trim_start_matches("http://"), "[host]");
    assert_snapshot!(shown, @r#"
    502 Bad Gateway application/problem+json
    {
      "code": "upstream_lost",
      "detail": "the connection to [host] broke before its answer was complete: connection closed before message completed",
      "outcome": "unknown",
      "request_id": "[id]",
      "status": 502,
      "title": "Bad Gateway"
    }
    "#);
    assert_eq!(cloud.received().len(), 1, "no call is sent twice by itself");
}

#[tokio::test]
async fn says_that_nobody_knows_when_the_answer_breaks_off() {
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"events\"".to_owned();
    let cloud = Cloud::start(Behaviour::Answer(text)).await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (&body["code"], &body["outcome"]),
        (&"upstream_lost".into(), &"unknown".into())
    );
}

#[tokio::test]
async fn says_that_nobody_knows_when_the_answer_does_not_come_in_time() {
    let cloud = Cloud::start(Behaviour::Hang).await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    let shown = answer
        .redacted()
        .replace(cloud.endpoint.trim_start_matches("http://"), "[host]");
    assert_snapshot!(shown, @r#"
    504 Gateway Timeout application/problem+json
    {
      "code": "upstream_timeout",
      "detail": "[host] did not answer in time",
      "outcome": "unknown",
      "request_id": "[id]",
      "status": 504,
      "title": "Gateway Timeout"
    }
    "#);
}

#[tokio::test]
async fn says_that_nobody_knows_when_the_answer_is_too_large() {
    let cloud = Cloud::answering("200 OK", &"x".repeat(17 * 1024 * 1024)).await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (&body["code"], &body["outcome"]),
        (&"upstream_too_large".into(), &"unknown".into())
    );
}

#[tokio::test]
async fn says_that_nobody_knows_when_the_answer_is_encoded_unasked() {
    let cloud = Cloud::answering("200 OK\r\ncontent-encoding: gzip", "x").await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (&body["code"], &body["outcome"]),
        (&"upstream_unreadable".into(), &"unknown".into())
    );
}

#[tokio::test]
async fn finishes_a_call_whose_client_has_gone_away() {
    let text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_owned();
    let cloud = Cloud::start(Behaviour::Late(text)).await;
    let router = proxy(&cloud.endpoint).await;
    let patience = Duration::from_millis(100);
    let list = list(&router);
    assert!(tokio::time::timeout(patience, list).await.is_err());
    while cloud.received().len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(cloud.received()[1], "0 bytes more");
}

#[tokio::test]
async fn passes_nothing_on_that_is_no_answer_of_an_api() {
    for (head, body) in [
        (
            "200 OK\r\ncontent-type: text/html",
            "<script>alert(1)</script>",
        ),
        ("200 OK\r\ncontent-type: application/json", "<html>"),
        ("302 Found\r\nlocation: http://login.example", ""),
        ("600 Odd", "{}"),
        ("999 Odd", "{}"),
    ] {
        let cloud = Cloud::answering(head, body).await;
        let answer = list(&proxy(&cloud.endpoint).await).await;
        assert_eq!(answer.head.status(), 502, "{head}");
        assert!(
            answer.text().contains("upstream_unreadable"),
            "{}",
            answer.text()
        );
        assert_eq!(answer.header("evenkeel-origin"), None);
    }
    let cloud = Cloud::answering("404 Not Found\r\ncontent-type: text/html", "{}").await;
    let answer = list(&proxy(&cloud.endpoint).await).await;
    assert_eq!(answer.head.status(), 404);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn reads_an_answer_that_says_it_is_not_encoded_or_begins_with_a_byte_order_mark() {
    for head in [
        "200 OK",
        "200 OK\r\ncontent-encoding: identity",
        "200 OK\r\ncontent-encoding: Identity",
    ] {
        let cloud = Cloud::answering(head, "\u{feff}{\"events\":[]}").await;
        let answer = list(&proxy(&cloud.endpoint).await).await;
        assert!(is_ok(&answer), "{head}");
        assert_eq!(answer.text(), "{\"events\":[]}");
    }
}
