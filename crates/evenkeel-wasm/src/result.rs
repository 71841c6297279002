//! The core's values as plain JavaScript objects.

use evenkeel::{Checked, Issue, Operation, Report, Request};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// A value as a plain object: maps are objects, `None` is `null` unless skipped.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    // INVARIANT: what is given here are our own plain structs, which always serialise.
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

#[derive(Serialize)]
struct Refused<'a> {
    ok: bool,
    issues: &'a Report,
}

pub(crate) fn refused(report: &Report) -> JsValue {
    to_js(&Refused {
        ok: false,
        issues: report,
    })
}

pub(crate) fn checked(result: Result<Checked<Operation>, Report>) -> JsValue {
    match result {
        Ok(checked) => {
            // INVARIANT: the core writes valid JSON.
            let params = js_sys::JSON::parse(&checked.value.params_json()).unwrap_or_default();
            accepted(&params, &checked.issues)
        }
        Err(report) => refused(&report),
    }
}

pub(crate) fn request(result: Result<Checked<Request>, Report>) -> JsValue {
    #[derive(Serialize)]
    struct Shape<'a> {
        method: &'a str,
        path: &'a str,
        query: &'a [(String, String)],
        headers: &'a [(String, String)],
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
    }
    match result {
        Ok(Checked { value, issues }) => {
            let shape = Shape {
                method: value.method.as_str(),
                path: &value.path,
                query: &value.query,
                headers: &value.headers,
                body: value.body.as_deref(),
            };
            accepted(&to_js(&shape), &issues)
        }
        Err(report) => refused(&report),
    }
}

fn accepted(value: &JsValue, issues: &[Issue]) -> JsValue {
    object(&[
        ("ok", &JsValue::TRUE),
        ("value", value),
        ("issues", &to_js(&issues)),
    ])
}

pub(crate) fn object(members: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}
