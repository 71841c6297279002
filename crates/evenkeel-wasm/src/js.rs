//! The functions as JavaScript calls them: any value in any place, so that none of them throws.

use evenkeel::{Locale, message_from_json};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::input::{bytes, get, stringify};
use crate::options::Options;
use crate::result::Lists;
use crate::{answer, check, response};

/// Checks parameters given as a JavaScript value, taken as `JSON.stringify` takes it.
#[must_use]
pub fn validate(operation: &JsValue, params: &JsValue, options: &JsValue) -> JsValue {
    Lists::OBJECTS.checked(
        Options::read(options)
            .and_then(|options| check(operation, stringify(params)?.as_bytes(), &options)),
    )
}

/// Checks parameters given as JSON: bytes or text.
#[must_use]
pub fn validate_json(operation: &JsValue, json: &JsValue, options: &JsValue) -> JsValue {
    Lists::OBJECTS.checked(
        Options::read(options).and_then(|options| check(operation, &bytes(json)?, &options)),
    )
}

/// Builds the unsigned request for checked parameters; a `Password` stands in it as it is.
#[must_use]
pub fn build_request(operation: &JsValue, params: &JsValue, options: &JsValue) -> JsValue {
    build(operation, params, options, Lists::OBJECTS)
}

/// The same for the package, which makes the objects itself.
#[wasm_bindgen(js_name = buildRequest, skip_typescript)]
#[must_use]
pub fn build_request_for_package(
    operation: &JsValue,
    params: &JsValue,
    options: &JsValue,
) -> JsValue {
    build(operation, params, options, Lists::NUMBERS)
}

fn build(operation: &JsValue, params: &JsValue, options: &JsValue, lists: Lists) -> JsValue {
    lists.request(Options::read(options).and_then(|options| {
        let checked = check(operation, stringify(params)?.as_bytes(), &options)?;
        Ok(checked.map(|operation| operation.request(&options.scope)))
    }))
}

/// Reads a cloud's answer to the operation: events, outcomes, or one shape of error.
#[must_use]
pub fn parse_response(
    operation: &JsValue,
    params: &JsValue,
    response: &JsValue,
    options: &JsValue,
) -> JsValue {
    parse(operation, params, response, options, Lists::OBJECTS)
}

/// The same for the package, which makes the objects itself.
#[wasm_bindgen(js_name = parseResponse, skip_typescript)]
#[must_use]
pub fn parse_response_for_package(
    operation: &JsValue,
    params: &JsValue,
    response: &JsValue,
    options: &JsValue,
) -> JsValue {
    parse(operation, params, response, options, Lists::NUMBERS)
}

fn parse(
    operation: &JsValue,
    params: &JsValue,
    response: &JsValue,
    options: &JsValue,
    lists: Lists,
) -> JsValue {
    let parsed = Options::read(options).and_then(|options| {
        let options = options.for_answers();
        let operation = check(operation, stringify(params)?.as_bytes(), &options)?.value;
        let response = response::read(response)?;
        Ok(answer::parse(operation, &options.scope, response, lists))
    });
    parsed.unwrap_or_else(|report| lists.refused(&report))
}

/// The text of an issue for a person; of what is no issue of ours its own `message`, if any.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn message(issue: &JsValue, locale: &JsValue) -> String {
    let locale = locale
        .as_string()
        .map_or_else(Locale::default, |tag| Locale::for_tag(&tag));
    stringify(issue)
        .ok()
        .and_then(|json| message_from_json(&json, locale))
        .or_else(|| get(issue, "message").ok()?.as_string())
        .unwrap_or_default()
}
