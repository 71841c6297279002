//! Starts the sandbox in this process, moves its clock, and asks it what it was asked for.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use evenkeel::{ProjectId, Provider};
use evenkeel_proxy::{Account, Clock, SandboxAccount};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{LONGEST, PAUSE, START, time};

/// All clouds, on a clock that stands still until it is moved.
pub struct Clouds {
    address: SocketAddr,
    /// It is everybody's: a signature is never judged by another clock than made it.
    time: Arc<dyn Fn() -> i64 + Send + Sync>,
    http: reqwest::Client,
    task: JoinHandle<()>,
}

impl Drop for Clouds {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Clouds {
    /// Starts them without an event.
    pub async fn start() -> Self {
        let config = Config {
            seed: 1,
            events: 0,
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
        let task = tokio::spawn(sandbox.serve(std::future::pending()));
        // The proxy's own client sets TLS up; plain HTTP needs none of it.
        drop(evenkeel_proxy::Upstream::new(Duration::from_secs(1)));
        let clouds = Self {
            address,
            time,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            task,
        };
        clouds
            .control("clock", &json!({"signatures": "virtual"}))
            .await;
        clouds
    }

    /// Where they listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Their time, ms since the Unix epoch.
    pub fn now(&self) -> i64 {
        (self.time)()
    }

    /// Their clock, for who is to go by it.
    pub fn clock(&self) -> Clock {
        let time = Arc::clone(&self.time);
        Clock::from_fn(move || time())
    }

    /// Moves their clock.
    pub async fn advance(&self, ms: i64) {
        let to = self.now() + ms;
        self.control("clock", &json!({"now": time(to)})).await;
    }

    /// Has them list these events from now on, by cloud, as `PUT /_sandbox/state` takes them.
    pub async fn show(&self, events: &Value) {
        self.show_with(events, &json!({})).await;
    }

    /// The same with these machines, by cloud, where they are to be others than are made up.
    pub async fn show_with(&self, events: &Value, resources: &Value) {
        let now = time(self.now());
        let state = json!({"version": 1, "now": now, "events": events, "resources": resources});
        let request = self.http.put(self.url("state"));
        succeed(request.body(state.to_string())).await;
    }

    /// Adds a fault, as `POST /_sandbox/faults` takes it.
    pub async fn fault(&self, fault: Value) {
        self.control("faults", &fault).await;
    }

    /// Removes all faults.
    pub async fn no_faults(&self) {
        succeed(self.http.delete(self.url("faults"))).await;
    }

    /// Waits until calls have met every fault that is there for so many of them.
    pub async fn until_fault_is_met(&self) {
        let started = Instant::now();
        loop {
            let left = self.get("faults").await;
            if left["faults"] == json!([]) {
                return;
            }
            assert!(started.elapsed() < LONGEST, "no call met it: {left}");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What `GET /_sandbox/calls` says.
    pub async fn calls(&self) -> Value {
        self.get("calls").await
    }

    /// The calls that were answered, oldest first.
    pub async fn call_log(&self) -> Vec<Value> {
        self.calls().await["calls"].as_array().unwrap().clone()
    }

    /// How many calls were answered.
    pub async fn call_count(&self) -> u64 {
        let calls = self.calls().await;
        calls["calls"].as_array().unwrap().len() as u64 + calls["forgotten"].as_u64().unwrap()
    }

    /// How many calls of an operation were answered.
    pub async fn count(&self, operation: &str) -> usize {
        let log = self.call_log().await;
        let of_it = |call: &&Value| call["operation"] == operation;
        log.iter().filter(of_it).count()
    }

    /// Waits until so many calls were answered.
    pub async fn until_calls(&self, calls: u64) {
        let started = Instant::now();
        while self.call_count().await < calls {
            assert!(started.elapsed() < LONGEST, "too few calls");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// How often orders for an event reached its cloud, and were carried out.
    pub async fn acts(&self, event_id: &str) -> (u64, u64) {
        let calls = self.calls().await;
        let mut events = calls["events"].as_array().unwrap().iter();
        events
            .find(|event| event["event_id"] == event_id)
            .map_or((0, 0), |event| {
                let count = |name: &str| event[name].as_u64().unwrap();
                (count("received"), count("accepted"))
            })
    }

    /// An account with the sandbox's keys.
    pub fn account(&self, id: &str, provider: Provider) -> Account {
        account_at(id, provider, self.address)
    }

    async fn control(&self, name: &str, body: &Value) {
        succeed(self.http.post(self.url(name)).body(body.to_string())).await;
    }

    async fn get(&self, name: &str) -> Value {
        let text = succeed(self.http.get(self.url(name))).await;
        serde_json::from_str(&text).unwrap()
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/_sandbox/{name}", self.address)
    }
}

/// An account with the sandbox's keys whose cloud is to be at an address, whoever listens there.
pub fn account_at(id: &str, provider: Provider, address: SocketAddr) -> Account {
    let keys = evenkeel_sandbox::keys_of(provider.as_str()).unwrap();
    Account::sandbox(SandboxAccount {
        id: id.to_owned(),
        provider,
        project_id: keys.project_id.map(|id| ProjectId::parse(id).unwrap()),
        address,
        access_key_id: keys.access_key_id.to_owned(),
        access_key_secret: keys.secret.to_owned().into(),
    })
}

async fn succeed(request: reqwest::RequestBuilder) -> String {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{text}");
    text
}
