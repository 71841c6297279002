//! Holds what a run found: the files, in each the parameters of an operation, and what the rules say of them.

use evenkeel::{Issue, Locale, OperationName, Severity, Span, Timestamp};

use crate::{encoding_hint::EncodingHint, failure::CheckFailure, path::PathStyle};

/// One file, and what came of it.
pub(crate) struct CheckedFile {
    /// As it was named; `<stdin>` for stdin.
    pub(crate) name: String,
    pub(crate) is_stdin: bool,
    pub(crate) result: Result<CheckedOperation, CheckFailure>,
}

/// What the rules say about one file.
pub(crate) struct CheckedOperation {
    pub(crate) operation: OperationName,
    /// What the file is where it is no JSON.
    pub(crate) encoding_hint: Option<EncodingHint>,
    /// In the order of the file.
    pub(crate) found: Vec<(Issue, Span)>,
}

impl CheckedOperation {
    pub(crate) fn count(&self, severity: Severity) -> usize {
        let weighs = |(issue, _): &&(Issue, Span)| issue.severity == severity;
        self.found.iter().filter(weighs).count()
    }
}

/// Everything that was checked, and how it is to be said.
pub(crate) struct Findings {
    pub(crate) now: Timestamp,
    pub(crate) locale: Locale,
    pub(crate) deny_warnings: bool,
    /// How the names of the files are written.
    pub(crate) style: PathStyle,
    pub(crate) files: Vec<CheckedFile>,
}

impl Findings {
    pub(crate) fn checked(&self) -> impl Iterator<Item = &CheckedOperation> {
        self.files
            .iter()
            .filter_map(|file| file.result.as_ref().ok())
    }

    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.checked()
            .map(|operation| operation.count(severity))
            .sum()
    }

    /// Whether nothing in the file fails the run.
    pub(crate) fn accepts(&self, checked: &CheckedOperation) -> bool {
        checked.count(Severity::Error) == 0
            && !(self.deny_warnings && checked.count(Severity::Warning) > 0)
    }

    pub(crate) fn exit_code(&self) -> u8 {
        if self.failures().next().is_some() {
            return 2;
        }
        u8::from(!self.checked().all(|checked| self.accepts(checked)))
    }

    pub(crate) fn failures(&self) -> impl Iterator<Item = (&str, &CheckFailure)> {
        self.files
            .iter()
            .filter_map(|file| Some((file.name.as_str(), file.result.as_ref().err()?)))
    }
}
