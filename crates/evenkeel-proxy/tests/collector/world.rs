//! A sandbox, a database and proxies on one clock.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode},
};
use evenkeel::{ProjectId, Provider, Timestamp};
use evenkeel_api::{AccountPhase, AccountStatus, EventDetail, EventPage};
use evenkeel_proxy::{
    Account, Background, Clock, CollectorConfig, Console, JournalOptions, Parts, Proxy,
    SandboxAccount, ServerLimits, StreamOptions,
};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use evenkeel_store::Db;
use evenkeel_testdb::TestDatabase;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

/// 2027-01-01T00:00:00Z
pub(crate) const START: i64 = 1_798_761_600_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// How long a busy machine is waited for.
const LONGEST: Duration = Duration::from_mins(3);

pub(crate) struct World {
    database: TestDatabase,
    /// The clouds' clock is everybody's: a signature is never judged by another one than made it.
    time: Arc<dyn Fn() -> i64 + Send + Sync>,
    address: SocketAddr,
    http: reqwest::Client,
}

/// A proxy in this process.
pub(crate) struct Running {
    pub(crate) router: Router,
    background: Background,
    pub(crate) db: Db,
}

impl Running {
    /// As it is ended in good order.
    pub(crate) async fn stop(self) {
        self.background.stop().await;
        drop(self.router);
        self.db.close().await;
    }

    /// As it is killed: it says nothing to anybody, and its file is free.
    pub(crate) async fn kill(self) {
        drop(self.background);
        drop(self.router);
        self.db.close().await;
    }
}

pub(crate) fn time(ms: i64) -> String {
    Timestamp::from_millis(ms).to_string()
}

/// An event of ENS that waits for an answer.
pub(crate) fn ens(n: usize) -> Value {
    let until = time(START + 24 * HOUR);
    json!({"id": format!("e-{n:04}"), "resource_id": format!("i-{n:04}"),
        "type": "Instance:SystemMaintenance.Reboot", "published_at": time(START - MINUTE),
        "not_before": until, "course": {"kind": "asking", "until": until}})
}

/// An event of Huawei, each published a minute after the one before.
pub(crate) fn huawei(n: usize) -> Value {
    let until = time(START + 24 * HOUR);
    let published = START - 24 * HOUR + i64::try_from(n).unwrap() * MINUTE / 2;
    json!({"id": format!("h-{n:04}"), "resource_id": format!("v-{n:04}"),
        "type": "instance-reboot", "published_at": time(published), "not_before": until,
        "deadline": until, "course": {"kind": "asking", "until": until}})
}

impl World {
    /// With so many events of each cloud.
    pub(crate) async fn new(database: TestDatabase, events: usize) -> Self {
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
        let address = sandbox.local_addr();
        let time = Arc::new(sandbox.clock());
        tokio::spawn(sandbox.serve(std::future::pending()));
        // The proxy's own client sets TLS up; plain HTTP needs none of it.
        drop(evenkeel_proxy::Upstream::new(Duration::from_secs(1)));
        let world = Self {
            database,
            time,
            address,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        world.post("clock", &json!({"signatures": "virtual"})).await;
        let fleet = |of: fn(usize) -> Value| (0..events).map(of).collect();
        world.list(fleet(ens), fleet(huawei)).await;
        world
    }

    /// The clouds list these from now on.
    pub(crate) async fn list(&self, ens: Vec<Value>, huawei: Vec<Value>) {
        let now = time(self.now());
        let state = json!({"version": 1, "now": now, "events": {"ens": ens, "huawei-ecs": huawei}});
        let url = format!("http://{}/_sandbox/state", self.address);
        let answer = self.http.put(url).body(state.to_string()).send().await;
        let answer = answer.unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
    }

    /// Where the clouds are.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// An account of the sandbox.
    pub(crate) fn account(&self, id: &str, provider: Provider) -> Account {
        Self::account_at(id, provider, self.address)
    }

    pub(crate) fn account_at(id: &str, provider: Provider, address: SocketAddr) -> Account {
        let keys = evenkeel_sandbox::keys_of(provider.as_str()).unwrap();
        let project_id = keys.project_id.map(|id| ProjectId::parse(id).unwrap());
        Account::sandbox(SandboxAccount {
            id: id.to_owned(),
            provider,
            project_id,
            address,
            access_key_id: keys.access_key_id.to_owned(),
            access_key_secret: keys.secret.to_owned().into(),
        })
    }

    /// Starts a proxy with `edge` at ENS and `core` at Huawei.
    pub(crate) async fn proxy(&self) -> Running {
        self.proxy_with(self.both(), fast(1_000)).await
    }

    /// `edge` at ENS and `core` at Huawei.
    pub(crate) fn both(&self) -> Vec<Account> {
        vec![
            self.account("edge", Provider::Ens),
            self.account("core", Provider::HuaweiEcs),
        ]
    }

    pub(crate) async fn proxy_with(
        &self,
        accounts: Vec<Account>,
        collector: CollectorConfig,
    ) -> Running {
        // Longer than a busy machine keeps a task waiting.
        let lease = Duration::from_secs(20);
        self.proxy_leasing(accounts, collector, lease).await
    }

    pub(crate) async fn proxy_leasing(
        &self,
        accounts: Vec<Account>,
        collector: CollectorConfig,
        lease: Duration,
    ) -> Running {
        let db = Db::open(&self.database.url().parse().unwrap())
            .await
            .unwrap();
        let time = Arc::clone(&self.time);
        let proxy = Proxy::new(Parts {
            accounts,
            console: Console::placeholder(),
            // On this clock a call that is tried again waits until a test moves it.
            upstream_timeout: Duration::from_secs(30),
            clock: Clock::from_fn(move || time()),
            store: db.clone(),
            collector,
            journal: JournalOptions {
                lease,
                poll: Duration::from_millis(100),
                ..JournalOptions::default()
            },
        })
        .unwrap()
        .with_streams(StreamOptions {
            gather: Duration::from_millis(20),
            keep_alive: Duration::from_millis(200),
            // Less than a few walks tell: who waits a little is told by the store.
            ring: 64 * 1024,
        })
        .with_limits(ServerLimits {
            streams: 32,
            ..ServerLimits::default()
        });
        let background = proxy.start();
        Running {
            router: proxy.router(),
            background,
            db,
        }
    }

    pub(crate) fn now(&self) -> i64 {
        (self.time)()
    }

    /// Moves everybody's clock.
    pub(crate) async fn advance(&self, ms: i64) {
        let to = self.now() + ms;
        self.post("clock", &json!({"now": time(to)})).await;
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.post("faults", &fault).await;
    }

    pub(crate) async fn no_faults(&self) {
        let url = format!("http://{}/_sandbox/faults", self.address);
        self.http.delete(url).send().await.unwrap();
    }

    async fn post(&self, what: &str, body: &Value) {
        let url = format!("http://{}/_sandbox/{what}", self.address);
        let answer = self.http.post(url).body(body.to_string()).send().await;
        let answer = answer.unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
    }

    /// The calls that arrived, and how many there were.
    pub(crate) async fn calls(&self) -> (Vec<Value>, u64) {
        let url = format!("http://{}/_sandbox/calls", self.address);
        let text = self.http.get(url).send().await.unwrap().text().await;
        let calls: Value = serde_json::from_str(&text.unwrap()).unwrap();
        let log = calls["calls"].as_array().unwrap().clone();
        let count = log.len() as u64 + calls["forgotten"].as_u64().unwrap();
        (log, count)
    }

    /// How many pages of events were asked for with the key of `core`.
    pub(crate) async fn lists_of_core(&self) -> usize {
        let calls = self.calls().await.0;
        let lists = calls
            .iter()
            .filter(|call| call["operation"] == "ListScheduledEvents");
        lists.count()
    }

    /// Waits until so many calls arrived.
    pub(crate) async fn until_calls(&self, calls: u64) {
        let started = Instant::now();
        while self.calls().await.1 < calls {
            assert!(started.elapsed() < LONGEST, "too few calls");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn get(&self, proxy: &Running, path: &str) -> (StatusCode, Value) {
        let request = Request::get(format!("/api/v1/{path}"))
            .header("host", "127.0.0.1:8080")
            .body(Body::empty())
            .unwrap();
        read(send(proxy, request).await).await
    }

    pub(crate) async fn events(&self, proxy: &Running, query: &str) -> EventPage {
        let (status, body) = self.get(proxy, &format!("events?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub(crate) async fn detail(&self, proxy: &Running, path: &str) -> EventDetail {
        let (status, body) = self.get(proxy, &format!("events/{path}")).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub(crate) async fn refresh(&self, proxy: &Running, body: &Value) -> (StatusCode, Value) {
        let request = Request::post("/api/v1/events/refresh")
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        read(send(proxy, request).await).await
    }

    /// Posts a batch, and waits until it is sent.
    pub(crate) async fn act(&self, proxy: &Running, batch: &Value) {
        let request = Request::post("/api/v1/batches")
            .header("host", "127.0.0.1:8080")
            .header("content-type", "application/json")
            .header("idempotency-key", "one")
            .body(Body::from(batch.to_string()))
            .unwrap();
        let (status, body) = read(send(proxy, request).await).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        let path = format!("batches/{}", body["id"].as_str().unwrap());
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            let (_, batch) = self.get(proxy, &path).await;
            if batch["counts"]["queued"] == 0 && batch["counts"]["sending"] == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it was not sent");
    }

    /// Looks at the first page until it is as wished.
    pub(crate) async fn until(
        &self,
        proxy: &Running,
        what: &str,
        wished: impl Fn(&EventPage) -> bool,
    ) -> EventPage {
        let mut page = self.events(proxy, "limit=1000").await;
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            if wished(&page) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
            page = self.events(proxy, "limit=1000").await;
        }
        panic!("not {what}: {:#?}", page.accounts);
    }

    /// Lets time pass until the first page is as wished.
    pub(crate) async fn until_in_time(
        &self,
        proxy: &Running,
        what: &str,
        wished: impl Fn(&EventPage) -> bool,
    ) -> EventPage {
        let started = Instant::now();
        loop {
            let page = self.events(proxy, "limit=1000").await;
            if wished(&page) {
                return page;
            }
            assert!(
                started.elapsed() < LONGEST,
                "not {what}: {:#?}",
                page.accounts
            );
            self.advance(SECOND / 4).await;
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Looks until a walk of every account that began now has ended. One may fail, as on a machine
    /// whose disk is busy for seconds: then time passes until the next.
    pub(crate) async fn until_walked(&self, proxy: &Running) -> EventPage {
        let now = Timestamp::from_millis(self.now());
        let fails = |status: &AccountStatus| status.phase == AccountPhase::Failing;
        let is_done =
            |status: &AccountStatus| status.walk.is_none() && status.updated_at >= Some(now);
        let page = self
            .until(proxy, "walked", |page| {
                page.accounts
                    .iter()
                    .all(|status| is_done(status) || fails(status))
            })
            .await;
        if !page.accounts.iter().any(fails) {
            return page;
        }
        self.advance(MINUTE / 2).await;
        self.until(proxy, "walked", |page| page.accounts.iter().all(is_done))
            .await
    }

    /// Lets so much time pass that every account is walked again, and waits for it.
    pub(crate) async fn walk_again(&self, proxy: &Running) -> EventPage {
        self.advance(2 * MINUTE).await;
        self.until_walked(proxy).await
    }
}

/// As fast as a sandbox may be asked; so many calls a second.
pub(crate) fn fast(calls_per_second: u32) -> CollectorConfig {
    CollectorConfig {
        calls_per_second: NonZeroU32::new(calls_per_second).unwrap(),
        ..CollectorConfig::default()
    }
}

pub(crate) fn status<'a>(page: &'a EventPage, account: &str) -> &'a AccountStatus {
    let mut accounts = page.accounts.iter();
    accounts.find(|status| status.account == account).unwrap()
}

pub(crate) async fn send(proxy: &Running, request: Request<Body>) -> Response<Body> {
    proxy.router.clone().oneshot(request).await.unwrap()
}

async fn read(answer: Response<Body>) -> (StatusCode, Value) {
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

/// The same case on each database, with so many events of each cloud.
macro_rules! on_each_database {
    ($(async fn $name:ident($world:ident: &World, $events:literal) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every case needs one")]
            use super::*;

            async fn case($world: &$crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = evenkeel_testdb::TestDatabase::sqlite();
                case(&$crate::world::World::new(database, $events).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = evenkeel_testdb::TestDatabase::postgres().await {
                    case(&$crate::world::World::new(database, $events).await).await;
                }
            }
        }
    )*};
}
pub(crate) use on_each_database;
