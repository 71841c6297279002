//! Nesting far beyond what any answer has, on a small stack: a reader that recurses without bound ends the process.

use evenkeel::json::{Mode, parse, parse_answer};
use evenkeel::{Operation, OperationName};
use evenkeel_tests::check::{Target, byte_of};

const DEPTH: usize = 10_000;
/// Less than half of what a browser gives to WebAssembly.
const STACK: usize = 400 * 1024;

/// Runs on a stack of [`STACK`] bytes.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

/// Nested values: open only, closed, with something in the middle.
fn nested() -> Vec<String> {
    let shapes = [
        ("[", "]"),
        (r#"{"a":"#, "}"),
        (r#"[{"a":"#, "}]"),
        ("[[],", "]"),
    ];
    shapes
        .iter()
        .flat_map(|(open, close)| {
            let (open, close) = (open.repeat(DEPTH), close.repeat(DEPTH));
            [
                open.clone(),
                format!("{open}1{close}"),
                format!("{open}\"{close}"),
            ]
        })
        .collect()
}

#[test]
fn ten_thousand_levels_are_refused() {
    on_a_small_stack(|| {
        for text in nested() {
            for result in [parse(&text, Mode::Strict), parse_answer(&text)] {
                assert_eq!(result.unwrap_err().detail, "nested too deep");
            }
        }
    });
}

#[test]
fn as_many_levels_as_answers_have_are_read() {
    on_a_small_stack(|| {
        for depth in [1, 10, 64] {
            let text = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
            assert!(parse(&text, Mode::Strict).is_ok(), "{depth}");
        }
    });
}

#[test]
fn deep_parameters_are_refused_wherever_they_are_deep() {
    on_a_small_stack(|| {
        for &name in OperationName::ALL {
            for deep in nested() {
                for text in [
                    deep.clone(),
                    format!(r#"{{"EventInfos":{deep}}}"#),
                    format!(r#"{{"EventInfos":[{{"EventId":{deep}}}]}}"#),
                    format!(r#"{{"id":{deep}}}"#),
                ] {
                    Target::Drafts.run(&[&[byte_of(name)], text.as_bytes()].concat());
                    let rules = evenkeel::Rules::at(evenkeel::Timestamp::from_millis(0));
                    assert!(Operation::parse_json(name, text.as_bytes(), &rules).is_err());
                }
            }
        }
    });
}

#[test]
fn deep_answers_give_an_error_or_unknown_outcomes() {
    on_a_small_stack(|| {
        for &name in OperationName::ALL {
            for deep in nested() {
                let quoted = serde_json::Value::from(deep.as_str()).to_string();
                for text in [
                    deep.clone(),
                    format!(r#"{{"Events":[{{"EventId":"e-1","ExtendedAttribute":{deep}}}]}}"#),
                    format!(r#"{{"events":[{{"id":"1","description":{deep}}}]}}"#),
                    format!(r#"{{"Results":[{{"EventId":"e-0","Code":{deep}}}]}}"#),
                    format!(r#"{{"error":{deep}}}"#),
                    // A text that would be deep if it were read as JSON, which descriptions are.
                    format!(r#"{{"events":[{{"id":"1","description":{quoted}}}]}}"#),
                    format!(r#"{{"Events":[{{"EventId":"e-1","Reason":{quoted}}}]}}"#),
                ] {
                    for status in [0, 4] {
                        let first = [byte_of(name), status, 0];
                        Target::Answers.run(&[&first, text.as_bytes()].concat());
                    }
                }
            }
        }
    });
}
