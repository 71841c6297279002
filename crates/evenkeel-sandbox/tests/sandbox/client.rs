//! A signing client with knobs for everything that can be wrong.

mod ecs;
mod ens;
mod huawei;

use std::{
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub(crate) use self::{
    ecs::{ecs_sandbox, event_ids},
    ens::{ENS_TYPES, Ens, event_infos},
    huawei::Huawei,
};
use evenkeel_sandbox::{ClockMode, Config, Keys, Sandbox, keys_of};
use evenkeel_sign::Credentials;
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

pub(crate) fn now_ms() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(elapsed.as_millis()).unwrap()
}

/// An answer with its body read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["Code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// A sandbox of its own and a client for it.
pub(crate) struct TestSandbox {
    pub(crate) address: SocketAddr,
    /// The keys of the clouds.
    pub(crate) ens: &'static Keys,
    pub(crate) huawei: &'static Keys,
    http: reqwest::Client,
}

/// A plain client; everything here is `http` on loopback, but the client wants to know its TLS.
pub(crate) fn http() -> reqwest::Client {
    // Fails only when another test did it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

pub(crate) async fn sandbox(events: usize, step: Duration) -> TestSandbox {
    sandbox_of(Config {
        events,
        step,
        ..Config::default()
    })
    .await
}

/// A sandbox in which the clouds of the tests share all events.
pub(crate) async fn sandbox_of(config: Config) -> TestSandbox {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config {
        clouds: Some(&["ens", "huawei-ecs"]),
        ..config
    };
    serving(Sandbox::bind(address, config).await.unwrap())
}

/// A sandbox that stands by a virtual clock.
pub(crate) async fn still_sandbox(events: usize, step: Duration) -> TestSandbox {
    sandbox_of(Config {
        events,
        step,
        clock: ClockMode::Virtual { start_ms: None },
        ..Config::default()
    })
    .await
}

pub(crate) fn serving(sandbox: Sandbox) -> TestSandbox {
    let address = sandbox.local_addr();
    tokio::spawn(sandbox.serve(std::future::pending()));
    TestSandbox {
        address,
        ens: keys_of("ens").unwrap(),
        huawei: keys_of("huawei-ecs").unwrap(),
        http: http(),
    }
}

fn credentials(key: &str, secret: &str, token: Option<&str>) -> Credentials {
    let credentials = Credentials::new(key, secret);
    match token {
        Some(token) => credentials.with_security_token(token),
        None => credentials,
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl TestSandbox {
    /// A call to the sandbox's own controls.
    pub(crate) async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        let url = format!("http://{}/_sandbox/{path}", self.address);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, &url, Vec::new(), &[], body)
            .await
            .unwrap()
    }

    /// The sandbox's time.
    pub(crate) async fn now_ms(&self) -> i64 {
        let answer = self.control(Method::GET, "clock", &Value::Null).await;
        let now = answer.body["now"].as_str().unwrap().to_owned();
        chrono::DateTime::parse_from_rfc3339(&now)
            .unwrap()
            .timestamp_millis()
    }

    /// Moves a virtual clock.
    pub(crate) async fn advance(&self, seconds: i64) {
        let change = json!({"advance_s": seconds});
        let answer = self.control(Method::POST, "clock", &change).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// The log's calls after the one of this number.
    pub(crate) async fn log(&self, after: u64) -> Vec<Value> {
        let path = format!("calls?after={after}");
        let answer = self.control(Method::GET, &path, &Value::Null).await;
        answer.body["calls"].as_array().unwrap().clone()
    }

    pub(crate) async fn fault(&self, fault: Value) {
        let answer = self.control(Method::POST, "faults", &fault).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// How often an event's act (arrived, was carried out).
    pub(crate) async fn acts(&self, event_id: &Value) -> (u64, u64) {
        let calls = self.control(Method::GET, "calls", &Value::Null).await.body;
        let events = calls["events"].as_array().unwrap();
        events
            .iter()
            .find(|event| event["event_id"] == *event_id)
            .map_or((0, 0), |event| {
                (
                    event["received"].as_u64().unwrap(),
                    event["accepted"].as_u64().unwrap(),
                )
            })
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: Vec<(String, String)>,
        tamper: &[(&'static str, String)],
        body: String,
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, url).body(body);
        for (name, value) in headers {
            if !tamper.iter().any(|(tampered, _)| *tampered == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in tamper.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            // A page of somebody else is a text.
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        Ok(Answer {
            status,
            headers,
            body,
        })
    }
}

/// Asks again until it holds, for five seconds.
pub(crate) async fn eventually(what: &str, mut check: impl AsyncFnMut() -> bool) {
    for _ in 0..250 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}
