//! Clouds, a store, a clock and batches: what a run is about. Proxies come and go.

mod end;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use evenkeel::{Action, BatchDraft};
use evenkeel_api::{EventPage, Item, paths};
use evenkeel_sandbox::Config;
use evenkeel_testdb::{DatabaseKind, TestDatabase};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::Instant};

use crate::{
    client::Client,
    clock::Clock,
    cloud::Cloud,
    fleet::{Fleet, Shape},
    judge::Ended,
    process::{Fate, Proxy, Setup, Start},
    relay::{Relay, Target},
};

/// Where the virtual clock begins: 2027-01-01.
pub(crate) const BEGIN: i64 = 1_798_761_600_000;
/// The store takes this failpoint's milliseconds as how far its database's clock is ahead.
pub(crate) const STORE_CLOCK: &str = "store::clock";
const LOOK: Duration = Duration::from_millis(100);
const TICK: Duration = Duration::from_millis(50);

/// How a testbed is made.
#[derive(Debug, Clone)]
pub(crate) struct TestbedOptions {
    pub(crate) seed: u64,
    pub(crate) store: DatabaseKind,
    pub(crate) shape: Shape,
    /// How long a proxy waits for a cloud.
    pub(crate) patience: Duration,
    /// How long a proxy holds an account.
    pub(crate) lease: Duration,
    /// How long an event that is under way stays in each state.
    pub(crate) step: Duration,
    /// Whether a proxy has a second account wherever calls name instances.
    pub(crate) has_twins: bool,
}

impl TestbedOptions {
    pub(crate) fn new(seed: u64, store: DatabaseKind, shape: Shape) -> Self {
        Self {
            seed,
            store,
            shape,
            patience: Duration::from_secs(2),
            lease: Duration::from_secs(2),
            step: Config::default().step,
            has_twins: false,
        }
    }
}

/// A batch as it is handed in.
#[derive(Debug)]
struct SubmittedBatch {
    key: String,
    draft: BatchDraft,
    /// Once a proxy has answered.
    id: Option<String>,
}

/// Everything but the proxies.
pub(crate) struct Testbed {
    pub(crate) random: StdRng,
    pub(crate) cloud: Arc<Cloud>,
    /// What stands before the clouds.
    pub(crate) relay: Relay,
    pub(crate) database: TestDatabase,
    pub(crate) http: reqwest::Client,
    pub(crate) setup: Setup,
    clock: Arc<tokio::sync::Mutex<Clock>>,
    ticking: JoinHandle<()>,
    submitted: Vec<SubmittedBatch>,
    /// How many events Huawei has.
    huawei: usize,
    folder: TempDir,
    /// How many proxies ended by their fate.
    pub(crate) deaths: u64,
    /// Batches that were let go on, by why the proxy held them.
    pub(crate) let_go: BTreeMap<&'static str, u64>,
    /// Those that were paused when they were last looked at.
    paused: BTreeSet<String>,
}

impl Drop for Testbed {
    fn drop(&mut self) {
        self.ticking.abort();
    }
}

impl Testbed {
    /// # Errors
    /// When something of it cannot be made.
    pub(crate) async fn new(options: &TestbedOptions, http: &reqwest::Client) -> Result<Self> {
        let mut random = StdRng::seed_from_u64(options.seed);
        let fleet = Fleet::generate(&mut random, options.shape, BEGIN);
        Self::with_fleet(options, random, fleet, http).await
    }

    /// The same with events and batches of its own.
    ///
    /// # Errors
    /// When something of it cannot be made.
    pub(crate) async fn with_fleet(
        options: &TestbedOptions,
        random: StdRng,
        fleet: Fleet,
        http: &reqwest::Client,
    ) -> Result<Self> {
        let (seed, step) = (options.seed, options.step);
        let cloud = Arc::new(Cloud::start(http, seed, BEGIN, step, &fleet.state).await?);
        let relay = Relay::start(Target::Tcp(cloud.address())).await?;
        let database = match options.store {
            DatabaseKind::Sqlite => TestDatabase::sqlite(),
            DatabaseKind::Postgres => TestDatabase::postgres().await.context(
                "`EVENKEEL_TEST_POSTGRES` names no server; `cargo xtask chaos` starts one",
            )?,
        };
        let folder = TempDir::new()?;
        let file = folder.path().join("clock");
        let clock = Arc::new(tokio::sync::Mutex::new(Clock::make(&file, BEGIN)?));
        let setup = Setup {
            store: database.url().to_owned(),
            cloud: relay.address(),
            clock: file,
            log: folder.path().join("proxies.log"),
            patience: options.patience,
            lease: options.lease,
            user: None,
            is_restored: false,
            has_twins: options.has_twins,
            fate: None,
        };
        let submitted = fleet
            .drafts
            .into_iter()
            .enumerate()
            .map(|(place, draft)| SubmittedBatch {
                key: format!("batch-{}-{place}", options.seed),
                draft,
                id: None,
            });
        Ok(Self {
            random,
            ticking: tick(Arc::clone(&clock), Arc::clone(&cloud)),
            cloud,
            relay,
            database,
            http: http.clone(),
            setup,
            clock,
            submitted: submitted.collect(),
            huawei: options.shape.accept + options.shape.reschedule,
            folder,
            deaths: 0,
            let_go: BTreeMap::new(),
            paused: BTreeSet::new(),
        })
    }

    /// Starts a proxy with a fate, or without.
    ///
    /// # Errors
    /// When it neither listens nor ends as its fate has it.
    pub(crate) async fn start(&self, fate: Option<Fate>) -> Result<Start> {
        let setup = Setup {
            fate,
            ..self.setup.clone()
        };
        Proxy::start(&setup).await
    }

    /// Starts a proxy that nothing befalls.
    ///
    /// # Errors
    /// When it does not listen; the end of its log is shown.
    pub(crate) async fn up(&self) -> Result<Proxy> {
        match self.start(None).await? {
            Start::Up(proxy) => Ok(*proxy),
            Start::Died(status) => bail!("the proxy ended by itself ({status}):\n{}", self.log()),
        }
    }

    pub(crate) fn client(&self, proxy: &Proxy) -> Client<'_> {
        Client {
            http: &self.http,
            address: proxy.address,
        }
    }

    /// The end of what the proxies wrote.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.setup.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.len().saturating_sub(40);
        lines.get(last..).unwrap_or_default().join("\n")
    }

    /// A file of this testbed's.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Moves all clocks.
    ///
    /// # Errors
    /// When one cannot be moved.
    pub(crate) async fn advance(&self, ms: i64) -> Result<()> {
        advance(&*self.clock.lock().await, &self.cloud, ms).await
    }

    pub(crate) async fn now(&self) -> i64 {
        self.clock.lock().await.now()
    }

    /// Hands in what no proxy has taken yet; whether all is taken now.
    ///
    /// # Errors
    /// When a proxy refuses a batch.
    pub(crate) async fn submit(&mut self, proxy: &Proxy) -> Result<bool> {
        for place in 0..self.submitted.len() {
            if !self.submit_one(proxy, place).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Hands in one batch unless it is taken; whether it is now.
    ///
    /// # Errors
    /// When a proxy refuses it.
    pub(crate) async fn submit_one(&mut self, proxy: &Proxy, place: usize) -> Result<bool> {
        let client = Client {
            http: &self.http,
            address: proxy.address,
        };
        let Some(order) = self.submitted.get_mut(place) else {
            return Ok(true);
        };
        if order.id.is_none() {
            if order.draft.action == Action::Reschedule && !knows(&client, self.huawei).await {
                return Ok(false);
            }
            order.id = client
                .post(&order.key, &order.draft)
                .await?
                .map(|batch| batch.summary.id);
        }
        Ok(order.id.is_some())
    }

    pub(crate) fn batches(&self) -> usize {
        self.submitted.len()
    }

    /// Sets the machine's clock, and with it the database's, apart from the clouds': it steps.
    ///
    /// # Errors
    /// When a clock cannot be set.
    pub(crate) async fn step(&self, proxy: &mut Proxy, ahead: i64) -> Result<()> {
        proxy
            .failpoint(STORE_CLOCK, &format!("return({ahead})"))
            .await?;
        self.clock.lock().await.step(ahead)
    }

    /// All items as a proxy shows them.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) async fn items(&self, proxy: &Proxy) -> Result<Vec<Ended>> {
        let client = self.client(proxy);
        let mut all = Vec::new();
        for batch in self
            .submitted
            .iter()
            .filter_map(|order| order.id.as_deref())
        {
            let items: Vec<Item> = client.items(batch).await?;
            all.extend(items.into_iter().map(|item| Ended {
                batch: batch.to_owned(),
                item,
            }));
        }
        Ok(all)
    }

    /// A number below `end`.
    pub(crate) fn draw(&mut self, end: u64) -> u64 {
        self.random.random_range(0..end)
    }
}

/// Waits until so many of Huawei's events are known: what an event's time was before is needed to tell
/// whether it was moved.
async fn knows(client: &Client<'_>, events: usize) -> bool {
    for _ in 0..200 {
        let path = format!("{}?account=sandbox-huawei&limit=1", paths::events());
        let Ok(page) = client.get::<EventPage>(&path).await else {
            return false;
        };
        if page.total >= events as u64 {
            return true;
        }
        client.refresh().await;
        tokio::time::sleep(LOOK).await;
    }
    false
}

async fn advance(clock: &Clock, cloud: &Cloud, ms: i64) -> Result<()> {
    let now = clock.now() + ms;
    // The clouds first: a signature must not come from their future.
    cloud.set_clock(now).await?;
    clock.set(now)
}

/// The clock goes as fast as the machine's, besides what it is advanced by.
fn tick(clock: Arc<tokio::sync::Mutex<Clock>>, cloud: Arc<Cloud>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut last = Instant::now();
        loop {
            tokio::time::sleep(TICK).await;
            let elapsed = last.elapsed();
            last = Instant::now();
            let ms = i64::try_from(elapsed.as_millis()).unwrap_or(0);
            let clock = clock.lock().await;
            if advance(&clock, &cloud, ms).await.is_err() {
                return;
            }
        }
    })
}
