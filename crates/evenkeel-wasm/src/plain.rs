//! Values as plain JavaScript objects.

use serde::Serialize;
use wasm_bindgen::JsValue;

/// A value as a plain object: maps are objects, `None` is `null` unless skipped.
pub(crate) fn to_js(value: &impl Serialize) -> JsValue {
    // INVARIANT: what is given here are our own plain structs, which serialise unless a number is beyond
    // 2^53: only the count of all events can be, and nobody knows it then.
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .unwrap_or(JsValue::NULL)
}

pub(crate) fn object(members: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &JsValue::from_str(key), value);
    }
    object.into()
}
