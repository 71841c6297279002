//! The checks as the package's own JavaScript calls them: numbers and bytes in, numbers out.

use evenkeel::{Operation, OperationName, Rules, Timestamp};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::check;
use crate::input::{bytes, stringify};
use crate::options::{Options, millis};
use crate::packed::issues::pack;

/// The names of the operations.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn operations() -> Vec<JsValue> {
    OperationName::NAMES
        .iter()
        .map(|name| JsValue::from_str(name))
        .collect()
}

/// Checks any value as parameters, taken as `JSON.stringify` takes it.
#[wasm_bindgen(js_name = checkValue, skip_typescript)]
#[must_use]
pub fn check_value(operation: &JsValue, params: &JsValue, options: &JsValue) -> Vec<u32> {
    packed(
        Options::read(options)
            .and_then(|options| check(operation, stringify(params)?.as_bytes(), &options)),
    )
}

/// Checks parameters given as JSON, bytes or text.
#[wasm_bindgen(js_name = checkJson, skip_typescript)]
#[must_use]
pub fn check_json(operation: &JsValue, json: &JsValue, options: &JsValue) -> Vec<u32> {
    packed(Options::read(options).and_then(|options| check(operation, &bytes(json)?, &options)))
}

fn packed<T>(result: Result<evenkeel::Checked<T>, evenkeel::Report>) -> Vec<u32> {
    match result {
        Ok(checked) => pack(&checked.issues),
        Err(report) => pack(&report.issues),
    }
}

/// Checks JSON in the usual case: the operation by its index, nothing known but the time.
#[wasm_bindgen(js_name = checkBytes, skip_typescript)]
#[must_use]
pub fn check_bytes(operation: usize, json: &[u8], now: f64) -> Vec<u32> {
    let Some(name) = OperationName::ALL.get(operation) else {
        return Vec::new();
    };
    pack(&Operation::check_json(*name, json, &Rules::at(millis(now))))
}

/// Checks the items of a batch as the package packs them; empty where they are not packed as they should be.
#[wasm_bindgen(js_name = checkPacked, skip_typescript)]
#[must_use]
pub fn check_packed(operation: usize, shape: &[u8], text: &[u8], now: f64) -> Vec<u32> {
    let name = OperationName::ALL.get(operation).copied();
    let rules = Rules::at(millis(now));
    name.and_then(|name| Operation::check_packed(name, shape, text, &rules))
        .map(|issues| pack(&issues))
        .unwrap_or_default()
}

/// Accepted parameters as they are sent, as JSON.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn accepted(operation: &JsValue, json: &JsValue) -> Option<String> {
    let name = operation.as_string()?.parse().ok()?;
    // It was accepted at its own time, with the events of its own time.
    let rules = Rules::at(Timestamp::from_millis(0));
    let accepted = Operation::parse_json(name, &bytes(json).ok()?, &rules).ok()?;
    Some(accepted.value.params_json())
}
