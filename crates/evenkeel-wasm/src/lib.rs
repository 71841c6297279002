//! The boundary to JavaScript: the core's checks, requests and answers, with no rule of its own.
//!
//! Bad input is a value, `{ok: false, issues}`, never a throw. Types are in `types.ts`.

mod options;
mod parse_response;
mod result;

use evenkeel::{Checked, IssueKind, Operation, OperationName, Path, Report, Severity};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::options::Options;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.ts");

/// The names of the operations.
#[wasm_bindgen(unchecked_return_type = "OperationName[]")]
pub fn operations() -> Vec<JsValue> {
    OperationName::NAMES
        .iter()
        .map(|name| JsValue::from_str(name))
        .collect()
}

/// Checks parameters given as a JavaScript value, taken as `JSON.stringify` takes it.
#[wasm_bindgen(unchecked_return_type = "ValidateResult")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "OperationName")] operation: &str,
    #[wasm_bindgen(unchecked_param_type = "unknown")] params: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Options")] options: &JsValue,
) -> JsValue {
    result::checked(stringify(params).and_then(|json| check(operation, json.as_bytes(), options)))
}

/// Checks parameters given as JSON: bytes or text.
#[wasm_bindgen(js_name = validateJson, unchecked_return_type = "ValidateResult")]
pub fn validate_json(
    #[wasm_bindgen(unchecked_param_type = "OperationName")] operation: &str,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | string")] json: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Options")] options: &JsValue,
) -> JsValue {
    result::checked(bytes(json).and_then(|json| check(operation, &json, options)))
}

/// Builds the unsigned request for checked parameters; a `Password` stands in it as it is.
#[wasm_bindgen(js_name = buildRequest, unchecked_return_type = "RequestResult")]
pub fn build_request(
    #[wasm_bindgen(unchecked_param_type = "OperationName")] operation: &str,
    #[wasm_bindgen(unchecked_param_type = "unknown")] params: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Options")] options: &JsValue,
) -> JsValue {
    let built = stringify(params).and_then(|json| {
        let options = Options::read(options)?;
        let checked = check_with(operation, json.as_bytes(), &options)?;
        Ok(checked.map(|operation| operation.request(&options.scope)))
    });
    result::request(built)
}

/// Reads a cloud's answer to the operation: events, outcomes, or one shape of error.
#[wasm_bindgen(js_name = parseResponse, unchecked_return_type = "ResponseResult")]
pub fn parse_response(
    #[wasm_bindgen(unchecked_param_type = "OperationName")] operation: &str,
    #[wasm_bindgen(unchecked_param_type = "unknown")] params: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "HttpResponse")] response: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Options")] options: &JsValue,
) -> JsValue {
    let parsed = stringify(params).and_then(|json| {
        let options = Options::read(options)?.for_answers();
        let operation = check_with(operation, json.as_bytes(), &options)?.value;
        let response = options::response(response)?;
        Ok(parse_response::parse(operation, &options.scope, response))
    });
    parsed.unwrap_or_else(|report| result::refused(&report))
}

fn check(operation: &str, json: &[u8], options: &JsValue) -> Result<Checked<Operation>, Report> {
    check_with(operation, json, &Options::read(options)?)
}

fn check_with(
    operation: &str,
    json: &[u8],
    options: &Options,
) -> Result<Checked<Operation>, Report> {
    let name: OperationName = operation
        .parse()
        .map_err(|unknown: evenkeel::UnknownName| {
            let near = unknown
                .nearest(operation)
                .map(|name| evenkeel::Nearest::Text(name.to_owned()));
            let kind = IssueKind::UnknownValue {
                allowed: unknown.allowed,
            };
            one_issue(Path::root().key("operation"), kind, near)
        })?;
    Operation::parse_json(name, json, &options.rules())
}

/// A report of one error.
pub(crate) fn one_issue(path: Path, kind: IssueKind, nearest: Option<evenkeel::Nearest>) -> Report {
    let severity = Severity::Error;
    Report {
        issues: vec![evenkeel::Issue {
            path,
            kind,
            severity,
            nearest,
        }],
    }
}

/// What `JSON.stringify` makes of a value.
fn stringify(value: &JsValue) -> Result<String, Report> {
    let kind = match js_sys::JSON::stringify(value) {
        Ok(text) => match JsValue::from(text).as_string() {
            Some(text) => return Ok(text),
            None => IssueKind::WrongType {
                expected: "object",
                found: type_of(value),
            },
        },
        Err(_) => IssueKind::InvalidJson {
            line: 1,
            column: 1,
            detail: "not expressible as JSON: it refers to itself, has a BigInt or throws",
        },
    };
    Err(one_issue(Path::root(), kind, None))
}

fn type_of(value: &JsValue) -> &'static str {
    if value.is_undefined() {
        "undefined"
    } else if value.is_function() {
        "function"
    } else {
        "symbol"
    }
}

/// Bytes of a `Uint8Array`, or of a text in UTF-8.
pub(crate) fn bytes(value: &JsValue) -> Result<Vec<u8>, Report> {
    if let Some(array) = value.dyn_ref::<js_sys::Uint8Array>() {
        return Ok(array.to_vec());
    }
    value.dyn_ref::<js_sys::JsString>().map_or_else(
        || {
            let kind = IssueKind::WrongType {
                expected: "Uint8Array or string",
                found: "other",
            };
            Err(one_issue(Path::root(), kind, None))
        },
        |text| {
            if text.is_valid_utf16() {
                Ok(String::from(text).into_bytes())
            } else {
                let detail = "half of a surrogate pair; no text has that";
                let kind = IssueKind::InvalidJson {
                    line: 1,
                    column: 1,
                    detail,
                };
                Err(one_issue(Path::root(), kind, None))
            }
        },
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_types_name_every_code_and_operation() {
        let types = include_str!("types.ts");
        for name in evenkeel::IssueKind::CODES
            .iter()
            .chain(evenkeel::OperationName::NAMES)
        {
            assert!(types.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
