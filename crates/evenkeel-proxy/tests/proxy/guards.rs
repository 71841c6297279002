//! What may reach the API at all: `Host`, `Origin`, content type, size.

use axum::{Router, http::StatusCode};
use evenkeel_proxy::{ListenError, Reach, TrustedProxies, listen};
use insta::assert_snapshot;

use crate::client::{call, get, proxy, request, send};

const CALL: &str = "/api/v1/accounts/core/operations/ListScheduledEvents";
const JSON: (&str, &str) = ("content-type", "application/json");

async fn post(router: &Router, headers: &[(&str, &str)]) -> crate::client::Answer {
    send(router, request("POST", CALL, headers, "{}")).await
}

#[tokio::test]
async fn refuses_a_rebound_host() {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = get(
        &router,
        "/api/v1/accounts",
        &[("host", "evil.example:8080")],
    )
    .await;
    assert_snapshot!(answer.redacted(), @r#"
    403 Forbidden application/problem+json
    {
      "code": "forbidden_host",
      "detail": "this server answers only to 127.0.0.1, ::1 and localhost",
      "request_id": "[id]",
      "status": 403,
      "title": "Forbidden"
    }
    "#);
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "127.0.0.1@evil.example",
        "0.0.0.0",
    ] {
        for path in ["/", "/healthz", "/api/v1/accounts"] {
            let answer = get(&router, path, &[("host", host)]).await;
            assert_eq!(answer.head.status(), StatusCode::FORBIDDEN, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn answers_to_every_name_of_this_machine() {
    let router = proxy("http://127.0.0.1:9").await;
    for host in [
        "127.0.0.1",
        "127.0.0.1:8080",
        "localhost:8080",
        "LOCALHOST",
        "[::1]:8080",
        "127.8.8.8:1",
    ] {
        let answer = get(&router, "/api/v1/accounts", &[("host", host)]).await;
        assert_eq!(answer.head.status(), StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn refuses_a_second_host() {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = get(
        &router,
        "/healthz",
        &[("host", "localhost"), ("host", "evil.example")],
    )
    .await;
    assert_eq!(answer.head.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn refuses_another_sites_page() {
    let router = proxy("http://127.0.0.1:9").await;
    let answer = post(&router, &[JSON, ("origin", "https://evil.example")]).await;
    assert_snapshot!(answer.redacted(), @r#"
    403 Forbidden application/problem+json
    {
      "code": "forbidden_origin",
      "detail": "the request comes from a page of another site",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 403,
      "title": "Forbidden"
    }
    "#);
    let answer = post(&router, &[JSON, ("sec-fetch-site", "cross-site")]).await;
    assert_eq!(answer.head.status(), StatusCode::FORBIDDEN);
    let preflight = request(
        "OPTIONS",
        CALL,
        &[
            ("origin", "https://evil.example"),
            ("access-control-request-method", "POST"),
        ],
        "",
    );
    let answer = send(&router, preflight).await;
    assert_eq!(answer.head.status(), StatusCode::FORBIDDEN);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn lets_its_own_page_through() {
    let router = proxy(&crate::cloud::dead().await).await;
    let own = ("origin", "http://127.0.0.1:8080");
    let answer = post(&router, &[JSON, own, ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.head.status(), StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn refuses_a_body_that_is_not_declared_as_json() {
    let router = proxy("http://127.0.0.1:9").await;
    assert_snapshot!(post(&router, &[]).await.redacted(), @r#"
    415 Unsupported Media Type application/problem+json
    {
      "code": "unsupported_media_type",
      "detail": "the body must be declared as `content-type: application/json`",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 415,
      "title": "Unsupported Media Type"
    }
    "#);
    for declared in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "text/plain; x=application/json",
    ] {
        let answer = post(&router, &[("content-type", declared)]).await;
        assert_eq!(
            answer.head.status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{declared}"
        );
    }
}

#[tokio::test]
async fn refuses_a_body_that_is_too_large() {
    let router = proxy("http://127.0.0.1:9").await;
    let body = " ".repeat(256 * 1024 + 1);
    let answer = call(&router, "core", "ListScheduledEvents", &body).await;
    assert_snapshot!(answer.redacted(), @r#"
    413 Payload Too Large application/problem+json
    {
      "code": "too_large",
      "detail": "the body is larger than 262144 bytes",
      "outcome": "not_sent",
      "request_id": "[id]",
      "status": 413,
      "title": "Payload Too Large"
    }
    "#);
}

#[tokio::test]
async fn lists_no_more_issues_than_anybody_reads() {
    let router = proxy("http://127.0.0.1:9").await;
    let item = r#"{"event_id":"x","resource_id":""}"#;
    let items = vec![item; 5000].join(",");
    let body = format!(r#"{{"account":"edge","action":"redeploy","items":[{items}]}}"#);
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k"),
    ];
    let answer = send(&router, request("POST", "/api/v1/batches", &headers, &body)).await;
    assert_eq!(answer.head.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(problem["issues"].as_array().unwrap().len(), 1000);
    assert_eq!(
        problem["detail"],
        "the batch breaks the rules of its action in 19999 places; the first 1000 errors are listed"
    );
    // A list's parameters have no more issues than its fields, but a field may be given often.
    let words = vec!["\"Nothing\""; 5000].join(",");
    let body = format!(r#"{{"EventTypes":[{words}]}}"#);
    let answer = call(&router, "edge", "DescribeHistoryEvents", &body).await;
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(problem["issues"].as_array().unwrap().len(), 1000);
}

#[tokio::test]
async fn refuses_to_listen_beyond_this_machine() {
    let anywhere = "0.0.0.0:0".parse().unwrap();
    let refusal = async |reach: &Reach, asks_login: bool| {
        let listening = listen(&anywhere, reach, asks_login).await;
        listening.unwrap_err().to_string()
    };
    let mut reach = Reach::default();
    assert_snapshot!(refusal(&reach, false).await, @"refusing to listen on 0.0.0.0:0, which other machines reach: without an account nobody has to log in; there is no `public_url`, which browsers are to know it by; without `[server.tls]`, or `trusted_proxies` of which one takes TLS off, what is sent can be read and changed on its way, logins with it; give what is missing (docs/serving.md), or use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)");
    reach.trusted_proxies.add("10.0.0.7").unwrap();
    assert_snapshot!(refusal(&reach, true).await, @"refusing to listen on 0.0.0.0:0, which other machines reach: there is no `public_url`, which browsers are to know it by; give what is missing (docs/serving.md), or use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)");
    reach
        .public_urls
        .push("https://evenkeel.example.org".parse().unwrap());
    assert_snapshot!(refusal(&reach, false).await, @"refusing to listen on 0.0.0.0:0, which other machines reach: without an account nobody has to log in; give what is missing (docs/serving.md), or use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)");
    listen(&anywhere, &reach, true).await.unwrap();
    reach.trusted_proxies = TrustedProxies::default();
    assert_snapshot!(refusal(&reach, true).await, @"refusing to listen on 0.0.0.0:0, which other machines reach: without `[server.tls]`, or `trusted_proxies` of which one takes TLS off, what is sent can be read and changed on its way, logins with it; give what is missing (docs/serving.md), or use a loopback address such as 127.0.0.1:8080 (and `ssh -L 8080:127.0.0.1:8080` from elsewhere)");
    for address in ["[::]:0", "[::ffff:192.0.2.1]:0", "192.0.2.1:0"] {
        let listening = listen(&address.parse().unwrap(), &reach, true).await;
        let error = listening.unwrap_err();
        assert!(
            matches!(error, ListenError::BeyondLoopback { .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn says_that_a_port_is_taken() {
    let reach = Reach::default();
    let taken = listen(&"127.0.0.1:0".parse().unwrap(), &reach, false).await;
    let address = taken.as_ref().unwrap().address().unwrap();
    let error = listen(&address, &reach, false).await.unwrap_err();
    assert_snapshot!(error.to_string().replace(&address.to_string(), "[address]"), @"[address] is taken by another program: stop it, or choose another with --listen");
}

#[tokio::test]
async fn refuses_a_host_with_a_port_that_is_none() {
    let router = proxy("http://127.0.0.1:9").await;
    for host in [
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:99999",
        "127.0.0.1:80x",
        "localhost:+80",
        "localhost:-1",
        "[::1]:",
        "[::1]:99999",
        "[::1]8080",
    ] {
        let answer = get(&router, "/healthz", &[("host", host)]).await;
        assert_eq!(answer.head.status(), StatusCode::FORBIDDEN, "{host}");
    }
}

#[tokio::test]
async fn asks_for_json_wherever_something_may_change() {
    let router = proxy("http://127.0.0.1:9").await;
    for path in [
        "/api/v1/batches",
        "/api/v1/batches/x/pause",
        "/api/v1/batches/x/resume",
        "/api/v1/batches/x/cancel",
        "/api/v1/batches/x/retry-failed",
        "/api/v1/batches/x/items/0/settle",
        "/api/v1/events/refresh",
        CALL,
    ] {
        for headers in [&[][..], &[("content-type", "text/plain")], &[JSON, JSON]] {
            let answer = send(&router, request("POST", path, headers, "")).await;
            let status = answer.head.status();
            assert_eq!(
                status,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "{path} {headers:?}"
            );
        }
        let answer = send(&router, request("POST", path, &[JSON], "{}")).await;
        let status = answer.head.status();
        assert_ne!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
    }
}

#[tokio::test]
async fn no_answer_says_what_the_server_is_made_of() {
    let router = proxy("http://127.0.0.1:9").await;
    let evil = ("host", "evil.example");
    for (path, headers) in [
        ("/", &[][..]),
        ("/healthz", &[]),
        ("/api/v1/accounts", &[]),
        ("/api/v1/nothing", &[]),
        ("/assets/nothing.js", &[]),
        ("/", &[evil]),
    ] {
        let answer = get(&router, path, headers).await;
        for name in [
            "server",
            "x-powered-by",
            "via",
            "access-control-allow-origin",
        ] {
            assert_eq!(answer.header(name), None, "{path}");
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        if path.starts_with("/api/") {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        }
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(answer.header("permissions-policy").is_some());
    }
}
