//! `--format json`: one document, for programs.

use std::io::{self, Write};

use evenkeel::{Locale, LocalizedIssue, OperationName, Severity, Span, Timestamp};
use serde::{Serialize, Serializer};

use crate::{Checked, Findings, Verdict, files::Failure};

#[derive(Serialize)]
struct Document<'a> {
    /// Whether all files were checked and none has an error.
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
    let errors = findings.count(Severity::Error);
    let document = Document {
        ok: errors == 0 && findings.failures().next().is_none(),
        now: findings.now,
        errors,
        warnings: findings.count(Severity::Warning),
        files: findings
            .files
            .iter()
            .map(|file| entry(file, findings.locale))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn entry(file: &Checked, locale: Locale) -> FileEntry<'_> {
    match &file.result {
        Ok(verdict) => checked(&file.name, verdict, locale),
        Err(failure) => FileEntry::Failed {
            file: &file.name,
            ok: false,
            failure: FailureEntry::new(failure),
        },
    }
}

fn checked<'a>(file: &'a str, verdict: &'a Verdict, locale: Locale) -> FileEntry<'a> {
    FileEntry::Checked {
        file,
        operation: verdict.operation,
        ok: verdict.count(Severity::Error) == 0,
        issues: Issues(verdict, locale),
    }
}

/// Made one by one as they are written: there may be very many.
struct Issues<'a>(&'a Verdict, Locale);

impl Serialize for Issues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(verdict, locale) = self;
        let entries = verdict.found.iter();
        serializer.collect_seq(entries.map(|(issue, span)| IssueEntry {
            issue: issue.localized(*locale),
            span: *span,
        }))
    }
}

impl FailureEntry {
    fn new(failure: &Failure) -> Self {
        Self {
            code: failure.code(),
            message: failure.to_string(),
        }
    }
}
