//! Calls Alibaba Cloud ECS.

use std::{net::SocketAddr, time::Duration};

use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, TestSandbox, serving};

/// A sandbox by a virtual clock in which ECS has all events.
pub(crate) async fn ecs_sandbox(events: usize, step: Duration) -> TestSandbox {
    let config = Config {
        events,
        step,
        clouds: Some(&["alibaba-ecs"]),
        clock: ClockMode::Virtual {
            start_ms: Some(1_800_000_000_000),
        },
        ..Config::default()
    };
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    serving(Sandbox::bind(address, config).await.unwrap())
}

const STATUSES: [&str; 7] = [
    "Inquiring",
    "Scheduled",
    "Executing",
    "Executed",
    "Failed",
    "Canceled",
    "Avoided",
];

impl TestSandbox {
    /// A call in the region where everything is.
    pub(crate) async fn ecs(&self, action: &str, query: &[(&str, &str)]) -> Answer {
        let mut query = query.to_vec();
        query.push(("RegionId", "cn-hangzhou"));
        self.ecs_anywhere(action, &query).await
    }

    /// A call without a region, unless the query has one.
    pub(crate) async fn ecs_anywhere(&self, action: &str, query: &[(&str, &str)]) -> Answer {
        let mut call = self.ens_call(action, query);
        "2014-05-26".clone_into(&mut call.version);
        self.send_ens(&call).await.unwrap()
    }

    /// Every event that a filter lets through, in all states, page by page.
    pub(crate) async fn ecs_events(&self, filter: &[(&str, &str)]) -> Vec<Value> {
        let names: Vec<String> = (1..=7)
            .map(|n| format!("InstanceEventCycleStatus.{n}"))
            .collect();
        let (mut events, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("MaxResults", "100")];
            query.extend(names.iter().map(String::as_str).zip(STATUSES));
            query.extend(filter);
            if !token.is_empty() {
                query.push(("NextToken", &token));
            }
            let page = self.ecs("DescribeInstanceHistoryEvents", &query).await;
            assert_eq!(page.status, 200, "{page:?}");
            let set = &page.body["InstanceSystemEventSet"]["InstanceSystemEventType"];
            events.extend(set.as_array().unwrap().clone());
            match page.body["NextToken"].as_str() {
                Some(next) => next.clone_into(&mut token),
                None => return events,
            }
        }
    }

    /// The state of one event.
    pub(crate) async fn ecs_state(&self, id: &str) -> String {
        let events = self.ecs_events(&[("EventId.1", id)]).await;
        let name = &events[0]["EventCycleStatus"]["Name"];
        name.as_str().unwrap().to_owned()
    }

    /// Puts these events there, and these machines, instead of what is there.
    pub(crate) async fn ecs_put(&self, events: Value, machines: Value) {
        let now = self.control(Method::GET, "clock", &Value::Null).await.body["now"].clone();
        let state = json!({
            "version": 1,
            "now": now,
            "events": {"alibaba-ecs": events},
            "resources": {"alibaba-ecs": machines},
        });
        let answer = self.control(Method::PUT, "state", &state).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// How often a machine was ordered about (arrived, was carried out).
    pub(crate) async fn acts_on_machine(&self, id: &str) -> (u64, u64) {
        let calls = self.control(Method::GET, "calls", &Value::Null).await.body;
        let mut resources = calls["resources"].as_array().unwrap().iter();
        let found = resources.find(|it| it["resource_id"] == id);
        found.map_or((0, 0), |it| {
            (
                it["received"].as_u64().unwrap(),
                it["accepted"].as_u64().unwrap(),
            )
        })
    }
}

/// The ids of events, as they are listed.
pub(crate) fn event_ids(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["EventId"].as_str().unwrap())
        .collect()
}
