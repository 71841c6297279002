//! Orders of Alibaba Cloud ECS that name machines and no events: redeploying and rebooting.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, TestSandbox, ecs_sandbox};

const STEP: Duration = Duration::from_mins(1);
const REDEPLOY: &str = "RedeployInstance";
const REBOOT: &str = "RebootInstance";
const REBOOTS: &str = "RebootInstances";

/// An event of the machine `i-1` in this state.
fn event(id: &str, kind: &str, state: &str) -> Value {
    let planned =
        |start: &str, end: &str| json!({"kind": "planned", "starts_at": start, "ends_at": end});
    let course = match state {
        "Inquiring" => json!({"kind": "asking"}),
        "Scheduled" => planned("2027-01-15T12:00:00Z", "2027-01-15T12:10:00Z"),
        _ => planned("2027-01-15T07:30:00Z", "2027-01-15T12:10:00Z"),
    };
    json!({
        "id": id,
        "resource_id": "i-1",
        "type": kind,
        "published_at": "2027-01-15T07:00:00Z",
        "course": course,
    })
}

/// A machine with or without local disks, and more.
fn machine(id: &str, local_disks: u32, more: &Value) -> Value {
    let mut machine = json!({"id": id, "local_disks": local_disks});
    for (name, value) in more.as_object().unwrap() {
        machine[name] = value.clone();
    }
    machine
}

async fn order(sandbox: &TestSandbox, action: &str, id: &str) -> Answer {
    sandbox.ecs_anywhere(action, &[("InstanceId", id)]).await
}

/// The state of an event a step after its machine was ordered about.
async fn after(sandbox: &TestSandbox, action: &str, event: Value, local_disks: u32) -> String {
    let id = event["id"].as_str().unwrap().to_owned();
    let machines = json!([machine("i-1", local_disks, &json!({}))]);
    sandbox.ecs_put(json!([event]), machines).await;
    let answer = order(sandbox, action, "i-1").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    sandbox.advance(60).await;
    sandbox.ecs_state(&id).await
}

#[tokio::test]
async fn redeploying_answers_the_events_of_its_table_and_no_others() {
    let sandbox = ecs_sandbox(0, STEP).await;
    for (kind, state, local_disks, end) in [
        ("SystemMaintenance.Reboot", "Inquiring", 0, "Executed"),
        ("SystemMaintenance.Reboot", "Scheduled", 0, "Avoided"),
        ("SystemMaintenance.Reboot", "Executing", 0, "Executing"),
        ("SystemMaintenance.Redeploy", "Inquiring", 0, "Executed"),
        ("SystemMaintenance.Redeploy", "Scheduled", 0, "Avoided"),
        ("SystemFailure.Redeploy", "Inquiring", 0, "Executed"),
        ("SystemFailure.Redeploy", "Scheduled", 0, "Scheduled"),
        ("SystemFailure.Reboot", "Executing", 1, "Executed"),
        ("SystemFailure.Reboot", "Executing", 0, "Executing"),
        (
            "SystemMaintenance.IsolateErrorDisk",
            "Inquiring",
            1,
            "Executed",
        ),
        (
            "SystemMaintenance.ReInitErrorDisk",
            "Inquiring",
            1,
            "Executed",
        ),
        (
            "SystemMaintenance.RebootAndIsolateErrorDisk",
            "Inquiring",
            1,
            "Executed",
        ),
        (
            "SystemMaintenance.RebootAndReInitErrorDisk",
            "Inquiring",
            1,
            "Executed",
        ),
        (
            "SystemMaintenance.CleanInactiveDisks",
            "Inquiring",
            1,
            "Inquiring",
        ),
        ("InstanceExpiration.Stop", "Scheduled", 0, "Scheduled"),
    ] {
        let event = event("e", kind, state);
        let found = after(&sandbox, REDEPLOY, event, local_disks).await;
        assert_eq!(found, end, "{kind} {state} {local_disks}");
    }
}

#[tokio::test]
async fn a_redeployment_that_fails_leaves_what_was_scheduled() {
    let sandbox = ecs_sandbox(0, STEP).await;
    for (state, end) in [("Inquiring", "Failed"), ("Scheduled", "Scheduled")] {
        let mut event = event("e", "SystemMaintenance.Redeploy", state);
        event["fails"] = json!(true);
        assert_eq!(after(&sandbox, REDEPLOY, event, 0).await, end);
    }
}

#[tokio::test]
async fn a_second_call_redeploys_once_more_and_all_are_counted() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let one = event("e", "SystemMaintenance.Redeploy", "Inquiring");
    sandbox.ecs_put(json!([one]), json!([])).await;
    for _ in 0..3 {
        let answer = order(&sandbox, REDEPLOY, "i-1").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body["TaskId"].as_str().unwrap().starts_with("t-"));
    }
    assert_eq!(sandbox.acts_on_machine("i-1").await, (3, 3));
    let calls = sandbox
        .control(reqwest::Method::GET, "calls", &Value::Null)
        .await;
    assert_eq!(calls.body["totals"], json!({"received": 3, "accepted": 3}));
    assert_eq!(calls.body["events"], json!([]));
    assert_eq!(sandbox.ecs_state("e").await, "Executing");
}

#[tokio::test]
async fn every_event_that_hangs_on_the_host_is_answered_at_once() {
    let sandbox = ecs_sandbox(0, STEP).await;
    let events = json!([
        event("a", "SystemMaintenance.Redeploy", "Inquiring"),
        event("b", "SystemMaintenance.Reboot", "Scheduled"),
        event("c", "InstanceExpiration.Stop", "Scheduled"),
    ]);
    sandbox.ecs_put(events, json!([])).await;
    assert_eq!(order(&sandbox, REDEPLOY, "i-1").await.status, 200);
    assert_eq!(sandbox.ecs_state("b").await, "Scheduled", "not yet");
    sandbox.advance(60).await;
    for (id, state) in [("a", "Executed"), ("b", "Avoided"), ("c", "Scheduled")] {
        assert_eq!(sandbox.ecs_state(id).await, state);
    }
}

#[tokio::test]
async fn rebooting_avoids_a_planned_reboot_if_all_goes_well() {
    let sandbox = ecs_sandbox(0, STEP).await;
    for (kind, state, fails, end) in [
        ("SystemMaintenance.Reboot", "Scheduled", false, "Avoided"),
        // Nothing has changed: one waits for hours before the next try.
        ("SystemMaintenance.Reboot", "Scheduled", true, "Scheduled"),
        ("SystemMaintenance.Reboot", "Inquiring", false, "Inquiring"),
        (
            "SystemMaintenance.Redeploy",
            "Scheduled",
            false,
            "Scheduled",
        ),
        ("SystemFailure.Reboot", "Executing", false, "Executing"),
    ] {
        for action in [REBOOT, REBOOTS] {
            let mut event = event("e", kind, state);
            event["fails"] = json!(fails);
            let found = if action == REBOOT {
                after(&sandbox, REBOOT, event, 0).await
            } else {
                sandbox.ecs_put(json!([event]), json!([])).await;
                let query = [("InstanceId.1", "i-1"), ("ForceReboot", "False")];
                let answer = sandbox.ecs(REBOOTS, &query).await;
                assert_eq!(answer.status, 200, "{answer:?}");
                assert_eq!(sandbox.ecs_state("e").await, state, "not yet");
                sandbox.advance(60).await;
                sandbox.ecs_state("e").await
            };
            assert_eq!(found, end, "{action} {kind} {state}");
        }
    }
}

/// Machines of every kind, each with nothing but an id.
async fn with_machines() -> TestSandbox {
    let sandbox = ecs_sandbox(0, STEP).await;
    let machines = json!([
        machine("i-runs", 0, &json!({})),
        machine("i-stopped", 0, &json!({"status": "stopped"})),
        machine("i-starting", 0, &json!({"status": "starting"})),
        machine("i-locked", 0, &json!({"lock": "security"})),
        machine("i-owing", 0, &json!({"lock": "financial"})),
        machine("i-hosted", 0, &json!({"host": "dh-1"})),
        {"id": "i-gone", "status": "released"},
    ]);
    sandbox.ecs_put(json!([]), machines).await;
    sandbox
}

#[tokio::test]
async fn some_machines_cannot_be_redeployed_and_fewer_rebooted() {
    let sandbox = with_machines().await;
    let status = "IncorrectInstanceStatus";
    for (id, redeployed, rebooted) in [
        ("i-runs", "", ""),
        ("i-stopped", "", status),
        ("i-starting", status, status),
        (
            "i-locked",
            "InstanceLockedForSecurity",
            "InstanceLockedForSecurity",
        ),
        ("i-owing", "", ""),
        ("i-hosted", "OperationDenied", ""),
        (
            "i-gone",
            "InvalidInstanceId.NotFound",
            "InvalidInstanceId.NotFound",
        ),
    ] {
        for (action, code) in [(REDEPLOY, redeployed), (REBOOT, rebooted)] {
            let answer = order(&sandbox, action, id).await;
            let expected = match code {
                "" => 200,
                "InvalidInstanceId.NotFound" => 404,
                _ => 403,
            };
            assert_eq!(
                (answer.status, answer.code()),
                (expected, code),
                "{action} {id}"
            );
        }
        let count = |code: &str| u64::from(code.is_empty());
        assert_eq!(
            sandbox.acts_on_machine(id).await,
            (2, count(redeployed) + count(rebooted))
        );
    }
    for action in [REDEPLOY, REBOOT] {
        let answer = sandbox.ecs(action, &[]).await;
        assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
        let query = [("InstanceId", "i-runs"), ("ForceStop", "yes")];
        let answer = sandbox.ecs(action, &query).await;
        assert_eq!((answer.status, answer.code()), (400, "InvalidParameter"));
        for word in ["true", "True", "TRUE", "false", "False"] {
            let query = [("InstanceId", "i-runs"), ("ForceStop", word)];
            assert_eq!(sandbox.ecs(action, &query).await.status, 200, "{word}");
        }
    }
}

fn items(answer: &Answer) -> Vec<(&str, &str)> {
    let items = &answer.body["InstanceResponses"]["InstanceResponse"];
    items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["InstanceId"].as_str().unwrap(),
                item["Code"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn several_are_rebooted_together_or_each_for_itself() {
    let sandbox = with_machines().await;
    let machines = [
        ("InstanceId.1", "i-runs"),
        ("InstanceId.2", "i-stopped"),
        ("InstanceId.3", "i-hosted"),
    ];
    // Together is the default: one that cannot be rebooted fails all.
    for mode in [None, Some("AllTogether")] {
        let mut query = machines.to_vec();
        query.extend(mode.map(|mode| ("BatchOptimization", mode)));
        let answer = sandbox.ecs(REBOOTS, &query).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, "IncorrectInstanceStatus")
        );
    }
    assert_eq!(sandbox.acts_on_machine("i-runs").await, (2, 0));
    let mut query = machines.to_vec();
    query.push(("BatchOptimization", "SuccessFirst"));
    let answer = sandbox.ecs(REBOOTS, &query).await;
    assert_eq!(answer.status, 200);
    let expected = [
        ("i-runs", "200"),
        ("i-stopped", "IncorrectInstanceStatus"),
        ("i-hosted", "200"),
    ];
    assert_eq!(items(&answer), expected);
    assert_eq!(sandbox.acts_on_machine("i-runs").await, (3, 1));
    assert_eq!(sandbox.acts_on_machine("i-stopped").await, (3, 0));
    let two = [machines[0], ("InstanceId.2", "i-hosted")];
    let answer = sandbox.ecs(REBOOTS, &two).await;
    assert_eq!(items(&answer), [("i-runs", "200"), ("i-hosted", "200")]);
}

#[tokio::test]
async fn a_dry_run_checks_and_does_nothing() {
    let sandbox = with_machines().await;
    for (id, code) in [
        ("i-runs", "DryRunOperation"),
        ("i-stopped", "IncorrectInstanceStatus"),
    ] {
        let query = [("InstanceId", id), ("DryRun", "True")];
        let answer = sandbox.ecs_anywhere(REBOOT, &query).await;
        assert_eq!(answer.code(), code);
        let query = [("InstanceId.1", id), ("DryRun", "true")];
        let answer = sandbox.ecs(REBOOTS, &query).await;
        match code {
            "DryRunOperation" => assert_eq!(items(&answer), [(id, "DRYRUN.SUCCESS")]),
            _ => assert_eq!(answer.code(), code),
        }
        assert_eq!(sandbox.acts_on_machine(id).await, (0, 0));
    }
}

#[tokio::test]
async fn a_batch_that_makes_no_sense_is_refused() {
    let sandbox = with_machines().await;
    let names: Vec<String> = (1..=101).map(|n| format!("InstanceId.{n}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "i-runs")).collect();
    for (query, status, code) in [
        (many.clone(), 403, "InstanceIdLimitExceeded"),
        (vec![], 400, "MissingParameter"),
        // Numbered from 1, without a gap.
        (vec![("InstanceId", "i-runs")], 400, "MissingParameter"),
        (vec![("InstanceId.0", "i-runs")], 400, "MissingParameter"),
        (
            vec![many[0], ("BatchOptimization", "Some")],
            400,
            "InvalidParameter",
        ),
        (vec![many[0], ("DryRun", "1")], 400, "InvalidParameter"),
    ] {
        let answer = sandbox.ecs(REBOOTS, &query).await;
        assert_eq!((answer.status, answer.code()), (status, code));
    }
    let answer = sandbox.ecs_anywhere(REBOOTS, &many[..1]).await;
    assert_eq!((answer.status, answer.code()), (400, "MissingParameter"));
    let answer = sandbox.ecs(REBOOTS, &many[..100]).await;
    assert_eq!(items(&answer).len(), 100);
}

#[tokio::test]
async fn faults_fail_reorder_hide_and_invent_items() {
    let sandbox = with_machines().await;
    let query = [
        ("InstanceId.1", "i-runs"),
        ("InstanceId.2", "i-owing"),
        ("InstanceId.3", "i-hosted"),
        ("BatchOptimization", "SuccessFirst"),
    ];
    for (fault, expected) in [
        (
            json!({"kind": "fail_items", "event_ids": ["i-owing"], "code": "InternalError"}),
            vec![
                ("i-runs", "200"),
                ("i-owing", "InternalError"),
                ("i-hosted", "200"),
            ],
        ),
        (
            json!({"kind": "reorder_results"}),
            vec![("i-hosted", "200"), ("i-owing", "200"), ("i-runs", "200")],
        ),
        (
            json!({"kind": "missing_results", "count": 2}),
            vec![("i-hosted", "200")],
        ),
        (
            json!({"kind": "extra_results", "event_ids": ["i-runs"]}),
            vec![
                ("i-runs", "200"),
                ("i-owing", "200"),
                ("i-hosted", "200"),
                ("i-runs", "200"),
            ],
        ),
    ] {
        let mut fault = fault;
        fault["operation"] = json!(REBOOTS);
        fault["times"] = json!(1);
        sandbox.fault(fault).await;
        assert_eq!(items(&sandbox.ecs(REBOOTS, &query).await), expected);
    }
    assert_eq!(sandbox.acts_on_machine("i-owing").await, (4, 3));
    assert_eq!(sandbox.acts_on_machine("i-runs").await, (4, 4));
}
