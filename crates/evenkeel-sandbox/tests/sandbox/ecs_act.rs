//! Acts on events of Alibaba Cloud ECS by their ids: accepting and rescheduling.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, TestSandbox, ecs_sandbox};

const STEP: Duration = Duration::from_mins(1);
const ACCEPT: &str = "AcceptInquiredSystemEvent";
const MODIFY: &str = "ModifySystemEventAttribute";

/// An event that asks.
fn asking(id: &str, kind: &str, more: &Value) -> Value {
    let mut event = json!({
        "id": id,
        "resource_id": format!("i-{id}"),
        "type": kind,
        "published_at": "2027-01-15T07:00:00Z",
        "course": {"kind": "asking"},
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

/// An event that starts an hour from the start, and was planned for an hour later at first.
fn scheduled(id: &str, kind: &str) -> Value {
    let course = json!({
        "kind": "planned",
        "starts_at": "2027-01-15T09:00:00Z",
        "ends_at": "2027-01-15T09:10:00Z",
    });
    let more = json!({
        "course": course,
        "not_before": "2027-01-15T09:00:00Z",
        "deadline": "2027-01-15T10:00:00Z",
    });
    asking(id, kind, &more)
}

async fn accept(sandbox: &TestSandbox, id: &str) -> Answer {
    sandbox.ecs(ACCEPT, &[("EventId", id)]).await
}

async fn modify(sandbox: &TestSandbox, id: &str, at: &str) -> Answer {
    let instance = format!("i-{id}");
    let query = [
        ("EventId", id),
        ("InstanceId", instance.as_str()),
        ("NotBefore", at),
    ];
    sandbox.ecs(MODIFY, &query).await
}

async fn event(sandbox: &TestSandbox, id: &str) -> Value {
    sandbox.ecs_events(&[("EventId.1", id)]).await[0].clone()
}

#[tokio::test]
async fn an_accepted_event_takes_a_step_in_each_state() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let more = json!({"attributes": {"CanAccept": "true"}});
    let fails = json!({"fails": true});
    let events = json!([
        asking("1", "SystemMaintenance.Redeploy", &more),
        asking("2", "SystemFailure.Redeploy", &fails),
    ]);
    sandbox.ecs_put(events, json!([])).await;
    for id in ["1", "2"] {
        let answer = accept(&sandbox, id).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let members: Vec<_> = answer.body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["RequestId"]);
        assert_eq!(answer.body["RequestId"], answer.header("x-acs-request-id"));
        assert_eq!(sandbox.acts(&json!(id)).await, (1, 1));
    }
    assert_eq!(sandbox.ecs_state("1").await, "Scheduled");
    let attributes = event(&sandbox, "1").await["ExtendedAttribute"].clone();
    assert_eq!(
        attributes,
        json!({"CanAccept": "true", "ResponseResult": "true"})
    );
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executing");
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executed");
    assert_eq!(sandbox.ecs_state("2").await, "Failed");
}

#[tokio::test]
async fn what_asks_nothing_or_may_not_be_accepted_is_refused() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let refused = json!({"attributes": {"CanAccept": "false"}});
    let events = json!([
        asking("mute", "SystemMaintenance.Redeploy", &refused),
        asking("busy", "SystemMaintenance.Redeploy", &json!({})),
        asking("twice", "SystemMaintenance.Redeploy", &json!({})),
        scheduled("decided", "SystemMaintenance.Reboot"),
    ]);
    let machines = json!([{"id": "i-busy", "status": "starting"}]);
    sandbox.ecs_put(events, machines).await;
    assert_eq!(accept(&sandbox, "twice").await.status, 200);
    for (id, status, code) in [
        ("twice", 404, "InvalidEventId.NoInquiringEventFound"),
        ("decided", 404, "InvalidEventId.NoInquiringEventFound"),
        ("none", 404, "InvalidEventId.NoInquiringEventFound"),
        ("mute", 403, "OperationDenied.AcceptNotSupported"),
        ("busy", 403, "IncorrectInstanceStatus"),
    ] {
        let answer = accept(&sandbox, id).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{id}");
        let accepted = u64::from(id == "twice");
        assert_eq!(sandbox.acts(&json!(id)).await, (1 + accepted, accepted));
    }
    let event = ("EventId", "mute");
    for (query, status, code) in [
        (vec![event], 400, "MissingParameter"),
        (vec![("RegionId", "cn-hangzhou")], 400, "MissingParameter"),
        (
            vec![event, ("RegionId", "cn-hangzhou"), ("Choice", "hide")],
            400,
            "InvalidParameter",
        ),
        (
            vec![event, ("RegionId", "hangzhou")],
            404,
            "InvalidRegionId.NotFound",
        ),
    ] {
        let answer = sandbox.ecs_anywhere(ACCEPT, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{query:?}");
    }
}

#[tokio::test]
async fn replacing_a_disk_by_reboots_takes_two_answers_and_two_reboots() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let disk = json!({"DiskId": "d-1", "Device": "/dev/vdb", "CanAccept": "true"});
    let more = json!({"attributes": disk});
    let first = asking("1", "SystemMaintenance.RebootAndIsolateErrorDisk", &more);
    sandbox.ecs_put(json!([first]), json!([])).await;
    let reboot = async || {
        sandbox
            .ecs_anywhere("RebootInstance", &[("InstanceId", "i-1")])
            .await
    };

    // A reboot before the answer is none.
    assert_eq!(reboot().await.status, 200);
    sandbox.advance(600).await;
    assert_eq!(sandbox.ecs_state("1").await, "Inquiring");
    assert_eq!(accept(&sandbox, "1").await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executing");
    sandbox.advance(30 * 86_400).await;
    assert_eq!(
        sandbox.ecs_state("1").await,
        "Executing",
        "it waits for ever"
    );
    assert_eq!(reboot().await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executed");
    assert_eq!(sandbox.ecs_events(&[]).await.len(), 1, "not asked yet");

    sandbox.advance(60).await;
    let events = sandbox.ecs_events(&[("InstanceId", "i-1")]).await;
    let second = &events[0];
    let id = second["EventId"].as_str().unwrap();
    assert_eq!(
        second["EventType"]["Name"],
        "SystemMaintenance.RebootAndReInitErrorDisk"
    );
    assert_eq!(second["ExtendedAttribute"], disk);
    assert_eq!(sandbox.ecs_state(id).await, "Inquiring");
    assert_eq!(accept(&sandbox, id).await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(reboot().await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state(id).await, "Executed");
    sandbox.advance(600).await;
    assert_eq!(sandbox.ecs_events(&[]).await.len(), 2, "and that is all");
    assert_eq!(sandbox.acts_on_machine("i-1").await, (3, 3));
}

#[tokio::test]
async fn after_a_redeployment_the_second_step_does_not_come() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let first = asking(
        "1",
        "SystemMaintenance.RebootAndIsolateErrorDisk",
        &json!({}),
    );
    sandbox.ecs_put(json!([first]), json!([])).await;
    let instance = [("InstanceId", "i-1")];
    assert_eq!(accept(&sandbox, "1").await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs("RebootInstance", &instance).await.status, 200);
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executed");
    assert_eq!(sandbox.ecs("RedeployInstance", &instance).await.status, 200);
    sandbox.advance(86_400).await;
    assert_eq!(sandbox.ecs_events(&[]).await.len(), 1);
}

#[tokio::test]
async fn planned_maintenance_moves_earlier_and_back_up_to_the_first_plan() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let plan = scheduled("1", "SystemMaintenance.Reboot");
    sandbox.ecs_put(json!([plan]), json!([])).await;
    for (at, status) in [
        // From an earlier time up to the very first, and not beyond.
        ("2027-01-15T08:30:00Z", 200),
        ("2027-01-15T10:00:00Z", 200),
        ("2027-01-15T10:00:01Z", 400),
        ("2027-01-15T07:59:59Z", 400),
        // The current second is not the past.
        ("2027-01-15T08:00:00Z", 200),
    ] {
        let answer = modify(&sandbox, "1", at).await;
        assert_eq!(answer.status, status, "{at}: {answer:?}");
        let event = event(&sandbox, "1").await;
        assert_eq!(
            event["ExtendedAttribute"]["InitialNotBefore"],
            "2027-01-15T10:00:00Z"
        );
        if status == 200 {
            assert_eq!(event["NotBefore"], at);
        } else {
            assert_eq!(answer.code(), "InvalidParameter");
        }
    }
    assert_eq!(sandbox.acts(&json!("1")).await, (4, 3));
    assert_eq!(sandbox.ecs_state("1").await, "Scheduled");
    sandbox.advance(60).await;
    assert_eq!(sandbox.ecs_state("1").await, "Executing");
}

#[tokio::test]
async fn the_first_plan_is_the_time_before_the_first_move_where_nothing_else_is_said() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let mut plan = scheduled("1", "SystemMaintenance.Stop");
    plan.as_object_mut().unwrap().remove("deadline");
    sandbox.ecs_put(json!([plan]), json!([])).await;
    assert_eq!(
        modify(&sandbox, "1", "2027-01-15T08:30:00Z").await.status,
        200
    );
    assert_eq!(
        modify(&sandbox, "1", "2027-01-15T09:00:01Z").await.status,
        400
    );
    assert_eq!(
        modify(&sandbox, "1", "2027-01-15T09:00:00Z").await.status,
        200
    );
}

#[tokio::test]
async fn only_decided_maintenance_is_rescheduled() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let simulated = {
        let mut event = scheduled("drill", "SystemMaintenance.Reboot");
        event["simulated"] = json!(true);
        event
    };
    let events = json!([
        asking("asks", "SystemMaintenance.Reboot", &json!({})),
        scheduled("bill", "InstanceExpiration.Stop"),
        scheduled("plan", "SystemMaintenance.Reboot"),
        simulated,
    ]);
    sandbox.ecs_put(events, json!([])).await;
    let at = "2027-01-15T08:30:00Z";
    for (id, status, code) in [
        ("asks", 403, "IncorrectEventStatus"),
        ("bill", 403, "OperationDenied"),
        ("drill", 403, "OperationDenied"),
        ("none", 404, "InvalidEventId.NotFound"),
    ] {
        let answer = modify(&sandbox, id, at).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{id}");
        assert_eq!(sandbox.acts(&json!(id)).await, (1, 0));
    }
    let right = [
        ("EventId", "plan"),
        ("InstanceId", "i-plan"),
        ("NotBefore", at),
    ];
    for missing in 0..3 {
        let mut query = right.to_vec();
        query.remove(missing);
        let answer = sandbox.ecs(MODIFY, &query).await;
        assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
    }
    let mut query = right;
    query[1].1 = "i-other";
    let answer = sandbox.ecs(MODIFY, &query).await;
    assert_eq!(answer.code(), "InvalidEventId.NotFound");
    query = right;
    query[2].1 = "soon";
    let answer = sandbox.ecs(MODIFY, &query).await;
    assert_eq!((answer.status, answer.code()), (400, "InvalidParameter"));
}

#[tokio::test]
async fn a_fault_fails_an_order_and_the_event_is_not_acted_on() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let event = asking("1", "SystemMaintenance.Redeploy", &json!({}));
    sandbox.ecs_put(json!([event]), json!([])).await;
    for (fault, status, code) in [
        (json!({"count": 1}), 403, "OperationDenied"),
        (
            json!({"event_ids": ["1"], "status": 403, "code": "OperationConflict"}),
            403,
            "OperationConflict",
        ),
    ] {
        let mut plan = json!({"operation": ACCEPT, "kind": "fail_items", "times": 1});
        plan.as_object_mut()
            .unwrap()
            .extend(fault.as_object().unwrap().clone());
        sandbox.fault(plan).await;
        let answer = accept(&sandbox, "1").await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    assert_eq!(sandbox.acts(&json!("1")).await, (2, 0));
    assert_eq!(accept(&sandbox, "1").await.status, 200);
}

#[tokio::test]
async fn events_of_a_document_keep_what_is_ecs_own() {
    let sandbox = ecs_sandbox(60, STEP).await;
    let before = sandbox.ecs_events(&[]).await;
    let state = sandbox
        .control(reqwest::Method::GET, "state", &Value::Null)
        .await
        .body;
    let other = ecs_sandbox(0, STEP).await;
    let put = other.control(reqwest::Method::PUT, "state", &state).await;
    assert_eq!(put.body["events"]["alibaba-ecs"], 60);
    assert_eq!(other.ecs_events(&[]).await, before);
    let again = other
        .control(reqwest::Method::GET, "state", &Value::Null)
        .await;
    assert_eq!(again.body, state);
    for (event, expected) in [
        (
            json!({"resource_type": "region"}),
            "`resource_type` is one of",
        ),
        (
            json!({"attributes": "{}"}),
            "`attributes` must be an object",
        ),
    ] {
        let state = json!({"version": 1, "events": {"alibaba-ecs": [asking("1", "x", &event)]}});
        let put = other.control(reqwest::Method::PUT, "state", &state).await;
        let message = put.body["message"].as_str().unwrap();
        assert!(put.status == 400 && message.contains(expected), "{put:?}");
    }
    // Elsewhere every inquiry has an end.
    let endless = json!([asking("1", "Disk:Stalled", &json!({}))]);
    for cloud in ["ens", "huawei-ecs"] {
        let state = json!({"version": 1, "events": {cloud: endless}});
        let put = other.control(reqwest::Method::PUT, "state", &state).await;
        let message = put.body["message"].as_str().unwrap();
        assert!(message.contains("its course needs `until`"), "{put:?}");
    }
}
