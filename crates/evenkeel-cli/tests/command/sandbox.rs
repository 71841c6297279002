//! The proxy in front of the real sandbox.

use serde_json::{Value, json};

use crate::{
    http::{Answer, get, post},
    process::{Server, evenkeel},
};

/// A proxy and its sandbox.
struct Stand {
    server: Server,
    sandbox: String,
    _folder: tempfile::TempDir,
}

impl Stand {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = evenkeel(folder.path());
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--upstream-timeout",
            "2s",
        ]);
        let server = Server::start(&mut command, "Evenkeel is at ");
        let accounts = get(&server.base, "/api/v1/accounts").json();
        let sandbox = accounts["accounts"][0]["endpoint"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            server,
            sandbox,
            _folder: folder,
        }
    }

    fn call(&self, account: &str, operation: &str, parameters: &Value) -> Answer {
        let path = format!("/api/v1/accounts/{account}/operations/{operation}");
        post(&self.server.base, &path, &parameters.to_string())
    }

    fn fault(&self, fault: &Value) {
        let answer = post(&self.sandbox, "/_sandbox/faults", &fault.to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// The first ENS event of that type that waits for a decision.
    fn inquiring(&self, kind: &str) -> Value {
        let parameters = json!({"EventTypes": [kind], "EventStatus": ["Inquiring"]});
        let answer = self.call("sandbox-ens", "DescribeHistoryEvents", &parameters);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["Events"][0].clone()
    }

    fn redeploy(&self, event: &Value) -> Answer {
        let info = json!({
            "EventId": event["EventId"],
            "ResourceId": event["ResourceId"].as_str().unwrap().trim(),
            "OpsType": "immediate",
        });
        let parameters = json!({"EventInfos": [info]});
        self.call("sandbox-ens", "BatchEventRedeployInstance", &parameters)
    }
}

#[test]
fn lists_and_acts_on_both_clouds() {
    let stand = Stand::start();
    let event = stand.inquiring("Instance:SystemFailure.Redeploy");
    let answer = stand.redeploy(&event);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["Results"][0]["Code"], 200);
    assert!(answer.header("x-acs-request-id").is_some());

    let parameters = json!({"state": ["inquiring"], "limit": 1});
    let list = stand.call("sandbox-huawei", "ListScheduledEvents", &parameters);
    assert_eq!(list.status, 200, "{list:?}");
    let id = list.json()["events"][0]["id"].clone();
    let accept = json!({"id": id, "not_before": "now"});
    let answer = stand.call("sandbox-huawei", "AcceptScheduledEvent", &accept);
    assert!((200..300).contains(&answer.status), "{answer:?}");
    assert_eq!(answer.header("evenkeel-origin"), Some("provider"));
    assert!(answer.header("x-request-id").is_some());
}

#[test]
fn hands_a_throttling_through() {
    let stand = Stand::start();
    stand.fault(&json!({"operation": "*", "kind": "throttle", "retry_after_s": 2, "times": 2}));
    let parameters = json!({"EventTypes": ["Disk:Stalled"]});
    let answer = stand.call("sandbox-ens", "DescribeHistoryEvents", &parameters);
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["Code"]
            .as_str()
            .unwrap()
            .starts_with("Throttling")
    );
    assert!(answer.header("x-acs-retry-after").is_some(), "{answer:?}");
    let answer = stand.call("sandbox-huawei", "ListScheduledEvents", &json!({}));
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("evenkeel-origin"), Some("provider"));
}

#[test]
fn does_not_know_what_became_of_a_call_whose_answer_is_lost() {
    let stand = Stand::start();
    let event = stand.inquiring("Instance:SystemFailure.Redeploy");
    let fault =
        json!({"operation": "BatchEventRedeployInstance", "kind": "lost_answer", "times": 1});
    stand.fault(&fault);
    let answer = stand.redeploy(&event);
    assert_eq!(answer.status, 502, "{answer:?}");
    assert_eq!(answer.json()["code"], "upstream_lost");
    assert_eq!(answer.json()["outcome"], "unknown");
    assert_eq!(answer.header("evenkeel-origin"), None);
}

#[test]
fn does_not_know_what_became_of_a_call_that_takes_too_long() {
    let stand = Stand::start();
    stand.fault(&json!({"operation": "*", "kind": "delay", "ms": 4000, "times": 1}));
    let answer = stand.call("sandbox-huawei", "ListScheduledEvents", &json!({}));
    assert_eq!(answer.status, 504, "{answer:?}");
    assert_eq!(answer.json()["outcome"], "unknown");
}
