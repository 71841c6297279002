//! `--format github`: annotations of GitHub Actions.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use std::io::{self, Write};

use evenkeel::{Issue, Span, visible::visible};

use crate::{
    findings::{CheckedFile, CheckedOperation, Findings},
    path::PathStyle,
    plain::plain,
    text,
};

pub(crate) fn write(out: &mut impl Write, findings: &Findings) -> io::Result<()> {
    for file in &findings.files {
        match &file.result {
            Ok(checked) => {
                for (issue, span) in &checked.found {
                    annotate(out, findings, file, checked, issue, *span)?;
                }
            }
            Err(failure) => {
                let properties = properties(file, findings.style, "", failure.code());
                let message = data(&format!(
                    "{}: {}",
                    plain(&file.name),
                    plain(&failure.to_string())
                ));
                writeln!(out, "::error {properties}::{message}")?;
            }
        }
    }
    Ok(())
}

fn annotate(
    out: &mut impl Write,
    findings: &Findings,
    file: &CheckedFile,
    checked: &CheckedOperation,
    issue: &Issue,
    span: Span,
) -> io::Result<()> {
    let Span { start, end } = span;
    // Columns count only where the end is on the same line: GitHub drops all of them otherwise.
    let place = if start.line == end.line {
        format!(
            "line={},endLine={},col={},endColumn={},",
            start.line, end.line, start.column, end.column
        )
    } else {
        format!("line={},col={},", start.line, start.column)
    };
    let properties = properties(file, findings.style, &place, issue.code());
    // The log shows the message alone, so it says again where it is.
    let message = format!(
        "{}:{}:{}: {}",
        plain(&file.name),
        start.line,
        start.column,
        text::said(checked, issue, findings.locale)
    );
    let severity = text::severity(issue.severity);
    writeln!(out, "::{severity} {properties}::{}", data(&message))
}

/// What stands between the command's name and its message; stdin is no file to annotate.
fn properties(file: &CheckedFile, style: PathStyle, place: &str, code: &str) -> String {
    let title = property(&format!("evenkeel {code}"));
    if file.is_stdin {
        format!("title={title}")
    } else {
        // GitHub knows the files of a repository by names with slashes. One that cannot be seen it does not
        // find like this; as it stands, it would act on whoever looks at the log.
        let name = property(&visible(&style.slashed(&file.name)));
        format!("file={name},{place}title={title}")
    }
}

/// A message: a line break would end the command, and begin whatever stands behind it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_place() {
        assert_eq!(data("100%\r\n::set-env::"), "100%25%0D%0A::set-env::");
        assert_eq!(property("a,b:c%2C\n"), "a%2Cb%3Ac%252C%0A");
    }
}
