//! The readers do what the description says: each field is probed at its bounds.

use evenkeel::schema::{self, LIKE_SECONDS, PLAN_TIME, Presence, Record, Shape};
use evenkeel::{MAX_ID_CHARS, Operation, OperationName, PASSWORD_CHARS, Rules};
use serde_json::{Map, Value, json};

struct Probe {
    name: OperationName,
    /// Parameters that are fine.
    base: Value,
    probes: usize,
}

fn issues(name: OperationName, params: &Value) -> Vec<Value> {
    let rules = Rules::at("2026-11-22T12:00:00Z".parse().unwrap());
    let issues = match Operation::parse_json(name, params.to_string().as_bytes(), &rules) {
        Ok(checked) => checked.issues,
        Err(report) => report.issues,
    };
    issues
        .iter()
        .map(|issue| serde_json::to_value(issue).unwrap())
        .collect()
}

fn sample(shape: &Shape) -> Value {
    match shape {
        Shape::Any | Shape::Text => json!("x"),
        Shape::Id { prefix, .. } => json!(format!("{prefix}1")),
        Shape::Word(words) => json!(words[0]),
        Shape::Integer(range) => json!(range.min),
        Shape::PlanTime => json!(1_795_368_600_000_i64),
        Shape::Time { .. } => json!("2026-11-24T01:30:00Z"),
        Shape::Password => json!("Aa345678"),
        Shape::List { of, .. } => json!([sample(of)]),
        Shape::Record(record) => object(record, None, true),
    }
}

/// So many items; ids are different ones.
fn several(of: &Shape, count: usize) -> Value {
    let item = |number| match of {
        Shape::Id { prefix, .. } => json!(format!("{prefix}{number}")),
        other => sample(other),
    };
    (1..=count).map(item).collect()
}

/// An object with the fields that a case allows; the first case where none is named.
fn object(record: &Record, case: Option<usize>, optional: bool) -> Value {
    let case = record.cases.get(case.unwrap_or(0));
    let mut members = Map::new();
    for field in record.fields {
        let required = field.presence.is_required()
            || case.is_some_and(|case| case.requires.contains(&field.name));
        let excluded = field.presence == Presence::Reserved
            || case.is_some_and(|case| case.excludes.contains(&field.name));
        if required || (optional && !excluded) {
            let value = case
                .filter(|case| case.field == field.name)
                .map_or_else(|| sample(&field.shape), |case| json!(case.word));
            members.insert(field.name.to_owned(), value);
        }
    }
    Value::Object(members)
}

fn type_name(shape: &Shape) -> Option<&'static str> {
    Some(match shape {
        Shape::Any => return None,
        Shape::Integer(_) | Shape::PlanTime => "number",
        Shape::List { .. } => "array",
        Shape::Record(_) => "object",
        _ => "string",
    })
}

impl Probe {
    /// The issues at a place, with something else standing there; none there removes it.
    fn with(&mut self, pointer: &str, value: Option<Value>) -> Vec<Value> {
        self.probes += 1;
        let mut params = self.base.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", ""));
        match (params.pointer_mut(parent), value) {
            (Some(whole), Some(value)) if pointer.is_empty() => *whole = value,
            (Some(Value::Object(members)), Some(value)) => {
                members.insert(key.to_owned(), value);
            }
            (Some(Value::Object(members)), None) => {
                members.remove(key);
            }
            (Some(Value::Array(items)), Some(value)) => items[0] = value,
            (place, _) => panic!("{}: {pointer}: {place:?}", self.name),
        }
        let mut found = issues(self.name, &params);
        found.retain(|issue| issue["pointer"] == pointer && issue["severity"] == "error");
        found
    }

    fn accepts(&mut self, pointer: &str, value: impl Into<Value>) {
        let value = value.into();
        let found = self.with(pointer, Some(value.clone()));
        assert_eq!(found, [] as [Value; 0], "{} {pointer} = {value}", self.name);
    }

    fn refuses(&mut self, pointer: &str, value: impl Into<Value>, code: &str) -> Value {
        let value = value.into();
        let found = self.with(pointer, Some(value.clone()));
        let [issue, ..] = found.as_slice() else {
            panic!("{} {pointer} = {value}: accepted", self.name);
        };
        assert_eq!(issue["code"], code, "{} {pointer} = {value}", self.name);
        issue.clone()
    }

    fn value(&mut self, pointer: &str, shape: &Shape) {
        if let Some(expected) = type_name(shape) {
            let others = [
                json!(null),
                json!(true),
                json!(7),
                json!("x"),
                json!([]),
                json!({}),
            ];
            for (other, found) in others
                .into_iter()
                .zip(["null", "boolean", "number", "string", "array", "object"])
            {
                if found != expected {
                    let issue = self.refuses(pointer, other, "wrong_type");
                    assert_eq!(
                        (&issue["expected"], &issue["found"]),
                        (&json!(expected), &json!(found))
                    );
                }
            }
        }
        match *shape {
            Shape::Any => {}
            Shape::Text => {
                self.accepts(pointer, json!(" \n"));
                self.refuses(pointer, json!(""), "invalid_id");
            }
            Shape::Id { prefix, comma } => self.id(pointer, prefix, comma),
            Shape::Word(words) => {
                for word in words {
                    let found = self.with(pointer, Some(json!(word)));
                    assert!(
                        found.iter().all(|issue| issue["code"] != "unknown_value"),
                        "{word}"
                    );
                }
                let issue = self.refuses(pointer, json!("nonsense"), "unknown_value");
                assert_eq!(issue["allowed"], json!(words));
            }
            Shape::Integer(range) => {
                self.accepts(pointer, json!(range.min));
                self.accepts(pointer, json!(range.max));
                self.refuses(pointer, json!(1.5), "not_an_integer");
                for beyond in [range.min - 1, range.max + 1] {
                    let issue = self.refuses(pointer, json!(beyond), "out_of_range");
                    assert_eq!(
                        (&issue["min"], &issue["max"]),
                        (&json!(range.min), &json!(range.max))
                    );
                }
            }
            Shape::PlanTime => {
                self.accepts(pointer, json!(PLAN_TIME.max));
                self.refuses(pointer, json!(1.5), "not_an_integer");
                self.refuses(pointer, json!(PLAN_TIME.min - 1), "out_of_range");
                self.refuses(pointer, json!(PLAN_TIME.max + 1), "out_of_range");
                self.refuses(pointer, json!(LIKE_SECONDS.min), "looks_like_seconds");
                self.refuses(pointer, json!(LIKE_SECONDS.max), "looks_like_seconds");
                // In ms they are times, of 1970 and 1973.
                self.refuses(pointer, json!(LIKE_SECONDS.min - 1), "in_the_past");
                self.refuses(pointer, json!(LIKE_SECONDS.max + 1), "in_the_past");
            }
            Shape::Time { now } => {
                if now {
                    self.accepts(pointer, json!("now"));
                } else {
                    self.refuses(pointer, json!("now"), "malformed_time");
                }
                for text in [
                    "",
                    "2026-02-30T00:00:00Z",
                    "2026-11-24T01:30:60Z",
                    "2026-11-24T01:30:00+00:00",
                    "2026-11-24",
                ] {
                    self.refuses(pointer, json!(text), "malformed_time");
                }
            }
            Shape::Password => self.password(pointer),
            Shape::List {
                of,
                at_least,
                at_most,
            } => {
                self.count(pointer, of, (at_least, at_most));
                self.value(&format!("{pointer}/0"), of);
            }
            Shape::Record(record) => self.record(pointer, record),
        }
    }

    /// How many items a list may have.
    fn count(&mut self, pointer: &str, of: &Shape, (least, most): (usize, Option<usize>)) {
        if least > 0 {
            self.refuses(pointer, json!([]), "no_items");
        } else {
            self.accepts(pointer, json!([]));
        }
        let Some(most) = most else {
            return;
        };
        self.accepts(pointer, several(of, most));
        let issue = self.refuses(pointer, several(of, most + 1), "too_many_items");
        assert_eq!(
            (&issue["max"], &issue["length"]),
            (&json!(most), &json!(most + 1))
        );
    }

    fn id(&mut self, pointer: &str, prefix: &str, comma: bool) {
        let filled = |chars: usize| format!("{prefix}{}", "é".repeat(chars - prefix.len()));
        self.accepts(pointer, json!(filled(MAX_ID_CHARS)));
        self.refuses(pointer, json!(filled(MAX_ID_CHARS + 1)), "invalid_id");
        for text in ["", "..", ".", prefix, "z", "\u{7f}"] {
            if text == "z" && prefix.is_empty() {
                continue;
            }
            self.refuses(pointer, json!(text), "invalid_id");
        }
        for control in ['\0', '\n', '\u{1f}', '\u{7f}', '\u{9f}'] {
            self.refuses(pointer, json!(format!("{prefix}1{control}")), "invalid_id");
        }
        for odd in [' ', '\u{a0}', '\u{200b}', '\u{feff}', '１', '\u{2011}'] {
            self.refuses(pointer, json!(format!("{prefix}1{odd}2")), "invalid_id");
        }
        self.accepts(pointer, json!(format!("{prefix}1~é😀")));
        if comma {
            self.accepts(pointer, json!(format!("{prefix}a,b")));
        } else {
            self.refuses(pointer, json!(format!("{prefix}a,b")), "invalid_id");
        }
    }

    fn password(&mut self, pointer: &str) {
        let (min, max) = PASSWORD_CHARS;
        let filled = |chars: usize| format!("Aa3{}", "😀".repeat(chars - 3));
        self.accepts(pointer, json!(filled(min)));
        self.accepts(pointer, json!(filled(max)));
        self.refuses(pointer, json!(filled(min - 1)), "password_length");
        self.refuses(pointer, json!(filled(max + 1)), "password_length");
        for text in ["aa345678", "AA345678", "Aabcdefg"] {
            self.refuses(pointer, json!(text), "password_classes");
        }
    }

    fn record(&mut self, pointer: &str, record: &'static Record) {
        self.refuses(&format!("{pointer}/nonsense"), json!(1), "unknown_field");
        for case in 0..record.cases.len().max(1) {
            for optional in [false, true] {
                let value = object(record, Some(case), optional);
                let found = self.with(pointer, Some(value.clone()));
                assert!(found.is_empty(), "{}: {value}", self.name);
                let mut probe = Self {
                    name: self.name,
                    base: self.base.clone(),
                    probes: 0,
                };
                *probe.base.pointer_mut(pointer).unwrap() = value;
                assert!(
                    issues(probe.name, &probe.base)
                        .iter()
                        .all(|issue| issue["severity"] == "warning"),
                    "{}",
                    probe.base
                );
                probe.fields(pointer, record, case, optional);
                self.probes += probe.probes;
            }
        }
    }

    fn fields(&mut self, pointer: &str, record: &'static Record, case: usize, all: bool) {
        let case = record.cases.get(case);
        for field in record.fields {
            let place = format!("{pointer}/{}", field.name);
            let missing = self.with(&place, None);
            let demanded = case.is_some_and(|case| case.requires.contains(&field.name));
            if field.presence.is_required() || demanded {
                assert_eq!(missing[0]["code"], "missing", "{place}");
                let assumed = match field.presence {
                    Presence::Chosen(assumed) => json!(assumed),
                    _ => json!(null),
                };
                assert_eq!(
                    missing[0].get("assumed").unwrap_or(&json!(null)),
                    &assumed,
                    "{place}"
                );
            } else {
                assert!(missing.is_empty(), "{place}: {missing:?}");
            }
            if case.is_some_and(|case| case.excludes.contains(&field.name)) {
                let found = self.with(&place, Some(sample(&field.shape)));
                assert!(!found.is_empty(), "{place} is accepted");
            } else if all {
                self.value(&place, &field.shape);
            }
        }
    }
}

#[test]
fn every_field_is_read_as_it_is_described() {
    let mut probes = 0;
    for &name in OperationName::ALL {
        let record = &schema::params(name).record;
        let mut probe = Probe {
            name,
            base: object(record, None, true),
            probes: 0,
        };
        probe.value("", &Shape::Record(record));
        probes += probe.probes;
    }
    assert!(probes > 500, "{probes} probes are too few to be all");
}

#[test]
fn a_reserved_field_may_be_anything_and_is_dropped_with_a_warning() {
    for &name in OperationName::ALL {
        for field in schema::params(name).record.fields {
            let Shape::List {
                of: Shape::Record(record),
                ..
            } = field.shape
            else {
                continue;
            };
            for reserved in record
                .fields
                .iter()
                .filter(|field| field.presence == Presence::Reserved)
            {
                for value in [json!(null), json!(1), json!({"a": []})] {
                    let mut item = object(record, None, false);
                    item[reserved.name] = value;
                    let found = issues(name, &json!({ field.name: [item] }));
                    let codes: Vec<_> = found
                        .iter()
                        .filter(|issue| issue["path"][2] == reserved.name)
                        .map(|issue| (&issue["code"], &issue["severity"]))
                        .collect();
                    assert_eq!(codes, [(&json!("reserved_field"), &json!("warning"))]);
                }
            }
        }
    }
}
