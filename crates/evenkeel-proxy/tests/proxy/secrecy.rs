//! Passwords and credentials show up nowhere: not in the log at any level, of any library, not in
//! an error, not in a problem. A canary of each is driven through success and every failure.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use evenkeel_proxy::{Upstream, check::Check};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    client::{SECRET, TOKEN, accounts, call, get, proxy, request, send, working},
    cloud::{Behaviour, Cloud, dead},
};

const PASSWORD: &str = "Canary-Pass-77";

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn draft(when: &str, extra: &str) -> String {
    format!(
        r#"{{"account":"edge","action":"migrate","password":"{PASSWORD}","items":[{{"event_id":"e-1","resource_id":"i-1","data_policy":"abandon","when":{when}{extra}}}]}}"#
    )
}

/// Every way in which a cloud can answer, or fail to.
async fn endpoints() -> Vec<String> {
    let huge = "x".repeat(17 * 1024 * 1024);
    let refusal = r#"{"RequestId":"R","Code":"NoPermission","Message":"Permission denied."}"#;
    let mut endpoints = vec![
        dead().await,
        "https://does-not-exist.invalid".to_owned(),
        Cloud::start(Behaviour::Drop)
            .await
            .endpoint
            .replace("http://", "https://"),
    ];
    for (head, body) in [
        ("200 OK", r#"{"RequestId":"R","Results":[]}"#),
        ("400 Bad Request", refusal),
        ("503 Service Unavailable", "<html>"),
        ("200 OK", huge.as_str()),
        ("200 OK\r\ncontent-encoding: br", "x"),
        ("307 Temporary Redirect\r\nlocation: /", ""),
    ] {
        endpoints.push(Cloud::answering(head, body).await.endpoint);
    }
    // It quotes the token that the call was signed with.
    let ens = format!(
        r#"{{"Code":"Bad.{TOKEN}","Message":"the string to sign is x-acs-security-token:{TOKEN}","RequestId":"{TOKEN}"}}"#
    );
    let huawei = format!(
        r#"{{"error_code":"Bad.{TOKEN}","error_msg":"{TOKEN}","{TOKEN}":[{{"request_id":"{TOKEN}"}}]}}"#
    );
    let head = |status| format!("{status}\r\nx-acs-request-id: {TOKEN}\r\nx-request-id: {TOKEN}");
    for status in ["200 OK", "400 Bad Request", "500 Internal Server Error"] {
        for body in [&ens, &huawei, &format!("<html>{TOKEN}")] {
            endpoints.push(Cloud::answering(&head(status), body).await.endpoint);
        }
    }
    for behaviour in [
        Behaviour::Answer("not http".to_owned()),
        Behaviour::Drop,
        Behaviour::Hang,
    ] {
        endpoints.push(Cloud::start(behaviour).await.endpoint);
    }
    endpoints
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// Posts a batch and gives all that is shown of it until nothing of it is on its way.
async fn batch(router: &Router, key: &str, body: &str) -> String {
    let headers = [JSON, ("idempotency-key", key)];
    let answer = send(router, request("POST", "/api/v1/batches", &headers, body)).await;
    let taken: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer.head.status(), 201, "{taken}");
    let path = format!("/api/v1/batches/{}", taken["id"].as_str().unwrap());
    let mut shown = answer.text();
    for _ in 0..600 {
        let answer = get(router, &path, &[]).await;
        shown += &answer.text();
        let batch: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        if batch["counts"]["queued"] == 0 && batch["counts"]["sending"] == 0 {
            shown += &get(router, &format!("{path}/items/0"), &[]).await.text();
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come to its end: {shown}");
}

/// Everything that is shown when calls and a check meet that endpoint.
async fn calls(endpoint: &str) -> String {
    let mut shown = String::new();
    let (router, background) = working(endpoint).await;
    for (account, operation, body) in [
        (
            "edge",
            "DescribeHistoryEvents",
            r#"{"EventTypes":["Disk:Stalled"]}"#,
        ),
        ("core", "ListScheduledEvents", "{}"),
    ] {
        let answer = call(&router, account, operation, body).await;
        assert!(answer.header("evenkeel-request-id").is_some());
        shown += &format!("{:?} ", answer.head);
        shown += &String::from_utf8_lossy(&answer.body);
    }
    let migrate = draft(r#""now""#, "");
    let accept = r#"{"account":"core","action":"accept","items":[{"event_id":"x","resource_id":"y","when":"now"}]}"#;
    shown += &batch(&router, "migrate", &migrate).await;
    shown += &batch(&router, "accept", accept).await;
    for path in ["/api/v1/batches", "/api/v1/events?facets=true"] {
        shown += &get(&router, path, &[]).await.text();
    }
    background.stop().await;
    let upstream = Upstream::new(Duration::from_secs(1)).unwrap();
    for account in accounts(endpoint) {
        let check = Check::run(&account, &upstream).await;
        shown += &format!("\n{account:?} {check} {check:?}\n");
    }
    shown
}

/// Everything that is shown when parameters, headers or names are refused.
async fn refusals(endpoint: &str) -> String {
    let bodies = [
        draft(r#"{"at":"2020-01-01T00:00:00Z"}"#, ""),
        draft(r#""sometime""#, ""),
        draft(r#""now""#, r#","colour":"red""#),
        draft(r#""now""#, "").replace("}]}", "},]}"),
        draft(r#""now""#, "").replace("password", "pasword"),
        format!(r#"{{"EventInfos":"{PASSWORD}"}}"#),
        format!(r#"{{"{PASSWORD}"#),
    ];
    let path = "/api/v1/batches";
    let query = format!("{path}?Password={PASSWORD}&token={TOKEN}");
    let json = JSON;
    let key = ("idempotency-key", "k");
    let router = proxy(endpoint).await;
    let mut shown = String::new();
    for body in &bodies {
        for operation in [
            "BatchEventMigrateInstance",
            "DescribeHistoryEvents",
            "Nothing",
        ] {
            shown += &call(&router, "edge", operation, body).await.text();
        }
        for (path, headers) in [
            (path, &[("content-type", "text/plain"), key][..]),
            (path, &[("host", "evil.example"), json, key]),
            (path, &[("origin", "https://evil.example"), json, key]),
            (path, &[json]),
            (path, &[json, key]),
            (&query, &[json, key]),
        ] {
            shown += &send(&router, request("POST", path, headers, body))
                .await
                .text();
        }
    }
    shown
}

#[tokio::test]
async fn no_secret_is_logged_or_answered() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    // For every thread: compression and calls run on others than the test's own.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let endpoints = endpoints().await;
    let mut shown = refusals(&endpoints[0]).await;
    let all = endpoints.iter().map(|endpoint| calls(endpoint));
    shown.extend(futures::future::join_all(all).await);
    let (answered, mut secrets) = crate::login::secrets_in_use().await;
    shown += &answered;
    let (answered, others) = crate::login::oidc::secrets_in_use().await;
    shown += &answered;
    secrets.extend(others);

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for sign in ["evenkeel::request", "upstream_unreachable", "hyper"] {
        assert!(logged.contains(sign), "the log is being watched: {sign}");
    }
    for (place, text) in [("the log", &logged), ("an answer", &shown)] {
        let own = secrets.iter().map(String::as_str);
        for canary in [PASSWORD, SECRET, TOKEN].into_iter().chain(own) {
            let found = text.lines().find(|line| line.contains(canary));
            assert_eq!(found, None, "{canary} is in {place}");
        }
    }
}
