//! A sandbox, a database and proxies on one clock.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use evenkeel::{ProjectId, Provider, Timestamp};
use evenkeel_proxy::{
    Account, Background, Clock, CollectorConfig, Console, JournalOptions, Parts, Proxy,
    SandboxAccount,
};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use evenkeel_store::{Db, StoreUrl};
use evenkeel_testdb::TestDatabase;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// 2027-01-01T00:00:00Z
pub(crate) const START: i64 = 1_798_761_600_000;
/// How many events of each cloud there are: `e-0000…` and `h-0000…`.
pub(crate) const EVENTS: usize = 60;
pub(crate) const MINUTE: i64 = 60_000;
/// How long a busy machine is waited for.
const LONGEST: Duration = Duration::from_mins(3);

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    /// The clouds' clock is everybody's: a signature is never judged by another one than made it.
    time: Arc<dyn Fn() -> i64 + Send + Sync>,
    address: SocketAddr,
    keys: AtomicU32,
    http: reqwest::Client,
}

/// A proxy in this process.
pub(crate) struct Running {
    pub(crate) router: Router,
    background: Background,
    db: Db,
}

impl Running {
    /// As it is ended in good order.
    pub(crate) async fn stop(self) {
        self.background.stop().await;
        drop(self.router);
        self.db.close().await;
    }

    /// As after a leap of the database's clock: no proxy is alive by it until it says so again.
    pub(crate) async fn forget_proxies(&self) {
        let mut tx = self.db.begin().await.unwrap();
        evenkeel_store::sqlx::query("UPDATE proxies SET alive_until = 0")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// As it ends that is cut off: it says nothing to anybody any more.
    pub(crate) fn die(self) {
        drop(self.background);
    }
}

fn fleet() -> Value {
    let until = time(START + 30 * 24 * 60 * MINUTE);
    let ens: Vec<Value> = (0..EVENTS)
        .map(|n| {
            let kind = if n < 40 {
                "Instance:SystemMaintenance.Reboot"
            } else {
                "Instance:SystemUpgrade.Migrate"
            };
            json!({"id": format!("e-{n:04}"), "resource_id": format!("i-{n:04}"), "type": kind,
                "published_at": time(START - MINUTE), "not_before": until,
                "course": {"kind": "asking", "until": until}})
        })
        .collect();
    let huawei: Vec<Value> = (0..EVENTS)
        .map(|n| {
            json!({"id": format!("h-{n:04}"), "resource_id": format!("v-{n:04}"),
                "type": "instance-reboot", "published_at": time(START - MINUTE),
                "not_before": until, "deadline": until,
                "course": {"kind": "asking", "until": until}})
        })
        .collect();
    json!({"version": 1, "now": time(START), "events": {"ens": ens, "huawei-ecs": huawei}})
}

pub(crate) fn time(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}

impl World {
    pub(crate) async fn new(database: TestDatabase) -> Self {
        let config = Config {
            seed: 1,
            events: 2,
            clouds: None,
            step: Duration::from_secs(5),
            clock: ClockMode::Virtual {
                start_ms: Some(START),
            },
        };
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let sandbox = Sandbox::bind(loopback, config).await.unwrap();
        sandbox
            .start_with_state(fleet().to_string().as_bytes())
            .unwrap();
        let address = sandbox.local_addr();
        let time = Arc::new(sandbox.clock());
        tokio::spawn(sandbox.serve(std::future::pending()));
        let world = Self {
            database,
            time,
            address,
            keys: AtomicU32::new(0),
            http: reqwest_client(),
        };
        world
            .control("clock", &json!({"signatures": "virtual"}))
            .await;
        world
    }

    /// The same clouds and clock, and a database of its own.
    pub(crate) fn beside(&self) -> Self {
        Self {
            database: TestDatabase::sqlite(),
            time: Arc::clone(&self.time),
            address: self.address,
            keys: AtomicU32::new(1000),
            http: self.http.clone(),
        }
    }

    /// Starts a proxy on the database.
    pub(crate) async fn proxy(&self) -> Running {
        // Longer than a busy machine keeps a task waiting.
        self.proxy_leasing(Duration::from_secs(20)).await
    }

    pub(crate) async fn proxy_leasing(&self, lease: Duration) -> Running {
        self.proxy_with(JournalOptions {
            lease,
            poll: Duration::from_millis(100),
            ..JournalOptions::default()
        })
        .await
    }

    pub(crate) async fn proxy_with(&self, journal: JournalOptions) -> Running {
        self.proxy_of(journal, false, self.address).await
    }

    /// The same accounts by their names, but in other clouds.
    pub(crate) async fn proxy_to(&self, other: &Self) -> Running {
        let journal = JournalOptions {
            poll: Duration::from_millis(100),
            ..JournalOptions::default()
        };
        self.proxy_of(journal, false, other.address).await
    }

    /// With a second account, `core-2`, that has the first one's key.
    pub(crate) async fn proxy_with_twin(&self) -> Running {
        let journal = JournalOptions {
            lease: Duration::from_secs(20),
            poll: Duration::from_millis(100),
            ..JournalOptions::default()
        };
        self.proxy_of(journal, true, self.address).await
    }

    async fn proxy_of(
        &self,
        journal: JournalOptions,
        has_twin: bool,
        address: SocketAddr,
    ) -> Running {
        let url: StoreUrl = self.database.url().parse().unwrap();
        let db = Db::open(&url).await.unwrap();
        let time = Arc::clone(&self.time);
        let account = |id: &str, provider: Provider| {
            let keys = evenkeel_sandbox::keys_of(provider.as_str()).unwrap();
            Account::sandbox(SandboxAccount {
                id: id.to_owned(),
                provider,
                project_id: keys.project_id.map(|id| ProjectId::parse(id).unwrap()),
                address,
                access_key_id: keys.access_key_id.to_owned(),
                access_key_secret: keys.secret.to_owned().into(),
            })
        };
        let mut accounts = vec![
            account("edge", Provider::Ens),
            account("core", Provider::HuaweiEcs),
        ];
        if has_twin {
            accounts.push(account("core-2", Provider::HuaweiEcs));
        }
        let proxy = Proxy::new(Parts {
            accounts,
            console: Console::placeholder(),
            upstream_timeout: Duration::from_secs(10),
            clock: Clock::from_fn(move || time()),
            store: db.clone(),
            collector: CollectorConfig::default(),
            journal,
        })
        .unwrap();
        let background = proxy.start();
        Running {
            router: proxy.router(),
            background,
            db,
        }
    }

    /// Moves everybody's clock.
    pub(crate) async fn advance(&self, ms: i64) {
        let to = self.now() + ms;
        self.control("clock", &json!({"now": time(to)})).await;
    }

    pub(crate) fn now(&self) -> i64 {
        (self.time)()
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.control("faults", &fault).await;
    }

    pub(crate) async fn no_faults(&self) {
        let url = format!("http://{}/_sandbox/faults", self.address);
        self.http.delete(url).send().await.unwrap();
    }

    /// Waits until calls have met every fault that is there for so many of them.
    pub(crate) async fn until_fault_is_met(&self) {
        let url = format!("http://{}/_sandbox/faults", self.address);
        let started = Instant::now();
        loop {
            let text = self
                .http
                .get(&url)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap();
            let left: Value = serde_json::from_str(&text).unwrap();
            if left["faults"].as_array().unwrap().is_empty() {
                return;
            }
            assert!(started.elapsed() < LONGEST, "no call met it: {left}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn control(&self, what: &str, body: &Value) {
        let url = format!("http://{}/_sandbox/{what}", self.address);
        let answer = self
            .http
            .post(url)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{}", answer.text().await.unwrap());
    }

    pub(crate) async fn calls(&self) -> Value {
        let url = format!("http://{}/_sandbox/calls", self.address);
        let text = self.http.get(url).send().await.unwrap();
        serde_json::from_str(&text.text().await.unwrap()).unwrap()
    }

    /// How many calls of an operation came.
    pub(crate) async fn count(&self, operation: &str) -> usize {
        let calls = self.calls().await;
        let calls = calls["calls"].as_array().unwrap();
        calls
            .iter()
            .filter(|call| call["operation"] == operation)
            .count()
    }

    /// How often orders for each event reached the cloud, and were carried out.
    pub(crate) async fn acts(&self, event_id: &str) -> (u64, u64) {
        let calls = self.calls().await;
        calls["events"]
            .as_array()
            .unwrap()
            .iter()
            .find(|event| event["event_id"] == event_id)
            .map_or((0, 0), |event| {
                let count = |name: &str| event[name].as_u64().unwrap();
                (count("received"), count("accepted"))
            })
    }

    /// INVARIANT of it all.
    pub(crate) async fn assert_nothing_acted_twice(&self) {
        let calls = self.calls().await;
        for event in calls["events"].as_array().unwrap() {
            assert!(event["accepted"].as_u64().unwrap() <= 1, "{event}");
        }
    }

    pub(crate) fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// Posts a batch and gives its id.
    pub(crate) async fn batch(&self, proxy: &Running, body: &Value) -> String {
        let (status, batch) = self.post(proxy, "batches", &self.key(), body).await;
        assert_eq!(status, StatusCode::CREATED, "{batch}");
        batch["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn post(
        &self,
        proxy: &Running,
        path: &str,
        key: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/v1/{path}"))
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        send(proxy, request).await
    }

    pub(crate) async fn get(&self, proxy: &Running, path: &str) -> Value {
        let request = Request::get(format!("/api/v1/{path}"))
            .header("host", "127.0.0.1:8080")
            .body(Body::empty())
            .unwrap();
        let (status, body) = send(proxy, request).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }

    /// Looks at a batch until it is as wished. What cannot be read or written for once, as on a machine
    /// whose disk is busy for seconds, is tried again later: so time passes when it takes long.
    pub(crate) async fn until(
        &self,
        proxy: &Running,
        id: &str,
        wished: impl Fn(&Value) -> bool,
    ) -> Value {
        let started = Instant::now();
        let mut later = [(20, 20_000), (40, 2 * MINUTE)].into_iter().peekable();
        while started.elapsed() < LONGEST {
            let batch = self.get(proxy, &format!("batches/{id}")).await;
            if wished(&batch) {
                return batch;
            }
            if let Some((_, ms)) = later.next_if(|(secs, _)| started.elapsed().as_secs() >= *secs) {
                eprintln!(
                    "after {:?} it is not as wished: {ms} ms pass",
                    started.elapsed()
                );
                self.advance(ms).await;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let batch = self.get(proxy, &format!("batches/{id}")).await;
        panic!("it did not come to that: {batch:#}");
    }

    /// Looks at a batch until so many of its items are in a state.
    pub(crate) async fn until_count(
        &self,
        proxy: &Running,
        id: &str,
        state: &str,
        count: u64,
    ) -> Value {
        self.until(proxy, id, |batch| batch["counts"][state] == count)
            .await
    }

    /// Looks at a batch until nothing of it is to be sent or under way.
    pub(crate) async fn until_sent(&self, proxy: &Running, id: &str) -> Value {
        self.until(proxy, id, |batch| {
            batch["counts"]["queued"] == 0 && batch["counts"]["sending"] == 0
        })
        .await
    }

    /// Looks at a batch until the cloud has taken so many of its items. Whether a read that was under
    /// way has seen them done meanwhile, or moved by somebody else, depends on the machine.
    pub(crate) async fn until_taken(&self, proxy: &Running, id: &str, count: u64) -> Value {
        self.until(proxy, id, |batch| {
            let of = |state: &str| batch["counts"][state].as_u64().unwrap();
            of("accepted") + of("confirmed") + of("superseded") == count
        })
        .await
    }

    /// Keeps what is read a second behind, so that a read that is under way when something is ordered
    /// does not see it: time must pass until one does.
    pub(crate) async fn read_late(&self) {
        for operation in ["DescribeHistoryEvents", "ListScheduledEvents"] {
            self.fault(json!({"operation": operation, "kind": "stale_lists", "ms": 1_000}))
                .await;
        }
    }

    pub(crate) async fn item(&self, proxy: &Running, id: &str, index: usize) -> Value {
        self.get(proxy, &format!("batches/{id}/items/{index}"))
            .await
    }
}

fn reqwest_client() -> reqwest::Client {
    // The proxy's own client sets TLS up; plain HTTP needs none of it.
    drop(evenkeel_proxy::Upstream::new(Duration::from_secs(1)));
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn send(proxy: &Running, request: Request<Body>) -> (StatusCode, Value) {
    let answer = proxy.router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body);
    let body = serde_json::from_slice(&body).unwrap_or_else(|_| json!({ "text": text }));
    (status, body)
}

/// A batch of reboots, at once.
pub(crate) fn reboots(events: impl IntoIterator<Item = usize>) -> Value {
    let items: Vec<Value> = events
        .into_iter()
        .map(|n| json!({"event_id": format!("e-{n:04}"), "resource_id": format!("i-{n:04}"), "when": "now"}))
        .collect();
    json!({"account": "edge", "action": "reboot", "items": items})
}

/// A batch of accepts at Huawei, at a time or at once.
pub(crate) fn accepts(events: impl IntoIterator<Item = usize>, at: Option<i64>) -> Value {
    let when = at.map_or(json!("now"), |at| json!({ "at": time(at) }));
    let items: Vec<Value> = events
        .into_iter()
        .map(|n| json!({"event_id": format!("h-{n:04}"), "resource_id": format!("v-{n:04}"), "when": when}))
        .collect();
    json!({"account": "core", "action": "accept", "items": items})
}

/// The same case on each database.
macro_rules! on_each_database {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident: &World) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every case needs one")]
            use super::*;

            async fn case($world: &$crate::world::World) $body

            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = evenkeel_testdb::TestDatabase::sqlite();
                case(&$crate::world::World::new(database).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = evenkeel_testdb::TestDatabase::postgres().await {
                    case(&$crate::world::World::new(database).await).await;
                }
            }
        }
    )*};
}
pub(crate) use on_each_database;
