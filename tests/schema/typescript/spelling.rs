//! Types and their limits, as TypeScript spells them.

use super::*;

fn words(words: &[&str]) -> String {
    NAMED
        .iter()
        .find(|(_, _, named)| *named == words)
        .map_or_else(|| union(words), |(name, _, _)| (*name).to_owned())
}

/// A member's name, in quotes where it is none of JavaScript's own.
pub(super) fn key(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.bytes().all(plain) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

pub(super) fn union(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(" | ")
}

fn list(of: &str) -> String {
    if of.contains(' ') {
        format!("({of})[]")
    } else {
        format!("{of}[]")
    }
}

pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Any => "unknown".to_owned(),
        Shape::Text | Shape::Id { .. } | Shape::Password | Shape::Time { now: false } => {
            "string".to_owned()
        }
        // The word shows up in an editor this way.
        Shape::Time { now: true } => "\"now\" | (string & {})".to_owned(),
        Shape::Word(allowed) => words(allowed),
        Shape::Integer(_) | Shape::PlanTime => "number".to_owned(),
        Shape::List { of, .. } => format!("readonly {}", list(&self::shape(of))),
        Shape::Record(record) => record.name.to_owned(),
    }
}

pub(super) fn limits(shape: &Shape) -> String {
    match shape {
        Shape::Integer(range) => format!("A whole number from {} to {}.", range.min, range.max),
        Shape::PlanTime => format!(
            "A whole number to {}; one that would be a time in seconds is refused.",
            PLAN_TIME.max
        ),
        Shape::Id { prefix, .. } if !prefix.is_empty() => format!("Begins with `{prefix}`."),
        Shape::Password => {
            let (min, max) = evenkeel::PASSWORD_CHARS;
            format!(
                "{min} to {max} characters with an upper-case letter, a lower-case letter and a digit."
            )
        }
        Shape::List {
            at_least, at_most, ..
        } => match (at_least, at_most) {
            (0, None) => String::new(),
            (0, Some(most)) => format!("At most {most}."),
            (1, None) => "At least one.".to_owned(),
            (least, Some(most)) => format!("From {least} to {most}."),
            (least, None) => format!("At least {least}."),
        },
        _ => String::new(),
    }
}

pub(super) fn tag(reserved: bool, doc: &str) -> String {
    if reserved {
        format!("@deprecated {doc}")
    } else {
        String::new()
    }
}

pub(super) fn data(of: &Data) -> String {
    match of {
        Data::Text | Data::Instant => "string".to_owned(),
        Data::Number => "number".to_owned(),
        Data::Word(allowed) => words(allowed),
        Data::TextOrNumber => "string | number".to_owned(),
        Data::Nullable(of) => format!("{} | null", data(of)),
        Data::List(of) => match of {
            Data::Object(object) if SHARED.contains(&object.name) => {
                format!("readonly {}", list(object.name))
            }
            of => list(&data(of)),
        },
        Data::Object(object) => object.name.to_owned(),
        Data::Texts => "Readonly<Record<string, string>>".to_owned(),
        Data::Pair => "[string, string]".to_owned(),
    }
}
