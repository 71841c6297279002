//! `--format json`: one document, for programs.

use std::io::{self, Write};

use evenkeel::{Locale, LocalizedIssue, OperationName, Severity, Span, Timestamp};
use serde::{Serialize, Serializer};

use crate::{
    document,
    failure::CheckFailure,
    findings::{CheckedFile, CheckedOperation, Findings},
};

#[derive(Serialize)]
struct Document<'a> {
    /// Whether the exit code is 0.
    ok: bool,
    now: Timestamp,
    errors: usize,
    warnings: usize,
    files: Vec<FileEntry<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum FileEntry<'a> {
    Checked {
        file: &'a str,
        operation: OperationName,
        ok: bool,
        issues: Issues<'a>,
    },
    Failed {
        file: &'a str,
        ok: bool,
        failure: FailureEntry,
    },
}

/// An issue as everywhere, with its place in the file.
#[derive(Serialize)]
struct IssueEntry<'a> {
    #[serde(flatten)]
    issue: LocalizedIssue<'a>,
    span: Span,
}

#[derive(Serialize)]
struct FailureEntry {
    code: &'static str,
    message: String,
}

pub(crate) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    let document = Document {
        ok: findings.exit_code() == 0,
        now: findings.now,
        errors: findings.count(Severity::Error),
        warnings: findings.count(Severity::Warning),
        files: findings
            .files
            .iter()
            .map(|file| entry(file, findings))
            .collect(),
    };
    document::write(out, &document)
}

fn entry<'a>(file: &'a CheckedFile, findings: &Findings) -> FileEntry<'a> {
    match &file.result {
        Ok(checked) => FileEntry::Checked {
            file: &file.name,
            operation: checked.operation,
            ok: findings.accepts(checked),
            issues: Issues(checked, findings.locale),
        },
        Err(failure) => FileEntry::Failed {
            file: &file.name,
            ok: false,
            failure: FailureEntry::new(failure),
        },
    }
}

/// Made one by one as they are written: there may be very many.
struct Issues<'a>(&'a CheckedOperation, Locale);

impl Serialize for Issues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(checked, locale) = self;
        let entries = checked.found.iter();
        serializer.collect_seq(entries.map(|(issue, span)| IssueEntry {
            issue: issue.localized(*locale),
            span: *span,
        }))
    }
}

impl FailureEntry {
    fn new(failure: &CheckFailure) -> Self {
        Self {
            code: failure.code(),
            message: failure.to_string(),
        }
    }
}
