//! What names cost: how many calls bring those of 10,000 events of 6,000 instances, and how long the list of 10,000
//! events takes with them beside the same list without, in turns, in one run.
//!
//! ```sh
//! cargo bench -p evenkeel-proxy --bench names
//! cargo bench -p evenkeel-proxy --bench names -- lists     # without the calls
//! cargo xtask postgres --durable -- cargo bench -p evenkeel-proxy --bench names
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program that measures may stop at the first surprise"
)]

mod login;

use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use evenkeel::{Event, Provider, ResourceRecord};
use evenkeel_proxy::{Account, Config, SyncOptions};
use evenkeel_store::{Answered, DatabaseKind, Db, Reach, SyncRun, sqlx};
use evenkeel_testdb::both;
use evenkeel_testkit::{Clouds, HOUR, MINUTE, ProxyOptions, RunningProxy, SECOND, START, time};
use serde_json::{Value, json};

const EVENTS: usize = 10_000;
const INSTANCES: usize = 6_000;
const ROUNDS: usize = 200;
const PAGE: usize = 500;

const CASES: &[(&str, &str, &str)] = &[
    (
        "the list as it opens",
        "limit=100&facets=true",
        "limit=100&facets=true",
    ),
    (
        "the largest page",
        "limit=1000&facets=true",
        "limit=1000&facets=true",
    ),
    (
        "one state",
        "limit=100&state=inquiring&facets=true",
        "limit=100&state=inquiring&facets=true",
    ),
    (
        "by name, beside by id",
        "limit=100&sort=resource_id",
        "limit=100&sort=name",
    ),
    ("a word", "limit=100&q=e-000471", "limit=100&q=e-000471"),
];

fn event(number: usize) -> Event {
    let states = ["Inquiring", "Scheduled", "Executing", "Executed"];
    let raw = json!({"EventId": format!("e-{number:06}"), "EventLevel": "WARN",
        "EventType": "Instance:SystemMaintenance.Reboot", "NotBefore": 1_795_344_233_000_i64,
        "Reason": "Host software maintenance is planned. The instance will be restarted."});
    serde_json::from_value(json!({
        "account": "edge", "provider": "ens", "id": format!("e-{number:06}"),
        "resource_id": format!("i-{:06}", number % INSTANCES), "level": "WARN",
        "type": {"raw": "Instance:SystemMaintenance.Reboot"},
        "state": {"raw": states[number % states.len()]},
        "published_at": time(START + i64::try_from(number).unwrap() * SECOND),
        "not_before": time(START + i64::try_from(number % 977).unwrap() * MINUTE),
        "raw": raw.to_string(),
        "description": {"und": "Host software maintenance is planned. The instance will be restarted."},
    }))
    .unwrap()
}

fn record(number: usize) -> ResourceRecord {
    let tags = [
        ("service", format!("service-{}", number % 40)),
        ("owner", format!("team-{}", number % 7)),
        ("env", "prod".to_owned()),
    ];
    ResourceRecord {
        id: format!("i-{number:06}"),
        name: Some(format!("service-{}-prod-{number:04}", number % 40)),
        zone: Some("cn-hangzhou-44".to_owned()),
        status: Some("Running".to_owned()),
        tags: tags.map(|(key, value)| (key.to_owned(), value)).into(),
        ..ResourceRecord::default()
    }
}

/// Fills a store with the events and, if so, their names.
async fn fill(db: &Db, named: bool) {
    let events: Vec<Event> = (0..EVENTS).map(event).collect();
    let mut run = SyncRun::begin(db, "edge").await.unwrap();
    for page in events.chunks(PAGE) {
        let mut tx = db.begin().await.unwrap();
        run.take(&mut tx, page, START).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = db.begin().await.unwrap();
    run.finish(&mut tx, Reach::Whole, None, START)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let records: Vec<ResourceRecord> = (0..INSTANCES).map(record).collect();
    for records in records.chunks(100).filter(|_| named) {
        let mut tx = db.begin().await.unwrap();
        tx.take_resources("edge", records, Answered::All, START)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

/// Does what a server of `PostgreSQL` does by itself a minute after so much was written: a database that was filled in
/// a second has no statistics yet, and each page would read and sort everything.
async fn tidy(db: &Db) {
    if db.kind() == DatabaseKind::Postgres {
        sqlx::query("VACUUM (ANALYZE)")
            .execute(db.reader())
            .await
            .unwrap();
    }
}

fn accounts() -> Vec<Account> {
    let text = "[[accounts]]\nid = \"edge\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n";
    let config = Config::parse(text, "bench").unwrap();
    let open = |account| Account::open(account, &|_| Some("none".to_owned())).unwrap();
    config.accounts.iter().map(open).collect()
}

/// A server of a store that nothing goes on in.
async fn serve(db: &Db, group_by: Option<String>) -> (String, tokio::task::JoinHandle<()>) {
    login::allow(db).await;
    let proxy = evenkeel_proxy::Proxy::new(evenkeel_proxy::ProxyParts {
        accounts: accounts(),
        console: evenkeel_proxy::Console::placeholder(),
        upstream_timeout: Duration::from_secs(1),
        clock: evenkeel_proxy::Clock::machine(),
        store: db.clone(),
        sync: SyncOptions::default(),
        journal: evenkeel_proxy::JournalOptions::default(),
        inventory: None,
        group_by,
        policy: evenkeel_proxy::Policy::default(),
    })
    .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = proxy.with_limits(login::limits()).router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (base, server)
}

async fn get(client: &reqwest::Client, base: &str, query: &str) -> (Duration, usize) {
    let started = Instant::now();
    let answer = client.get(format!("{base}/api/v1/events?{query}")).send();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status().as_u16(), StatusCode::OK.as_u16());
    let bytes = answer.bytes().await.unwrap().len();
    (started.elapsed(), bytes)
}

async fn lists(client: &reqwest::Client) {
    let (without, with) = (both().await, both().await);
    for (without, with) in without.into_iter().zip(with) {
        let plain = Db::open(&without.url().parse().unwrap()).await.unwrap();
        let named = Db::open(&with.url().parse().unwrap()).await.unwrap();
        fill(&plain, false).await;
        fill(&named, true).await;
        named.group_events_by(Some("service")).await.unwrap();
        while named.refresh_resources().await.unwrap() {}
        tidy(&plain).await;
        tidy(&named).await;
        let (plain_base, plain_server) = serve(&plain, None).await;
        let (named_base, named_server) = serve(&named, Some("service".to_owned())).await;
        println!(
            "{}: {EVENTS} events, with names beside without, {ROUNDS} rounds",
            without.kind()
        );
        for (name, query, named_query) in CASES {
            let mut ratios = Vec::new();
            let (mut ours, mut sizes) = (Vec::new(), (0, 0));
            for round in 0..ROUNDS + 20 {
                // In turns, and each first as often as the other.
                let (one, other) = if round % 2 == 0 {
                    let one = get(client, &plain_base, query).await;
                    (one, get(client, &named_base, named_query).await)
                } else {
                    let other = get(client, &named_base, named_query).await;
                    (get(client, &plain_base, query).await, other)
                };
                if round >= 20 {
                    ratios.push(other.0.as_secs_f64() / one.0.as_secs_f64());
                    ours.push(other.0);
                    sizes = (one.1, other.1);
                }
            }
            ratios.sort_unstable_by(f64::total_cmp);
            ours.sort_unstable();
            println!(
                "  {name:24} {:7.2} ms   × {:.3} ({:.3}–{:.3})   {} kB beside {} kB",
                ours[ROUNDS / 2].as_secs_f64() * 1000.0,
                ratios[ROUNDS / 2],
                ratios[ROUNDS / 4],
                ratios[ROUNDS * 3 / 4],
                sizes.1 / 1000,
                sizes.0 / 1000,
            );
        }
        plain_server.abort();
        named_server.abort();
        plain.close().await;
        named.close().await;
    }
}

/// An event of ENS in the sandbox, of one of so many instances.
fn announced(number: usize) -> Value {
    let until = time(START + 300 * HOUR);
    json!({"id": format!("e-{number:06}"), "resource_id": format!("i-{:06}", number % INSTANCES),
        "type": "Instance:SystemMaintenance.Reboot", "published_at": time(START - MINUTE),
        "not_before": until, "course": {"kind": "asking", "until": until}})
}

/// How many calls bring the names of all.
async fn calls() {
    let database = both().await.remove(0);
    let clouds = Clouds::start().await;
    let events: Vec<Value> = (0..EVENTS).map(announced).collect();
    clouds.show(&json!({ "ens": events })).await;
    let mut options = ProxyOptions::new(vec![clouds.account("edge", Provider::Ens)]);
    options.sync.calls_per_second = NonZeroU32::new(1_000).unwrap();
    options.sync.poll = Duration::from_hours(1);
    let proxy = RunningProxy::start(&database, &clouds, options).await;
    let started = Instant::now();
    loop {
        let (_, page) = proxy.get("events?limit=1000&sort=-name").await;
        let total = page["total"].as_u64().unwrap_or_default();
        let due = proxy
            .db()
            .open_resources("edge", START - HOUR)
            .await
            .unwrap();
        if total == EVENTS as u64 && due.is_empty() {
            break;
        }
        assert!(
            started.elapsed() < Duration::from_mins(10),
            "{total}, {} due",
            due.len()
        );
        clouds.advance(20).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let calls = clouds.calls().await;
    println!(
        "names of {EVENTS} events of {INSTANCES} instances, in {:.1} s: {}",
        started.elapsed().as_secs_f64(),
        calls["operations"]
    );
    proxy.stop().await;
}

#[tokio::main]
async fn main() {
    let client = reqwest::Client::builder().no_proxy();
    // The proxy's own client sets TLS up; plain HTTP needs none of it.
    drop(evenkeel_proxy::Upstream::new(Duration::from_secs(1)));
    let client = client.default_headers(login::header()).build().unwrap();
    // `cargo bench` gives an argument of its own.
    if std::env::args().all(|argument| argument != "lists") {
        calls().await;
    }
    lists(&client).await;
}
