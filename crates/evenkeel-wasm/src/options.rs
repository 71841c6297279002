//! What a caller may say besides the parameters.

use evenkeel::{Event, IssueKind, Path, ProjectId, Report, Response, Rules, Scope, Timestamp};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};

use crate::{bytes, one_issue};

pub(crate) struct Options {
    now: Timestamp,
    events: Vec<Event>,
    pub(crate) scope: Scope,
}

const NAMES: &[&str] = &["now", "events", "account", "project_id"];

#[derive(Deserialize)]
struct Known {
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    account: String,
    project_id: Option<String>,
}

impl Options {
    /// Reads options; without a time it is now, by JavaScript's clock.
    pub(crate) fn read(value: &JsValue) -> Result<Self, Report> {
        let mut options = Self {
            now: clock(),
            events: Vec::new(),
            scope: Scope::default(),
        };
        if value.is_undefined() || value.is_null() {
            return Ok(options);
        }
        for key in js_sys::Object::keys(value.unchecked_ref::<js_sys::Object>()).iter() {
            let key = key.as_string().unwrap_or_default();
            if !NAMES.contains(&key.as_str()) {
                let path = Path::root().key("options").key(&key);
                return Err(one_issue(path, IssueKind::UnknownField, None));
            }
        }
        // The time apart: serde has no shape for number, text and `Date` at once.
        let copy = js_sys::Object::assign(&js_sys::Object::new(), value.unchecked_ref());
        let now = js_sys::Reflect::get(&copy, &"now".into()).unwrap_or(JsValue::UNDEFINED);
        let _ = js_sys::Reflect::delete_property(&copy, &"now".into());
        if !now.is_undefined() {
            options.now = time(&now).ok_or_else(|| {
                let kind = IssueKind::MalformedTime {
                    expected: "2026-11-24T01:30:00Z",
                };
                one_issue(Path::root().key("options").key("now"), kind, None)
            })?;
        }
        let known: Known = serde_wasm_bindgen::from_value(copy.into()).map_err(|_| {
            let kind = IssueKind::WrongType {
                expected: "{now?, events?, account?, project_id?}",
                found: "another object",
            };
            one_issue(Path::root().key("options"), kind, None)
        })?;
        options.events = known.events;
        options.scope.account = known.account;
        if let Some(project) = known.project_id {
            let project = ProjectId::parse(&project).map_err(|flaw| {
                let path = Path::root().key("options").key("project_id");
                one_issue(path, IssueKind::InvalidId { flaw, prefix: "" }, None)
            })?;
            options.scope.project_id = Some(project);
        }
        Ok(options)
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            now: self.now,
            events: &self.events,
        }
    }

    /// An answer is read after its request was checked: times have passed, events have moved on.
    pub(crate) fn for_answers(self) -> Self {
        Self {
            now: Timestamp::from_millis(0),
            events: Vec::new(),
            scope: self.scope,
        }
    }
}

fn clock() -> Timestamp {
    millis(js_sys::Date::now())
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, then clamps")]
fn millis(number: f64) -> Timestamp {
    Timestamp::from_millis(number as i64)
}

/// A `Date`, ms since the Unix epoch, or RFC 3339.
fn time(value: &JsValue) -> Option<Timestamp> {
    if let Some(text) = value.as_string() {
        return text.parse().ok();
    }
    let number = value
        .dyn_ref::<js_sys::Date>()
        .map_or_else(|| value.as_f64(), |date| Some(date.get_time()))?;
    number.is_finite().then(|| millis(number))
}

/// Reads `{status, headers?, body}`; headers are pairs, a plain object or a `Headers`.
pub(crate) fn response(value: &JsValue) -> Result<Response, Report> {
    let path = Path::root().key("response");
    let wrong = |key: &str, expected| {
        one_issue(
            path.key(key),
            IssueKind::WrongType {
                expected,
                found: "other",
            },
            None,
        )
    };
    let get = |key: &str| js_sys::Reflect::get(value, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let status = get("status")
        .as_f64()
        .filter(|status| (100.0..=599.0).contains(status));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 100 and 599"
    )]
    let status = status.ok_or_else(|| wrong("status", "a number from 100 to 599"))? as u16;
    let body = get("body");
    let body = if body.is_undefined() || body.is_null() {
        Vec::new()
    } else {
        bytes(&body).map_err(|_| wrong("body", "Uint8Array or string"))?
    };
    Ok(Response {
        status,
        headers: headers(&get("headers")),
        body,
    })
}

fn headers(value: &JsValue) -> Vec<(String, String)> {
    let entries = if js_sys::Symbol::iterator()
        .dyn_into::<js_sys::Symbol>()
        .is_ok_and(|symbol| js_sys::Reflect::has(value, &symbol).unwrap_or(false))
    {
        js_sys::Array::from(value)
    } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
        js_sys::Object::entries(object)
    } else {
        js_sys::Array::new()
    };
    entries
        .iter()
        .filter_map(|entry| {
            let pair = js_sys::Array::from(&entry);
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .collect()
}
