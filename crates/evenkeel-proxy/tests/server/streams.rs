//! Clients of the stream that read, and those that never do.

use std::time::{Duration, Instant};

use evenkeel_proxy::ServerLimits;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    net::TcpStream,
    time::timeout,
};

use crate::stand::Stand;

/// A client that reads.
struct Client(Lines<BufReader<TcpStream>>);

impl Client {
    /// Once there is a place.
    async fn join(stand: &Stand, after: i64) -> Self {
        let started = Instant::now();
        loop {
            let client = stand.client(&stream(after)).await;
            let mut client = Self(BufReader::new(client).lines());
            if client.line().await == "HTTP/1.1 200 OK" {
                return client;
            }
            assert!(started.elapsed() < Duration::from_secs(20), "there is none");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn line(&mut self) -> String {
        let line = timeout(Duration::from_secs(20), self.0.next_line()).await;
        line.unwrap().unwrap().unwrap()
    }

    /// The ids of the messages until one at least so high.
    async fn ids(&mut self, until: i64) -> Vec<i64> {
        let mut ids = Vec::new();
        while ids.last().is_none_or(|last| *last < until) {
            let line = self.line().await;
            ids.extend(
                line.strip_prefix("id: ")
                    .map(|id| id.parse::<i64>().unwrap()),
            );
        }
        ids
    }
}

fn stream(after: i64) -> String {
    format!("GET /api/v1/stream?after={after} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_reads_loses_its_place_and_those_who_read_lose_nothing() {
    let limits = ServerLimits {
        streams: 4,
        streams_per_address: 3,
        write_timeout: Duration::from_millis(300),
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    stand.call_off(5_000).await;
    let head = stand.db.head().await.unwrap();
    let deaf = [stand.deaf(&stream(0)).await, stand.deaf(&stream(0)).await];
    let mut reader = Client::join(&stand, 0).await;
    let ids = reader.ids(head).await;
    assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
    // The places of those who do not read are free by themselves.
    let mut others = Vec::new();
    for _ in &deaf {
        others.push(Client::join(&stand, head).await);
    }
    // The one who reads is still told, from where it broke off, too.
    drop((reader, others));
    let first = ids[0];
    let mut again = Client::join(&stand, first).await;
    assert_eq!(again.ids(ids[ids.len() - 1]).await, ids[1..]);
    stand.stop().await;
}

#[tokio::test]
async fn one_address_has_only_so_many_streams() {
    let limits = ServerLimits {
        streams_per_address: 2,
        ..ServerLimits::default()
    };
    let stand = Stand::start(limits).await;
    let _two = [Client::join(&stand, 0).await, Client::join(&stand, 0).await];
    let full = stand.get("/api/v1/stream").await;
    assert_eq!((full.status, full.code()), (503, "too_many_streams".into()));
    assert!(full.head.contains("\r\nretry-after: 5"), "{}", full.head);
    assert_eq!(stand.get("/api/v1/accounts").await.status, 200);
    stand.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thing_that_changes_often_is_told_as_it_is_now() {
    let stand = Stand::start(ServerLimits::default()).await;
    let before = stand.db.head().await.unwrap();
    let mut client = Client::join(&stand, before).await;
    stand.call_off(10).await;
    let mut listeners = Vec::new();
    for _ in 0..20 {
        listeners.push(Client::join(&stand, before).await);
    }
    for client in std::iter::once(&mut client).chain(&mut listeners) {
        // The batch's last change, whatever was told before it.
        loop {
            let line = client.line().await;
            if line.starts_with("data: ") && line.contains("\"not_sent\":10") {
                break;
            }
        }
    }
    stand.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_gzip_is_told_the_same_in_fewer_bytes() {
    let stand = Stand::start(ServerLimits::default()).await;
    let before = stand.db.head().await.unwrap();
    let mut plain = Client::join(&stand, before).await;
    let url = format!("http://{}/api/v1/stream?after={before}", stand.port());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = http.get(url).header("accept-encoding", "gzip, br").send();
    let mut packed = asked.await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    stand.call_off(1_000).await;
    let head = stand.db.head().await.unwrap();
    let ids = plain.ids(head).await;
    let mut bytes = Vec::new();
    let told = |text: &str| {
        let ids = text.lines().filter_map(|line| line.strip_prefix("id: "));
        ids.map(|id| id.parse().unwrap()).collect::<Vec<i64>>()
    };
    // As it comes, without its end.
    while told(&unpacked(&bytes).0).last() < ids.last() {
        let chunk = timeout(Duration::from_secs(20), packed.chunk()).await;
        bytes.extend(chunk.unwrap().unwrap().unwrap());
    }
    stand.stop().await;
    while let Some(chunk) = packed.chunk().await.unwrap() {
        bytes.extend(chunk);
    }
    let (text, is_whole) = unpacked(&bytes);
    assert!(
        is_whole && text.contains("{\"reason\":\"stopping\"}"),
        "{text}"
    );
    assert!(told(&text).starts_with(&ids), "{ids:?}");
    assert!(
        bytes.len() < text.len() / 4,
        "{} of {}",
        bytes.len(),
        text.len()
    );
}

/// What can be read of it, and whether that is all.
fn unpacked(bytes: &[u8]) -> (String, bool) {
    use std::io::Read as _;

    let mut text = Vec::new();
    let read = flate2::read::GzDecoder::new(bytes).read_to_end(&mut text);
    (String::from_utf8(text).unwrap(), read.is_ok())
}
