//! The verdict corpus as JavaScript gets it: the same text as on every other machine.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::LazyLock;

use evenkeel_tests::verdict::{Case, Verdict};
use evenkeel_wasm::{build_request, validate, validate_json};
use js_sys::{JSON, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| Case::embedded().unwrap());

fn options(case: &Case) -> JsValue {
    let options = Object::new().into();
    let events = case.events.as_ref().map_or("[]", |events| events.get());
    let events = JSON::parse(events).unwrap();
    Reflect::set(&options, &"now".into(), &case.now.as_str().into()).unwrap();
    Reflect::set(&options, &"events".into(), &events).unwrap();
    options
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap()
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

/// What a check gave, with JavaScript's own JSON of it.
fn rendered(case: &Case, result: &JsValue) -> String {
    let request = get(result, "ok").is_truthy().then(|| {
        let built = build_request(&case.operation, &get(result, "value"), &options(case));
        text(&get(&built, "value"))
    });
    let issues = text(&get(result, "issues"));
    Verdict { request, issues }.render().unwrap()
}

/// Holds every case that `check` takes against its file; `None` where it takes none.
fn hold(at_least: usize, check: impl Fn(&Case) -> Option<JsValue>) {
    const SHOWN: usize = 5;
    let mut held = 0;
    let mut failures = Vec::new();
    for case in &*CASES {
        let Some(result) = check(case) else { continue };
        held += 1;
        let said = rendered(case, &result);
        let expected = case.expected.as_deref().unwrap_or_default();
        if said != expected {
            let (id, note) = (&case.id, &case.note);
            failures.push(format!(
                "tests/cases/{id}: {note}\n--- expected\n{expected}+++ said\n{said}"
            ));
        }
    }
    let count = failures.len();
    failures.truncate(SHOWN);
    assert!(
        failures.is_empty(),
        "{count} of {held} verdicts differ; the first:\n\n{}",
        failures.join("\n")
    );
    assert!(held >= at_least, "only {held} cases were held");
}

#[wasm_bindgen_test]
fn bytes_get_the_verdict_of_every_case() {
    hold(250, |case| {
        let bytes = Uint8Array::from(case.input.as_slice());
        Some(validate_json(&case.operation, &bytes, &options(case)))
    });
}

#[wasm_bindgen_test]
fn text_gets_the_verdict_of_every_case_that_is_short_text() {
    // Long ones take their time, and once they are bytes nothing is new about them.
    const LONG: usize = 64 * 1024;
    hold(250, |case| {
        let text = std::str::from_utf8(&case.input).ok()?;
        (text.len() <= LONG).then(|| validate_json(&case.operation, &text.into(), &options(case)))
    });
}

#[wasm_bindgen_test]
fn values_get_the_verdict_of_every_case_that_they_can_say() {
    hold(400, |case| {
        let value = JSON::parse(std::str::from_utf8(&case.input).ok()?).ok()?;
        let twice = r#""code":"duplicate_key""#;
        let sayable = case.text_only.is_none() && !case.expected.as_deref()?.contains(twice);
        sayable.then(|| validate(&case.operation, &value, &options(case)))
    });
}

/// No file can hold it: bytes of such a text are not UTF-8.
#[wasm_bindgen_test]
fn text_with_half_of_a_surrogate_pair_is_told_where() {
    let units: Vec<u16> = "{\n \"😀".encode_utf16().chain([0xD83D]).collect();
    let text = JsString::from_char_code(&units);
    let result = validate_json("ListScheduledEvents", &text, &JsValue::UNDEFINED);
    let issue = get(&get(&result, "issues"), "0");
    assert_eq!(get(&issue, "code"), "invalid_json");
    assert_eq!(get(&issue, "line"), 2.0);
    assert_eq!(get(&issue, "column"), 4.0);
}
