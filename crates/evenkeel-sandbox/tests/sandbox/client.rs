//! A signing client with knobs for everything that can be wrong.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use evenkeel_sandbox::{ClockMode, Config, Keys, Sandbox};
use evenkeel_sign::{Credentials, Parts, acs3, huawei, rpc1, wire_query};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

pub(crate) const ENS_TYPES: &str = "Instance:SystemFailure.Redeploy,Instance:SystemFailure.Reboot,Instance:SystemMaintenance.Redeploy,\
    Instance:SystemMaintenance.Reboot,Instance:SystemUpgrade.Migrate,Instance:RegionNetworkDown,Disk:Stalled,\
    EnsRegion:NetworkMigration,IP:SafeRisk,IP:SafeBan";

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
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) keys: Keys,
    http: reqwest::Client,
}

/// A plain client; everything here is `http` on loopback, but the client wants to know its TLS.
pub(crate) fn http() -> reqwest::Client {
    // Fails only when another test did it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

pub(crate) async fn world(events: usize, step: Duration) -> World {
    world_of(Config {
        events,
        step,
        ..Config::default()
    })
    .await
}

pub(crate) async fn world_of(config: Config) -> World {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    serving(Sandbox::bind(address, config).await.unwrap())
}

/// A sandbox that stands by a virtual clock.
pub(crate) async fn still_world(events: usize, step: Duration) -> World {
    world_of(Config {
        events,
        step,
        clock: ClockMode::Virtual { start_ms: None },
        ..Config::default()
    })
    .await
}

pub(crate) fn serving(sandbox: Sandbox) -> World {
    let (address, keys) = (sandbox.local_addr(), sandbox.keys().clone());
    tokio::spawn(sandbox.serve(std::future::pending()));
    World {
        address,
        keys,
        http: http(),
    }
}

/// A call to ENS before it is signed.
#[derive(Clone)]
pub(crate) struct Ens {
    pub(crate) action: String,
    pub(crate) version: String,
    pub(crate) method: Method,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) secret: String,
    pub(crate) key: String,
    /// With a temporary key.
    pub(crate) token: Option<String>,
    pub(crate) shift_ms: i64,
    pub(crate) nonce: String,
    /// Changes headers after signing; an empty value removes.
    pub(crate) tamper: Vec<(&'static str, String)>,
}

/// A call to Huawei before it is signed.
#[derive(Clone)]
pub(crate) struct Huawei {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) secret: String,
    pub(crate) key: String,
    /// With a temporary key.
    pub(crate) token: Option<String>,
    pub(crate) shift_ms: i64,
    pub(crate) tamper: Vec<(&'static str, String)>,
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

impl World {
    pub(crate) fn ens_call(&self, action: &str, query: &[(&str, &str)]) -> Ens {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        Ens {
            action: action.to_owned(),
            version: "2017-11-10".to_owned(),
            method: Method::POST,
            query: pairs(query),
            form: Vec::new(),
            secret: self.keys.ens_access_key_secret.clone(),
            key: self.keys.ens_access_key_id.clone(),
            token: None,
            shift_ms: 0,
            nonce: format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed)),
            tamper: Vec::new(),
        }
    }

    pub(crate) async fn ens(&self, action: &str, query: &[(&str, &str)]) -> Answer {
        self.send_ens(&self.ens_call(action, query)).await.unwrap()
    }

    pub(crate) async fn send_ens(&self, call: &Ens) -> reqwest::Result<Answer> {
        let host = self.address.to_string();
        let mut headers = pairs(&[
            ("x-acs-action", call.action.as_str()),
            ("x-acs-version", call.version.as_str()),
        ]);
        let body = wire_query(&call.form);
        if !call.form.is_empty() {
            headers.extend(pairs(&[(
                "content-type",
                "application/x-www-form-urlencoded",
            )]));
        }
        let credentials = credentials(&call.key, &call.secret, call.token.as_deref());
        let parts = Parts {
            method: call.method.as_str(),
            host: &host,
            path: "/",
            query: &call.query,
            headers: &headers,
            body: body.as_bytes(),
        };
        let signed =
            acs3::sign(&parts, &credentials, now_ms() + call.shift_ms, &call.nonce).unwrap();
        let url = format!("http://{host}/?{}", wire_query(&call.query));
        self.send(
            call.method.clone(),
            &url,
            signed.headers,
            &call.tamper,
            body,
        )
        .await
    }

    /// The same call signed in the older way: business parameters and signature in the query, `form` in the body.
    pub(crate) async fn send_rpc1(&self, call: &Ens) -> Answer {
        let mut parameters = pairs(&[("Action", &call.action), ("Version", &call.version)]);
        parameters.extend(call.query.iter().cloned());
        let split = parameters.len();
        parameters.extend(call.form.iter().cloned());
        let credentials = credentials(&call.key, &call.secret, call.token.as_deref());
        let time = now_ms() + call.shift_ms;
        let mut signed = rpc1::sign(
            call.method.as_str(),
            &parameters,
            &credentials,
            time,
            &call.nonce,
        )
        .unwrap()
        .parameters;
        let form: Vec<_> = signed.splice(split..split + call.form.len(), []).collect();
        for (name, value) in &call.tamper {
            signed.retain(|(given, _)| given != name);
            if !value.is_empty() {
                signed.push(((*name).to_owned(), value.clone()));
            }
        }
        let url = format!("http://{}/?{}", self.address, wire_query(&signed));
        let headers = pairs(&[("content-type", "application/x-www-form-urlencoded")]);
        self.send(
            call.method.clone(),
            &url,
            if form.is_empty() { Vec::new() } else { headers },
            &[],
            wire_query(&form),
        )
        .await
        .unwrap()
    }

    /// Every event of a filter, in one page.
    pub(crate) async fn ens_events(&self, filter: &[(&str, &str)]) -> Vec<Value> {
        let mut query = vec![("EventTypes", ENS_TYPES), ("PageSize", "100")];
        query.extend(filter);
        let answer = self.ens("DescribeHistoryEvents", &query).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["Events"].as_array().unwrap().clone()
    }

    pub(crate) async fn ens_state(&self, event: &Value) -> String {
        let events = self
            .ens_events(&[("ResourceIds", event["ResourceId"].as_str().unwrap())])
            .await;
        let found = events
            .iter()
            .find(|other| other["EventId"] == event["EventId"])
            .unwrap();
        found["EventStatus"].as_str().unwrap().to_owned()
    }

    /// A batch over these events, each with further fields.
    pub(crate) async fn ens_batch(&self, action: &str, events: &[Value], fields: &Value) -> Answer {
        self.ens(action, &[("EventInfos", &event_infos(events, fields))])
            .await
    }

    pub(crate) fn huawei_call(&self, method: Method, path: &str, body: &str) -> Huawei {
        let project = &self.keys.huawei_project_id;
        Huawei {
            method,
            path: format!("/v3/{project}/instance-scheduled-events{path}"),
            query: Vec::new(),
            body: body.to_owned(),
            headers: pairs(&[
                ("content-type", "application/json"),
                ("x-project-id", project),
            ]),
            secret: self.keys.huawei_secret_key.clone(),
            key: self.keys.huawei_access_key.clone(),
            token: None,
            shift_ms: 0,
            tamper: Vec::new(),
        }
    }

    pub(crate) async fn huawei_list(&self, query: &[(&str, &str)]) -> Answer {
        let mut call = self.huawei_call(Method::GET, "", "");
        call.query = pairs(query);
        self.send_huawei(&call).await.unwrap()
    }

    pub(crate) async fn huawei_events(&self, query: &[(&str, &str)]) -> Vec<Value> {
        let answer = self.huawei_list(query).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["events"].as_array().unwrap().clone()
    }

    pub(crate) async fn huawei_state(&self, event: &Value) -> String {
        let events = self
            .huawei_events(&[("id", event["id"].as_str().unwrap())])
            .await;
        events[0]["state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn accept(&self, event: &Value, body: &str) -> Answer {
        let path = format!("/{}/actions/accept", event["id"].as_str().unwrap());
        self.send_huawei(&self.huawei_call(Method::POST, &path, body))
            .await
            .unwrap()
    }

    pub(crate) async fn update(&self, event: &Value, body: &str) -> Answer {
        let path = format!("/{}", event["id"].as_str().unwrap());
        self.send_huawei(&self.huawei_call(Method::PUT, &path, body))
            .await
            .unwrap()
    }

    pub(crate) async fn send_huawei(&self, call: &Huawei) -> reqwest::Result<Answer> {
        let host = self.address.to_string();
        let credentials = credentials(&call.key, &call.secret, call.token.as_deref());
        let parts = Parts {
            method: call.method.as_str(),
            host: &host,
            path: &call.path,
            query: &call.query,
            headers: &call.headers,
            body: call.body.as_bytes(),
        };
        let signed = huawei::sign(&parts, &credentials, now_ms() + call.shift_ms).unwrap();
        let url = format!("http://{host}{}?{}", call.path, wire_query(&call.query));
        self.send(
            call.method.clone(),
            &url,
            signed.headers,
            &call.tamper,
            call.body.clone(),
        )
        .await
    }

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

    /// ENS' events of these types that wait for an answer, up to 100.
    pub(crate) async fn inquiring(&self, types: &str) -> Vec<Value> {
        let query = [
            ("EventTypes", types),
            ("EventStatus", "Inquiring"),
            ("PageSize", "100"),
        ];
        let answer = self.ens("DescribeHistoryEvents", &query).await;
        answer.body["Events"].as_array().unwrap().clone()
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

/// An `EventInfos` over these events, each with these further fields.
pub(crate) fn event_infos(events: &[Value], fields: &Value) -> String {
    let items: Vec<Value> = events
        .iter()
        .map(|event| {
            let mut item = json!({"EventId": event["EventId"], "ResourceId": event["ResourceId"]});
            for (name, value) in fields.as_object().unwrap() {
                item[name] = value.clone();
            }
            item
        })
        .collect();
    Value::Array(items).to_string()
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
