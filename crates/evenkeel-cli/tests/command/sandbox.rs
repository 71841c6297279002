//! The proxy in front of the real sandbox.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    http::{Answer, get, order, post},
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

    /// An event of an account that waits for a decision, once the list is read.
    fn inquiring(&self, account: &str, kind: &str) -> Value {
        let path = format!("/api/v1/events?account={account}&state=inquiring&type={kind}");
        for _ in 0..300 {
            let page = get(&self.server.base, &path).json();
            if let Some(event) = page["events"].as_array().and_then(|events| events.first()) {
                return event.clone();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no such event came");
    }

    /// Takes in a batch of one event at once; gives the item when it has come to an end.
    fn act(&self, action: &str, event: &Value) -> Value {
        let batch = json!({"account": event["account"], "action": action, "items": [
            {"event_id": event["id"], "resource_id": event["resource_id"], "when": "now"}]});
        let key = event["id"].as_str().unwrap();
        let answer = order(&self.server.base, key, &batch.to_string());
        assert_eq!(answer.status, 201, "{answer:?}");
        let path = format!("/api/v1/batches/{}", answer.json()["id"].as_str().unwrap());
        for _ in 0..300 {
            let item = get(&self.server.base, &path).json()["items"][0].clone();
            if item["state"] != "queued" && item["state"] != "sending" {
                return item;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("it came to no end");
    }
}

#[test]
fn lists_and_acts_on_both_clouds() {
    let stand = Stand::start();
    for (account, kind, action) in [
        ("sandbox-ens", "redeploy", "redeploy"),
        ("sandbox-huawei", "reboot", "accept"),
    ] {
        let event = stand.inquiring(account, kind);
        let item = stand.act(action, &event);
        let state = item["state"].as_str().unwrap();
        assert!(["accepted", "confirmed"].contains(&state), "{item}");
        assert!(item["request_id"].is_string(), "{item}");
    }
    let parameters = json!({"state": ["inquiring"], "limit": 1});
    let list = stand.call("sandbox-huawei", "ListScheduledEvents", &parameters);
    assert_eq!(list.status, 200, "{list:?}");
    assert_eq!(list.header("evenkeel-origin"), Some("provider"));
    assert!(list.header("x-request-id").is_some());
}

#[test]
fn hands_a_throttling_through() {
    let stand = Stand::start();
    // Not only to this call: the proxy reads the lists for itself, too.
    stand.fault(&json!({"operation": "*", "kind": "throttle", "retry_after_s": 2}));
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
fn does_not_know_what_became_of_an_order_whose_answer_is_lost() {
    let stand = Stand::start();
    let event = stand.inquiring("sandbox-ens", "redeploy");
    let fault =
        json!({"operation": "BatchEventRedeployInstance", "kind": "lost_answer", "times": 1});
    stand.fault(&fault);
    // A read of the event may have told by now that it was carried out.
    let item = stand.act("redeploy", &event);
    let state = item["state"].as_str().unwrap();
    assert!(["unknown", "confirmed"].contains(&state), "{item}");
    assert_eq!(item["attempts"], 1, "{item}");
}

#[test]
fn does_not_know_what_became_of_a_call_that_takes_too_long() {
    let stand = Stand::start();
    stand.fault(&json!({"operation": "*", "kind": "delay", "ms": 4000}));
    let answer = stand.call("sandbox-huawei", "ListScheduledEvents", &json!({}));
    assert_eq!(answer.status, 504, "{answer:?}");
    assert_eq!(answer.json()["outcome"], "unknown");
}
