//! `--format sarif`: SARIF 2.1.0, for code scanning.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{
    collections::HashSet,
    io::{self, Write},
};

use evenkeel::{Issue, IssueKind, Locale, Severity, Span};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{
    document,
    findings::{CheckedFile, Findings},
    path::PathStyle,
    plain::plain,
    text,
};

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    invocations: Value,
    column_kind: &'static str,
    language: &'static str,
    results: Results<'a>,
}

/// The most results in one log: of one with more, GitHub takes none.
/// <https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/troubleshoot-sarif-uploads/results-exceed-limit>
const MOST_RESULTS: usize = 25_000;

pub(crate) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    write_within(MOST_RESULTS, out, findings)
}

/// What is left out of the log, if anything.
pub(crate) fn cut(findings: &Findings) -> Option<String> {
    Room::of(findings, MOST_RESULTS).cut
}

fn write_within(most: usize, out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    let rules = Rules::of(findings);
    let room = Room::of(findings, most);
    let failures = findings.files.iter();
    let mut notifications: Vec<Value> = failures
        .filter_map(|file| notification(file, findings.style))
        .collect();
    let successful = notifications.is_empty();
    notifications.extend(room.cut.as_ref().map(|cut| {
        json!({"level": "warning", "descriptor": {"id": "too_many_results"}, "message": {"text": cut}})
    }));
    let run = Run {
        tool: json!({"driver": {
            "name": "evenkeel",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.to_values(),
        }}),
        invocations: json!([{
            "executionSuccessful": successful,
            "toolExecutionNotifications": notifications,
        }]),
        column_kind: "unicodeCodePoints",
        language: match findings.locale {
            Locale::En => "en",
            Locale::Zh => "zh-CN",
        },
        results: Results {
            findings,
            rules,
            room,
        },
    };
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    };
    document::write(out, &log)
}

/// Every result, made when it is written: there may be hundreds of thousands.
struct Results<'a> {
    findings: &'a Findings,
    rules: Rules,
    room: Room,
}

/// How many results of each severity there is room for: warnings take what errors leave.
struct Room {
    errors: usize,
    warnings: usize,
    /// What to say where that is not all.
    cut: Option<String>,
}

impl Room {
    fn of(findings: &Findings, most: usize) -> Self {
        let all = (
            findings.count(Severity::Error),
            findings.count(Severity::Warning),
        );
        let errors = all.0.min(most);
        let warnings = all.1.min(most - errors);
        let cut = (all != (errors, warnings)).then(|| {
            format!(
                "SARIF has {most} of {} results, errors first: GitHub takes no more",
                all.0 + all.1
            )
        });
        Self {
            errors,
            warnings,
            cut,
        }
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            findings,
            rules,
            room,
        } = self;
        let (mut errors, mut warnings) = (room.errors, room.warnings);
        let mut is_in = |severity| {
            let left = match severity {
                Severity::Error => &mut errors,
                Severity::Warning => &mut warnings,
            };
            let is_in = *left > 0;
            *left = left.saturating_sub(1);
            is_in
        };
        let files = findings.files.iter();
        let checked = files.filter_map(|file| Some((file, file.result.as_ref().ok()?)));
        let found = checked.flat_map(|(file, checked)| {
            let found = checked.found.iter();
            found.map(move |(issue, span)| (file, checked, issue, *span))
        });
        let found = found.filter(|(_, _, issue, _)| is_in(issue.severity));
        serializer.collect_seq(found.map(|(file, checked, issue, span)| {
            let said = text::said(checked, issue, findings.locale);
            let uri = findings.style.uri(&file.name);
            result(rules, &uri, issue, span, &said)
        }))
    }
}

/// The codes that were found, with what they stand for, in the order of the core's list.
struct Rules(Vec<(&'static str, &'static str)>);

impl Rules {
    fn of(findings: &Findings) -> Self {
        let found: HashSet<&str> = findings
            .checked()
            .flat_map(|checked| checked.found.iter().map(|(issue, _)| issue.code()))
            .collect();
        let about = IssueKind::ABOUT.iter().copied();
        Self(about.filter(|(code, _)| found.contains(code)).collect())
    }

    fn index(&self, code: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| *known == code)
    }

    fn to_values(&self) -> Vec<Value> {
        self.0
            .iter()
            .map(|(code, about)| {
                json!({"id": code, "name": friendly(code), "shortDescription": {"text": about}})
            })
            .collect()
    }
}

/// A code as SARIF wants a rule's name: `looks_like_seconds` is `LooksLikeSeconds`.
fn friendly(code: &str) -> String {
    let mut begins = true;
    code.chars()
        .filter_map(|c| {
            let was_begin = std::mem::replace(&mut begins, c == '_');
            match c {
                '_' => None,
                c if was_begin => Some(c.to_ascii_uppercase()),
                c => Some(c),
            }
        })
        .collect()
}

fn result(rules: &Rules, uri: &str, issue: &Issue, span: Span, said: &str) -> Value {
    let Span { start, end } = span;
    let mut result = json!({
        "ruleId": issue.code(),
        "level": text::severity(issue.severity),
        "message": {"text": said},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri},
                "region": {
                    "startLine": start.line,
                    "startColumn": start.column,
                    "endLine": end.line,
                    "endColumn": end.column,
                    "byteOffset": start.offset,
                    "byteLength": end.offset - start.offset,
                },
            },
        }],
    });
    if let (Some(index), Some(members)) = (rules.index(issue.code()), result.as_object_mut()) {
        members.insert("ruleIndex".to_owned(), json!(index));
    }
    let location = issue.path.to_string();
    let place = result
        .pointer_mut("/locations/0")
        .and_then(Value::as_object_mut);
    if let (false, Some(place)) = (location.is_empty(), place) {
        let logical = json!([{"fullyQualifiedName": location}]);
        place.insert("logicalLocations".to_owned(), logical);
    }
    result
}

fn notification(file: &CheckedFile, style: PathStyle) -> Option<Value> {
    let failure = file.result.as_ref().err()?;
    let said = format!("{}: {}", plain(&file.name), plain(&failure.to_string()));
    Some(json!({
        "level": "error",
        "descriptor": {"id": failure.code()},
        "message": {"text": said},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": style.uri(&file.name)}}}],
    }))
}

#[cfg(test)]
mod tests {
    use evenkeel::{Operation, OperationName, Rules, locate};

    use super::*;
    use crate::findings::CheckedOperation;

    #[test]
    fn every_code_is_a_rule_with_a_sentence() {
        let rules = Rules(IssueKind::ABOUT.to_vec()).to_values();
        assert_eq!(rules.len(), IssueKind::CODES.len());
        for (rule, code) in rules.iter().zip(IssueKind::CODES) {
            assert_eq!(rule["id"], **code);
            let name = rule["name"].as_str().unwrap();
            assert_eq!(name.to_lowercase(), code.replace('_', ""));
            assert!(name.starts_with(char::is_uppercase), "{name}");
            let text = rule["shortDescription"]["text"].as_str().unwrap();
            assert!(text.ends_with('.') && text.len() > 10, "{code}: {text}");
        }
    }

    /// A file with these severities, in their order.
    fn file(name: &str, severities: &[Severity]) -> CheckedFile {
        let json = br#"{"id":"e","not_before":"now","x":1}"#;
        let rules = Rules::at("2026-11-22T12:00:00Z".parse().unwrap());
        let operation = OperationName::AcceptScheduledEvent;
        let issues = Operation::check_json(operation, json, &rules);
        let span = locate(json, &issues)[0];
        let found = severities.iter().map(|severity| {
            let mut issue = issues[0].clone();
            issue.severity = *severity;
            (issue, span)
        });
        CheckedFile {
            name: name.to_owned(),
            is_stdin: false,
            result: Ok(CheckedOperation {
                operation,
                encoding_hint: None,
                found: found.collect(),
            }),
        }
    }

    #[test]
    fn more_results_than_github_takes_are_cut_and_told() {
        use Severity::{Error as E, Warning as W};
        let findings = Findings {
            now: "2026-11-22T12:00:00Z".parse().unwrap(),
            locale: Locale::En,
            deny_warnings: false,
            style: PathStyle::Windows,
            files: vec![
                file(r"C:\a.json", &[W, E, W]),
                file(r"plans\b.json", &[E, W, E]),
            ],
        };
        let written = |most| {
            let mut out = Vec::new();
            write_within(most, &mut out, &findings).unwrap();
            let log: Value = serde_json::from_slice(&out).unwrap();
            let results = log["runs"][0]["results"].as_array().unwrap();
            let shown = results.iter().map(|result| {
                let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                format!("{} {}", text(&result["level"]), text(&place["uri"]))
            });
            (
                shown.collect::<Vec<_>>(),
                log["runs"][0]["invocations"][0].clone(),
            )
        };
        let (a, b) = ("file:///C:/a.json", "plans/b.json");
        let expected = |lines: &[(&str, &str)]| {
            let lines = lines.iter().map(|(level, uri)| format!("{level} {uri}"));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(
            written(4),
            (
                expected(&[("warning", a), ("error", a), ("error", b), ("error", b)]),
                json!({"executionSuccessful": true, "toolExecutionNotifications": [{
                    "level": "warning",
                    "descriptor": {"id": "too_many_results"},
                    "message": {"text": "SARIF has 4 of 6 results, errors first: GitHub takes no more"},
                }]})
            )
        );
        assert_eq!(written(2).0, expected(&[("error", a), ("error", b)]));
        let (all, invocation) = written(6);
        assert_eq!(all.len(), 6);
        assert_eq!(invocation["toolExecutionNotifications"], json!([]));
        assert_eq!((findings.exit_code(), cut(&findings)), (1, None));
    }
}
