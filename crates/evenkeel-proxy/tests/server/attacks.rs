//! Requests that mean one thing to a proxy in front and another to this server, or to the guards and to the routes.

use evenkeel_proxy::ServerLimits;
use tokio::io::AsyncWriteExt as _;

use crate::stand::{Stand, until_end};

const HOST: &str = "host: 127.0.0.1\r\n";

/// All that is answered to bytes, and how many answers that is.
async fn answers(stand: &Stand, bytes: &str) -> (String, usize) {
    let mut client = stand.client(bytes).await;
    // Nothing more comes from here.
    let _ = client.shutdown().await;
    let (text, _) = until_end(client).await;
    let count = text.matches("HTTP/1.1 ").count();
    (text, count)
}

/// A second request, hidden in what the first one's body is by one reading and not by the other.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";

#[tokio::test]
async fn a_request_whose_length_has_two_readings_is_not_answered_twice() {
    let stand = Stand::start(ServerLimits::default()).await;
    let start =
        format!("POST /api/v1/events/refresh HTTP/1.1\r\n{HOST}content-type: application/json\r\n");
    for (lengths, body) in [
        ("content-length: 5\r\ncontent-length: 6\r\n", "0\r\n\r\n"),
        ("content-length: 5, 6\r\n", "0\r\n\r\n"),
        ("content-length: +5\r\n", "0\r\n\r\n"),
        ("content-length: 0x5\r\n", "0\r\n\r\n"),
        ("content-length: 5 \r\ncontent-length:\r\n", "0\r\n\r\n"),
        ("content-length: -1\r\n", ""),
        ("content-length: 99999999999999999999999\r\n", ""),
        ("content-length : 0\r\n", ""),
        ("transfer-encoding : chunked\r\n", "0\r\n\r\n"),
        (" transfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked, identity\r\n", "0\r\n\r\n"),
        ("transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: gzip\r\n", "0\r\n\r\n"),
        (
            "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
            "0\r\n\r\n",
        ),
        ("transfer-encoding: \u{b}chunked\r\n", "0\r\n\r\n"),
        ("x: y\ntransfer-encoding\n: chunked\r\n", "0\r\n\r\n"),
        ("transfer-encoding: chunked\r\n", "5;\r\n{}\r\n\u{0}"),
        ("transfer-encoding: chunked\r\n", "-1\r\n"),
        ("transfer-encoding: chunked\r\n", "ffffffffffffffffffff\r\n"),
    ] {
        let (text, count) = answers(&stand, &format!("{start}{lengths}\r\n{body}{HIDDEN}")).await;
        assert!(count <= 1, "{lengths:?}: {text}");
        assert!(
            !text.contains(" 200 ") && !text.contains(" 202 "),
            "{lengths:?}: {text}"
        );
    }
    // Both at once: chunked is what counts, as HTTP has it, and nothing after it is believed.
    let both =
        format!("{start}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}");
    let (text, count) = answers(&stand, &both).await;
    assert!(count <= 1, "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn a_target_with_a_host_of_its_own_has_to_mean_the_same_one() {
    let stand = Stand::start(ServerLimits::default()).await;
    for (target, expected) in [
        ("http://127.0.0.1/healthz", " 200 "),
        ("http://evil.example/healthz", " 403 "),
        ("https://evil.example/healthz", " 403 "),
        ("http://127.0.0.1@evil.example/healthz", " 4"),
        ("http://evil.example@127.0.0.1/healthz", " 4"),
        ("//evil.example/healthz", " 404 "),
        ("http://127.0.0.1:8081/healthz", " 403 "),
        ("http:///healthz", " 4"),
        ("healthz", " 4"),
    ] {
        let (text, _) = answers(&stand, &format!("GET {target} HTTP/1.1\r\n{HOST}\r\n")).await;
        let line = text.lines().next().unwrap_or_default();
        assert!(line.contains(expected), "{target}: {line}");
    }
    for request in [
        format!("CONNECT 127.0.0.1:22 HTTP/1.1\r\n{HOST}\r\n"),
        format!("CONNECT 127.0.0.1 HTTP/1.1\r\n{HOST}\r\n"),
        format!("OPTIONS * HTTP/1.1\r\n{HOST}\r\n"),
        format!("TRACE / HTTP/1.1\r\n{HOST}\r\n"),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET / HTTP/1.0\r\n\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\n{HOST}{HOST}\r\n"),
        "GET / HTTP/1.1\r\nhost:\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: 127.0.0.1, evil.example\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nhost: 127.0.0.1/x\r\n\r\n".to_owned(),
    ] {
        let (text, _) = answers(&stand, &request).await;
        let line = text.lines().next().unwrap_or_default();
        assert!(line.contains(" 4"), "{request:?}: {line}");
    }
    stand.stop().await;
}

#[tokio::test]
async fn http_2_is_not_spoken_however_it_is_asked_for() {
    let stand = Stand::start(ServerLimits::default()).await;
    let (text, _) = answers(
        &stand,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0",
    )
    .await;
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    let upgrade = format!(
        "GET /healthz HTTP/1.1\r\n{HOST}connection: upgrade, http2-settings\r\nupgrade: h2c\r\n\
         http2-settings: AAMAAABkAAQAAP__\r\n\r\n"
    );
    let (text, _) = answers(&stand, &upgrade).await;
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn no_form_and_no_other_content_type_changes_anything() {
    let stand = Stand::start(ServerLimits::default()).await;
    for kind in [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "text/html",
        "text/json",
        "application/octet-stream",
        "application/xml",
        "application/jsonp",
        "application/csp-report",
        "application/reports+json",
        "application/json-patch+json",
        "application/json, text/plain",
        "",
    ] {
        for site in [
            "",
            "sec-fetch-site: cross-site\r\n",
            "origin: https://evil.example\r\n",
        ] {
            let body = r#"{"accounts": []}"#;
            let request = format!(
                "POST /api/v1/events/refresh HTTP/1.1\r\n{HOST}content-type: {kind}\r\n{site}content-length: {}\r\n\r\n{body}",
                body.len()
            );
            let (text, _) = answers(&stand, &request).await;
            let expected = if site.is_empty() { " 415 " } else { " 403 " };
            let line = text.lines().next().unwrap_or_default();
            assert!(line.contains(expected), "{kind:?} {site:?}: {line}");
        }
    }
    stand.stop().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let stand = Stand::start(ServerLimits::default()).await;
    let long = format!(
        "GET / HTTP/1.1\r\n{HOST}x: {}\r\n\r\n",
        "y".repeat(1_000_000)
    );
    let (text, _) = until_end(stand.client(&long).await).await;
    assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    let many = format!("GET / HTTP/1.1\r\n{HOST}{}\r\n", "a: b\r\n".repeat(1_000));
    let (text, _) = until_end(stand.client(&many).await).await;
    assert!(text.starts_with("HTTP/1.1 431"), "{text}");
    stand.stop().await;
}
