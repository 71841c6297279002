//! What is to be checked: files, patterns, stdin.

use std::{collections::HashSet, io, path::PathBuf};

use crate::{machine::Machine, pattern};

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Stdin,
    File(PathBuf),
}

/// An input, or what was named and why it is none.
pub(crate) type Named = Result<Source, (String, Failure)>;

/// Why an input was not checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says it in its message")]
pub enum Failure {
    #[error("no such file")]
    NotFound,
    #[error("permission denied")]
    PermissionDenied,
    #[error("is a directory; name the files in it")]
    IsADirectory,
    #[error("larger than 64 MiB")]
    TooLarge,
    #[error("cannot be read: {0}")]
    Unreadable(String),
    #[error("matches no file")]
    NoMatch,
    #[error(
        "which operation is it for? Say --operation NAME, or put the NAME into the file's name{}",
        .0.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
    )]
    NoOperation(Option<&'static str>),
    #[error("which operation is it for? Its name has {0} and {1}; say --operation NAME")]
    TwoOperations(&'static str, &'static str),
}

impl Failure {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::PermissionDenied => "permission_denied",
            Self::IsADirectory => "is_a_directory",
            Self::TooLarge => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::NoMatch => "no_match",
            Self::NoOperation(_) => "no_operation",
            Self::TwoOperations(..) => "two_operations",
        }
    }

    pub(crate) fn is_about_the_operation(&self) -> bool {
        matches!(self, Self::NoOperation(_) | Self::TwoOperations(..))
    }

    pub(crate) fn new(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            io::ErrorKind::IsADirectory => Self::IsADirectory,
            _ => Self::Unreadable(error.to_string()),
        }
    }
}

impl Source {
    /// How it is called in the output.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Reads it whole.
    pub(crate) fn read(&self, machine: &dyn Machine) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Stdin => machine.stdin(),
            Self::File(path) => machine.read(path),
        }
    }
}

/// The inputs that the arguments name, each once, in their order; none is stdin.
pub(crate) fn sources(machine: &dyn Machine, arguments: Vec<PathBuf>) -> Vec<Named> {
    if arguments.is_empty() {
        return vec![Ok(Source::Stdin)];
    }
    let mut seen = HashSet::new();
    arguments
        .into_iter()
        .map(|argument| unquoted(machine, argument))
        .flat_map(|argument| expand(machine, argument))
        .filter(|source| match source {
            Ok(source) => seen.insert(source.clone()),
            Err(_) => true,
        })
        .collect()
}

/// An argument without single quotes around it, which `cmd.exe` and most that start a program without a
/// shell leave where they are.
fn unquoted(machine: &dyn Machine, argument: PathBuf) -> PathBuf {
    let inner = argument
        .to_str()
        .and_then(|text| text.strip_prefix('\'')?.strip_suffix('\''));
    match inner {
        Some(inner) if !inner.is_empty() && !machine.exists(&argument) => PathBuf::from(inner),
        _ => argument,
    }
}

/// Whether a name is half of one in single quotes, parted at a space.
pub(crate) fn is_half_quoted(name: &str) -> bool {
    name.starts_with('\'') != name.ends_with('\'')
}

fn expand(machine: &dyn Machine, argument: PathBuf) -> Vec<Named> {
    if argument.as_os_str() == "-" {
        return vec![Ok(Source::Stdin)];
    }
    match argument.to_str() {
        // A file may well have a bracket in its name.
        Some(pattern) if pattern.contains(['*', '?', '[']) && !machine.exists(&argument) => {
            pattern::matches(machine, pattern)
                .unwrap_or_else(|failure| vec![Err((pattern.to_owned(), failure))])
        }
        _ => vec![Ok(Source::File(argument))],
    }
}
