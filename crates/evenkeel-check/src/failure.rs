//! Why an input was not checked.

use std::io;

/// Why an input was not checked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says it in its message")]
pub enum CheckFailure {
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

impl CheckFailure {
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
