//! From a request back to the parameters it was built from, as a server would read them: by other code than the
//! core's own.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use evenkeel::{Method, OperationName, Request};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// What stands on the left of an event's path at Huawei.
const EVENTS: &str = "/instance-scheduled-events";

/// The parameters of `request`, spelled as the provider spells them.
///
/// # Errors
///
/// When the request is not one of the operation's; the error says why.
pub fn parameters(name: OperationName, request: &Request) -> Result<Value> {
    match name {
        OperationName::DescribeHistoryEvents => {
            ens(name, request)?;
            listed(
                request,
                &["EventTypes", "EventStatus", "EventLevels", "ResourceIds"],
                &["PageNumber", "PageSize"],
            )
        }
        OperationName::BatchEventRedeployInstance
        | OperationName::BatchEventMigrateInstance
        | OperationName::BatchEventRebootInstance => {
            ens(name, request)?;
            let [(key, value)] = &request.query[..] else {
                bail!("the query has not one parameter");
            };
            ensure!(key == "EventInfos", "the parameter is called `{key}`");
            let infos: Value = serde_json::from_str(value).context("`EventInfos` is not JSON")?;
            ensure!(
                *value == *infos.to_string(),
                "`EventInfos` is not compact, or its keys are not in order"
            );
            Ok(json!({ "EventInfos": infos }))
        }
        OperationName::ListScheduledEvents => {
            ensure!(request.method == Method::Get, "the method is not GET");
            ensure!(request.body.is_none(), "a list has a body");
            ensure!(request.path.ends_with(EVENTS), "the path is another");
            repeated(request)
        }
        OperationName::AcceptScheduledEvent => {
            ensure!(request.method == Method::Post, "the method is not POST");
            event(request, "/actions/accept", Some("now"))
        }
        OperationName::UpdateScheduledEvent => {
            ensure!(request.method == Method::Put, "the method is not PUT");
            event(request, "", None)
        }
        OperationName::DescribeInstanceHistoryEvents
        | OperationName::DescribeDisksFullStatus
        | OperationName::AcceptInquiredSystemEvent
        | OperationName::RedeployInstance
        | OperationName::RebootInstances
        | OperationName::ModifySystemEventAttribute => {
            ens(name, request)?;
            numbered(request)
        }
    }
}

fn ens(name: OperationName, request: &Request) -> Result<()> {
    ensure!(request.method == Method::Post, "the method is not POST");
    ensure!(request.path == "/", "the path is not `/`");
    ensure!(request.body.is_none(), "the request has a body");
    let action = ("x-acs-action".to_owned(), name.to_string());
    ensure!(request.headers.contains(&action), "the action is another");
    Ok(())
}

/// Lists joined by commas, and numbers.
fn listed(request: &Request, lists: &[&str], numbers: &[&str]) -> Result<Value> {
    let mut object = Map::new();
    for (key, value) in &request.query {
        let parsed = if lists.contains(&key.as_str()) {
            value.split(',').collect()
        } else {
            ensure!(
                numbers.contains(&key.as_str()),
                "the query has a parameter `{key}`"
            );
            Value::from(value.parse::<i64>()?)
        };
        ensure!(
            object.insert(key.clone(), parsed).is_none(),
            "`{key}` stands there twice"
        );
    }
    Ok(Value::Object(object))
}

/// Arrays as keys with numbers from 1.
fn numbered(request: &Request) -> Result<Value> {
    let mut object = Map::new();
    let mut lists: BTreeMap<&str, BTreeMap<usize, &str>> = BTreeMap::new();
    for (key, value) in &request.query {
        let numbered = key
            .rsplit_once('.')
            .and_then(|(name, number)| Some((name, number.parse::<usize>().ok()?)));
        if let Some((name, number)) = numbered {
            lists.entry(name).or_default().insert(number, value);
            continue;
        }
        let parsed = match key.as_str() {
            "MaxResults" | "PageNumber" | "PageSize" => json!(value.parse::<i64>()?),
            _ => json!(value),
        };
        let earlier = object.insert(key.clone(), parsed);
        ensure!(earlier.is_none(), "`{key}` stands there twice");
    }
    for (name, items) in lists {
        ensure!(
            items.keys().copied().eq(1..=items.len()),
            "`{name}` is not numbered from 1"
        );
        let items: Vec<&str> = items.into_values().collect();
        object.insert(name.to_owned(), json!(items));
    }
    Ok(Value::Object(object))
}

/// Arrays as repeated keys.
fn repeated(request: &Request) -> Result<Value> {
    let mut object = Map::new();
    for (key, value) in &request.query {
        match key.as_str() {
            "type" | "state" => {
                let list = object.entry(key.clone()).or_insert_with(|| json!([]));
                list.as_array_mut()
                    .context("not a list")?
                    .push(json!(value));
            }
            "limit" => {
                object.insert(key.clone(), json!(value.parse::<i64>()?));
            }
            "marker" | "id" | "instance_id" | "publish_since" | "publish_until" => {
                let earlier = object.insert(key.clone(), json!(value));
                ensure!(earlier.is_none(), "`{key}` stands there twice");
            }
            _ => bail!("the query has a parameter `{key}`"),
        }
    }
    Ok(Value::Object(object))
}

/// The event's id from the path, and its start from the body.
fn event(request: &Request, suffix: &str, without_start: Option<&str>) -> Result<Value> {
    ensure!(request.query.is_empty(), "the request has a query");
    let path = request
        .path
        .strip_suffix(suffix)
        .context("the path is another")?;
    let (before, segment) = path.rsplit_once('/').context("the path has no event")?;
    ensure!(before.ends_with(EVENTS), "the path is another");
    let id = percent_decode_str(segment).decode_utf8()?;
    let body: Map<String, Value> =
        serde_json::from_str(request.body.as_deref().context("no body")?)?;
    let start = match (body.get("not_before"), without_start) {
        (Some(start), _) => start.clone(),
        (None, Some(word)) => json!(word),
        (None, None) => bail!("the body has no `not_before`"),
    };
    Ok(json!({ "id": id, "not_before": start }))
}
