//! What is wrong with an input: every issue at once, each with its place.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, Serializer};

use crate::issue::{IssueKind, Locale};
use crate::path::Path;
use crate::time::Timestamp;
use crate::wire_names::nearest;

/// How much an issue weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It refuses the input.
    Error,
    /// It lets the input through and must be shown.
    Warning,
}

crate::wire_names! {
    Severity { Error => "error", Warning => "warning" }
}

/// The nearest valid value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Nearest {
    /// A text.
    Text(Cow<'static, str>),
    /// A number, in the field's own unit.
    Number(i64),
}

/// One thing that is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where, in the caller's own keys.
    pub path: Path,
    /// What.
    pub kind: IssueKind,
    /// How much it weighs.
    pub severity: Severity,
    /// The nearest valid value, where there is one.
    pub nearest: Option<Nearest>,
}

impl Issue {
    /// The stable code, in snake case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The issue with its text in a language, to be written out.
    #[must_use]
    pub fn localized(&self, locale: Locale) -> LocalizedIssue<'_> {
        let issue = self;
        LocalizedIssue { issue, locale }
    }

    /// The text for a person: lower case, no full stop.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        self.kind.message(locale, self.path.last_key())
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = self.path.to_string();
        if !location.is_empty() {
            write!(f, "{location}: ")?;
        }
        f.write_str(&self.message(Locale::En))
    }
}

/// An issue as everybody is shown it, in a language.
#[derive(Debug, Clone, Copy)]
pub struct LocalizedIssue<'a> {
    issue: &'a Issue,
    locale: Locale,
}

impl Serialize for LocalizedIssue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Shape<'a> {
            path: &'a Path,
            pointer: String,
            location: String,
            #[serde(flatten)]
            kind: &'a IssueKind,
            severity: Severity,
            #[serde(skip_serializing_if = "Option::is_none")]
            nearest: Option<&'a Nearest>,
            message: String,
        }
        let issue = self.issue;
        Shape {
            path: &issue.path,
            pointer: issue.path.pointer(),
            location: issue.path.to_string(),
            kind: &issue.kind,
            severity: issue.severity,
            nearest: issue.nearest.as_ref(),
            message: issue.message(self.locale),
        }
        .serialize(serializer)
    }
}

impl Serialize for Issue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.localized(Locale::En).serialize(serializer)
    }
}

/// Why an input was refused: never empty, at least one of the issues is an error.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Report {
    /// Every issue, item by item; of an object first its unknown and repeated keys as they stand,
    /// then its fields in the provider's order.
    pub issues: Vec<Issue>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, issue) in self.issues.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{issue}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// A checked value with its warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T> {
    /// The value.
    pub value: T,
    /// The warnings.
    pub issues: Vec<Issue>,
}

impl<T> Checked<T> {
    /// The same warnings with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Checked<U> {
        Checked {
            value: f(self.value),
            issues: self.issues,
        }
    }
}

/// Where an issue is, made into a [`Path`] only when there is one: most places have none.
pub(crate) trait Place {
    fn path(&self) -> Path;

    /// A time as it is written here.
    fn spell(&self, at: Timestamp) -> Nearest {
        Nearest::Text(at.to_text().into())
    }
}

impl Place for Path {
    fn path(&self) -> Path {
        self.clone()
    }
}

/// Collects issues while an input is read.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    issues: Vec<Issue>,
    /// What was found to be near: in a large batch the same mistake stands many times.
    guesses: Vec<Guess>,
}

#[derive(Debug)]
struct Guess {
    text: String,
    allowed: Vec<&'static str>,
    nearest: Option<&'static str>,
}

impl Collector {
    pub(crate) fn error(&mut self, place: &impl Place, kind: IssueKind) {
        self.push(place, kind, Severity::Error, None);
    }

    pub(crate) fn error_near(
        &mut self,
        place: &impl Place,
        kind: IssueKind,
        nearest: Option<Nearest>,
    ) {
        self.push(place, kind, Severity::Error, nearest);
    }

    pub(crate) fn warning(&mut self, place: &impl Place, kind: IssueKind) {
        self.push(place, kind, Severity::Warning, None);
    }

    pub(crate) fn push(
        &mut self,
        place: &impl Place,
        kind: IssueKind,
        severity: Severity,
        nearest: Option<Nearest>,
    ) {
        self.issues.push(Issue {
            path: place.path(),
            kind,
            severity,
            nearest,
        });
    }

    /// The allowed name that a text is most like, where one is near.
    pub(crate) fn nearest(&mut self, text: &str, allowed: &[&'static str]) -> Option<&'static str> {
        const KEPT: usize = 8;
        let same = |guess: &&Guess| guess.text == text && guess.allowed == allowed;
        if let Some(guess) = self.guesses.iter().find(same) {
            return guess.nearest;
        }
        let nearest = nearest(text, allowed);
        if self.guesses.len() < KEPT {
            self.guesses.push(Guess {
                text: text.to_owned(),
                allowed: allowed.to_vec(),
                nearest,
            });
        }
        nearest
    }

    /// How many there are: a mark for [`Self::error_at`].
    pub(crate) fn mark(&self) -> usize {
        self.issues.len()
    }

    /// An error that stands before those after a mark.
    pub(crate) fn error_at(&mut self, mark: usize, place: &impl Place, kind: IssueKind) {
        let issue = Issue {
            path: place.path(),
            kind,
            severity: Severity::Error,
            nearest: None,
        };
        self.issues.insert(mark.min(self.issues.len()), issue);
    }

    /// Adds those of another, after its own.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.issues.append(&mut other.issues);
    }

    fn refuses(&self) -> bool {
        self.issues
            .iter()
            .any(|issue| issue.severity == Severity::Error)
    }

    /// All of them.
    pub(crate) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// The value with its warnings, or the report.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<Checked<T>, Report> {
        match value {
            Some(value) if !self.refuses() => Ok(Checked {
                value,
                issues: self.issues,
            }),
            _ => {
                debug_assert!(self.refuses(), "a missing value has an issue that says why");
                Err(Report {
                    issues: self.issues,
                })
            }
        }
    }
}
