//! Both clouds, in the judge's process: they outlive every proxy and count what reaches them.
#![allow(
    clippy::indexing_slicing,
    reason = "a field that JSON does not have is null"
)]

mod instances;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::Mutex,
    time::Duration,
};

use anyhow::{Result, bail};
use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

pub(crate) use instances::{InstanceAct, Span};

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
    /// What the clouds counted for one instance, of orders that name no event.
    pub(crate) instance_counts: BTreeMap<String, Count>,
    /// Those that were carried out, in the order of their arrival.
    pub(crate) instance_acts: Vec<InstanceAct>,
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
    instance_acts: Vec<InstanceAct>,
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Cloud {
    /// Clouds with these events, as `PUT /_sandbox/state` takes them, whose clock stands at `now`, and where an event that
    /// is under way stays in each state for a step.
    ///
    /// # Errors
    /// When the sandbox does not start, or does not take the events.
    pub(crate) async fn start(
        http: &reqwest::Client,
        seed: u64,
        now: i64,
        step: Duration,
        events: &Value,
    ) -> Result<Self> {
        let config = Config {
            seed,
            events: 0,
            step,
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
        let counts = counted(&view["events"], "event_id");
        let instance_counts = counted(&view["resources"], "resource_id");
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
                if reached(call) {
                    seen.instance_acts.extend(instances::acts(number, call));
                }
            }
        }
        Ok(Evidence {
            counts,
            acts: seen.acts.clone(),
            bare: seen.bare.clone(),
            instance_counts,
            instance_acts: seen.instance_acts.clone(),
        })
    }

    /// When which events begin and end, of those that know an end by now.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub(crate) async fn spans(&self) -> Result<BTreeMap<String, Span>> {
        let answer = self.http.get(self.url("state")).send().await?;
        let state: Value = serde_json::from_slice(&answer.bytes().await?)?;
        let clouds = state["events"].as_object().into_iter().flatten();
        let events = clouds.flat_map(|(_, events)| list(events));
        Ok(events.filter_map(instances::span).collect())
    }
}

/// How often each was ordered about, by its id.
fn counted(list_of_counts: &Value, id: &str) -> BTreeMap<String, Count> {
    let counts = list(list_of_counts).iter().map(|one| {
        let count = |name: &str| one[name].as_u64().unwrap_or_default();
        let count = Count {
            received: count("received"),
            accepted: count("accepted"),
        };
        (one[id].as_str().unwrap_or_default().to_owned(), count)
    });
    counts.collect()
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

/// Whether a call was looked at: none that was refused before, or met a fault that did away with it.
fn reached(call: &Value) -> bool {
    let spoiled = |fault: &Value| matches!(fault.as_str(), Some("throttle" | "error"));
    let code = call["code"].as_str().unwrap_or_default();
    let refused = GATES.iter().any(|gate| code.starts_with(gate));
    !refused && !list(&call["faults"]).iter().any(spoiled)
}

/// By the virtual clock, ms.
fn arrived_at(call: &Value) -> i64 {
    millis(&call["time"]).unwrap_or_default()
}

fn millis(time: &Value) -> Option<i64> {
    let time = time.as_str()?.parse::<evenkeel::Timestamp>().ok()?;
    Some(time.as_millis())
}

/// Notes the orders of a call that was looked at.
fn note(acts: &mut BTreeMap<String, Vec<Act>>, number: u64, call: &Value) {
    if !reached(call) {
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
    let at = arrived_at(call);
    for id in ids {
        acts.entry(id.to_owned())
            .or_default()
            .push(Act { at, call: number });
    }
}
