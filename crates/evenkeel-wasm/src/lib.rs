//! The boundary to JavaScript: the core's checks, requests and answers, with no rule of its own.
//!
//! Bad input is a value, `{ok: false, issues}`, never a throw: whatever could run a caller's code
//! (a getter, a proxy, `toJSON`) is caught. The types are in `types.d.ts`.

#[cfg(feature = "full")]
mod answer;
pub mod ffi;
pub mod hash_seed;
mod input;
#[cfg(feature = "full")]
pub mod js;
mod options;
mod packed;
#[cfg(feature = "full")]
mod plain;
#[cfg(feature = "full")]
mod response;
#[cfg(feature = "full")]
mod result;

use evenkeel::{
    Checked, Issue, IssueKind, Nearest, Operation, OperationName, Path, Report, Severity,
    UnknownName,
};
use evenkeel_heap as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::options::Options;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

pub use ffi::operations;

/// Checks parameters given as a JavaScript value, taken as `JSON.stringify` takes it.
#[cfg(feature = "full")]
#[must_use]
pub fn validate(operation: &str, params: &JsValue, options: &JsValue) -> JsValue {
    js::validate(&JsValue::from_str(operation), params, options)
}

/// Checks parameters given as JSON: bytes or text.
#[cfg(feature = "full")]
#[must_use]
pub fn validate_json(operation: &str, json: &JsValue, options: &JsValue) -> JsValue {
    js::validate_json(&JsValue::from_str(operation), json, options)
}

/// Builds the unsigned request for checked parameters; a `Password` stands in it as it is.
#[cfg(feature = "full")]
#[must_use]
pub fn build_request(operation: &str, params: &JsValue, options: &JsValue) -> JsValue {
    js::build_request(&JsValue::from_str(operation), params, options)
}

/// Reads a cloud's answer to the operation: events, outcomes, or one shape of error.
#[cfg(feature = "full")]
#[must_use]
pub fn parse_response(
    operation: &str,
    params: &JsValue,
    response: &JsValue,
    options: &JsValue,
) -> JsValue {
    js::parse_response(&JsValue::from_str(operation), params, response, options)
}

fn check(
    operation: &JsValue,
    json: &[u8],
    options: &Options,
) -> Result<Checked<Operation>, Report> {
    Operation::parse_json(operation_name(operation)?, json, &options.rules())
}

fn operation_name(operation: &JsValue) -> Result<OperationName, Report> {
    let path = Path::root().key("operation");
    let Some(text) = operation.as_string() else {
        return Err(one_issue(path, input::wrong_type("string", operation)));
    };
    text.parse()
        .map_err(|unknown| unknown_name(path, &text, unknown))
}

/// A report of a name that is none, with the nearest one that is.
fn unknown_name(path: Path, name: &str, unknown: UnknownName) -> Report {
    let kind = IssueKind::UnknownValue {
        allowed: unknown.allowed,
    };
    one_issue_near(path, kind, unknown.nearest(name).map(text_near))
}

/// A report of one error.
fn one_issue(path: Path, kind: IssueKind) -> Report {
    one_issue_near(path, kind, None)
}

fn one_issue_near(path: Path, kind: IssueKind, nearest: Option<Nearest>) -> Report {
    Report {
        issues: vec![Issue {
            path,
            kind,
            severity: Severity::Error,
            nearest,
        }],
    }
}

fn text_near(text: &'static str) -> Nearest {
    Nearest::Text(text.into())
}
