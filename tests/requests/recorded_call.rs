//! Reads what an SDK asked for out of the request that was recorded of it.

use evenkeel::{Issue, Operation, OperationName, Request, Rules, Severity};
use evenkeel_tests::recording::{Recording, Signature};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::{now, scope};

/// The parameters of a recorded request, with everything taken off that is the client's own.
pub(crate) struct RecordedCall {
    pub(crate) name: OperationName,
    pub(crate) params: Value,
    /// The query as the client meant it, in the order of its keys.
    pub(crate) query: Vec<(String, String)>,
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

impl RecordedCall {
    pub(crate) fn of(recording: &Recording) -> Self {
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
                _ if ["MaxResults", "PageNumber", "PageSize"].contains(&key.as_str()) => {
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
    pub(crate) fn build(&self) -> Result<(Request, Vec<&'static str>), Vec<String>> {
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

pub(crate) fn decoded(query: &str, form: bool) -> Vec<(String, String)> {
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
