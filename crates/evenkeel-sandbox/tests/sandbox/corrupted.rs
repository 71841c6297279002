//! Answers that are corrupted on their way: on the raw wire, because clients differ in what they say about it.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use evenkeel_sign::{Credentials, rpc1, wire_query};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::client::{TestSandbox, now_ms, sandbox};

const LIST: &str = "DescribeHistoryEvents";
const STEP: Duration = Duration::from_mins(1);

/// The head and the body of what comes back to a listing, and how the connection ended.
async fn raw(sandbox: &TestSandbox) -> (String, Vec<u8>, Result<(), ErrorKind>) {
    let call = sandbox.ens_call(LIST, &[("EventTypes", "Disk:Stalled")]);
    let parameters = [
        ("Action".to_owned(), LIST.to_owned()),
        ("Version".to_owned(), "2017-11-10".to_owned()),
        call.query[0].clone(),
    ];
    let key = Credentials::new(call.key, call.secret);
    let signed = rpc1::sign("GET", &parameters, &key, now_ms(), &call.nonce).unwrap();
    let request = format!(
        "GET /?{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        wire_query(&signed.parameters),
        sandbox.address
    );
    let mut stream = TcpStream::connect(sandbox.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let end = stream
        .read_to_end(&mut bytes)
        .await
        .map(|_| ())
        .map_err(|error| error.kind());
    let at = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let body = bytes.split_off(at);
    (String::from_utf8(bytes).unwrap().to_lowercase(), body, end)
}

fn declared(head: &str) -> usize {
    head.lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_reset_is_one_and_a_lost_answer_is_none() {
    let sandbox = sandbox(20, STEP).await;
    for (fault, end) in [
        (
            json!({"kind": "reset", "when": "before"}),
            Err(ErrorKind::ConnectionReset),
        ),
        (
            json!({"kind": "reset", "when": "after"}),
            Err(ErrorKind::ConnectionReset),
        ),
        (json!({"kind": "lost_answer"}), Ok(())),
    ] {
        let mut fault = fault;
        fault["operation"] = LIST.into();
        fault["times"] = 1.into();
        sandbox.fault(fault.clone()).await;
        let (head, body, ended) = raw(&sandbox).await;
        assert_eq!((head.as_str(), body.len(), ended), ("", 0, end), "{fault}");
        assert_eq!(sandbox.log(0).await.last().unwrap()["status"], Value::Null);
    }
    assert!(raw(&sandbox).await.0.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn a_reset_before_does_nothing_and_one_after_does_it() {
    let sandbox = sandbox(40, STEP).await;
    let events = sandbox.huawei_events(&[("state", "inquiring")]).await;
    for (event, when, acts, state) in [
        (&events[0], "before", (0, 0), "inquiring"),
        (&events[1], "after", (1, 1), "scheduled"),
    ] {
        sandbox
            .fault(json!({"operation": "AcceptScheduledEvent", "kind": "reset", "when": when, "times": 1}))
            .await;
        let path = format!("/{}/actions/accept", event["id"].as_str().unwrap());
        let call = sandbox.huawei_call(Method::POST, &path, "{}");
        sandbox.send_huawei(&call).await.unwrap_err();
        assert_eq!(sandbox.acts(&event["id"]).await, acts);
        assert_eq!(sandbox.huawei_state(event).await, state);
    }
}

#[tokio::test]
async fn a_body_breaks_off_short_of_its_length_or_with_it() {
    let sandbox = sandbox(20, STEP).await;
    let (_, whole, _) = raw(&sandbox).await;
    let fault = |fields: Value| {
        let mut fault = json!({"operation": LIST, "kind": "truncated_body", "times": 1});
        for (name, value) in fields.as_object().unwrap() {
            fault[name] = value.clone();
        }
        fault
    };
    sandbox.fault(fault(json!({"bytes": 10}))).await;
    let (head, body, _) = raw(&sandbox).await;
    assert_eq!((declared(&head), body.len()), (whole.len(), 10));
    sandbox.fault(fault(json!({}))).await;
    let (head, body, _) = raw(&sandbox).await;
    assert_eq!(
        (declared(&head), body.len()),
        (whole.len(), whole.len() / 2)
    );
    sandbox
        .fault(fault(json!({"bytes": 10, "clean_end": true})))
        .await;
    let (head, body, end) = raw(&sandbox).await;
    assert_eq!((declared(&head), body.len(), end), (10, 10, Ok(())));
    sandbox.fault(fault(json!({"bytes": 1_000_000}))).await;
    let (_, body, end) = raw(&sandbox).await;
    assert_eq!((body.len(), end), (whole.len(), Ok(())));
}

#[tokio::test]
async fn a_body_takes_its_time_and_is_whole() {
    let sandbox = sandbox(20, STEP).await;
    sandbox
        .fault(json!({"operation": LIST, "kind": "slow_body", "ms": 400, "times": 1}))
        .await;
    let start = Instant::now();
    let (head, body, end) = raw(&sandbox).await;
    assert!(start.elapsed() >= Duration::from_millis(400));
    assert_eq!((declared(&head), end), (body.len(), Ok(())));
    let page: Value = serde_json::from_slice(&body).unwrap();
    assert!(page["Events"].is_array());
}

#[tokio::test]
async fn a_body_is_called_or_is_something_else() {
    let sandbox = sandbox(20, STEP).await;
    sandbox
        .fault(json!([
            {"operation": LIST, "kind": "wrong_content_type", "nth": 1},
            {"operation": LIST, "kind": "wrong_content_type", "content_type": "text/plain", "body": "<p>busy", "nth": 2}
        ]))
        .await;
    let (head, body, _) = raw(&sandbox).await;
    assert!(head.contains("content-type: text/html\r\n"), "{head}");
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
    let (head, body, _) = raw(&sandbox).await;
    assert!(head.contains("content-type: text/plain\r\n"), "{head}");
    assert_eq!(
        (declared(&head), body.as_slice()),
        (7, b"<p>busy".as_slice())
    );
}

#[tokio::test]
async fn an_order_is_carried_out_though_its_client_has_given_up() {
    let sandbox = sandbox(40, STEP).await;
    let event = &sandbox.huawei_events(&[("state", "inquiring")]).await[0];
    sandbox
        .fault(
            json!({"operation": "AcceptScheduledEvent", "kind": "delay", "ms": 1500, "times": 1}),
        )
        .await;
    let path = format!("/{}/actions/accept", event["id"].as_str().unwrap());
    let call = sandbox.huawei_call(Method::POST, &path, "{}");
    // The client gives up once its order has arrived, and waits there.
    tokio::select! {
        _ = sandbox.send_huawei(&call) => panic!("the order is not delayed"),
        () = crate::client::eventually("the order arrives", async || {
            let calls = sandbox.control(Method::GET, "calls", &Value::Null).await.body;
            calls["operations"]["AcceptScheduledEvent"] == 1
        }) => {}
    }
    crate::client::eventually("the order is carried out", async || {
        sandbox.acts(&event["id"]).await == (1, 1)
    })
    .await;
}
