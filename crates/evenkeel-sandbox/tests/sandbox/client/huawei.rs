//! Calls Huawei.

use evenkeel_sign::{SignableRequest, huawei, wire_query};
use reqwest::Method;
use serde_json::Value;

use super::{Answer, TestSandbox, credentials, now_ms, pairs};

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

impl TestSandbox {
    pub(crate) fn huawei_call(&self, method: Method, path: &str, body: &str) -> Huawei {
        let project = self.huawei.project_id.unwrap();
        Huawei {
            method,
            path: format!("/v3/{project}/instance-scheduled-events{path}"),
            query: Vec::new(),
            body: body.to_owned(),
            headers: pairs(&[
                ("content-type", "application/json"),
                ("x-project-id", project),
            ]),
            secret: self.huawei.secret.to_owned(),
            key: self.huawei.access_key_id.to_owned(),
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
        let parts = SignableRequest {
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
}
