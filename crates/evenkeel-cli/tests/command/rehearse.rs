//! `evenkeel sandbox` alone, with everything it can be started with.

use std::fs;

use serde_json::json;

use crate::{
    http::{get, post},
    process::{Server, evenkeel},
};

#[test]
fn starts_with_a_clock_events_and_faults_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let event = json!({
        "id": "e-mine", "resource_id": "i-mine", "type": "Disk:Stalled",
        "published_at": "2027-01-01T00:00:00Z",
        "course": {"kind": "asking", "until": "2027-01-02T00:00:00Z"},
    });
    let state = json!({"version": 1, "now": "2027-01-01T12:00:00Z", "events": {"ens": [event]}});
    let plan =
        json!({"seed": 7, "faults": [{"operation": "*", "kind": "throttle", "probability": 0.5}]});
    fs::write(folder.path().join("state.json"), state.to_string()).unwrap();
    fs::write(folder.path().join("plan.json"), plan.to_string()).unwrap();
    let mut command = evenkeel(folder.path());
    command.args(["sandbox", "--listen", "127.0.0.1:0", "--clock", "virtual"]);
    command.args(["--state", "state.json", "--faults", "plan.json"]);
    let server = Server::start(&mut command, "EVENKEEL_SANDBOX_ENDPOINT=");

    let clock = get(&server.base, "/_sandbox/clock").json();
    assert_eq!(clock["now"], "2027-01-01T12:00:00.000Z");
    let change = json!({"advance_s": 90}).to_string();
    let clock = post(&server.base, "/_sandbox/clock", &change).json();
    assert_eq!(clock["now"], "2027-01-01T12:01:30.000Z");
    let shown = get(&server.base, "/_sandbox/state").json();
    assert_eq!(shown["events"]["ens"][0]["id"], "e-mine");
    assert_eq!(shown["events"]["huawei-ecs"], json!([]));
    let faults = get(&server.base, "/_sandbox/faults").json();
    assert_eq!(faults["faults"][0]["seed"], 7);
}

#[test]
fn says_what_is_wrong_with_a_fault_plan_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let plan = json!([{"operation": "*", "kind": "lost_answer", "tims": 1}]);
    fs::write(folder.path().join("plan.json"), plan.to_string()).unwrap();
    let mut command = evenkeel(folder.path());
    command.args([
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--faults",
        "plan.json",
    ]);
    let (code, _, errors) = crate::process::finish(&mut command);
    assert_eq!(code, 2);
    assert_eq!(
        errors,
        "evenkeel: cannot take `plan.json`: fault 0: unknown field `tims`, did you mean `times`\n"
    );
}
