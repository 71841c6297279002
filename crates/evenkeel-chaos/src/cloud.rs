//! Both clouds, in the judge's process: they outlive every proxy and count what reaches them.
#![allow(
    clippy::indexing_slicing,
    reason = "a field that JSON does not have is null"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Mutex,
};

use anyhow::{Result, bail};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// What the codes begin with of calls that did not get as far as the service.
const GATES: [&str; 3] = ["APIGW.", "InvalidTimeStamp", "Signature"];

/// One order for an event that reached a cloud.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    /// By the virtual clock, ms.
    pub(crate) at: i64,
    /// The number of the call.
    pub(crate) call: u64,
}

/// What the clouds counted for one event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Orders that reached the service.
    pub(crate) received: u64,
    /// Those that were carried out.
    pub(crate) accepted: u64,
}

/// What the clouds know at the end.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// By the event's id.
    pub(crate) counts: BTreeMap<String, Count>,
    /// The orders by event, in the order of their arrival.
    pub(crate) acts: BTreeMap<String, Vec<Act>>,
    /// Events that were to be moved at once, and whose order had no password: all batches give one.
    pub(crate) bare: BTreeSet<String>,
}

/// The sandbox with what was read of its log.
pub(crate) struct Cloud {
    address: SocketAddr,
    http: reqwest::Client,
    task: JoinHandle<()>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    last: u64,
    acts: BTreeMap<String, Vec<Act>>,
    bare: BTreeSet<String>,
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Cloud {
    /// Clouds with these events, as `PUT /_sandbox/state` takes them, whose clock stands at `now`.
    ///
    /// # Errors
    /// When the sandbox does not start, or does not take the events.
    pub(crate) async fn start(
        http: &reqwest::Client,
        seed: u64,
        now: i64,
        events: &Value,
    ) -> Result<Self> {
        let config = Config {
            seed,
            events: 0,
            clock: ClockMode::Virtual {
                start_ms: Some(now),
            },
            ..Config::default()
        };
        let sandbox = Sandbox::bind(SocketAddr::from(([127, 0, 0, 1], 0)), config).await?;
        sandbox.start_with_state(serde_json::to_string(events)?.as_bytes())?;
        let address = sandbox.local_addr();
        let task = tokio::spawn(sandbox.serve(std::future::pending()));
        let cloud = Self {
            address,
            http: http.clone(),
            task,
            seen: Mutex::default(),
        };
        cloud
            .control("clock", &json!({"signatures": "virtual"}))
            .await?;
        Ok(cloud)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Moves the clock.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub(crate) async fn set_clock(&self, ms: i64) -> Result<()> {
        let now = evenkeel::Timestamp::from_millis(ms).to_string();
        self.control("clock", &json!({"now": now})).await
    }

    /// Adds faults.
    ///
    /// # Errors
    /// When the sandbox refuses.
    pub(crate) async fn faults(&self, plan: &Value) -> Result<()> {
        self.control("faults", plan).await
    }

    async fn control(&self, name: &str, body: &Value) -> Result<()> {
        let answer = self
            .http
            .post(self.url(name))
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await?;
        if !answer.status().is_success() {
            bail!("the sandbox refuses {body}: {}", answer.text().await?);
        }
        Ok(())
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/_sandbox/{name}", self.address)
    }

    /// Reads on in the log, which forgets what is not read in time; the counts do not.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub(crate) async fn look(&self) -> Result<Evidence> {
        let after = self.seen.lock().map_or(0, |seen| seen.last);
        let answer = self
            .http
            .get(format!("{}?after={after}", self.url("calls")))
            .send()
            .await?;
        let view: Value = serde_json::from_slice(&answer.bytes().await?)?;
        let mut counts = BTreeMap::new();
        for event in list(&view["events"]) {
            let count = |name: &str| event[name].as_u64().unwrap_or_default();
            let id = event["event_id"].as_str().unwrap_or_default().to_owned();
            counts.insert(
                id,
                Count {
                    received: count("received"),
                    accepted: count("accepted"),
                },
            );
        }
        let mut seen = self
            .seen
            .lock()
            .map_err(|_| anyhow::anyhow!("the log is lost"))?;
        for call in list(&view["calls"]) {
            let number = call["number"].as_u64().unwrap_or_default();
            // Two looks at once see the same calls.
            if number > seen.last {
                seen.last = number;
                note(&mut seen.acts, number, call);
                seen.bare.extend(without_password(call));
            }
        }
        Ok(Evidence {
            counts,
            acts: seen.acts.clone(),
            bare: seen.bare.clone(),
        })
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The events of a call that are to be moved at once without a password. The log masks one that is
/// there.
fn without_password(call: &Value) -> Vec<String> {
    if call["operation"] != "BatchEventMigrateInstance" {
        return Vec::new();
    }
    list(&call["parameters"]["EventInfos"])
        .iter()
        .filter(|order| order["OpsType"] == "immediate" && order["Password"].is_null())
        .filter_map(|order| order["EventId"].as_str().map(str::to_owned))
        .collect()
}

/// Notes the orders of a call that was looked at: none that was refused before, or met a fault that
/// did away with it.
fn note(acts: &mut BTreeMap<String, Vec<Act>>, number: u64, call: &Value) {
    let spoiled = |fault: &Value| matches!(fault.as_str(), Some("throttle" | "error"));
    let code = call["code"].as_str().unwrap_or_default();
    let refused = GATES.iter().any(|gate| code.starts_with(gate));
    if refused || list(&call["faults"]).iter().any(spoiled) {
        return;
    }
    let operation = call["operation"].as_str().unwrap_or_default();
    let ids: Vec<&str> = match operation {
        "AcceptScheduledEvent" | "UpdateScheduledEvent" => {
            call["parameters"]["id"].as_str().into_iter().collect()
        }
        _ => list(&call["parameters"]["EventInfos"])
            .iter()
            .filter_map(|order| order["EventId"].as_str())
            .collect(),
    };
    let at = call["time"]
        .as_str()
        .and_then(|time| time.parse::<evenkeel::Timestamp>().ok())
        .map_or(0, evenkeel::Timestamp::as_millis);
    for id in ids {
        acts.entry(id.to_owned())
            .or_default()
            .push(Act { at, call: number });
    }
}
