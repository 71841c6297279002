//! Bodies that are too much together, and what stands around them.

use std::time::Duration;

use evenkeel_proxy::ServerLimits;

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
    tokio::io::AsyncWriteExt::write_all(&mut waiting, last.as_bytes())
        .await
        .unwrap();
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
