//! A sandbox, a database and proxies on one clock.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use evenkeel::Provider;
use evenkeel_proxy::{Account, Config, JournalOptions};
use evenkeel_testkit::{Clouds, LONGEST, PAUSE, ProxyOptions, START, TestDatabase};
pub(crate) use evenkeel_testkit::{MINUTE, RunningProxy as Running, time};
use serde_json::{Value, json};

/// How many events of each cloud there are: `e-0000…` and `h-0000…`.
pub(crate) const EVENTS: usize = 60;

pub(crate) struct JournalTestbed {
    pub(crate) database: TestDatabase,
    clouds: Arc<Clouds>,
    keys: AtomicU32,
}

impl Deref for JournalTestbed {
    type Target = Clouds;

    fn deref(&self) -> &Clouds {
        &self.clouds
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
    json!({"ens": ens, "huawei-ecs": huawei})
}

impl JournalTestbed {
    pub(crate) async fn new(database: TestDatabase) -> Self {
        let clouds = Clouds::start().await;
        clouds.show(&fleet()).await;
        Self {
            database,
            clouds: Arc::new(clouds),
            keys: AtomicU32::new(0),
        }
    }

    /// The same clouds and clock, and a database of its own.
    pub(crate) fn beside(&self) -> Self {
        Self {
            database: TestDatabase::sqlite(),
            clouds: Arc::clone(&self.clouds),
            keys: AtomicU32::new(1000),
        }
    }

    /// Starts a proxy on the database, with `edge` at ENS and `core` at Huawei.
    pub(crate) async fn proxy(&self) -> Running {
        self.proxy_with(self.options().journal).await
    }

    pub(crate) async fn proxy_leasing(&self, lease: Duration) -> Running {
        self.proxy_with(JournalOptions {
            lease,
            ..self.options().journal
        })
        .await
    }

    pub(crate) async fn proxy_with(&self, journal: JournalOptions) -> Running {
        self.start(ProxyOptions {
            journal,
            ..self.options()
        })
        .await
    }

    /// The same accounts by their names, but in other clouds.
    pub(crate) async fn proxy_to(&self, other: &Self) -> Running {
        self.start(other.options()).await
    }

    /// With a second account, `core-2`, that has the first one's key.
    pub(crate) async fn proxy_with_twin(&self) -> Running {
        let mut options = self.options();
        options
            .accounts
            .push(self.account("core-2", Provider::HuaweiEcs));
        self.start(options).await
    }

    /// Beside an account that is none of a sandbox: everybody shows who they are.
    pub(crate) async fn proxy_that_asks(&self) -> Running {
        self.start(self.options_that_ask()).await
    }

    /// The same with the `[approval]` table that this is.
    pub(crate) async fn proxy_with_policy(&self, table: &str) -> Running {
        let text = format!("[approval]\n{table}");
        let config = Config::parse(&text, "evenkeel.toml").unwrap();
        self.start(ProxyOptions {
            policy: config.policy,
            ..self.options_that_ask()
        })
        .await
    }

    fn options_that_ask(&self) -> ProxyOptions {
        let text = "[[accounts]]\nid = \"far\"\nprovider = \"ens\"\nregion = \"cn-hangzhou\"\n\
                    endpoint = \"http://127.0.0.1:9\"\n";
        let config = Config::parse(text, "evenkeel.toml").unwrap();
        let key = |_: &str| Some("key".to_owned());
        let mut options = self.options();
        let far = config.accounts.iter();
        let far = far.map(|account| Account::open(account, &key).unwrap());
        options.accounts.extend(far);
        options
    }

    fn options(&self) -> ProxyOptions {
        ProxyOptions::new(vec![
            self.account("edge", Provider::Ens),
            self.account("core", Provider::HuaweiEcs),
        ])
    }

    async fn start(&self, options: ProxyOptions) -> Running {
        Running::start(&self.database, &self.clouds, options).await
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
        let (status, batch) = proxy.post("batches", &self.key(), body).await;
        assert_eq!(status, StatusCode::CREATED, "{batch}");
        batch["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, proxy: &Running, path: &str) -> Value {
        let (status, body) = proxy.get(path).await;
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
            tokio::time::sleep(PAUSE).await;
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

    /// Looks at an event until the store has it, and gives it.
    pub(crate) async fn until_listed(&self, proxy: &Running, event_id: &str) -> Value {
        self.until_event(proxy, event_id, |_| true).await
    }

    /// Looks at an event until the store has it in a state, by the cloud's name.
    pub(crate) async fn until_in_state(&self, proxy: &Running, event_id: &str, state: &str) {
        let is_in_state = |event: &Value| event["state"]["raw"] == state;
        self.until_event(proxy, event_id, is_in_state).await;
    }

    async fn until_event(
        &self,
        proxy: &Running,
        event_id: &str,
        wished: impl Fn(&Value) -> bool,
    ) -> Value {
        let started = Instant::now();
        let mut found = Value::Null;
        while started.elapsed() < LONGEST {
            let page = self.get(proxy, &format!("events?q={event_id}")).await;
            found = page["events"][0].clone();
            if !found.is_null() && wished(&found) {
                return found;
            }
            // Several lists are read at the pace of this clock.
            self.advance(200).await;
            tokio::time::sleep(PAUSE).await;
        }
        panic!("`{event_id}` is not listed as wished: {found:#}");
    }

    pub(crate) async fn item(&self, proxy: &Running, id: &str, index: usize) -> Value {
        self.get(proxy, &format!("batches/{id}/items/{index}"))
            .await
    }
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
    ($(async fn $name:ident($testbed:ident: &JournalTestbed) $body:block)*) => {$(
        evenkeel_testkit::on_each_database! {
            $crate::testbed::JournalTestbed::new;
            async fn $name($testbed: &$crate::testbed::JournalTestbed) $body
        }
    )*};
}
pub(crate) use on_each_database;
