//! What is to be checked: files, patterns, stdin.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use glob::MatchOptions;

/// The most bytes that are read of one file: some 300,000 items.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Source {
    Stdin,
    File(PathBuf),
}

/// An input, or what was named and why it is none.
pub(super) type Named = Result<Source, (String, Failure)>;

/// Why an input was not checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
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
        "which operation is it for? Say --operation NAME, or put the NAME into the file's name"
    )]
    NoOperation,
    #[error("which operation is it for? Its name has {0} and {1}; say --operation NAME")]
    TwoOperations(&'static str, &'static str),
}

impl Failure {
    /// The stable code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::PermissionDenied => "permission_denied",
            Self::IsADirectory => "is_a_directory",
            Self::TooLarge => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::NoMatch => "no_match",
            Self::NoOperation => "no_operation",
            Self::TwoOperations(..) => "two_operations",
        }
    }

    pub(super) fn is_about_the_operation(&self) -> bool {
        matches!(self, Self::NoOperation | Self::TwoOperations(..))
    }

    fn new(error: &io::Error) -> Self {
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
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Reads it whole.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Stdin => read_whole(io::stdin().lock()),
            Self::File(path) => read_file(path),
        }
    }
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let file = File::open(path).map_err(|error| Failure::new(&error))?;
    read_whole(file)
}

fn read_whole(input: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    input
        .take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::TooLarge);
    }
    Ok(bytes)
}

/// The inputs that the arguments name, each once, in their order; none is stdin.
pub(super) fn sources(arguments: Vec<PathBuf>) -> Vec<Named> {
    if arguments.is_empty() {
        return vec![Ok(Source::Stdin)];
    }
    let mut seen = HashSet::new();
    arguments
        .into_iter()
        .flat_map(expand)
        .filter(|source| match source {
            Ok(source) => seen.insert(source.clone()),
            Err(_) => true,
        })
        .collect()
}

fn expand(argument: PathBuf) -> Vec<Named> {
    if argument.as_os_str() == "-" {
        return vec![Ok(Source::Stdin)];
    }
    match argument.to_str() {
        // A file may well have a bracket in its name.
        Some(pattern) if pattern.contains(['*', '?', '[']) && !argument.exists() => {
            matches(pattern).unwrap_or_else(|failure| vec![Err((pattern.to_owned(), failure))])
        }
        _ => vec![Ok(Source::File(argument))],
    }
}

/// The files that match, in the order of their names. As in shells, `*` matches neither `/` nor a
/// dot that a name begins with.
fn matches(pattern: &str) -> Result<Vec<Named>, Failure> {
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(pattern, options).map_err(|_| Failure::NotFound)?;
    let mut found: Vec<_> = paths
        .filter(|path| !path.as_ref().is_ok_and(|path| path.is_dir()))
        .map(|path| match path {
            Ok(path) => Ok(Source::File(path)),
            Err(error) => Err((
                error.path().to_string_lossy().into_owned(),
                Failure::new(error.error()),
            )),
        })
        .collect();
    if found.is_empty() {
        return Err(Failure::NoMatch);
    }
    found.sort_by_key(|source| match source {
        Ok(source) => source.name(),
        Err((name, _)) => name.clone(),
    });
    Ok(found)
}
