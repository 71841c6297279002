//! Bodies that are too much together, and what stands around them.

use std::time::Duration;

use evenkeel_proxy::ServerLimits;

use tokio::io::AsyncWriteExt as _;

use crate::stand::{Stand, post, rest, until_end};

#[tokio::test]
async fn bodies_are_bounded_together_and_small_orders_do_not_wait() {
    let limits = ServerLimits {
        body_bytes: 1024 * 1024,
        body_wait: Duration::from_millis(200),
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let key = "idempotency-key: one\r\n";
    let large = post("/api/v1/batches", key, &" ".repeat(900_000));
    let (first, last) = large.split_at(large.len() / 2);
    let mut waiting = stand.client(first).await;
    let until = std::time::Instant::now() + Duration::from_secs(10);
    let busy = loop {
        // The first one's head may not have been read yet.
        let answer = stand
            .post("/api/v1/batches", key, &" ".repeat(900_000))
            .await;
        if answer.status == 503 || std::time::Instant::now() > until {
            break answer;
        }
    };
    assert_eq!((busy.status, busy.code()), (503, "busy".into()), "{busy:?}");
    assert!(busy.head.contains("\r\nretry-after: 2"), "{}", busy.head);
    let small = stand.post("/api/v1/events/refresh", "", "{}").await;
    assert_eq!(small.status, 202, "{small:?}");
    waiting.write_all(last.as_bytes()).await.unwrap();
    assert_eq!(rest(waiting).await.status, 422);
    let next = stand
        .post("/api/v1/batches", key, &" ".repeat(900_000))
        .await;
    assert_eq!(next.status, 422, "there is room again: {next:?}");
    stand.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_only_so_long() {
    let limits = ServerLimits {
        body_timeout: Duration::from_millis(200),
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let whole = post("/api/v1/events/refresh", "", "{\"accounts\": []}");
    let half = whole.strip_suffix("]}").unwrap();
    let (text, _) = until_end(stand.client(half).await).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert!(text.contains("incomplete_body"), "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn a_body_may_say_that_it_is_not_encoded_and_begin_with_a_byte_order_mark() {
    let stand = Stand::start(ServerLimits::default()).await;
    let path = "/api/v1/events/refresh";
    let body = "\u{feff}{\"accounts\": [\"edge\"]}";
    for encoding in [
        "",
        "content-encoding: identity\r\n",
        "content-encoding: Identity\r\n",
    ] {
        let answer = stand.post(path, encoding, body).await;
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    for encoding in [
        "content-encoding: gzip\r\n",
        "content-encoding: identity, br\r\n",
    ] {
        let answer = stand.post(path, encoding, body).await;
        assert_eq!(answer.status, 415, "{answer:?}");
    }
    stand.stop().await;
}

#[tokio::test]
async fn a_body_whose_chunks_are_none_is_malformed_and_one_that_ends_early_is_incomplete() {
    let stand = Stand::start(ServerLimits::default()).await;
    let head = "POST /api/v1/events/refresh HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
                content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    for malformed in [
        "zz\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r\n{}0\r\n\r\n",
        "fffffffffffffffff\r\n{}",
        "2;a\nb\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n0\r\nno trailer\r\n\r\n",
    ] {
        let client = stand.client(&format!("{head}{malformed}")).await;
        let answer = rest(client).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "malformed_body".into()),
            "{malformed:?}: {answer:?}"
        );
        assert!(answer.body.contains("chunk"), "{answer:?}");
    }
    let short = post("/api/v1/events/refresh", "", "{\"accounts\": []}");
    for early in [
        &format!("{head}2\r\n{{"),
        &format!("{head}2\r\n{{}}\r\n"),
        short.strip_suffix("]}").unwrap(),
    ] {
        let mut client = stand.client(early).await;
        client.shutdown().await.unwrap();
        let answer = rest(client).await;
        assert_eq!(
            (answer.status, answer.code()),
            (408, "incomplete_body".into()),
            "{early:?}: {answer:?}"
        );
    }
    stand.stop().await;
}

#[tokio::test]
async fn a_body_that_is_no_object_is_told_so_in_the_words_of_json() {
    let stand = Stand::start(ServerLimits::default()).await;
    let key = "idempotency-key: one\r\n";
    let batch = "/api/v1/batches/0199e0f0-0000-7000-8000-000000000000";
    let settle = format!("{batch}/items/0/settle");
    let retry = format!("{batch}/retry-failed");
    let mut told = 0;
    for path in [
        "/api/v1/batches",
        "/api/v1/events/refresh",
        settle.as_str(),
        retry.as_str(),
    ] {
        // By the order of their fields lists could be taken for what they are not.
        for body in ["[]", "[null, false]", "null", "5", "\"text\"", "true"] {
            let answer = stand.post(path, key, body).await;
            assert!([400, 422].contains(&answer.status), "{path}: {answer:?}");
            assert_eq!(answer.code(), "invalid_parameters", "{path} {body}");
            let detail = answer.body;
            assert!(detail.contains("expected an object"), "{path}: {detail}");
            told += 1;
        }
    }
    let item = "{\"account\": \"edge\", \"action\": \"reboot\", \"items\": [ITEM]}";
    let whole = "{\"event_id\": \"e-1\", \"resource_id\": \"i-1\", \"when\": WHEN}";
    let when = |when: &str| whole.replace("WHEN", when);
    for wrong in [
        "5".to_owned(),
        "[\"e-1\", \"i-1\", \"now\"]".to_owned(),
        when("5"),
        when("[]"),
        when("{\"at\": 5}"),
        when("\"at\""),
        when("{\"now\": 1}"),
        when("\"never\""),
    ] {
        let body = item.replace("ITEM", &wrong);
        let answer = stand.post("/api/v1/batches", key, &body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "invalid_parameters".into()),
            "{wrong}"
        );
        for word in ["struct", "enum", "variant", "unit", "ItemDraft", "::"] {
            assert!(!answer.body.contains(word), "{wrong}: {}", answer.body);
        }
    }
    assert_eq!(told, 24);
    stand.stop().await;
}
