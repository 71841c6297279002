//! Reading values that a caller made, any of which may be a trap.

use evenkeel::{IssueKind, Path, Report};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::one_issue;

// Not js-sys: with whatever is used of it comes what runs its futures.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Reflect, js_name = get, catch)]
    fn member(value: &JsValue, key: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = Reflect, js_name = ownKeys, catch)]
    fn keys(value: &JsValue) -> Result<Vec<JsValue>, JsValue>;

    #[wasm_bindgen(js_namespace = JSON, js_name = stringify, catch)]
    fn json(value: &JsValue) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_namespace = Symbol, js_name = toStringTag)]
    static TAG: JsValue;

    type Uint8Array;

    #[wasm_bindgen(constructor, catch)]
    fn copy(value: &JsValue) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method)]
    fn slice(this: &Uint8Array) -> Vec<u8>;

    #[wasm_bindgen(js_namespace = ArrayBuffer, js_name = isView)]
    fn is_view(value: &JsValue) -> bool;
}

/// What `typeof` says.
const TYPES: [&str; 8] = [
    "object",
    "undefined",
    "string",
    "number",
    "boolean",
    "function",
    "symbol",
    "bigint",
];

fn type_name(value: &JsValue) -> &'static str {
    if value.is_null() {
        return "null";
    }
    let name = value.js_typeof().as_string().unwrap_or_default();
    let [object, ..] = TYPES;
    TYPES
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or(object)
}

pub(crate) fn is_object(value: &JsValue) -> bool {
    type_name(value) == "object"
}

/// What is found where something else was expected.
pub(crate) fn wrong_type(expected: &'static str, found: &JsValue) -> IssueKind {
    let found = type_name(found);
    IssueKind::WrongType { expected, found }
}

/// The keys of an object's own, without symbols; none where they cannot be had.
pub(crate) fn own_keys(value: &JsValue) -> Option<Vec<String>> {
    let keys = is_object(value).then(|| keys(value))?.ok()?;
    Some(keys.iter().filter_map(JsValue::as_string).collect())
}

/// A member; the error is what its getter threw.
pub(crate) fn get(value: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    member(value, &JsValue::from_str(key))
}

/// What `JSON.stringify` makes of a value.
pub(crate) fn stringify(value: &JsValue) -> Result<String, Report> {
    let kind = match json(value) {
        Ok(Some(text)) => return Ok(text),
        Ok(None) => wrong_type("object", value),
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
    let found = match value.as_string() {
        Some(text) => match lone_surrogate(&text, value) {
            None => return Ok(text.into_bytes()),
            Some(flaw) => flaw,
        },
        None => match binary(value) {
            Some(bytes) => return Ok(bytes),
            None => wrong_type("Uint8Array, ArrayBuffer or string", value),
        },
    };
    Err(one_issue(Path::root(), found))
}

/// Where a text stops being one: at half of a surrogate pair.
fn lone_surrogate(text: &str, value: &JsValue) -> Option<IssueKind> {
    // Such a half came here as the replacement character. In JSON it is an escape, as nothing else
    // above the control characters is.
    if !text.chars().any(|c| c == char::REPLACEMENT_CHARACTER) {
        return None;
    }
    let written = json(value).ok()??;
    let mut written = written.get(1..)?.chars();
    let (mut line, mut column) = (1, 1);
    while let Some(next) = written.next() {
        if next == '\\' {
            match written.next()? {
                'n' => {
                    (line, column) = (line + 1, 1);
                    continue;
                }
                'u' if !written.as_str().starts_with('0') => {
                    return Some(IssueKind::InvalidJson {
                        line,
                        column,
                        detail: "half of a surrogate pair; no text has that",
                    });
                }
                'u' => written = written.as_str().get(4..)?.chars(),
                _ => {}
            }
        }
        column += 1;
    }
    None
}

fn binary(value: &JsValue) -> Option<Vec<u8>> {
    if !is_object(value) {
        return None;
    }
    // Not `instanceof`: bytes may come from another realm, as in a test runner.
    let tag = TAG.with(|tag| member(value, tag)).ok()?;
    match tag.as_string()?.as_str() {
        "Uint8Array" if is_view(value) => {}
        "ArrayBuffer" => {}
        _ => return None,
    }
    // A copy made by the engine from what is inside, whatever the object's own members say.
    Some(Uint8Array::copy(value).ok()?.slice())
}
