//! Reading values that a caller made, any of which may be a trap.

use evenkeel::{IssueKind, Path, Report};
use js_sys::{Array, ArrayBuffer, Function, JsString, Reflect, Symbol, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::one_issue;

/// What is found where something else was expected.
pub(crate) fn wrong_type(expected: &'static str, found: &JsValue) -> IssueKind {
    let found = if found.is_null() {
        "null"
    } else if found.is_undefined() {
        "undefined"
    } else if found.is_string() {
        "string"
    } else if found.as_bool().is_some() {
        "boolean"
    } else if found.is_function() {
        "function"
    } else if found.is_symbol() {
        "symbol"
    } else if found.is_bigint() {
        "bigint"
    } else if found.is_object() {
        "object"
    } else {
        "number"
    };
    IssueKind::WrongType { expected, found }
}

/// A member; the error is what its getter threw.
pub(crate) fn get(value: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(value, &JsValue::from_str(key))
}

/// What `JSON.stringify` makes of a value.
pub(crate) fn stringify(value: &JsValue) -> Result<String, Report> {
    let kind = match js_sys::JSON::stringify(value) {
        Ok(text) => match JsValue::from(text).as_string() {
            Some(text) => return Ok(text),
            None => wrong_type("object", value),
        },
        Err(_) => IssueKind::InvalidJson {
            line: 1,
            column: 1,
            detail: "not expressible as JSON: it refers to itself, has a BigInt or throws",
        },
    };
    Err(one_issue(Path::root(), kind))
}

/// Bytes of a `Uint8Array` or an `ArrayBuffer`, or of a text in UTF-8.
pub(crate) fn bytes(value: &JsValue) -> Result<Vec<u8>, Report> {
    if let Some(text) = value.dyn_ref::<JsString>() {
        return if text.is_valid_utf16() {
            Ok(String::from(text).into_bytes())
        } else {
            Err(one_issue(Path::root(), lone_surrogate(text)))
        };
    }
    binary(value).ok_or_else(|| {
        let kind = wrong_type("Uint8Array, ArrayBuffer or string", value);
        one_issue(Path::root(), kind)
    })
}

/// Where a text stops being one: at half of a surrogate pair.
fn lone_surrogate(text: &JsString) -> IssueKind {
    let (mut line, mut column) = (1, 1);
    for unit in char::decode_utf16(text.iter()) {
        match unit {
            Ok('\n') => (line, column) = (line + 1, 1),
            Ok(_) => column += 1,
            Err(_) => break,
        }
    }
    IssueKind::InvalidJson {
        line,
        column,
        detail: "half of a surrogate pair; no text has that",
    }
}

fn binary(value: &JsValue) -> Option<Vec<u8>> {
    if !value.is_object() {
        return None;
    }
    // Not `instanceof`: bytes may come from another realm, as in a test runner.
    let tag = Reflect::get(value, &Symbol::to_string_tag()).ok()?;
    match tag.as_string()?.as_str() {
        "Uint8Array" if ArrayBuffer::is_view(value) => {}
        "ArrayBuffer" => {}
        _ => return None,
    }
    // A copy made by the engine from what is inside, whatever the object's own members say.
    let constructor: Function = get(&js_sys::global(), "Uint8Array").ok()?.dyn_into().ok()?;
    let copy = Reflect::construct(&constructor, &Array::of1(value)).ok()?;
    Some(copy.dyn_ref::<Uint8Array>()?.to_vec())
}
