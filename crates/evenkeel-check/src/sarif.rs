//! `--format sarif`: SARIF 2.1.0, for code scanning.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::{
    collections::HashSet,
    io::{self, Write},
};

use evenkeel::{Issue, IssueKind, Locale, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::{Checked, Findings, document, plain::plain, text};

/// What may stand in a path of a URI; a colon may not, it would make what is before it a scheme.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

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

pub(crate) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    let rules = Rules::of(findings);
    let notifications: Vec<Value> = findings.files.iter().filter_map(notification).collect();
    let run = Run {
        tool: json!({"driver": {
            "name": "evenkeel",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules.to_values(),
        }}),
        invocations: json!([{
            "executionSuccessful": notifications.is_empty(),
            "toolExecutionNotifications": notifications,
        }]),
        column_kind: "unicodeCodePoints",
        language: match findings.locale {
            Locale::En => "en",
            Locale::Zh => "zh-CN",
        },
        results: Results { findings, rules },
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
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { findings, rules } = self;
        let files = findings.files.iter();
        let verdicts = files.filter_map(|file| Some((file, file.result.as_ref().ok()?)));
        serializer.collect_seq(verdicts.flat_map(|(file, verdict)| {
            let found = verdict.found.iter();
            found.map(move |(issue, span)| {
                let said = text::said(verdict, issue, findings.locale);
                result(rules, file, issue, *span, &said)
            })
        }))
    }
}

/// The codes that were found, with what they stand for, in the order of the core's list.
struct Rules(Vec<(&'static str, &'static str)>);

impl Rules {
    fn of(findings: &Findings) -> Self {
        let found: HashSet<&str> = findings
            .verdicts()
            .flat_map(|verdict| verdict.found.iter().map(|(issue, _)| issue.code()))
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

fn result(rules: &Rules, file: &Checked, issue: &Issue, span: Span, said: &str) -> Value {
    let Span { start, end } = span;
    let mut result = json!({
        "ruleId": issue.code(),
        "level": text::severity(issue.severity),
        "message": {"text": said},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(&file.name)},
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

fn notification(file: &Checked) -> Option<Value> {
    let failure = file.result.as_ref().err()?;
    Some(json!({
        "level": "error",
        "descriptor": {"id": failure.code()},
        "message": {"text": format!("{}: {failure}", plain(&file.name))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&file.name)}}}],
    }))
}

/// A relative path stays relative: to the root of the repository, for code scanning.
fn uri(name: &str) -> String {
    let name = name.strip_prefix("./").unwrap_or(name);
    let scheme = if name.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(name, PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_uri() {
        assert_eq!(
            uri("./a b/计划:1%.json"),
            "a%20b/%E8%AE%A1%E5%88%92%3A1%25.json"
        );
        assert_eq!(uri("/tmp/x.json"), "file:///tmp/x.json");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }

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
}
