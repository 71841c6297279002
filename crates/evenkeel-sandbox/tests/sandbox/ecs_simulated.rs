//! Alibaba Cloud ECS' own rehearsal: simulated events, which come, are listed and go.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, TestSandbox, ecs_sandbox, event_ids};

const STEP: Duration = Duration::from_mins(1);
const CREATE: &str = "CreateSimulatedSystemEvents";
const CANCEL: &str = "CancelSimulatedSystemEvents";
const AT: &str = "2027-01-15T10:00:00Z";

async fn sandbox() -> TestSandbox {
    let sandbox = ecs_sandbox(0, STEP).await;
    let machines = json!([{"id": "i-1"}, {"id": "i-2"}]);
    sandbox.ecs_put(json!([]), machines).await;
    sandbox
}

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let ids = answer.body["EventIdSet"]["EventId"].as_array().unwrap();
    ids.iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

async fn create(sandbox: &TestSandbox, kind: &str) -> String {
    let query = [
        ("EventType", kind),
        ("InstanceId.1", "i-1"),
        ("NotBefore", AT),
    ];
    ids(&sandbox.ecs(CREATE, &query).await).remove(0)
}

#[tokio::test]
async fn one_comes_for_each_machine_and_says_what_it_is() {
    let sandbox = sandbox().await;
    let query = [
        ("EventType", "SystemMaintenance.Reboot"),
        ("InstanceId.1", "i-1"),
        ("InstanceId.2", "i-2"),
        ("NotBefore", AT),
        ("TriggerRealOps", "False"),
    ];
    let created = ids(&sandbox.ecs(CREATE, &query).await);
    let events = sandbox.ecs_events(&[]).await;
    let mut listed = event_ids(&events);
    listed.sort_unstable();
    assert_eq!(listed, created);
    for event in &events {
        assert_eq!(event["Reason"], "A simulated event.");
        assert_eq!(event["NotBefore"], AT);
        assert_eq!(event["EventCycleStatus"]["Name"], "Scheduled");
    }
    // Nothing was ordered yet.
    let calls = sandbox
        .control(reqwest::Method::GET, "calls", &Value::Null)
        .await;
    assert_eq!(calls.body["totals"]["received"], 0);
    sandbox.advance(2 * 3600).await;
    assert_eq!(sandbox.ecs_state(&created[0]).await, "Executed");
}

#[tokio::test]
async fn a_failure_happens_at_once_and_ends_at_its_time() {
    let sandbox = sandbox().await;
    for kind in ["SystemFailure.Redeploy", "InstanceFailure.Reboot"] {
        let id = create(&sandbox, kind).await;
        assert_eq!(sandbox.ecs_state(&id).await, "Executing");
    }
    sandbox.advance(2 * 3600).await;
    let events = sandbox.ecs_events(&[]).await;
    assert!(
        events
            .iter()
            .all(|it| it["EventCycleStatus"]["Name"] == "Executed")
    );
}

#[tokio::test]
async fn the_customer_calls_one_off_or_avoids_it_by_a_reboot() {
    let sandbox = sandbox().await;
    let (one, two) = (
        create(&sandbox, "SystemMaintenance.Reboot").await,
        create(&sandbox, "SystemMaintenance.Stop").await,
    );
    let rebooted = [("InstanceId", "i-1")];
    assert_eq!(sandbox.ecs("RebootInstance", &rebooted).await.status, 200);
    let cancel = [("EventId.1", two.as_str())];
    let answer = sandbox.ecs(CANCEL, &cancel).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(sandbox.acts(&json!(two)).await, (1, 1));
    sandbox.advance(1).await;
    assert_eq!(sandbox.ecs_state(&two).await, "Canceled");
    assert_eq!(sandbox.ecs_state(&one).await, "Avoided");
    // It is over.
    let answer = sandbox.ecs(CANCEL, &cancel).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, "IncorrectEventStatus")
    );
}

#[tokio::test]
async fn redeploying_answers_no_simulated_event() {
    let sandbox = sandbox().await;
    let id = create(&sandbox, "SystemMaintenance.Redeploy").await;
    let query = [("InstanceId", "i-1")];
    let answer = sandbox.ecs("RedeployInstance", &query).await;
    assert_eq!((answer.status, answer.code()), (403, "OperationDenied"));
    assert_eq!(sandbox.ecs_state(&id).await, "Scheduled");
    assert_eq!(sandbox.acts_on_machine("i-1").await, (1, 0));
    let cancel = [("EventId.1", id.as_str())];
    assert_eq!(sandbox.ecs(CANCEL, &cancel).await.status, 200);
    assert_eq!(sandbox.ecs("RedeployInstance", &query).await.status, 200);
}

#[tokio::test]
async fn refuses_what_it_documents() {
    let sandbox = sandbox().await;
    let right = [
        ("EventType", "SystemMaintenance.Reboot"),
        ("InstanceId.1", "i-1"),
        ("NotBefore", AT),
    ];
    for missing in 0..3 {
        let mut query = right.to_vec();
        query.remove(missing);
        let answer = sandbox.ecs(CREATE, &query).await;
        assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
    }
    for (at, value, status, code) in [
        (
            0,
            "SystemMaintenance.IsolateErrorDisk",
            400,
            "InvalidParameter",
        ),
        (1, "i-none", 404, "InvalidInstanceId.NotFound"),
        (2, "2027-01-15T08:00:00Z", 403, "InvalidNotBefore.Passed"),
        (2, "soon", 400, "InvalidParameter"),
    ] {
        let mut query = right;
        query[at].1 = value;
        let answer = sandbox.ecs(CREATE, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{value}");
    }
    let mut real = right.to_vec();
    real.push(("TriggerRealOps", "True"));
    let answer = sandbox.ecs(CREATE, &real).await;
    assert_eq!((answer.status, answer.code()), (403, "OperationDenied"));

    let names: Vec<String> = (2..=101).map(|n| format!("InstanceId.{n}")).collect();
    let mut many = right.to_vec();
    many.extend(names.iter().map(|name| (name.as_str(), "i-1")));
    let answer = sandbox.ecs(CREATE, &many).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, "InstanceIdLimitExceeded")
    );
    assert!(sandbox.ecs_events(&[]).await.is_empty(), "nothing was made");

    for _ in 0..10 {
        assert_eq!(sandbox.ecs(CREATE, &right).await.status, 200);
    }
    let answer = sandbox.ecs(CREATE, &right).await;
    assert_eq!(
        (answer.status, answer.code()),
        (403, "SimulatedEventLimitExceeded")
    );
}

#[tokio::test]
async fn refuses_to_cancel_what_is_real_unknown_or_too_much() {
    let sandbox = ecs_sandbox(20, STEP).await;
    let events = sandbox.ecs_events(&[]).await;
    let real = event_ids(&events)[0];
    let names: Vec<String> = (1..=101).map(|n| format!("EventId.{n}")).collect();
    let many = names.iter().map(|name| (name.as_str(), "e-1")).collect();
    for (query, status, code) in [
        (
            vec![("EventId.1", real)],
            403,
            "CannotCancelSystemEvent.NotSimulated",
        ),
        (
            vec![("EventId.1", "e-none")],
            403,
            "InvalidEventId.NotFound",
        ),
        (vec![], 400, "MissingParameter"),
        (many, 400, "EventIdLimitExceeded"),
    ] {
        let answer = sandbox.ecs(CANCEL, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    assert_eq!(sandbox.acts(&json!(real)).await, (1, 0));
    let fault = json!({"operation": CREATE, "kind": "fail_items", "count": 1});
    sandbox.fault(fault).await;
    let machine = events[0]["InstanceId"].as_str().unwrap();
    let query = [
        ("EventType", "SystemFailure.Stop"),
        ("InstanceId.1", machine),
        ("NotBefore", AT),
    ];
    let answer = sandbox.ecs(CREATE, &query).await;
    assert_eq!((answer.status, answer.code()), (403, "OperationDenied"));
}
