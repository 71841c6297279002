//! Heads that do not end, connections that do nothing, and more of them than there may be.

use std::time::{Duration, Instant};

use evenkeel_proxy::{Console, ServerLimits};
use tokio::io::AsyncReadExt as _;

use crate::stand::{Stand, post, until_end};

const SHORT: Duration = Duration::from_millis(200);
const HALF: &str = "GET /api/v1/accounts HTTP/1.1\r\nhost: 127.0.0.1\r\nx-";

#[tokio::test]
async fn half_a_head_is_waited_for_only_so_long() {
    let limits = ServerLimits {
        header_timeout: SHORT,
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let started = Instant::now();
    let (text, _) = until_end(stand.client(HALF).await).await;
    assert_eq!(text, "");
    assert!(started.elapsed() >= SHORT, "{:?}", started.elapsed());
    stand.stop().await;
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_kept_only_so_long() {
    let limits = ServerLimits {
        idle_timeout: SHORT,
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let (text, _) = until_end(stand.client("").await).await;
    assert_eq!(text, "");
    let request = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
    let (text, _) = until_end(stand.client(&request.repeat(2)).await).await;
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 2, "{text}");
    stand.stop().await;
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "<p>").unwrap();
    let large = vec![0_u8; 16 * 1024 * 1024];
    std::fs::write(folder.path().join("large.bin"), &large).unwrap();
    let limits = ServerLimits {
        write_timeout: SHORT,
        ..ServerLimits::default()
    };
    let console = Console::from_folder(folder.path()).unwrap();
    let stand = Stand::with_console(limits, console).await;
    let request = "GET /large.bin HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    let whole = until_end(stand.client(request).await).await;
    assert!(whole.1 && whole.0.len() > large.len());
    let mut deaf = stand.deaf(request).await;
    tokio::time::sleep(SHORT * 5).await;
    let mut bytes = Vec::new();
    let ended = deaf.read_to_end(&mut bytes).await;
    assert!(
        ended.is_err() && bytes.len() < large.len(),
        "{}",
        bytes.len()
    );
    stand.stop().await;
}

#[tokio::test]
async fn those_who_only_wait_keep_nobody_out() {
    let limits = ServerLimits {
        connections: 16,
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let mut waiting = Vec::new();
    for n in 0..60 {
        waiting.push(stand.client(if n % 2 == 0 { HALF } else { "" }).await);
    }
    for _ in 0..20 {
        let started = Instant::now();
        assert_eq!(stand.get("/api/v1/accounts").await.status, 200);
        assert!(started.elapsed() < Duration::from_secs(5));
    }
    // The first ones gave their places up.
    let (text, _) = until_end(waiting.swap_remove(0)).await;
    assert_eq!(text, "");
    stand.stop().await;
}

#[tokio::test]
async fn when_every_place_is_at_work_health_is_told_and_others_are_asked_to_wait() {
    let limits = ServerLimits {
        connections: 16,
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let expect = "expect: 100-continue\r\n";
    let whole = post("/api/v1/events/refresh", expect, "{\"accounts\": []}");
    let half = whole.strip_suffix("[]}").unwrap();
    let mut working = Vec::new();
    for _ in 0..16 {
        let mut client = stand.client(half).await;
        let mut at_work = [0; 25];
        client.read_exact(&mut at_work).await.unwrap();
        assert_eq!(&at_work, b"HTTP/1.1 100 Continue\r\n\r\n");
        working.push(client);
    }
    let busy = stand.get("/api/v1/accounts").await;
    assert_eq!((busy.status, busy.code()), (503, "busy".into()), "{busy:?}");
    assert!(busy.head.contains("\r\nretry-after: 2"), "{}", busy.head);
    assert_eq!(stand.get("/healthz").await.status, 200);
    drop(working);
    while stand.get("/api/v1/accounts").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stand.stop().await;
}
