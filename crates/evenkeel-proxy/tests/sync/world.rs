//! A sandbox, a database and proxies on one clock.

use std::{
    num::NonZeroU32,
    ops::Deref,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use evenkeel::{Provider, Timestamp};
use evenkeel_api::{AccountPhase, AccountStatus, EventDetail, EventPage};
use evenkeel_proxy::{
    Account, InventoryOptions, JournalOptions, ServerLimits, StreamOptions, SyncOptions,
};
use evenkeel_testkit::{Clouds, LONGEST, PAUSE, ProxyOptions, TestDatabase};
pub(crate) use evenkeel_testkit::{HOUR, MINUTE, RunningProxy as Running, SECOND, START, time};
use serde_json::{Value, json};

pub(crate) struct SyncWorld {
    database: TestDatabase,
    clouds: Clouds,
}

impl Deref for SyncWorld {
    type Target = Clouds;

    fn deref(&self) -> &Clouds {
        &self.clouds
    }
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

impl SyncWorld {
    /// With so many events of each cloud.
    pub(crate) async fn new(database: TestDatabase, events: usize) -> Self {
        let world = Self {
            database,
            clouds: Clouds::start().await,
        };
        let fleet = |of: fn(usize) -> Value| (0..events).map(of).collect();
        world.list(fleet(ens), fleet(huawei)).await;
        world
    }

    /// The clouds list these from now on.
    pub(crate) async fn list(&self, ens: Vec<Value>, huawei: Vec<Value>) {
        self.show(&json!({"ens": ens, "huawei-ecs": huawei})).await;
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

    pub(crate) async fn proxy_with(&self, accounts: Vec<Account>, sync: SyncOptions) -> Running {
        let options = ProxyOptions {
            sync,
            ..Self::options(accounts)
        };
        Running::start(&self.database, &self.clouds, options).await
    }

    /// Starts one with names, which groups events by a label.
    pub(crate) async fn proxy_grouped_by(&self, label: &str) -> Running {
        let options = Self::options(self.both());
        let options = ProxyOptions {
            sync: SyncOptions {
                names: true,
                ..options.sync
            },
            group_by: Some(label.to_owned()),
            ..options
        };
        Running::start(&self.database, &self.clouds, options).await
    }

    /// Starts one whose listings have at most so many events.
    pub(crate) async fn proxy_listing(&self, most: u64) -> Running {
        let mut options = Self::options(self.both());
        options.limits.listing_events = most;
        Running::start(&self.database, &self.clouds, options).await
    }

    /// Starts one without accounts that watches an inventory.
    pub(crate) async fn proxy_watching(&self, inventory: InventoryOptions) -> Running {
        let options = ProxyOptions {
            inventory: Some(inventory),
            ..Self::options(Vec::new())
        };
        Running::start(&self.database, &self.clouds, options).await
    }

    pub(crate) async fn proxy_leasing(&self, accounts: Vec<Account>, lease: Duration) -> Running {
        let mut options = Self::options(accounts);
        options.journal = JournalOptions {
            lease,
            ..options.journal
        };
        Running::start(&self.database, &self.clouds, options).await
    }

    fn options(accounts: Vec<Account>) -> ProxyOptions {
        ProxyOptions {
            sync: fast(1_000),
            // On this clock a call that is tried again waits until a test moves it.
            upstream_timeout: Duration::from_secs(30),
            streams: StreamOptions {
                gather: Duration::from_millis(20),
                keep_alive: Duration::from_millis(200),
                // Less than a few walks tell: who waits a little is told by the store.
                ring: 64 * 1024,
            },
            limits: ServerLimits {
                streams: 32,
                ..ServerLimits::default()
            },
            ..ProxyOptions::new(accounts)
        }
    }

    /// How many pages of events were asked for with the key of `core`.
    pub(crate) async fn lists_of_core(&self) -> usize {
        self.count("ListScheduledEvents").await
    }

    pub(crate) async fn events(&self, proxy: &Running, query: &str) -> EventPage {
        let (status, body) = proxy.get(&format!("events?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub(crate) async fn detail(&self, proxy: &Running, path: &str) -> EventDetail {
        let (status, body) = proxy.get(&format!("events/{path}")).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub(crate) async fn refresh(&self, proxy: &Running, body: &Value) -> (StatusCode, Value) {
        proxy.post("events/refresh", "-", body).await
    }

    /// Posts a batch, and waits until it is sent.
    pub(crate) async fn act(&self, proxy: &Running, batch: &Value) {
        let (status, body) = proxy.post("batches", "one", batch).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        let path = format!("batches/{}", body["id"].as_str().unwrap());
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            let (_, batch) = proxy.get(&path).await;
            if batch["counts"]["queued"] == 0 && batch["counts"]["sending"] == 0 {
                return;
            }
            tokio::time::sleep(PAUSE).await;
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
            tokio::time::sleep(PAUSE).await;
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
            tokio::time::sleep(PAUSE).await;
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

/// As fast as a sandbox may be asked; so many calls a second, and all of them lists.
pub(crate) fn fast(calls_per_second: u32) -> SyncOptions {
    SyncOptions {
        calls_per_second: NonZeroU32::new(calls_per_second).unwrap(),
        names: false,
        ..SyncOptions::default()
    }
}

pub(crate) fn status<'a>(page: &'a EventPage, account: &str) -> &'a AccountStatus {
    let mut accounts = page.accounts.iter();
    accounts.find(|status| status.account == account).unwrap()
}

/// The same case on each database, with so many events of each cloud.
macro_rules! on_each_database {
    ($(async fn $name:ident($world:ident: &SyncWorld, $events:literal) $body:block)*) => {$(
        evenkeel_testkit::on_each_database! {
            |database| $crate::world::SyncWorld::new(database, $events);
            async fn $name($world: &$crate::world::SyncWorld) $body
        }
    )*};
}
pub(crate) use on_each_database;
