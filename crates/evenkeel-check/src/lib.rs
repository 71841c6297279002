//! `evenkeel check FILE…`: the rules for shells, hooks and CI.

mod document;
mod encoding_hint;
mod events;
mod failure;
mod files;
mod findings;
mod github;
mod host;
#[cfg(feature = "js")]
mod js;
mod json;
mod operation;
mod path;
mod pattern;
mod plain;
mod sarif;
mod source;
mod text;

use std::{
    borrow::Cow,
    ffi::OsString,
    io::{self, Write},
    path::PathBuf,
};

use anyhow::{Context, bail};
use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use evenkeel::{
    Issue, IssueKind, Locale, Operation, OperationName, Rules, Span, Timestamp, UnknownName,
    locate,
    visible::{visible, visible_lines},
};

use encoding_hint::EncodingHint;
use findings::{CheckedFile, CheckedOperation, Findings};
use plain::plain;
use source::{DocumentSource, Named};

pub use failure::CheckFailure;
pub use host::{Entry, Host, Native};
#[cfg(feature = "js")]
pub use js::{JsHost, command};
pub use path::PathStyle;

/// The options of `evenkeel check`.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = AFTER_HELP)]
pub struct Arguments {
    /// JSON files to check; `-`, or no file at all, is stdin. A pattern in quotes, such as
    /// 'plans/**/*.json', is expanded here; hidden names and folders `node_modules` are left out
    /// unless it names them.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The operation that the parameters are for. Without it each file's name says it, as
    /// plan.AcceptScheduledEvent.json does, or the name of a folder that it is in.
    #[arg(long, value_name = "NAME", value_parser = operation_name())]
    operation: Option<OperationName>,
    /// How the issues are written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The time to take for now, such as 2026-11-24T01:30:00Z. Without it, the clock's.
    #[arg(long, value_name = "RFC3339")]
    now: Option<Timestamp>,
    /// A JSON file of known events, as Evenkeel writes them or as a cloud's list answers them:
    /// actions are checked against their types, states and deadlines. May be given again.
    #[arg(long, value_name = "FILE")]
    events: Vec<PathBuf>,
    /// Let a warning fail as an error does; it stays a warning in the output.
    #[arg(long)]
    deny_warnings: bool,
    /// The language of the messages: en, zh, or a tag that begins with one, such as zh-CN.
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = locale)]
    locale: Locale,
}

const ABOUT: &str = "\
Check the parameters of an operation, in JSON files, before anything is sent.

It is the check that the console, the proxy and the JavaScript module make. Nothing is sent, and no
password is ever shown.";

const AFTER_HELP: &str = "\
Exit codes:
  0  no errors; there may be warnings, unless --deny-warnings is given
  1  at least one file has an error, or a warning that is denied
  2  wrong usage, or a file that was not checked; the others were

Examples:
  evenkeel check plan.BatchEventMigrateInstance.json
  evenkeel check --operation AcceptScheduledEvent --format json < accept.json
  evenkeel check --events events.json 'plans/**/*.json'";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line an issue, and a summary.
    Text,
    /// One document, for programs.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

fn operation_name() -> impl TypedValueParser<Value = OperationName> {
    PossibleValuesParser::new(OperationName::NAMES)
        .try_map(|name| name.parse::<OperationName>().map_err(|e: UnknownName| e))
}

/// The language for a tag that names one there is.
fn locale(tag: &str) -> Result<Locale, &'static str> {
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    if ["en", "zh"].contains(&language.to_ascii_lowercase().as_str()) {
        Ok(Locale::for_tag(tag))
    } else {
        Err("there are messages in en and zh")
    }
}

/// Keep the fleet on an even keel through cloud maintenance.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, propagate_version = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the parameters of an operation, in JSON files, before anything is sent.
    Check(Arguments),
}

/// Runs `evenkeel check …` as a program of its own; the exit code.
pub fn program(
    args: impl IntoIterator<Item = OsString>,
    host: &dyn Host,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let result = match parse(args) {
        Ok(Program {
            command: Command::Check(arguments),
        }) => run(arguments, host, out, err),
        Err(usage) => {
            let said = usage.render().to_string();
            let written = if usage.use_stderr() {
                err.write_all(said.as_bytes())
            } else {
                out.write_all(said.as_bytes()).and_then(|()| out.flush())
            };
            let code = u8::try_from(usage.exit_code()).unwrap_or(2);
            or_enough(written)
                .map(|()| code)
                .map_err(anyhow::Error::from)
        }
    };
    result.unwrap_or_else(|error| {
        // Nothing is left to say it with when this fails too.
        let _ = writeln!(err, "evenkeel: {}", visible_lines(&format!("{error:#}")));
        2
    })
}

/// Reads a command line. What is wrong with it is said of its visible form: a name that a shell put in the
/// place of a pattern may look like a flag, and hold what acts on a terminal.
///
/// # Errors
/// When there is a usage fault, or help was asked for.
pub fn parse<P: Parser>(args: impl IntoIterator<Item = OsString>) -> Result<P, clap::Error> {
    let args: Vec<OsString> = args.into_iter().collect();
    P::try_parse_from(&args).or_else(|_| {
        let shown = args
            .iter()
            .map(|arg| match visible(&arg.to_string_lossy()) {
                Cow::Owned(shown) => OsString::from(shown),
                Cow::Borrowed(_) => arg.clone(),
            });
        P::try_parse_from(shown)
    })
}

/// Checks every file, whatever becomes of the others; the exit code.
///
/// # Errors
/// When nothing is said to be checked, or the events or the output fail.
pub fn run(
    arguments: Arguments,
    host: &dyn Host,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    if arguments.files.is_empty() && host.stdin_is_terminal() {
        bail!("no FILE is given and nothing is piped in; see `evenkeel check --help`");
    }
    let events = events::load(host, &arguments.events)?;
    let now = arguments.now.map_or_else(|| host.now(), Ok)?;
    let rules = Rules {
        now,
        events: &events,
    };
    let findings = Findings {
        now,
        locale: arguments.locale,
        deny_warnings: arguments.deny_warnings,
        style: host.path_style(),
        files: files::sources(host, arguments.files)
            .into_iter()
            .map(|source| check(host, source, arguments.operation, &rules))
            .collect(),
    };
    complain(err, &findings, arguments.format);
    print(out, &findings, arguments.format).context("cannot write the result")?;
    Ok(findings.exit_code())
}

fn check(
    host: &dyn Host,
    source: Named,
    operation: Option<OperationName>,
    rules: &Rules<'_>,
) -> CheckedFile {
    let (name, is_stdin, result) = match source {
        Ok(source) => (
            source.name(),
            source == DocumentSource::Stdin,
            check_parameters(host, &source, operation, rules),
        ),
        Err((name, failure)) => (name, false, Err(failure)),
    };
    CheckedFile {
        name,
        is_stdin,
        result,
    }
}

fn check_parameters(
    host: &dyn Host,
    source: &DocumentSource,
    operation: Option<OperationName>,
    rules: &Rules<'_>,
) -> Result<CheckedOperation, CheckFailure> {
    let operation = operation.map_or_else(|| operation::of(source, host.path_style()), Ok);
    // What cannot be read is said first: a name that is mistyped has no operation either.
    let bytes = match (&operation, source) {
        (Err(failure), DocumentSource::Stdin) => return Err(failure.clone()),
        _ => source.read(host)?,
    };
    let operation = operation?;
    let issues = Operation::check_json(operation, &bytes, rules);
    let spans = locate(&bytes, &issues);
    let mut found: Vec<_> = issues.into_iter().zip(spans).collect();
    found.sort_by_key(|(_, span)| span.start);
    let stopped = |(issue, span): &(Issue, Span)| {
        matches!(issue.kind, IssueKind::InvalidJson { .. }).then_some(span.start.offset)
    };
    let stop = found.iter().find_map(stopped);
    Ok(CheckedOperation {
        operation,
        encoding_hint: stop.and_then(|offset| EncodingHint::of(&bytes, offset)),
        found,
    })
}

/// Says on stderr, in every format, which files were not checked, and what the output leaves out.
fn complain(out: &mut dyn Write, findings: &Findings, format: Format) {
    let mut nameless = false;
    let mut quoted = false;
    for (name, failure) in findings.failures() {
        let why = failure.to_string();
        let _ = writeln!(out, "evenkeel: {}: {}", plain(name), plain(&why));
        nameless |= failure.is_about_the_operation();
        quoted |= files::is_half_quoted(name);
    }
    if quoted {
        let _ = writeln!(
            out,
            "evenkeel: a single quote is part of a name here: `cmd.exe` takes \"…\" for quotes"
        );
    }
    if let (Format::Sarif, Some(cut)) = (format, sarif::cut(findings)) {
        let _ = writeln!(out, "evenkeel: {cut}; --format json has all");
    }
    if nameless {
        let _ = writeln!(
            out,
            "evenkeel: NAME is one of {}",
            OperationName::NAMES.join(", ")
        );
    }
}

fn print(mut out: &mut dyn Write, findings: &Findings, format: Format) -> io::Result<()> {
    let written = match format {
        Format::Text => text::write(&mut out, findings),
        Format::Json => json::write(&mut out, findings),
        Format::Github => github::write(&mut out, findings),
        Format::Sarif => sarif::write(&mut out, findings),
    };
    or_enough(written.and_then(|()| out.flush()))
}

/// Whoever reads may have enough (`| head`); the exit code still tells.
fn or_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader has gone.
    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_tag_is_taken_that_names_a_language_there_is() {
        for tag in ["zh", "zh-CN", "zh_Hans", "ZH-hant-tw"] {
            assert_eq!(locale(tag), Ok(Locale::Zh), "{tag}");
        }
        for tag in ["en", "en-GB", "EN_us"] {
            assert_eq!(locale(tag), Ok(Locale::En), "{tag}");
        }
        for tag in ["", "-zh", "zhx", "fr-CN", "english", "x-zh"] {
            assert!(locale(tag).is_err(), "{tag}");
        }
    }

    #[test]
    fn help_that_nobody_reads_is_no_error() {
        for line in [
            "evenkeel --help",
            "evenkeel check --help",
            "evenkeel --version",
        ] {
            let args = line.split(' ').map(OsString::from);
            let mut err = Vec::new();
            let code = program(args, &Native, &mut Gone, &mut err);
            assert_eq!((code, err), (0, Vec::new()), "{line}");
        }
    }
}
