//! How long the server's list takes with 1,000,000 events stored: what the console asks where there are more events than a
//! page keeps. `STORE=PATH` keeps the file, for `evenkeel serve` to be looked at with it.
//!
//! ```sh
//! cargo bench -p evenkeel-proxy --bench million
//! cargo xtask postgres --durable -- cargo bench -p evenkeel-proxy --bench million
//! EVENTS=100000 STORE=million.db cargo bench -p evenkeel-proxy --bench million
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program that measures may stop at the first surprise"
)]

mod login;

use std::time::{Duration, Instant};

use evenkeel::Event;
use evenkeel_proxy::{
    Account, Clock, Config, Console, JournalOptions, Proxy, ProxyParts, SyncOptions, Upstream,
};
use evenkeel_store::{
    Db, Reach, SyncRun,
    sqlx::{self, AssertSqlSafe},
};
use evenkeel_testdb::both;
use serde_json::{Value, json};

const ACCOUNTS: usize = 5;
const PAGE: usize = 1_000;
/// What is written as a sync does it stands so many times.
const COPIES: usize = 20;
const ROUNDS: usize = 9;
/// As the console asks.
const LIMIT: usize = 200;
/// So many pages are read one after the other, which is as far as the console scrolls.
const DEEP: usize = 250;

/// What is asked for, and why.
const CASES: &[(&str, &str)] = &[
    ("as it opens", "gone=exclude&sort=decide_by"),
    ("one state", "state=failed&gone=exclude&sort=decide_by"),
    (
        "one account, two kinds",
        "account=account-3&type=migrate&type=network&gone=exclude&sort=decide_by",
    ),
    ("by account, down", "gone=exclude&sort=-account"),
    ("by name", "gone=exclude&sort=name"),
    (
        "by window, of one state",
        "state=scheduled&gone=exclude&sort=not_before",
    ),
    (
        "a word that none has",
        "q=edge-471100&gone=exclude&sort=decide_by",
    ),
    (
        "a word that a fifth have",
        "q=migrate&gone=exclude&sort=decide_by",
    ),
    (
        "two signs, which no index has",
        "q=47&gone=exclude&sort=decide_by",
    ),
    (
        "a part of a resource's id",
        "resource=dead&gone=exclude&sort=decide_by",
    ),
];

fn event(number: usize) -> Event {
    let states = ["Inquiring", "Scheduled", "Executing", "Executed", "Failed"];
    let types = [
        "Instance:SystemMaintenance.Reboot",
        "Instance:SystemUpgrade.Migrate",
        "Instance:SystemFailure.Redeploy",
        "Disk:Stalled",
        "EnsRegion:NetworkMigration",
    ];
    let (state, kind) = (states[number % 10 / 2], types[number / 3 % types.len()]);
    let minute = |offset: usize| {
        let minutes = i64::try_from((number * 7 + offset) % 20_160).unwrap();
        evenkeel::Timestamp::from_millis(1_798_761_600_000 + minutes * 60_000).to_string()
    };
    let (id, resource) = (
        format!("e-{:032x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        format!("i-{:025x}", number * 31),
    );
    let reason = "Host software maintenance is planned. The instance will be restarted.";
    let raw = json!({"EventId": id, "EventStatus": state, "EventType": kind,
        "ExtendedAttribute": format!("{{\"instanceName\":\"edge-{number:06}\"}}"),
        "NotBeforeUtcTime": minute(9), "PublishUtcTime": minute(0), "Reason": reason, "ResourceId": resource});
    serde_json::from_value(json!({
        "account": format!("account-{}", number % ACCOUNTS), "provider": "ens", "id": id,
        "resource_id": resource, "type": {"raw": kind}, "state": {"raw": state}, "level": "WARN",
        "published_at": minute(0), "not_before": minute(9), "raw": raw.to_string(),
        "description": {"und": reason},
    }))
    .unwrap()
}

/// Writes some as a sync does, and copies of them by SQL: with other ids, and without a history.
async fn fill(db: &Db, events: usize) -> Duration {
    let started = Instant::now();
    let events = events / COPIES;
    for account in 0..ACCOUNTS {
        let name = format!("account-{account}");
        let mut run = SyncRun::begin(db, &name).await.unwrap();
        let numbers: Vec<usize> = (0..events)
            .filter(|number| number % ACCOUNTS == account)
            .collect();
        for page in numbers.chunks(PAGE) {
            let page: Vec<Event> = page.iter().map(|number| event(*number)).collect();
            let mut tx = db.begin().await.unwrap();
            run.take(&mut tx, &page, 1_000).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        run.finish(&mut tx, Reach::Whole, None, 1_000)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let statements = (1..COPIES).flat_map(|copy| copies(events, copy)).chain([
        format!("UPDATE event_counts SET events = events * {COPIES}"),
        format!("UPDATE event_numbers SET last = {}", events * COPIES),
    ]);
    for statement in statements {
        let mut tx = db.begin().await.unwrap();
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    started.elapsed()
}

/// Letters that stand in no id.
fn copies(events: usize, copy: usize) -> [String; 2] {
    let mark = format!("'x{copy:02}'");
    let renamed = |text: &str| {
        format!(
            "REPLACE(REPLACE({text}, e.event_id, e.event_id || {mark}), e.resource_id, e.resource_id || {mark})"
        )
    };
    let (first, by) = (format!("e.n <= {events}"), events * copy);
    [
        format!(
            "INSERT INTO events (n, account, event_id, resource_id, provider, state, kind, type_name, level, decide_by, \
             published_at, not_before, search, mark, moments, first_seen_at, seen_at, changed_at, missing_at, gone_at, \
             gone, name, label, words) \
             SELECT e.n + {by}, e.account, e.event_id || {mark}, e.resource_id || {mark}, e.provider, e.state, e.kind, \
             e.type_name, e.level, e.decide_by, e.published_at, e.not_before, {}, e.mark, e.moments, e.first_seen_at, \
             e.seen_at, e.changed_at, e.missing_at, e.gone_at, e.gone, e.name, e.label, e.words FROM events e WHERE {first}",
            renamed("e.search")
        ),
        format!(
            "INSERT INTO event_bodies (n, body) SELECT e.n + {by}, {} \
             FROM events e JOIN event_bodies b ON b.n = e.n WHERE {first}",
            renamed("b.body")
        ),
    ]
}

fn accounts() -> Vec<Account> {
    let table = |n| {
        format!(
            "[[accounts]]\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\nid = \"account-{n}\"\n"
        )
    };
    let text: String = (0..ACCOUNTS).map(table).collect();
    let config = Config::parse(&text, "bench").unwrap();
    let open = |account| Account::open(account, &|_| Some("none".to_owned())).unwrap();
    config.accounts.iter().map(open).collect()
}

async fn ask(client: &reqwest::Client, url: &str) -> (Duration, usize, Vec<u8>) {
    let started = Instant::now();
    let answer = client.get(url).send().await.unwrap();
    assert!(answer.status().is_success(), "{}: {url}", answer.status());
    let body = answer.bytes().await.unwrap().to_vec();
    (started.elapsed(), body.len(), body)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

async fn measure(client: &reqwest::Client, base: &str) {
    for path in ["events/listing?gone=exclude", "events/totals?gone=exclude"] {
        let (first, ..) = ask(client, &format!("{base}/api/v1/{path}")).await;
        let (time, bytes, _) = ask(client, &format!("{base}/api/v1/{path}")).await;
        println!(
            "  {path:34} {bytes:>7} bytes   first {:8.1} ms   again {:8.1} ms",
            ms(first),
            ms(time)
        );
    }
    for (name, query) in CASES {
        let url = format!("{base}/api/v1/events?{query}&limit={LIMIT}&facets=true");
        let (first, _, body) = ask(client, &url).await;
        let page: Value = serde_json::from_slice(&body).unwrap();
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            times.push(ask(client, &url).await.0);
        }
        times.sort_unstable();
        println!(
            "  {name:34} {:>7} found   first {:8.1} ms   median {:8.1} ms   longest {:8.1} ms",
            page["total"].as_u64().unwrap(),
            ms(first),
            ms(times[ROUNDS / 2]),
            ms(times[ROUNDS - 1]),
        );
    }
    let mut cursor = String::new();
    let mut times = Vec::new();
    for _ in 0..DEEP {
        let url = format!("{base}/api/v1/events?gone=exclude&sort=decide_by&limit={LIMIT}{cursor}");
        let (time, _, body) = ask(client, &url).await;
        times.push(time);
        let page: Value = serde_json::from_slice(&body).unwrap();
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    let last = times[times.len() - 1];
    times.sort_unstable();
    println!(
        "  page after page, {} of them: median {:.1} ms, longest {:.1} ms, the last {:.1} ms",
        times.len(),
        ms(times[times.len() / 2]),
        ms(times[times.len() - 1]),
        ms(last),
    );
}

async fn run(client: &reqwest::Client, db: Db, what: &str, events: usize) {
    let is_empty = db.event_counts().await.unwrap().accounts().next().is_none();
    if is_empty {
        let filled = fill(&db, events).await;
        println!(
            "{what}: {events} events written in {:.1} s",
            filled.as_secs_f64()
        );
    }
    login::allow(&db).await;
    let proxy = Proxy::new(ProxyParts {
        accounts: accounts(),
        console: Console::placeholder(),
        upstream_timeout: Duration::from_secs(1),
        clock: Clock::machine(),
        store: db.clone(),
        sync: SyncOptions::default(),
        journal: JournalOptions::default(),
        inventory: None,
        group_by: None,
        policy: evenkeel_proxy::Policy::default(),
    })
    .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = proxy.with_limits(login::limits()).router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    measure(client, &base).await;
    server.abort();
    db.close().await;
}

#[tokio::main]
async fn main() {
    // The proxy's own client sets TLS up; plain HTTP needs none of it.
    drop(Upstream::new(Duration::from_secs(1)));
    let client = reqwest::Client::builder().no_proxy();
    let client = client.default_headers(login::header()).build().unwrap();
    let events = std::env::var("EVENTS").ok();
    let events = events.and_then(|events| events.parse().ok());
    let events = events.unwrap_or(1_000_000);
    if let Ok(path) = std::env::var("STORE") {
        let db = Db::open(&format!("sqlite:{path}").parse().unwrap()).await;
        run(&client, db.unwrap(), "SQLite", events).await;
        return;
    }
    for database in both().await {
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        run(&client, db, &database.kind().to_string(), events).await;
    }
}
