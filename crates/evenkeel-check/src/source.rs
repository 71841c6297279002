//! One input: a file or stdin.

use std::path::PathBuf;

use crate::{failure::CheckFailure, host::Host};

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum DocumentSource {
    Stdin,
    File(PathBuf),
}

/// An input, or what was named and why it is none.
pub(crate) type Named = Result<DocumentSource, (String, CheckFailure)>;

impl DocumentSource {
    /// How it is called in the output.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Reads it whole.
    pub(crate) fn read(&self, host: &dyn Host) -> Result<Vec<u8>, CheckFailure> {
        match self {
            Self::Stdin => host.stdin(),
            Self::File(path) => host.read(path),
        }
    }
}
