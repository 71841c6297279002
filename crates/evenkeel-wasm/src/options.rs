//! What a caller may say besides the parameters.

use evenkeel::{
    Event, IssueKind, Nearest, Path, ProjectId, Provider, Report, Rules, Scope, Timestamp,
    UnknownName,
    json::{self, Node},
    schema::LIKE_SECONDS,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::input::{get, is_object, own_keys, stringify, wrong_type};
use crate::{one_issue, one_issue_near, text_near, unknown_name};

pub(crate) struct Options {
    now: Timestamp,
    events: Vec<Event>,
    #[cfg_attr(
        not(feature = "full"),
        expect(dead_code, reason = "checked, and needed by requests alone")
    )]
    pub(crate) scope: Scope,
}

const NAMES: &[&str] = &["now", "events", "account", "project_id", "region"];

fn place() -> Path {
    Path::root().key("options")
}

impl Options {
    /// Reads options; without a time it is now, by JavaScript's clock.
    pub(crate) fn read(value: &JsValue) -> Result<Self, Report> {
        if value.is_undefined() || value.is_null() {
            return Ok(Self {
                now: clock(),
                events: Vec::new(),
                scope: Scope::default(),
            });
        }
        check_keys(value)?;
        let read = |key| member(value, key).map(|found| Some((found?, place().key(key))));
        let now = match read("now")? {
            Some((found, path)) => time(&found, path)?,
            None => clock(),
        };
        let mut events = match read("events")? {
            Some((found, path)) => events(&found, &path)?,
            None => Vec::new(),
        };
        let account = match read("account")? {
            Some((found, path)) => text(&found, path)?,
            None => String::new(),
        };
        if !account.is_empty() {
            // An id is one account's: the same one in another is another event.
            events.retain(|event| event.account.is_empty() || event.account == account);
        }
        Ok(Self {
            now,
            events,
            scope: Scope {
                account,
                project_id: match read("project_id")? {
                    Some((found, path)) => Some(project(&found, path)?),
                    None => None,
                },
                region: match read("region")? {
                    Some((found, path)) => Some(text(&found, path)?),
                    None => None,
                },
            },
        })
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules {
            now: self.now,
            events: &self.events,
        }
    }

    #[cfg(feature = "full")]
    /// An answer is read after its request was checked: times have passed, events have moved on.
    pub(crate) fn for_answers(self) -> Self {
        Self {
            now: Timestamp::from_millis(0),
            events: Vec::new(),
            scope: self.scope,
        }
    }
}

/// A key that is misspelled would be an option that is silently off.
fn check_keys(value: &JsValue) -> Result<(), Report> {
    let Some(keys) = own_keys(value) else {
        return Err(one_issue(place(), wrong_type("object", value)));
    };
    for key in keys {
        if !NAMES.contains(&key.as_str()) {
            let near = UnknownName { allowed: NAMES }.nearest(&key);
            return Err(one_issue_near(
                place().key(&key),
                IssueKind::UnknownField,
                near.map(text_near),
            ));
        }
    }
    Ok(())
}

/// A member that is not `undefined`.
fn member(value: &JsValue, key: &str) -> Result<Option<JsValue>, Report> {
    let Ok(member) = get(value, key) else {
        let kind = IssueKind::WrongType {
            expected: "a value",
            found: "a getter that throws",
        };
        return Err(one_issue(place().key(key), kind));
    };
    Ok(Some(member).filter(|member| !member.is_undefined()))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}

fn clock() -> Timestamp {
    millis(date_now())
}

pub(crate) fn millis(number: f64) -> Timestamp {
    Timestamp::from_millis(whole(number))
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// A clock in seconds would stand in 1970, and every time would be ahead of it.
fn refuse_seconds(number: f64, path: &Path) -> Result<(), Report> {
    if !LIKE_SECONDS.contains(whole(number)) {
        return Ok(());
    }
    let millis = whole((number * 1000.0).round());
    let kind = IssueKind::LooksLikeSeconds { millis };
    let nearest = Some(Nearest::Number(millis));
    Err(one_issue_near(path.clone(), kind, nearest))
}

/// Ms since the Unix epoch, RFC 3339, or what is that as JSON, such as a `Date`.
fn time(value: &JsValue, path: Path) -> Result<Timestamp, Report> {
    let time = if let Some(number) = value.as_f64() {
        refuse_seconds(number, &path)?;
        number.is_finite().then(|| millis(number))
    } else if let Some(text) = value.as_string() {
        text.parse().ok()
    } else if is_object(value) {
        stringify(value).ok().and_then(|text| {
            let text = json::parse(&text, json::Mode::Strict).ok()?;
            text.as_str()?.parse().ok()
        })
    } else {
        None
    };
    time.ok_or_else(|| {
        let kind = IssueKind::MalformedTime {
            expected: "2026-11-24T01:30:00Z",
        };
        one_issue(path, kind)
    })
}

fn events(value: &JsValue, path: &Path) -> Result<Vec<Event>, Report> {
    // What comes out of JSON has no getters and no proxies.
    let text = stringify(value).unwrap_or_default();
    let plain = json::parse(&text, json::Mode::Lenient).ok();
    let Some(items) = plain.as_ref().and_then(Node::as_array) else {
        return Err(one_issue(path.clone(), wrong_type("array", value)));
    };
    let mut events = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        cloud(item, || path.clone().index(index).key("provider"))?;
        let Some(event) = Event::from_json(item) else {
            let kind = IssueKind::WrongType {
                expected: "an event as `parseResponse` gives it",
                found: "something else",
            };
            return Err(one_issue(path.index(index), kind));
        };
        events.push(event);
    }
    Ok(events)
}

/// Refuses an event of a cloud that is not one of this module's, which may have one alone.
fn cloud(event: &Node<'_>, path: impl FnOnce() -> Path) -> Result<(), Report> {
    let Some(name) = event.get("provider").and_then(Node::as_str) else {
        return Ok(());
    };
    name.parse::<Provider>()
        .map(drop)
        .map_err(|unknown| unknown_name(path(), name, unknown))
}

fn text(value: &JsValue, path: Path) -> Result<String, Report> {
    value
        .as_string()
        .ok_or_else(|| one_issue(path, wrong_type("string", value)))
}

fn project(value: &JsValue, path: Path) -> Result<ProjectId, Report> {
    let text = text(value, path.clone())?;
    ProjectId::parse(&text)
        .map_err(|flaw| one_issue(path, IssueKind::InvalidId { flaw, prefix: "" }))
}
