//! The functions as JavaScript calls them: any value in any place, so that none of them throws.
//!
//! What is exported returns no single object: V8 up to 11.3, which is Node 20, optimises such calls and
//! ends the process when what it assumed of the caller falls meanwhile, by a garbage collection say. So a
//! result comes in a list of one.

use evenkeel::{
    ActionOffer, Event, IssueKind, Locale, Operation, OperationName, Path, Provider, Report,
    Standing, message_from_json,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::input::{bytes, get, stringify};
use crate::options::Options;
use crate::result::Lists;
use crate::{answer, check, one_issue, response};

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
) -> Vec<JsValue> {
    vec![build(operation, params, options, Lists::NUMBERS)]
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
    let parsed = Options::read(options).and_then(|options| {
        let options = options.for_answers();
        let operation = answered(operation, params, &options)?;
        let response = response::read(response, None)?;
        Ok(answer::parse(operation, &options.scope, &response))
    });
    parsed.unwrap_or_else(|report| Lists::OBJECTS.refused(&report))
}

/// The same for the package, which makes the objects itself. A `body` is that of the response;
/// without one it is looked up. Its text comes back, unless the caller has it. Where a `list` is
/// wanted the operation must be one.
#[wasm_bindgen(js_name = parseResponse, skip_typescript)]
#[must_use]
pub fn parse_response_for_package(
    operation: &JsValue,
    params: &JsValue,
    response: &JsValue,
    options: &JsValue,
    body: Option<Vec<u8>>,
    has_text: bool,
    list: bool,
) -> Vec<JsValue> {
    let parsed = Options::read(options).and_then(|options| {
        let options = options.for_answers();
        let operation = answered(operation, params, &options)?;
        if list && operation.name().is_mutating() {
            let path = Path::root().key("operation");
            let allowed = OperationName::LISTS;
            return Err(one_issue(path, IssueKind::UnknownValue { allowed }));
        }
        let response = response::read(response, body)?;
        let scope = &options.scope;
        Ok(answer::parse_packed(operation, scope, &response, has_text))
    });
    vec![parsed.unwrap_or_else(|report| Lists::NUMBERS.refused(&report))]
}

/// The operation that was asked.
fn answered(operation: &JsValue, params: &JsValue, options: &Options) -> Result<Operation, Report> {
    Ok(check(operation, stringify(params)?.as_bytes(), options)?.value)
}

/// What the JSON of an event's description says: a locale, its text, and so on.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn describe(provider: &str, json: &str) -> Vec<String> {
    provider
        .parse()
        .map(|provider: Provider| Event::describe(provider, json))
        .unwrap_or_default()
        .into_iter()
        .flat_map(|(locale, text)| [locale, text])
        .collect()
}

/// What may be done about events of a type and in a state, as the cloud names them, and with what keeps actions
/// from them: an action, how surely it applies, whether it loses data, what it takes down, and so on.
#[wasm_bindgen(skip_typescript)]
#[must_use]
pub fn offers(
    provider: &str,
    event_type: &str,
    state: &str,
    restriction: Option<String>,
) -> Vec<String> {
    let on = Standing {
        restriction: restriction.and_then(|word| word.parse().ok()),
        ..Standing::new(event_type, state)
    };
    let words = |offer: ActionOffer| {
        [
            offer.action.as_str(),
            offer.applies.as_str(),
            offer.data_loss.as_str(),
            offer.down.as_str(),
        ]
    };
    let offers = provider
        .parse()
        .map(|provider: Provider| ActionOffer::of(provider, on))
        .unwrap_or_default();
    let words = offers.into_iter().flat_map(words);
    words.map(str::to_owned).collect()
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
