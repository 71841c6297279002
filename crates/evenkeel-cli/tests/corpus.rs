//! `evenkeel check` says of every case of the verdict corpus what the corpus says.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of a test may fail the test"
)]

use std::{
    io::Write,
    process::{Command, Stdio},
};

use evenkeel_tests::verdict::Case;
use serde_json::Value;

/// What the command makes of a case: its exit code and the issues, without where they stand.
fn check(case: &Case) -> (i32, Vec<Value>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command
        .args(["check", "--format", "json", "--operation", &case.operation])
        .args(["--now", &case.now])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let events = case.events.as_ref().map(|events| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(events.get().as_bytes()).unwrap();
        file
    });
    if let Some(file) = &events {
        command.arg("--events").arg(file.path());
    }
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&case.input).unwrap();
    let output = child.wait_with_output().unwrap();
    let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut issues: Vec<Value> =
        serde_json::from_value(report["files"][0]["issues"].take()).unwrap();
    for issue in &mut issues {
        assert!(issue.as_object_mut().unwrap().remove("span").is_some());
    }
    (output.status.code().unwrap(), issues)
}

/// Issues in an order of their own: the command has them in that of the file.
fn sorted(mut issues: Vec<Value>) -> Vec<Value> {
    issues.sort_by_key(Value::to_string);
    issues
}

#[test]
fn the_command_gives_every_verdict_of_the_corpus() {
    let cases = Case::all().unwrap();
    assert!(cases.len() >= 250, "only {} cases", cases.len());
    for case in cases {
        let expected: Value = serde_json::from_str(case.expected.as_ref().unwrap()).unwrap();
        let (exit, issues) = check(&case);
        let accepted = expected["ok"] == true;
        assert_eq!(exit, i32::from(!accepted), "{}", case.id);
        match &expected["issues"] {
            Value::Array(expected) => {
                assert_eq!(sorted(issues), sorted(expected.clone()), "{}", case.id);
            }
            // Of many issues the corpus has the first, the last and how many there are.
            long => {
                assert_eq!(issues.len(), long["count"], "{}", case.id);
                for end in ["first", "last"] {
                    assert!(issues.contains(&long[end]), "{}: {end}", case.id);
                }
            }
        }
    }
}
