//! The description as JSON Schema, draft 2020-12.

use super::{Case, Field, LIKE_SECONDS, PLAN_TIME, Params, Presence, Record, SAFE_INTEGER, Shape};
use crate::id::MAX_ID_CHARS;
use crate::json::{ObjectWriter, write_string};
use crate::password::PASSWORD_CHARS;
use crate::provider::OperationName;

/// What an id cannot have, for a character class: what Unicode calls controls.
const CONTROLS: &str = r"\u0000-\u001f\u007f-\u009f";
/// White space, and what is invisible or full-width, in the first plane.
const ODD: &str = r"\u0020\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u3000\u3164\ufe00-\ufe0f\ufeff\uff01-\uff5e\uffa0\ufff0-\ufffb";
/// Days that every year has, or 29 February of a leap year: exact, where the format `date-time` is
/// an annotation to most validators and unknown to some.
const DATE: &str = "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|\
(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|\
(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
const TIME: &str = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z";

/// The parameters of an operation as a JSON Schema (2020-12), compact.
///
/// It refuses what can be told from the shape alone. What needs the time, the known events or two
/// items at once (a time that has passed, an event twice) is left to the validator, and so is what
/// it only warns of.
#[must_use]
pub fn json_schema(operation: OperationName) -> String {
    let Params { page, record } = super::params(operation);
    let mut out = String::new();
    let mut schema = ObjectWriter::new(&mut out);
    schema
        .string("$schema", "https://json-schema.org/draft/2020-12/schema")
        .string("$id", &format!("urn:evenkeel:{operation}"))
        .string("title", operation.as_str())
        .string("description", &format!("{} {page}", record.doc));
    members(&mut schema, record);
    schema.end();
    out
}

fn object(write: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    write(&mut object);
    object.end();
    out
}

fn array(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_string(&mut out, text);
    out
}

fn strings(names: &[&str]) -> String {
    array(names.iter().map(|name| quoted(name)))
}

/// What an object of the record is.
fn members(schema: &mut ObjectWriter<'_>, record: &Record) {
    let required: Vec<&str> = record
        .fields
        .iter()
        .filter(|field| field.presence.is_required())
        .map(|field| field.name)
        .collect();
    schema.string("type", "object");
    if !required.is_empty() {
        schema.raw("required", &strings(&required));
    }
    let properties = object(|properties| {
        for it in record.fields {
            properties.raw(it.name, &field(it));
        }
    });
    schema
        .raw("properties", &properties)
        .raw("additionalProperties", "false");
    if !record.cases.is_empty() {
        schema.raw("allOf", &array(record.cases.iter().map(case)));
    }
}

/// `if` the field has the word, `then` others must or must not be there.
fn case(case: &Case) -> String {
    let when = object(|when| {
        let word = object(|word| {
            word.string("const", case.word);
        });
        when.raw(
            "properties",
            &object(|properties| {
                properties.raw(case.field, &word);
            }),
        )
        .raw("required", &strings(&[case.field]));
    });
    let then = object(|then| {
        if !case.requires.is_empty() {
            then.raw("required", &strings(case.requires));
        }
        if !case.excludes.is_empty() {
            let none = object(|properties| {
                for name in case.excludes {
                    properties.raw(name, "false");
                }
            });
            then.raw("properties", &none);
        }
    });
    object(|case| {
        case.raw("if", &when).raw("then", &then);
    })
}

fn field(field: &Field) -> String {
    object(|schema| {
        schema.string("description", field.doc);
        if field.presence == Presence::Reserved {
            schema.raw("deprecated", "true");
        }
        shape(schema, &field.shape);
    })
}

fn shape(schema: &mut ObjectWriter<'_>, of: &Shape) {
    match of {
        Shape::Any => {}
        Shape::Text => {
            schema.string("type", "string").integer("minLength", 1);
        }
        Shape::Id { prefix, comma } => {
            let dots = if prefix.is_empty() {
                r"(?!\.{1,2}$)"
            } else {
                ""
            };
            let comma = if *comma { "" } else { "," };
            schema
                .string("type", "string")
                .integer("maxLength", size(MAX_ID_CHARS))
                .string(
                    "pattern",
                    &format!("^{dots}{prefix}[^{comma}{CONTROLS}{ODD}]+$"),
                );
        }
        Shape::Word(words) => {
            schema.string("type", "string").raw("enum", &strings(words));
        }
        Shape::Integer(range) => {
            schema
                .string("type", "integer")
                .integer("minimum", range.min)
                .integer("maximum", range.max);
        }
        Shape::PlanTime => {
            let seconds = object(|seconds| {
                seconds
                    .integer("minimum", LIKE_SECONDS.min)
                    .integer("maximum", LIKE_SECONDS.max);
            });
            schema
                .string("type", "integer")
                .integer("minimum", PLAN_TIME.min)
                .integer("maximum", PLAN_TIME.max)
                .raw("not", &seconds);
        }
        Shape::Time { now: false } => {
            time(schema);
        }
        Shape::Time { now: true } => {
            let now = object(|now| {
                now.string("const", "now");
            });
            schema
                .string("type", "string")
                .raw("anyOf", &array([now, object(time)]));
        }
        Shape::Password => {
            let (min, max) = PASSWORD_CHARS;
            let classes = ["[A-Z]", "[a-z]", "[0-9]"].map(|class| {
                object(|schema| {
                    schema.string("pattern", class);
                })
            });
            schema
                .string("type", "string")
                .raw("writeOnly", "true")
                .integer("minLength", size(min))
                .integer("maxLength", size(max))
                .raw("allOf", &array(classes));
        }
        Shape::List {
            of,
            at_least,
            at_most,
        } => {
            schema.string("type", "array");
            if *at_least > 0 {
                schema.integer("minItems", size(*at_least));
            }
            if let Some(most) = at_most {
                schema.integer("maxItems", size(*most));
            }
            schema.raw("items", &object(|items| shape(items, of)));
        }
        Shape::Record(record) => {
            schema.string("description", record.doc);
            members(schema, record);
        }
    }
}

fn time(schema: &mut ObjectWriter<'_>) {
    schema
        .string("type", "string")
        .string("pattern", &format!("^{DATE}T{TIME}$"));
}

fn size(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(SAFE_INTEGER.max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{IdFlaw, check};

    /// Whether a class of characters, each `\\uXXXX` or a range of two, has one.
    fn has(class: &str, c: char) -> bool {
        let code = |text: &str| u32::from_str_radix(text, 16).unwrap_or_default();
        let mut ranges = class.split("\\u").skip(1).peekable();
        while let Some(first) = ranges.next() {
            let last = match first.strip_suffix('-') {
                Some(_) => ranges.next().unwrap_or_default(),
                None => first,
            };
            if (code(first.trim_end_matches('-'))..=code(last)).contains(&u32::from(c)) {
                return true;
            }
        }
        false
    }

    #[test]
    fn the_patterns_class_is_what_an_id_cannot_have() {
        for c in ('\0'..='\u{ffff}').filter(|c| *c != '.') {
            let flaw = check(&format!("a{c}b"), "").err();
            assert_eq!(
                has(CONTROLS, c),
                flaw == Some(IdFlaw::ControlCharacter),
                "{c:?}"
            );
            assert_eq!(has(ODD, c), flaw == Some(IdFlaw::OddCharacter), "{c:?}");
        }
    }
}
