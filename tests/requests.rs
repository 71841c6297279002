//! Our requests against the SDKs': for every recorded request, the same parameters checked by us make the same request
//! but for the client's own headers, and ours is byte for byte what `requests/` has.
//!
//! After a wanted change `EVENKEEL_WRITE_REQUESTS=1 cargo test -p evenkeel-tests --test requests` writes the files anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

use std::{env, fs, path::PathBuf};

use evenkeel::{
    Action, BatchDraft, DataPolicy, Issue, ItemDraft, Operation, OperationName, Password,
    ProjectId, Request, Rules, Scope, Severity, Timestamp, When,
};
use evenkeel_sign::wire_query;
use evenkeel_tests::recording::{Recording, Signature};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

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

/// The parameters of a recorded request, with everything taken off that is the client's own.
struct Call {
    name: OperationName,
    params: Value,
    /// The query as the client meant it, in the order of its keys.
    query: Vec<(String, String)>,
}

const RPC_V1: [&str; 11] = [
    "AccessKeyId",
    "Action",
    "Format",
    "RegionId",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

impl Call {
    fn of(recording: &Recording) -> Self {
        let (path, query) = recording
            .target
            .split_once('?')
            .unwrap_or((&recording.target, ""));
        if path == "/" {
            Self::of_ens(recording, query)
        } else {
            Self::of_huawei(recording, path, query)
        }
    }

    fn of_ens(recording: &Recording, query: &str) -> Self {
        let mut pairs = decoded(query, true);
        let (action, version) = if recording.signature().unwrap() == Signature::RpcV1 {
            pairs.extend(decoded(std::str::from_utf8(&recording.body).unwrap(), true));
            let find = |name| {
                let found = pairs.iter().find(|(key, _)| key == name);
                found.unwrap().1.clone()
            };
            (find("Action"), find("Version"))
        } else {
            let header = |name| recording.header(name).unwrap().to_owned();
            (header("x-acs-action"), header("x-acs-version"))
        };
        if recording.name.starts_with("ecs_") {
            assert_eq!(version, "2014-05-26", "{}", recording.name);
            return Self::of_ecs(&action, pairs);
        }
        assert_eq!(version, "2017-11-10", "{}", recording.name);
        pairs.retain(|(key, _)| !RPC_V1.contains(&key.as_str()));
        pairs.sort();
        let params = pairs.iter().map(|(key, text)| {
            let value = match key.as_str() {
                "EventInfos" => serde_json::from_str(text).unwrap(),
                "PageNumber" | "PageSize" | "PlanTime" => json!(text.parse::<i64>().unwrap()),
                "EventTypes" | "EventStatus" | "EventLevels" | "ResourceIds" => {
                    text.split(',').collect()
                }
                _ => json!(text),
            };
            (key.clone(), value)
        });
        let mut params: Map<String, Value> = params.collect();
        let batch = match action.strip_prefix("Event") {
            // We have no single forms: a batch of one says the same.
            Some(rest) => {
                params = Map::from_iter([("EventInfos".to_owned(), json!([params]))]);
                format!("BatchEvent{rest}")
            }
            None => action,
        };
        Self {
            name: batch.parse().unwrap(),
            params: Value::Object(params),
            query: pairs,
        }
    }

    /// Lists are numbered from 1.
    fn of_ecs(action: &str, mut pairs: Vec<(String, String)>) -> Self {
        pairs.sort();
        let mut params = Map::new();
        for (key, text) in &pairs {
            match key.rsplit_once('.') {
                Some((name, "1" | "2" | "3")) => params
                    .entry(name)
                    .or_insert_with(|| json!([]))
                    .as_array_mut()
                    .unwrap()
                    .push(json!(text)),
                _ if key == "MaxResults" => {
                    params.insert(key.clone(), json!(text.parse::<i64>().unwrap()));
                }
                _ => drop(params.insert(key.clone(), json!(text))),
            }
        }
        Self {
            name: action.parse().unwrap(),
            params: Value::Object(params),
            query: pairs,
        }
    }

    fn of_huawei(recording: &Recording, path: &str, query: &str) -> Self {
        let mut pairs = decoded(query, false);
        pairs.sort();
        let mut params = Map::new();
        for (key, text) in &pairs {
            match key.as_str() {
                "limit" => drop(params.insert(key.clone(), json!(text.parse::<i64>().unwrap()))),
                "state" | "type" => params
                    .entry(key)
                    .or_insert_with(|| json!([]))
                    .as_array_mut()
                    .unwrap()
                    .push(json!(text)),
                _ => drop(params.insert(key.clone(), json!(text))),
            }
        }
        let segments: Vec<&str> = path.split('/').collect();
        let name = match (recording.method.as_str(), segments.get(4)) {
            ("GET", None) => OperationName::ListScheduledEvents,
            ("POST", Some(_)) => OperationName::AcceptScheduledEvent,
            ("PUT", Some(_)) => OperationName::UpdateScheduledEvent,
            other => panic!("{}: {other:?}", recording.name),
        };
        if let Some(id) = segments.get(4) {
            let body: Map<String, Value> = serde_json::from_slice(&recording.body).unwrap();
            params.insert("id".to_owned(), json!(id));
            let now = json!("now");
            let at = body.get("not_before").unwrap_or(&now);
            params.insert("not_before".to_owned(), at.clone());
        }
        Self {
            name,
            params: Value::Object(params),
            query: pairs,
        }
    }

    /// Our request with the codes of its warnings, or every issue.
    fn build(&self) -> Result<(Request, Vec<&'static str>), Vec<String>> {
        let text = self.params.to_string();
        Operation::parse_json(self.name, text.as_bytes(), &Rules::at(now()))
            .map(|checked| {
                let codes = checked.issues.iter().map(Issue::code).collect();
                (checked.value.request(&scope()), codes)
            })
            .map_err(|report| {
                let errors = report
                    .issues
                    .iter()
                    .filter(|issue| issue.severity == Severity::Error);
                errors
                    .map(|issue| format!("{} {}", issue.path, issue.code()))
                    .collect()
            })
    }
}

fn decoded(query: &str, form: bool) -> Vec<(String, String)> {
    let plain = if form {
        query.replace('+', " ")
    } else {
        query.to_owned()
    };
    let text = |raw: &str| percent_decode_str(raw).decode_utf8().unwrap().into_owned();
    plain
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (text(key), text(value)))
        .collect()
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
        if OTHERWISE.contains(&name) || REFUSED.iter().any(|(refused, _)| *refused == name) {
            continue;
        }
        let call = Call::of(&recording);
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
    assert_eq!(compared, 22);
}

#[test]
fn what_an_sdk_sends_and_we_refuse_is_refused_for_a_reason() {
    for (name, why) in REFUSED {
        let issues = Call::of(&recording(name)).build().unwrap_err();
        assert_eq!(issues, why, "{name}");
    }
}

#[test]
fn the_reserved_time_is_dropped_and_told() {
    let call = Call::of(&recording("ens_py_v3_redeploy_utc"));
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
    let call = Call::of(&recording("ens_py_v3_single_migrate"));
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
    let call = Call::of(&recording("hw_py_list_all"));
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
