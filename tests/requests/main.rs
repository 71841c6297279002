//! Our requests against the SDKs': for every recorded request, the same parameters checked by us make the same request
//! but for the client's own headers, and ours is byte for byte what `requests/` has.
//!
//! After a wanted change `EVENKEEL_WRITE_REQUESTS=1 cargo test -p evenkeel-tests --test requests` writes the files anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

mod recorded_call;

use std::{env, fs, path::PathBuf};

use evenkeel::{
    Action, BatchDraft, DataPolicy, ItemDraft, Password, ProjectId, Provider, Request, Rules,
    Scope, Timestamp, When,
};
use evenkeel_sign::wire_query;
use evenkeel_tests::recording::{Recording, Signature};
use serde_json::{Value, json};

use recorded_call::{RecordedCall, decoded};

/// Before every time in the recordings.
fn now() -> Timestamp {
    "2025-01-01T00:00:00Z".parse().unwrap()
}

fn scope() -> Scope {
    Scope {
        account: "a".to_owned(),
        project_id: Some(ProjectId::parse("07d47a56eb00d3a02f5ec01a1b7f9c43").unwrap()),
        region: Some("cn-hangzhou".to_owned()),
    }
}

/// What stands in a value that is JSON, whatever its order and spaces; other values are themselves.
fn meaning((key, value): &(String, String)) -> (String, Value) {
    let value = if key == "EventInfos" {
        serde_json::from_str(value).unwrap()
    } else {
        json!(value)
    };
    (key.clone(), value)
}

/// A request as it leaves but for its host and its signature.
fn on_the_wire(request: &Request) -> String {
    let query = wire_query(&request.query);
    let mark = if query.is_empty() { "" } else { "?" };
    let mut text = format!(
        "{} {}{mark}{query} HTTP/1.1\n",
        request.method.as_str(),
        request.path
    );
    for (name, value) in &request.headers {
        text.extend([name, ": ", value, "\n"]);
    }
    text + "\n" + request.body.as_deref().unwrap_or_default()
}

fn same_as_recorded(name: &str, request: &Request) {
    let wire = on_the_wire(request);
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("requests/{name}.txt"));
    if env::var_os("EVENKEEL_WRITE_REQUESTS").is_some() {
        fs::write(&file, &wire).unwrap();
    }
    let recorded = fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("`tests/requests/{name}.txt`: {error}"));
    assert_eq!(wire, recorded, "tests/requests/{name}.txt");
}

/// Recordings of what we refuse to send, with why.
const REFUSED: [(&str, &[&str]); 9] = [
    (
        "ens_node_openapi-client_migrate",
        &[
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1].Password password_with_scheduled",
        ],
    ),
    (
        "ens_node_openapi-core_migrate",
        &[
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1].Password password_with_scheduled",
        ],
    ),
    (
        "ens_node_pop-core_GET",
        &[
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1].Password password_with_scheduled",
        ],
    ),
    (
        "ens_node_pop-core_POST",
        &[
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1].Password password_with_scheduled",
        ],
    ),
    (
        "ens_py_v3_migrate_immediate",
        &[
            "EventInfos[0].DataPolicy missing",
            "EventInfos[1].DataPolicy missing",
        ],
    ),
    // It filters by a tag, which is not taken here.
    (
        "ecs_py_list",
        &["Tag.1.Key unknown_field", "Tag.1.Value unknown_field"],
    ),
    ("ecs_py_redeploy", &["ForceStop never_sent"]),
    ("ens_py_v3_redeploy_empty", &["EventInfos no_items"]),
    ("ens_py_v3_redeploy_none", &["EventInfos missing"]),
];

/// Recordings that say more than we do, or the same in another operation.
const OTHERWISE: [&str; 3] = [
    "ens_py_v3_redeploy_utc",
    "ens_py_v3_single_migrate",
    "hw_py_list_all",
];

/// Recordings of calls that are no operations.
const SIMULATIONS: [&str; 2] = ["ecs_py_simulate", "ecs_py_cancel"];

fn recording(name: &str) -> Recording {
    let mut all = Recording::all().unwrap();
    let at = all.iter().position(|one| one.name == name).unwrap();
    all.swap_remove(at)
}

#[test]
fn every_request_of_an_sdk_that_we_would_send_is_ours_after_decoding() {
    let mut compared = 0;
    for recording in Recording::all().unwrap() {
        let name = recording.name.as_str();
        if OTHERWISE.contains(&name)
            || SIMULATIONS.contains(&name)
            || REFUSED.iter().any(|(refused, _)| *refused == name)
        {
            continue;
        }
        let call = RecordedCall::of(&recording);
        let (request, _) = call
            .build()
            .unwrap_or_else(|issues| panic!("{name}: {issues:?}"));
        let meant: Vec<_> = call.query.iter().map(meaning).collect();
        let ours: Vec<_> = request.query.iter().map(meaning).collect();
        assert_eq!(ours, meant, "{name}: the query");
        let (path, _) = recording
            .target
            .split_once('?')
            .unwrap_or((&recording.target, ""));
        assert_eq!(request.path, path, "{name}: the path");
        // RPC v1 leaves the method and the body to the client, and has no headers of its own.
        if recording.signature().unwrap() != Signature::RpcV1 {
            assert_eq!(request.method.as_str(), recording.method, "{name}");
            // What an SDK says it takes is its own business: some take anything.
            let headers = request.headers.iter();
            for (header, value) in headers.filter(|(header, _)| header != "accept") {
                let theirs = recording.header(header).unwrap_or_default();
                let essence = theirs.split(';').next().unwrap_or_default();
                assert_eq!(value, essence, "{name}: {header}");
            }
            let json = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
            let body = request.body.as_deref().unwrap_or_default();
            assert_eq!(json(body.as_bytes()), json(&recording.body), "{name}: body");
        }
        // The ENS SDK for Python writes JSON as we do: there not even the text differs.
        if name.starts_with("ens_py_") {
            assert_eq!(request.query, call.query, "{name}: the text of the query");
        }
        same_as_recorded(name, &request);
        compared += 1;
    }
    assert_eq!(compared, 23);
}

#[test]
fn what_an_sdk_sends_and_we_refuse_is_refused_for_a_reason() {
    for (name, why) in REFUSED {
        let issues = RecordedCall::of(&recording(name)).build().unwrap_err();
        assert_eq!(issues, why, "{name}");
    }
}

#[test]
fn simulated_events_are_made_and_called_off_as_an_sdk_does_it() {
    let simulation = Provider::AlibabaEcs.simulation().unwrap();
    let ids = |name: &str| ["1", "2"].map(|number| format!("{name}-{number}"));
    let until = "2026-06-30T00:00:00Z".parse().unwrap();
    let events = simulation.events("SystemMaintenance.Reboot", &ids("i"), until);
    let ours = [
        simulation.create_request(&events.unwrap(), &scope()),
        simulation.cancel_request(&ids("e"), &scope()),
    ];
    for (name, request) in SIMULATIONS.iter().zip(ours) {
        let recording = recording(name);
        let (path, query) = recording.target.split_once('?').unwrap();
        assert_eq!(request.query, decoded(query, true), "{name}");
        assert_eq!(request.path, path, "{name}");
        assert_eq!(request.method.as_str(), recording.method, "{name}");
        for (header, value) in request.headers.iter().filter(|(key, _)| key != "accept") {
            assert_eq!(recording.header(header), Some(value.as_str()), "{name}");
        }
    }
}

#[test]
fn the_reserved_time_is_dropped_and_told() {
    let call = RecordedCall::of(&recording("ens_py_v3_redeploy_utc"));
    let (request, warnings) = call.build().unwrap();
    assert_eq!(warnings, ["reserved_field"]);
    let mut theirs = meaning(call.query.first().unwrap());
    let item = theirs.1.get_mut(0).and_then(Value::as_object_mut).unwrap();
    assert!(item.remove("PlanUtcTime").is_some());
    assert_eq!(meaning(request.query.first().unwrap()), theirs);
    same_as_recorded("ens_py_v3_redeploy_utc", &request);
}

#[test]
fn a_single_form_is_a_batch_of_one() {
    let call = RecordedCall::of(&recording("ens_py_v3_single_migrate"));
    let (request, _) = call.build().unwrap();
    let batch = meaning(request.query.first().unwrap()).1;
    let item = batch.get(0).and_then(Value::as_object).unwrap();
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let fields: Vec<_> = item
        .iter()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect();
    assert_eq!(fields, call.query);
    same_as_recorded("ens_py_v3_single_migrate", &request);
}

#[test]
fn one_instance_is_asked_for_where_an_sdk_repeats_the_key() {
    let call = RecordedCall::of(&recording("hw_py_list_all"));
    let (request, _) = call.build().unwrap();
    let mut theirs = call.query.clone();
    let first = theirs.iter().position(|(key, _)| key == "instance_id");
    theirs.remove(first.unwrap());
    assert_eq!(request.query, theirs);
    same_as_recorded("hw_py_list_all", &request);
}

#[test]
fn a_hundred_items_leave_as_five_requests_of_twenty_each_once() {
    let far = "2099-12-31T23:59:59Z".parse().unwrap();
    let items = (0..100).map(|at| ItemDraft {
        event_id: format!("e-{at:03}+*~%&=\"'é中😀𠀀"),
        resource_id: format!("i-{at:03}\\/?#"),
        when: Some(if at % 2 == 0 {
            When::Now
        } else {
            When::At(far)
        }),
        data_policy: Some(match at % 3 {
            0 => DataPolicy::TryTransfer,
            1 => DataPolicy::ForceTransfer,
            _ => DataPolicy::Abandon,
        }),
    });
    let draft = BatchDraft {
        account: "a".to_owned(),
        action: Action::Migrate,
        items: items.collect(),
        password: Some(Password::new("Aa1 +*~%&=\"'\\/?#é中😀𠀀".to_owned())),
    };
    let batch = evenkeel_tests::draft::parse_batch(&draft, &Rules::at(now()))
        .unwrap()
        .value;
    let chunks = batch.chunks(20);
    assert_eq!(chunks.len(), 5);
    let mut seen = Vec::new();
    for (at, chunk) in chunks.iter().enumerate() {
        let request = chunk.operation.request(&scope());
        let infos = meaning(request.query.first().unwrap()).1;
        let ids = infos.as_array().unwrap().iter().map(|item| {
            let id = item.get("EventId").and_then(Value::as_str);
            id.unwrap().to_owned()
        });
        seen.extend(ids);
        same_as_recorded(&format!("hundred_{}", at + 1), &request);
    }
    let wanted: Vec<_> = draft.items.into_iter().map(|item| item.event_id).collect();
    assert_eq!(seen, wanted);
}
