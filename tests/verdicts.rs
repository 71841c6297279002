//! The verdict corpus, `cases/`, on this machine; `BLESS=1` writes what is said now as expected.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::sync::LazyLock;

use evenkeel::json::{Mode, Node, Value, parse};
use evenkeel::{
    Checked, Event, Issue, IssueKind, Locale, Nearest, Operation, OperationName, Report, Rules,
    Scope, Segment, Severity, Timestamp,
};
use evenkeel_tests::verdict::{Case, Verdict};
use serde::Serialize;
use serde_json::json;
use similar::TextDiff;

type Checking = Result<Checked<Operation>, Report>;

/// Every case with what is said to it: once for all tests, as some inputs are long.
static CASES: LazyLock<Vec<(Case, Checking)>> = LazyLock::new(|| {
    let cases = Case::all().expect("the corpus");
    cases
        .into_iter()
        .map(|case| {
            let checking = check(&case, &case.input);
            (case, checking)
        })
        .collect()
});

fn name(case: &Case) -> OperationName {
    case.operation
        .parse()
        .unwrap_or_else(|_| panic!("{}: no such operation", case.id))
}

fn check(case: &Case, input: &[u8]) -> Checking {
    let now: Timestamp = case
        .now
        .parse()
        .unwrap_or_else(|_| panic!("{}: `now`", case.id));
    let events: Vec<Event> = case
        .events
        .as_ref()
        .map(|events| serde_json::from_str(events.get()))
        .transpose()
        .unwrap_or_else(|error| panic!("{}: `events`: {error}", case.id))
        .unwrap_or_default();
    let rules = Rules {
        now,
        events: &events,
    };
    Operation::parse_json(name(case), input, &rules)
}

fn request_json(operation: &Operation) -> String {
    #[derive(Serialize)]
    struct Shape<'a> {
        method: &'a str,
        path: &'a str,
        query: &'a [(String, String)],
        headers: &'a [(String, String)],
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
    }
    let request = operation.request(&Scope::default());
    serde_json::to_string(&Shape {
        method: request.method.as_str(),
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: request.body.as_deref(),
    })
    .unwrap()
}

fn issues(checking: &Checking) -> &[Issue] {
    match checking {
        Ok(checked) => &checked.issues,
        Err(report) => &report.issues,
    }
}

fn verdict(checking: &Checking) -> String {
    let request = checking
        .as_ref()
        .ok()
        .map(|checked| request_json(&checked.value));
    let issues = serde_json::to_string(issues(checking)).unwrap();
    Verdict { request, issues }.render().unwrap()
}

#[test]
fn every_case_has_the_verdict_that_is_expected() {
    let bless = env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut failures = Vec::new();
    for (case, checking) in &*CASES {
        let said = verdict(checking);
        let expected = case.expected.as_deref().unwrap_or_default();
        if said == expected {
            continue;
        }
        let diff = TextDiff::from_lines(expected, &said);
        let diff = diff.unified_diff().header("expected", "said").to_string();
        if bless {
            case.bless(&said).unwrap();
            println!("blessed tests/cases/{}\n{diff}", case.id);
        } else {
            failures.push(format!("tests/cases/{}: {}\n{diff}", case.id, case.note));
        }
    }
    assert!(
        failures.is_empty(),
        "{} verdicts differ; where what is said now is right, `BLESS=1` writes it down\n\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_kind_of_issue_has_a_case() {
    let mut left: BTreeSet<&str> = IssueKind::CODES.iter().copied().collect();
    for (_, checking) in &*CASES {
        for issue in issues(checking) {
            left.remove(issue.code());
        }
    }
    assert!(left.is_empty(), "no case has {left:?}");
}

#[test]
fn every_operation_has_many_cases_refused_and_accepted() {
    for operation in OperationName::ALL {
        let (accepted, refused): (Vec<_>, Vec<_>) = CASES
            .iter()
            .filter(|(case, _)| name(case) == *operation)
            .partition(|(_, checking)| checking.is_ok());
        assert!(
            accepted.len() >= 5 && refused.len() >= 15,
            "{operation}: {} accepted, {} refused",
            accepted.len(),
            refused.len()
        );
    }
    assert!(CASES.len() >= 250, "{} cases", CASES.len());
}

/// Every text that stands in the input as a password.
fn passwords(node: &Node<'_>, found: &mut Vec<String>) {
    match &node.value {
        Value::Object(members) => {
            for (key, value) in members {
                if key.to_lowercase().starts_with("pass") {
                    found.extend(value.as_str().map(str::to_owned));
                }
                passwords(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| passwords(item, found)),
        _ => {}
    }
}

#[test]
fn no_issue_and_no_preview_shows_a_password() {
    let mut seen = 0;
    for (case, checking) in &*CASES {
        let mut secrets = vec!["Canary".to_owned()];
        if let Ok(root) = std::str::from_utf8(&case.input).map(|text| parse(text, Mode::Strict))
            && let Ok(root) = root
        {
            passwords(&root, &mut secrets);
        }
        // Shorter ones stand in other words by chance.
        secrets.retain(|secret| secret.chars().count() >= 4);
        // Of ten thousand alike the canary stands for all.
        secrets.truncate(3);
        seen += usize::from(secrets.len() > 1);
        let mut shown = serde_json::to_string(issues(checking)).unwrap();
        for issue in issues(checking) {
            shown += &issue.message(Locale::Zh);
        }
        write!(shown, "{checking:?}").unwrap();
        if let Ok(checked) = checking {
            let preview = checked.value.preview(&Scope::default());
            write!(shown, "{preview:?}{:?}{:?}", preview.query, preview.body).unwrap();
        }
        for secret in secrets {
            assert!(!shown.contains(&secret), "{}: shows `{secret}`", case.id);
        }
    }
    assert!(seen >= 15, "only {seen} cases have a password");
}

#[test]
fn what_is_refused_has_an_error_and_what_is_accepted_has_none() {
    for (case, checking) in &*CASES {
        let refused = issues(checking)
            .iter()
            .any(|issue| issue.severity == Severity::Error);
        assert_eq!(refused, checking.is_err(), "{}", case.id);
    }
}

#[test]
fn what_is_accepted_reads_back_as_the_same_request() {
    for (case, checking) in &*CASES {
        if let Ok(checked) = checking {
            let again = check(case, checked.value.params_json().as_bytes());
            let again = again.unwrap_or_else(|report| panic!("{}: {report}", case.id));
            assert_eq!(
                request_json(&again.value),
                request_json(&checked.value),
                "{}",
                case.id
            );
        }
    }
}

/// The input with the nearest value in the place of the one that an issue is about.
fn mended(input: &[u8], issue: &Issue, nearest: &Nearest) -> serde_json::Value {
    let mut root: serde_json::Value = serde_json::from_slice(input).unwrap();
    let mut place = &mut root;
    let segments = issue.path.segments();
    let (last, way) = segments.split_last().unwrap();
    for segment in way {
        place = match segment {
            Segment::Key(key) => &mut place[key.as_str()],
            Segment::Index(index) => &mut place[*index],
        };
    }
    let nearest = match nearest {
        Nearest::Text(text) => json!(text),
        Nearest::Number(number) => json!(number),
    };
    match last {
        // The nearest is the name that was meant.
        Segment::Key(key) if issue.code() == "unknown_field" => {
            let members = place.as_object_mut().unwrap();
            let value = members.remove(key).unwrap();
            let before = members.insert(nearest.as_str().unwrap().to_owned(), value);
            assert!(before.is_none(), "`{nearest}` is there already");
        }
        Segment::Key(key) => place[key.as_str()] = nearest,
        Segment::Index(index) => place[*index] = nearest,
    }
    root
}

#[test]
fn the_nearest_value_mends_the_issue() {
    let mut mends = 0;
    for (case, checking) in &*CASES {
        // A key that stands twice has no one place.
        if issues(checking).len() > 100
            || issues(checking)
                .iter()
                .any(|issue| issue.code() == "duplicate_key")
        {
            continue;
        }
        for issue in issues(checking) {
            let Some(nearest) = &issue.nearest else {
                continue;
            };
            let mended = mended(&case.input, issue, nearest).to_string();
            let after = check(case, mended.as_bytes());
            // What else is wrong there may stay; nothing else may come.
            let before: Vec<_> = issues(checking)
                .iter()
                .filter(|other| other.path == issue.path && other.code() != issue.code())
                .map(Issue::code)
                .collect();
            let left = issues(&after).iter().find(|left| {
                let new = left.severity == Severity::Error && !before.contains(&left.code());
                left.path == issue.path && (new || left.code() == issue.code())
            });
            assert!(left.is_none(), "{}: {nearest:?} leaves {left:?}", case.id);
            mends += 1;
        }
    }
    assert!(mends >= 40, "only {mends} issues have a nearest value");
}

#[test]
fn the_documentation_names_every_kind_of_issue() {
    let docs = include_str!("../docs/verdicts.md");
    for code in IssueKind::CODES {
        assert!(docs.contains(&format!("| `{code}` |")), "`{code}`");
    }
    let rows = docs
        .lines()
        .filter(|line| {
            line.starts_with("| `")
                && (line.contains(" | error |") || line.contains(" | warning |"))
        })
        .count();
    assert_eq!(rows, IssueKind::CODES.len(), "rows of the table of codes");
}
