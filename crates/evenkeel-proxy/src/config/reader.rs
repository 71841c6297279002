//! Walks a TOML document with positions and collects faults.

use std::ops::Range;

use evenkeel_engine::scrubbed;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{ConfigError, Fault};

/// How different a misspelt key may be from the one it is taken for.
const NEAR: f64 = 0.6;

/// A value and where it stands.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The document being read, and what was wrong with it so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    file: &'t str,
    faults: Vec<Fault>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, file: &'t str) -> Self {
        Self {
            text,
            file,
            faults: Vec::new(),
        }
    }

    /// The document, or nothing after noting why it is none.
    pub(super) fn root(&mut self) -> Option<DeTable<'t>> {
        match DeTable::parse(self.text) {
            Ok(root) => Some(root.into_inner()),
            Err(error) => {
                // Only the message: the library's own display quotes the line, secrets and all.
                self.fault(error.span(), error.message().to_owned());
                None
            }
        }
    }

    /// Notes a fault; what may be a secret is left out of its message.
    pub(super) fn fault(&mut self, at: Option<Range<usize>>, message: impl Into<String>) {
        let line = at.map(|span| {
            let before = self.text.as_bytes().iter().take(span.start);
            before.filter(|byte| **byte == b'\n').count() + 1
        });
        self.faults.push(Fault {
            file: self.file.to_owned(),
            line,
            message: scrubbed(&message.into()),
        });
    }

    pub(super) fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    pub(super) fn into_error(mut self) -> ConfigError {
        self.faults.sort_by_key(|fault| fault.line);
        ConfigError {
            faults: self.faults,
        }
    }

    /// Notes every key of `table` that is not in `known`, with the nearest one that is.
    pub(super) fn refuse_unknown(&mut self, table: &DeTable<'t>, place: &str, known: &[&str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let nearest = known
                .iter()
                .map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate))
                .filter(|(score, _)| *score >= NEAR)
                .max_by(|left, right| left.0.total_cmp(&right.0));
            let hint = match nearest {
                Some((_, candidate)) => format!("did you mean `{candidate}`?"),
                None => format!("known are `{}`", known.join("`, `")),
            };
            self.fault(
                Some(key.span()),
                format!("unknown key `{name}` in {place}; {hint}"),
            );
        }
    }

    /// The truth value under `key`, if there is one; anything else is noted.
    pub(super) fn boolean(&mut self, table: &DeTable<'t>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        if let DeValue::Boolean(truth) = value.get_ref() {
            return Some(*truth);
        }
        let fault = format!("`{key}` must be `true` or `false`, not {}", kind(value));
        self.fault(Some(value.span()), fault);
        None
    }

    /// The whole number under `key`, if there is one; anything else, or one out of bounds, is noted.
    pub(super) fn count(
        &mut self,
        table: &DeTable<'t>,
        key: &str,
        (least, most): (usize, usize),
    ) -> Option<usize> {
        let value = table.get(key)?;
        let count = whole_number(value).filter(|number| (least..=most).contains(number));
        if count.is_none() {
            let fault = format!("`{key}` must be a whole number from {least} to {most}");
            self.fault(Some(value.span()), fault);
        }
        count
    }

    /// The string under `key`, if there is one; anything else is noted.
    pub(super) fn string<'v>(
        &mut self,
        table: &'v DeTable<'t>,
        key: &str,
    ) -> Option<(&'v str, Range<usize>)> {
        let value = table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some((text.as_ref(), value.span()));
        }
        let kind = kind(value);
        self.fault(
            Some(value.span()),
            format!("`{key}` must be a string in quotes, not {kind}"),
        );
        None
    }

    /// The strings in the list under `key`, if there is one; anything else is noted, an empty list too.
    pub(super) fn strings<'v>(
        &mut self,
        table: &'v DeTable<'t>,
        key: &str,
    ) -> Vec<(&'v str, Range<usize>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let entries = match value.get_ref() {
            DeValue::Array(entries) if !entries.is_empty() => entries,
            _ => {
                let kind = match value.get_ref() {
                    DeValue::Array(_) => "an empty one",
                    _ => kind(value),
                };
                let fault = format!("`{key}` must be a list of strings, `[\"…\"]`, not {kind}");
                self.fault(Some(value.span()), fault);
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for entry in entries {
            if let DeValue::String(text) = entry.get_ref() {
                texts.push((text.as_ref(), entry.span()));
            } else {
                let fault = format!("`{key}` is a list of strings, not of {}", kind(entry));
                self.fault(Some(entry.span()), fault);
            }
        }
        texts
    }
}

/// The value, if it is a whole number that is not negative.
pub(super) fn whole_number(value: &Value<'_>) -> Option<usize> {
    match value.get_ref() {
        DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}

/// The table of that name, if there is one; anything else is noted.
pub(super) fn table<'v, 't>(
    reader: &mut Reader<'t>,
    root: &'v DeTable<'t>,
    name: &str,
) -> Option<&'v DeTable<'t>> {
    table_at(reader, root, name, &format!("[{name}]"))
}

/// The table of that name in another one; anything else is noted, with how it would be written.
pub(super) fn table_at<'v, 't>(
    reader: &mut Reader<'t>,
    root: &'v DeTable<'t>,
    name: &str,
    written: &str,
) -> Option<&'v DeTable<'t>> {
    let value = root.get(name)?;
    if let DeValue::Table(table) = value.get_ref() {
        return Some(table);
    }
    let kind = kind(value);
    reader.fault(
        Some(value.span()),
        format!("`{name}` must be a table, `{written}`, not {kind}"),
    );
    None
}

/// What a value is, in words.
pub(super) fn kind(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
