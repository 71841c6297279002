//! How large the listing of 100,000 events of the sandbox is, and how long it takes from the request to its first
//! block and to its last byte; and what a second visit costs, after 100 events have changed.
//!
//! ```sh
//! cargo bench -p evenkeel-proxy --bench listing
//! cargo xtask postgres --durable -- cargo bench -p evenkeel-proxy --bench listing
//! EVENTS=1000000 cargo bench -p evenkeel-proxy --bench listing
//! ```
#![allow(
    clippy::unwrap_used,
    reason = "a program that measures may stop at the first surprise"
)]

use std::{
    io::Read as _,
    net::SocketAddr,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use evenkeel::Provider;
use evenkeel_api::listing::{FrameReader, ListingFrame};
use evenkeel_proxy::{
    Account, Clock, Console, JournalOptions, Proxy, ProxyParts, SyncOptions, Upstream,
};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use evenkeel_store::{
    Db,
    sqlx::{self, AssertSqlSafe},
};
use evenkeel_testdb::{TestDatabase, both};
use evenkeel_testkit::account_at;
use serde_json::Value;

const ROUNDS: usize = 9;

fn accounts(address: SocketAddr) -> Vec<Account> {
    [
        ("edge", Provider::Ens),
        ("core", Provider::HuaweiEcs),
        ("ali", Provider::AlibabaEcs),
    ]
    .into_iter()
    .map(|(id, provider)| account_at(id, provider, address))
    .collect()
}

fn proxy(db: &Db, address: SocketAddr) -> Proxy {
    Proxy::new(ProxyParts {
        accounts: accounts(address),
        console: Console::placeholder(),
        upstream_timeout: Duration::from_mins(1),
        clock: Clock::machine(),
        store: db.clone(),
        sync: SyncOptions {
            calls_per_second: NonZeroU32::new(1_000).unwrap(),
            names: std::env::var_os("NAMES").is_some(),
            ..SyncOptions::default()
        },
        journal: JournalOptions::default(),
        inventory: None,
        group_by: None,
        policy: evenkeel_proxy::Policy::default(),
    })
    .unwrap()
}

/// Reads the sandbox's events into a store by the sync, then lets the sandbox go.
async fn fill(database: &TestDatabase, events: usize) -> (Db, SocketAddr) {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config {
        events,
        clock: ClockMode::Real,
        ..Config::default()
    };
    let sandbox = Sandbox::bind(loopback, config).await.unwrap();
    let address = sandbox.local_addr();
    let task = tokio::spawn(sandbox.serve(std::future::pending()));
    let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
    let proxy = proxy(&db, address);
    let background = proxy.start();
    let started = Instant::now();
    loop {
        let statuses = db.sync_statuses().await.unwrap();
        let walked = statuses.iter().filter(|status| status.updated_at.is_some());
        if walked.count() == 3 {
            break;
        }
        assert!(started.elapsed() < Duration::from_mins(30));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    if std::env::var_os("NAMES").is_some() {
        while started.elapsed() < Duration::from_mins(10)
            && !db.open_resources("edge", 1).await.unwrap().is_empty()
        {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
    background.stop().await;
    task.abort();
    println!(
        "  read into the store in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    (db, address)
}

struct Told {
    first: Duration,
    last: Duration,
    bytes: usize,
    body: Vec<u8>,
}

async fn ask(client: &reqwest::Client, url: &str, encoding: &str) -> Told {
    let started = Instant::now();
    let request = client.get(url).header("accept-encoding", encoding);
    let mut answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let mut body = Vec::new();
    let (mut pieces, mut first) = (0, Duration::ZERO);
    while let Some(piece) = answer.chunk().await.unwrap() {
        body.extend_from_slice(&piece);
        pieces += 1;
        // The first piece is the head.
        if pieces == 2 {
            first = started.elapsed();
        }
    }
    Told {
        first,
        last: started.elapsed(),
        bytes: body.len(),
        body,
    }
}

/// How long the reader takes of what has come, and of how many rows.
fn decode(bytes: &[u8]) -> (Duration, Duration, usize, i64) {
    let started = Instant::now();
    let mut reader = FrameReader::default();
    let (mut rows, mut position, mut longest) = (0, 0, Duration::ZERO);
    reader.push(bytes);
    loop {
        let begin = Instant::now();
        let Some(frame) = reader.next().unwrap() else {
            break;
        };
        longest = longest.max(begin.elapsed());
        match frame {
            ListingFrame::Head(head) => position = head.position,
            ListingFrame::Block(block) => rows += block.rows,
            ListingFrame::Went(_) | ListingFrame::End => {}
        }
    }
    reader.finish().unwrap();
    (started.elapsed(), longest, rows, position)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).unwrap().as_secs_f64() * 1000.0
}

async fn measure(client: &reqwest::Client, db: &Db, base: &str) {
    let url = format!("{base}/api/v1/events/listing");
    let mut position = 0;
    for encoding in ["identity", "gzip"] {
        let (mut first, mut last, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut decoded = Vec::new();
        let (mut rows, mut longest) = (0, Duration::ZERO);
        for round in 0..=ROUNDS {
            let told = ask(client, &url, encoding).await;
            let mut plain = Vec::new();
            let plain = if encoding == "gzip" {
                flate2::read::GzDecoder::new(told.body.as_slice())
                    .read_to_end(&mut plain)
                    .unwrap();
                plain.as_slice()
            } else {
                told.body.as_slice()
            };
            let read = decode(plain);
            (longest, rows, position) = (read.1, read.2, read.3);
            if round > 0 {
                first.push(told.first);
                last.push(told.last);
                decoded.push(read.0);
            }
            bytes = told.bytes;
        }
        println!(
            "  {encoding:9} {:6.2} MB, {rows} rows: first block after {:6.1} ms, last byte after {:7.1} ms; \
             read in {:.1} ms, the longest block {:.1} ms",
            f64::from(u32::try_from(bytes).unwrap()) / 1e6,
            median(first),
            median(last),
            median(decoded),
            longest.as_secs_f64() * 1000.0,
        );
    }
    let totals = ask(client, &format!("{base}/api/v1/events/totals"), "gzip").await;
    println!(
        "  totals    {} bytes in {:.1} ms",
        totals.bytes,
        totals.last.as_secs_f64() * 1000.0
    );
    let mut tx = db.begin().await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(
        "SELECT n FROM events WHERE gone = 0 LIMIT 100",
    ));
    for row in rows.fetch_all(&mut *tx).await.unwrap() {
        let n: i64 = sqlx::Row::try_get(&row, 0).unwrap();
        tx.note(evenkeel_store::Change::new(
            evenkeel_store::Topic::Event,
            n.to_string(),
        ));
    }
    tx.commit().await.unwrap();
    let url = format!("{url}?since={position}");
    let mut last = Vec::new();
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let told = ask(client, &url, "gzip").await;
        bytes = told.bytes;
        last.push(told.last);
    }
    println!(
        "  100 of them again: {bytes} bytes in {:.1} ms",
        median(last)
    );
}

async fn page(client: &reqwest::Client, base: &str) -> usize {
    let answer = client
        .get(format!("{base}/api/v1/events?limit=1"))
        .send()
        .await
        .unwrap();
    let page: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    page.get("total")
        .and_then(Value::as_u64)
        .and_then(|total| usize::try_from(total).ok())
        .unwrap()
}

#[tokio::main]
async fn main() {
    // The proxy's own client sets TLS up; plain HTTP needs none of it.
    drop(Upstream::new(Duration::from_secs(1)));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let events = std::env::var("EVENTS")
        .ok()
        .and_then(|events| events.parse().ok());
    let events = events.unwrap_or(100_000);
    for database in both().await {
        println!("{}: {events} events of the sandbox", database.kind());
        let (db, address) = fill(&database, events).await;
        let router = proxy(&db, address).router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        println!("  {} are listed", page(&client, &base).await);
        measure(&client, &db, &base).await;
        server.abort();
        db.close().await;
    }
}
