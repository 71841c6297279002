//! `--events FILE`: the events that are known.

use std::{collections::HashMap, path::PathBuf};

use anyhow::{Context, anyhow, bail};
use evenkeel::{
    Event, Locale, Operation, OperationName, Provider, Response, Scope, first_pages,
    json::{Mode, parse},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{encoding_hint::EncodingHint, host::Host, plain::plain};

#[derive(Deserialize)]
struct Listed {
    events: Vec<Event>,
}

/// The whole result of `parseResponse`, of the JavaScript package.
#[derive(Deserialize)]
struct Parsed {
    value: Listed,
}

/// The events of every file; of the same event it is the last.
///
/// # Errors
/// When a file cannot be read or holds no list of events.
pub(crate) fn load(host: &dyn Host, paths: &[PathBuf]) -> anyhow::Result<Vec<Event>> {
    let mut events: Vec<Event> = Vec::new();
    let mut places = HashMap::new();
    for path in paths {
        let named = || format!("--events {}", plain(&path.to_string_lossy()));
        let bytes = host.read(path).with_context(named)?;
        for event in read(&bytes).with_context(named)? {
            // Twice the same event would be two events, and the rules silent about both.
            let identity = (
                event.account.clone(),
                event.id.clone(),
                event.resource_id.clone(),
            );
            let known = places.get(&identity).and_then(|at| events.get_mut(*at));
            if let Some(known) = known {
                *known = event;
            } else {
                places.insert(identity, events.len());
                events.push(event);
            }
        }
    }
    Ok(events)
}

fn read(bytes: &[u8]) -> anyhow::Result<Vec<Event>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|error| not_json(bytes, error))?;
    let ours = "not a list of events as Evenkeel writes them";
    if value.is_array() {
        return serde_json::from_slice(bytes).context(ours);
    }
    let list = |name: &str| value.get(name).and_then(Value::as_array);
    // Evenkeel's type has a kind besides the cloud's own name.
    let is_ours = |event: &Value| event.get("type").is_some_and(Value::is_object);
    if list("events").is_some_and(|events| events.first().is_some_and(is_ours)) {
        let listed: Listed = serde_json::from_slice(bytes).context(ours)?;
        return Ok(listed.events);
    }
    if let Some(events) = answer(bytes) {
        return Ok(events);
    }
    if value.pointer("/value/events").is_some_and(Value::is_array) {
        let parsed: Parsed = serde_json::from_slice(bytes).context(ours)?;
        return Ok(parsed.value.events);
    }
    bail!(
        "no events in it; give an array of events, or the answer of {}",
        OperationName::LISTS.join(" or ")
    )
}

/// What is wrong with bytes that are not JSON, and what they are if that can be told.
fn not_json(bytes: &[u8], error: serde_json::Error) -> anyhow::Error {
    let stop = match std::str::from_utf8(bytes) {
        Ok(text) => parse(text, Mode::Lenient).err().map(|stop| stop.offset),
        Err(error) => Some(error.valid_up_to()),
    };
    let encoding_hint = stop.and_then(|offset| EncodingHint::of(bytes, offset));
    match encoding_hint.and_then(|encoding_hint| encoding_hint.said(Locale::En)) {
        Some(said) => anyhow!("not JSON; {said}"),
        None => anyhow::Error::new(error).context("not JSON"),
    }
}

/// The events of a cloud's own answer, as its list or its tool for the shell gives it; none of what is no such answer.
fn answer(bytes: &[u8]) -> Option<Vec<Event>> {
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: bytes.to_vec(),
    };
    let mut lists: Vec<Operation> = Vec::new();
    for list in Provider::ALL
        .iter()
        .flat_map(|cloud| first_pages(*cloud, 1))
    {
        // A list that is read in parts is answered in the same way each time.
        if lists.iter().all(|known| known.name() != list.name()) {
            lists.push(list);
        }
    }
    let page = |list: &Operation| list.page(&Scope::default(), &response).ok();
    Some(lists.iter().find_map(page)?.events)
}
