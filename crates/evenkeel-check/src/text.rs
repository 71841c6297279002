//! `--format text`: a line an issue, as compilers write it, and a summary.
//!
//! INVARIANT: no line of the input is quoted: it may hold a password.

use std::io::{self, Write};

use evenkeel::{Issue, IssueKind, Locale, Nearest, Severity};

use crate::{
    findings::{CheckedOperation, Findings},
    plain::plain,
};

pub(crate) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    for file in &findings.files {
        let Ok(checked) = &file.result else { continue };
        let name = plain(&file.name);
        for (issue, span) in &checked.found {
            let (line, column) = (span.start.line, span.start.column);
            let (severity, code) = (severity(issue.severity), issue.code());
            let message = message(issue, findings.locale);
            let said = with_place(checked, issue, &message, findings.locale);
            writeln!(out, "{name}:{line}:{column}: {severity}[{code}]: {said}")?;
        }
    }
    writeln!(out, "{}", summary(findings))
}

/// As it is called in every format.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The issue's own message; line and column stand before it already.
fn message(issue: &Issue, locale: Locale) -> String {
    match (&issue.kind, locale) {
        (IssueKind::InvalidJson { detail, .. }, Locale::En) => format!("not JSON: {detail}"),
        (IssueKind::InvalidJson { .. }, Locale::Zh) => "不是有效的 JSON".to_owned(),
        _ => issue.message(locale),
    }
}

/// Where and what, on one line, with the nearest valid value, or what the file is, where the
/// message lacks it.
pub(crate) fn said(checked: &CheckedOperation, issue: &Issue, locale: Locale) -> String {
    with_place(checked, issue, &issue.message(locale), locale)
}

fn with_place(checked: &CheckedOperation, issue: &Issue, message: &str, locale: Locale) -> String {
    let location = issue.path.to_string();
    let colon = if location.is_empty() { "" } else { ": " };
    let more = nearest(issue, locale).or_else(|| encoding_hint(checked, issue, locale));
    format!(
        "{}{colon}{}{}",
        plain(&location),
        plain(message),
        more.unwrap_or_default()
    )
}

fn encoding_hint(checked: &CheckedOperation, issue: &Issue, locale: Locale) -> Option<String> {
    let encoding_hint = checked.encoding_hint?;
    let semicolon = match locale {
        Locale::En => "; ",
        Locale::Zh => "；",
    };
    let said = encoding_hint.said(locale)?;
    matches!(issue.kind, IssueKind::InvalidJson { .. }).then(|| format!("{semicolon}{said}"))
}

fn nearest(issue: &Issue, locale: Locale) -> Option<String> {
    let value = match issue.nearest.as_ref()? {
        Nearest::Text(text) => plain(text).into_owned(),
        Nearest::Number(number) => number.to_string(),
    };
    match issue.kind {
        IssueKind::LooksLikeSeconds { .. } | IssueKind::OutOfRange { .. } => None,
        IssueKind::UnknownField | IssueKind::UnknownValue { .. } => Some(match locale {
            Locale::En => format!("; did you mean `{value}`?"),
            Locale::Zh => format!("；是否想写 `{value}`？"),
        }),
        _ => Some(match locale {
            Locale::En => format!("; the nearest that is valid is `{value}`"),
            Locale::Zh => format!("；最接近的有效值是 `{value}`"),
        }),
    }
}

fn summary(findings: &Findings) -> String {
    let failed = findings.failures().count();
    let checked = findings.files.len() - failed;
    let errors = findings.count(Severity::Error);
    let warnings = findings.count(Severity::Warning);
    match findings.locale {
        Locale::En => english(checked, failed, errors, warnings),
        Locale::Zh => chinese(checked, failed, errors, warnings),
    }
}

fn english(checked: usize, failed: usize, errors: usize, warnings: usize) -> String {
    let count = |count: usize, thing: &str| match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    };
    let found = match (errors, warnings) {
        (0, 0) => "no issues".to_owned(),
        (_, 0) => count(errors, "error"),
        (0, _) => count(warnings, "warning"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    match (checked, failed) {
        (0, _) => "no file was checked".to_owned(),
        (_, 0) => format!("{} checked: {found}", count(checked, "file")),
        _ => format!(
            "{} checked: {found}; {} not checked",
            count(checked, "file"),
            count(failed, "file")
        ),
    }
}

fn chinese(checked: usize, failed: usize, errors: usize, warnings: usize) -> String {
    let found = match (errors, warnings) {
        (0, 0) => "没有问题".to_owned(),
        (_, 0) => format!("{errors} 个错误"),
        (0, _) => format!("{warnings} 个警告"),
        _ => format!("{errors} 个错误，{warnings} 个警告"),
    };
    match (checked, failed) {
        (0, _) => "没有检查任何文件".to_owned(),
        (_, 0) => format!("已检查 {checked} 个文件：{found}"),
        _ => format!("已检查 {checked} 个文件：{found}；{failed} 个文件未检查"),
    }
}
