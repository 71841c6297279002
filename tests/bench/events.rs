//! How long `GET /api/v1/events` takes with 100,000 events stored, beside the bare `SELECT` of the
//! same page in the same run; and how long a search takes.
//!
//! ```sh
//! cargo bench -p evenkeel-proxy --bench events
//! cargo xtask postgres --durable -- cargo bench -p evenkeel-proxy --bench events
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
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

const EVENTS: usize = 100_000;
/// As many of these are listed no more: history.
const GONE: usize = 20_000;
const ACCOUNTS: usize = 5;
const ROUNDS: usize = 100;
const PAGE: usize = 1_000;

const COLUMNS: &str = "SELECT e.n, e.account, e.first_seen_at, e.seen_at, e.changed_at, e.gone_at, \
                       e.missing_at, b.body FROM events e JOIN event_bodies b ON b.n = e.n";

/// What is asked for, and the bare statement of the same page.
const CASES: &[(&str, &str, &str)] = &[
    (
        "the list as it opens",
        "limit=100&facets=true",
        "WHERE e.gone = 0 ORDER BY e.decide_by, e.n LIMIT 100",
    ),
    (
        "the largest page",
        "limit=1000&facets=true",
        "WHERE e.gone = 0 ORDER BY e.decide_by, e.n LIMIT 1000",
    ),
    (
        "newest first",
        "limit=100&sort=-published_at",
        "WHERE e.gone = 0 AND e.published_at < 9223372036854775807 \
         ORDER BY e.published_at DESC, e.decide_by DESC, e.n DESC LIMIT 100",
    ),
    (
        "one state",
        "limit=100&state=inquiring&facets=true",
        "WHERE e.gone = 0 AND e.state = 0 ORDER BY e.decide_by, e.n LIMIT 100",
    ),
    (
        "one account, two kinds",
        "limit=100&account=account-3&type=migrate&type=network&facets=true",
        "WHERE e.gone = 0 AND e.account = 'account-3' AND e.kind IN (1, 6) \
         ORDER BY e.decide_by, e.n LIMIT 100",
    ),
    (
        "a rare level",
        "limit=100&level=CRITICAL&sort=resource_id&facets=true",
        "WHERE e.gone = 0 AND e.level = 'CRITICAL' \
         ORDER BY e.resource_id, e.decide_by, e.n LIMIT 100",
    ),
    (
        "with history",
        "limit=100&gone=include&facets=true",
        "WHERE e.gone IN (0, 1) ORDER BY e.decide_by, e.n LIMIT 100",
    ),
    (
        "a word",
        "limit=100&q=edge-4711&facets=true",
        "WHERE e.gone = 0 AND e.search LIKE '%edge-4711%' ORDER BY e.decide_by, e.n LIMIT 100",
    ),
];

/// What is searched for, and why.
const SEARCHES: &[(&str, &str)] = &[
    ("one event has it", "edge-47110"),
    ("one has the first, all the second", "edge-47110 restarted"),
    ("none has it", "nowhere"),
    ("a hundred have it", "edge-471"),
    ("thousands have it", "edge-4"),
    ("a fifth have it", "migrate"),
    ("every event has it", "restarted"),
    ("every one has it, three signs", "inst"),
    ("the last in order have it", "executed"),
    ("two signs, which no index has", "47"),
    ("one sign", "e"),
    ("a Chinese word of two signs", "维护"),
    ("a Chinese word of three signs", "维护中"),
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
    let state = states[number % 10 / 2];
    let kind = types[number / 3 % types.len()];
    let level = if number.is_multiple_of(500) {
        "CRITICAL"
    } else {
        "WARN"
    };
    let minute = |offset: usize| {
        let ms =
            1_798_761_600_000 + i64::try_from((number * 7 + offset) % 20_160).unwrap() * 60_000;
        evenkeel::Timestamp::from_millis(ms).to_string()
    };
    let (id, resource) = (
        format!("e-{number:032x}"),
        format!("i-{:025x}", number * 31),
    );
    let reason = "Host software maintenance is planned. The instance will be restarted.";
    let raw = json!({"EventId": id, "EventLevel": level, "EventStatus": state, "EventType": kind,
        "ExtendedAttribute": format!("{{\"ensRegionId\":\"cn-shenzhen-5\",\"instanceName\":\"edge-{number:05}\"}}"),
        "NotBefore": 1_795_344_233_000_i64, "NotBeforeUtcTime": minute(9), "PublishTime": 1_795_334_087_000_i64,
        "PublishUtcTime": minute(0), "Reason": reason, "ResourceId": resource});
    serde_json::from_value(json!({
        "account": format!("account-{}", number % ACCOUNTS), "provider": "ens", "id": id,
        "resource_id": resource, "type": {"raw": kind}, "state": {"raw": state}, "level": level,
        "published_at": minute(0), "not_before": minute(9), "raw": raw.to_string(),
        "description": {"und": format!("{reason} edge-{number:05}")},
    }))
    .unwrap()
}

async fn fill(db: &Db) -> Duration {
    let started = Instant::now();
    for account in 0..ACCOUNTS {
        let name = format!("account-{account}");
        for (round, at) in [(0, 1_000), (1, 2_000), (2, 3_000)] {
            let mut sweep = SyncRun::begin(db, &name).await.unwrap();
            let first = if round == 0 { 0 } else { GONE };
            let events: Vec<Event> = (first..EVENTS)
                .filter(|number| number % ACCOUNTS == account)
                .map(event)
                .collect();
            for page in events.chunks(PAGE) {
                let mut tx = db.begin().await.unwrap();
                sweep.take(&mut tx, page, at).await.unwrap();
                tx.commit().await.unwrap();
            }
            let mut tx = db.begin().await.unwrap();
            sweep.finish(&mut tx, Reach::Whole, None, at).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    started.elapsed()
}

fn accounts() -> Vec<Account> {
    let mut text = String::new();
    for n in 0..ACCOUNTS {
        text += "[[accounts]]\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n";
        text += &format!("id = \"account-{n}\"\n");
    }
    let config = Config::parse(&text, "bench").unwrap();
    let open = |account| Account::open(account, &|_| Some("none".to_owned())).unwrap();
    config.accounts.iter().map(open).collect()
}

fn p95(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 95 / 100]
}

async fn measure(db: &Db, base: &str, client: &reqwest::Client) -> bool {
    let mut within = true;
    for (name, query, select) in CASES {
        let statement = format!("{COLUMNS} {select}");
        let url = format!("{base}/api/v1/events?{query}");
        let (mut gets, mut selects) = (Vec::new(), Vec::new());
        let mut rows = 0;
        // The bare statement reads every event: fewer rounds say as much.
        let rounds = if query.contains("q=") {
            ROUNDS / 10
        } else {
            ROUNDS
        };
        for round in 0..rounds + 20 {
            let started = Instant::now();
            rows = sqlx::query(AssertSqlSafe(statement.clone()))
                .fetch_all(db.reader())
                .await
                .unwrap()
                .len();
            let select = started.elapsed();
            let started = Instant::now();
            let answer = client.get(&url).send().await.unwrap();
            let body = answer.bytes().await.unwrap();
            let get = started.elapsed();
            if round == 0 {
                let page: Value = serde_json::from_slice(&body).unwrap();
                assert_eq!(page["events"].as_array().unwrap().len(), rows, "{name}");
            }
            // The first ones warm up.
            if round >= 20 {
                selects.push(select);
                gets.push(get);
            }
        }
        let (get, select) = (p95(gets), p95(selects));
        let ratio = get.as_secs_f64() / select.as_secs_f64();
        within &= ratio <= 3.0;
        println!(
            "  {name:26} {rows:5} rows   SELECT {:8.2} ms   GET {:8.2} ms   × {ratio:.2}",
            select.as_secs_f64() * 1000.0,
            get.as_secs_f64() * 1000.0,
        );
    }
    within
}

/// Searches as the console asks them, with counts.
async fn search(base: &str, client: &reqwest::Client) {
    for (name, words) in SEARCHES {
        let query = [("q", *words), ("limit", "100"), ("facets", "true")];
        let url = reqwest::Url::parse_with_params(&format!("{base}/api/v1/events"), query).unwrap();
        let (mut times, mut total) = (Vec::new(), Value::Null);
        for round in 0..ROUNDS / 4 + 3 {
            let started = Instant::now();
            let answer = client.get(url.clone()).send().await.unwrap();
            let body = answer.bytes().await.unwrap();
            if round >= 3 {
                times.push(started.elapsed());
            }
            total = serde_json::from_slice::<Value>(&body).unwrap()["total"].take();
        }
        times.sort_unstable();
        println!(
            "  {name:34} {words:22} {total:>6} found   median {:7.2} ms   p95 {:7.2} ms",
            times[times.len() / 2].as_secs_f64() * 1000.0,
            p95(times).as_secs_f64() * 1000.0,
        );
    }
}

#[tokio::main]
async fn main() {
    // The proxy's own client sets TLS up; plain HTTP needs none of it.
    drop(Upstream::new(Duration::from_secs(1)));
    let client = reqwest::Client::builder().no_proxy();
    let client = client.default_headers(login::header()).build().unwrap();
    let mut within = true;
    for database in both().await {
        let db = Db::open(&database.url().parse().unwrap()).await.unwrap();
        login::allow(&db).await;
        let filled = fill(&db).await;
        println!(
            "{}: {EVENTS} events, {GONE} of them gone, written in {:.1} s; p95 of {ROUNDS}",
            database.kind(),
            filled.as_secs_f64()
        );
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
        within &= measure(&db, &base, &client).await;
        search(&base, &client).await;
        server.abort();
        db.close().await;
    }
    println!(
        "{}",
        if within {
            "all within 3 ×"
        } else {
            "NOT all within 3 ×"
        }
    );
}
