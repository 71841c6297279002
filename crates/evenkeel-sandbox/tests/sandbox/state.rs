//! The fleet out as a document and in again.

use std::{net::SocketAddr, time::Duration};

use evenkeel_sandbox::{ClockMode, Config, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TestSandbox, sandbox, serving, still_sandbox};

const STEP: Duration = Duration::from_mins(10);

async fn export(sandbox: &TestSandbox) -> Value {
    let answer = sandbox.control(Method::GET, "state", &Value::Null).await;
    assert_eq!(answer.status, 200);
    answer.body
}

/// What both clouds list.
async fn lists(sandbox: &TestSandbox) -> (Vec<Value>, Vec<Value>) {
    (
        sandbox.ens_events(&[]).await,
        sandbox.huawei_events(&[]).await,
    )
}

#[tokio::test]
async fn comes_back_as_it_was_with_a_clock_that_stands() {
    let sandbox = still_sandbox(120, STEP).await;
    let events = sandbox.huawei_events(&[("state", "inquiring")]).await;
    assert_eq!(sandbox.accept(&events[0], "{}").await.status, 204);
    sandbox.advance(601).await;
    let (state, before) = (export(&sandbox).await, lists(&sandbox).await);
    assert!(!state.to_string().contains("null,\"id"));

    // Elsewhere, later, from another seed.
    let other = still_sandbox(6, STEP).await;
    other.advance(86_400).await;
    let answer = other.control(Method::PUT, "state", &state).await;
    assert_eq!(answer.body["events"]["ens"], 60);
    assert_eq!(answer.body["events"]["huawei-ecs"], 60);
    assert_eq!(lists(&other).await, before);
    assert_eq!(export(&other).await, state);
    // And it goes on from there.
    other.advance(600).await;
    let last = other.huawei_state(&events[0]).await;
    assert!(["completed", "failed"].contains(&last.as_str()), "{last}");
}

#[tokio::test]
async fn moves_with_the_machines_clock_so_that_nothing_is_over_yet() {
    let still = still_sandbox(40, STEP).await;
    let mut state = export(&still).await;
    let states = |events: &[Value], name: &str| -> Vec<Value> {
        events.iter().map(|event| event[name].clone()).collect()
    };
    let (ens, huawei) = lists(&still).await;
    // As if it had been exported long ago: every time 1,000 days earlier.
    move_times(&mut state, -1000 * 86_400_000);
    let sandbox = sandbox(2, STEP).await;
    assert_eq!(
        sandbox.control(Method::PUT, "state", &state).await.status,
        200
    );
    let (ens_now, huawei_now) = lists(&sandbox).await;
    assert_eq!(states(&ens_now, "EventStatus"), states(&ens, "EventStatus"));
    assert_eq!(states(&huawei_now, "state"), states(&huawei, "state"));

    // Without `now` the times are taken as they are: all over, and forgotten by one cloud.
    state.as_object_mut().unwrap().remove("now");
    assert_eq!(
        sandbox.control(Method::PUT, "state", &state).await.status,
        200
    );
    let (ens_now, huawei_now) = lists(&sandbox).await;
    assert!(
        states(&ens_now, "EventStatus")
            .iter()
            .all(|state| state != "Inquiring")
    );
    assert!(huawei_now.is_empty());
}

fn move_times(value: &mut Value, ms: i64) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| move_times(value, ms)),
        Value::Object(fields) => fields.values_mut().for_each(|value| move_times(value, ms)),
        Value::String(text) => {
            if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
                let time = time + chrono::TimeDelta::milliseconds(ms);
                *text = time.to_rfc3339();
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn takes_events_written_by_hand() {
    let sandbox = sandbox(2, STEP).await;
    let state = json!({
        "version": 1,
        "events": {
            "ens": [{
                "id": "e-mine",
                "resource_id": "i-mine",
                "type": "Instance:SystemFailure.Redeploy",
                "published_at": "2026-01-01T00:00:00Z",
                "course": {"kind": "asking", "until": "2999-01-01T00:00:00Z"},
            }],
            "huawei-ecs": [{
                "id": "a type of tomorrow",
                "resource_id": "x",
                "type": "instance-teleport",
                "published_at": "2026-01-01T00:00:00Z",
                "course": {"kind": "asking", "until": "2999-01-01T00:00:00Z"},
            }],
        },
    });
    let answer = sandbox.control(Method::PUT, "state", &state).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let (ens, huawei) = lists(&sandbox).await;
    assert_eq!(
        (&ens[0]["EventId"], &ens[0]["EventStatus"]),
        (&json!("e-mine"), &json!("Inquiring"))
    );
    assert_eq!(huawei[0]["type"], "instance-teleport");
    let immediate = json!({"OpsType": "immediate"});
    let answer = sandbox
        .ens_batch("BatchEventRedeployInstance", &ens, &immediate)
        .await;
    assert_eq!(answer.body["Results"][0]["Code"], 200);
}

#[tokio::test]
async fn takes_an_empty_list_or_object_for_no_events() {
    let sandbox = still_sandbox(4, STEP).await;
    for events in [json!([]), json!({})] {
        let state = json!({"version": 1, "events": events});
        sandbox.control(Method::POST, "reset", &Value::Null).await;
        let answer = sandbox.control(Method::PUT, "state", &state).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(sandbox.ens_events(&[]).await.is_empty());
        assert!(sandbox.huawei_events(&[]).await.is_empty());
    }
}

#[tokio::test]
async fn refuses_what_is_wrong_with_its_place_and_keeps_the_fleet() {
    let sandbox = sandbox(20, STEP).await;
    let before = export(&sandbox).await["events"].clone();
    let event = |changes: Value| {
        let mut event = json!({
            "id": "e-1",
            "resource_id": "i-1",
            "type": "Disk:Stalled",
            "published_at": "2026-01-01T00:00:00Z",
            "course": {"kind": "asking", "until": "2999-01-01T00:00:00Z"},
        });
        for (name, value) in changes.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    let ens = |events: &[Value]| json!({"version": 1, "events": {"ens": events}});
    let time = "2026-01-01T00:00:00Z";
    for (state, expected) in [
        (
            json!({"version": 2, "events": {}}),
            "has version 2, and this program reads version 1",
        ),
        (json!({"events": {}}), "malformed: missing field `version`"),
        (
            json!({"version": 1, "events": {"aws": []}}),
            "at `events.aws`: unknown field `aws`",
        ),
        (
            ens(&[event(json!({"id": 1}))]),
            "at `events.ens[0].id`: invalid type",
        ),
        (
            ens(&[event(json!({"published_at": "now"}))]),
            "at `events.ens[0].published_at`: `now` is not a time",
        ),
        (
            ens(&[event(json!({"course": {"kind": "walking"}}))]),
            "unknown variant `walking`",
        ),
        (
            ens(&[event(json!({"id": ""}))]),
            "at `events.ens[0]`: `id` must have",
        ),
        (
            ens(&[event(json!({"type": "Disk:Lost"}))]),
            "`Disk:Lost` is not a type",
        ),
        (
            ens(&[event(json!({"level": "HIGH"}))]),
            "`level` is one of CRITICAL",
        ),
        (
            ens(&[event(json!({})), event(json!({}))]),
            "at `events.ens[1]`: the id `e-1` is there twice",
        ),
        (
            ens(&[event(
                json!({"course": {"kind": "planned", "starts_at": "2027-01-01T00:00:00Z", "ends_at": time}}),
            )]),
            "it ends before it starts",
        ),
        (
            json!({"version": 1, "events": {"huawei-ecs": [event(json!({"course": {"kind": "avoided", "at": time}}))]}}),
            "at `events.huawei-ecs[0]`: Huawei Cloud knows no `avoided`",
        ),
    ] {
        let answer = sandbox.control(Method::PUT, "state", &state).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (400, &json!("malformed_state"))
        );
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(expected), "{state}: {message}");
    }
    assert_eq!(export(&sandbox).await["events"], before);
}

#[tokio::test]
async fn a_reset_goes_back_to_what_it_was_started_with() {
    let exported = export(&still_sandbox(10, STEP).await).await;
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config {
        events: 50,
        clock: ClockMode::Virtual { start_ms: None },
        ..Config::default()
    };
    let sandbox = Sandbox::bind(address, config).await.unwrap();
    sandbox
        .start_with_state(exported.to_string().as_bytes())
        .unwrap();
    let plan = br#"{"operation":"ListScheduledEvents","kind":"error","status":503,"times":1}"#;
    sandbox.start_with_faults(plan).unwrap();
    assert!(sandbox.start_with_faults(b"{").is_err());
    assert!(sandbox.start_with_state(b"{").is_err());
    let sandbox = serving(sandbox);
    for _ in 0..2 {
        assert_eq!(sandbox.huawei_list(&[]).await.status, 503);
        assert_eq!(sandbox.huawei_list(&[]).await.status, 200);
        assert_eq!(export(&sandbox).await, exported);
        sandbox.advance(86_400).await;
        let empty = json!({"version": 1, "events": {}});
        sandbox.control(Method::PUT, "state", &empty).await;
        assert!(sandbox.huawei_events(&[]).await.is_empty());
        sandbox.control(Method::POST, "reset", &Value::Null).await;
    }
}
