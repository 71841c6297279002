//! Calls ENS.

use std::sync::atomic::{AtomicU64, Ordering};

use evenkeel_sign::{SignableRequest, acs3, rpc1, wire_query};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, TestSandbox, credentials, now_ms, pairs};

pub(crate) const ENS_TYPES: &str = "Instance:SystemFailure.Redeploy,Instance:SystemFailure.Reboot,Instance:SystemMaintenance.Redeploy,\
    Instance:SystemMaintenance.Reboot,Instance:SystemUpgrade.Migrate,Instance:RegionNetworkDown,Disk:Stalled,\
    EnsRegion:NetworkMigration,IP:SafeRisk,IP:SafeBan";

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

impl TestSandbox {
    pub(crate) fn ens_call(&self, action: &str, query: &[(&str, &str)]) -> Ens {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        Ens {
            action: action.to_owned(),
            version: "2017-11-10".to_owned(),
            method: Method::POST,
            query: pairs(query),
            form: Vec::new(),
            secret: self.ens.secret.to_owned(),
            key: self.ens.access_key_id.to_owned(),
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
        let parts = SignableRequest {
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
