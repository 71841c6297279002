//! Holds the JavaScript side's constants to those of the Rust side; `BLESS=1` writes them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use evenkeel::PACKED_INPUT;

use super::{events, issues};

const HEAD: &str = "\
// Made from the Rust side's constants by `BLESS=1 cargo test -p evenkeel-wasm layout`; what they mean stands in
// the README of `src/packed`.
";

fn assert_made(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("npm/src/packed/layout/{name}"));
    let text = format!("{HEAD}{text}");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "`{}` is not what the Rust side says; `BLESS=1 cargo test -p evenkeel-wasm layout` writes it anew",
        path.display()
    );
}

fn constants(numbers: &[(&str, usize)]) -> String {
    numbers
        .iter()
        .fold(String::new(), |mut text, (name, number)| {
            let _ = writeln!(text, "export const {name} = {number};");
            text
        })
}

/// `PlanUtcTime` and `try_transfer` as constants are named.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

/// A constant for each name of a list, its code.
fn codes(of: &str, names: &[&str], first: usize) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("{of}_{}", screaming(name)))
        .collect();
    let numbered: Vec<(&str, usize)> = names.iter().map(String::as_str).zip(first..).collect();
    constants(&numbered)
}

#[test]
fn the_packed_input_is_written_as_it_is_read() {
    let input = PACKED_INPUT;
    let mut text = constants(input.numbers);
    text += &codes("TYPE", input.types, 0);
    text += &codes("FIELD", input.fields, 0);
    for (of, names) in input.names {
        text += &codes(of, names, input.first_name);
        let holes = "undefined, ".repeat(input.first_name);
        let words: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let _ = writeln!(
            text,
            "export const {of}_NAMES = [{holes}{}];",
            words.join(", ")
        );
    }
    assert_made("input.mjs", &text);
}

#[test]
fn the_packed_issues_are_read_as_they_are_written() {
    assert_made("issues.mjs", &constants(issues::LAYOUT));
}

#[test]
fn the_packed_events_are_read_as_they_are_written() {
    assert_made("events.mjs", &constants(events::LAYOUT));
}
