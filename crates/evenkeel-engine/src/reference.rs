//! Where a value stands that is not written in the configuration: a variable, a file or a credential of systemd.

mod scrub;
mod secret_file;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use zeroize::Zeroizing;

pub use scrub::scrubbed;
pub use secret_file::read as read_secret_file;

/// Reads a variable of the environment; passed in so that tests need no global state.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting that is no secret: written down, or referred to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// As it stands in the file.
    Plain(String),
    /// Found elsewhere.
    At(Reference),
}

/// Where a security token comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenReference {
    /// The file names it: it must be there.
    Required(Reference),
    /// The provider's own variable, used when it is set.
    Default(Reference),
}

/// Where systemd says that a unit's credentials are.
pub(crate) const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where a credential is; never the credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// `env:NAME`
    Env(String),
    /// `file:PATH`; a relative path starts in the current folder.
    File(PathBuf),
    /// `credential:NAME`, of a unit's `LoadCredential=`.
    Credential(String),
}

impl Reference {
    /// How one is written, for whoever wrote something else.
    pub const FORMS: &str = "`env:NAME`, `file:PATH` or `credential:NAME`";

    /// Reads what is written in one of the [forms](Self::FORMS); nothing else is a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("env:") {
            return (!name.is_empty()).then(|| Self::Env(name.to_owned()));
        }
        if let Some(name) = text.strip_prefix("credential:") {
            // A file of that folder and of no other.
            let is_name = !["", ".", ".."].contains(&name) && !name.contains('/');
            return is_name.then(|| Self::Credential(name.to_owned()));
        }
        let path = text.strip_prefix("file:")?;
        (!path.is_empty()).then(|| Self::File(PathBuf::from(path)))
    }

    /// Fetches what it refers to.
    ///
    /// # Errors
    /// When it is missing, unreadable, empty, open to others, or no credential by its looks; the
    /// text never shows the value.
    pub fn read(&self, environment: Environment<'_>) -> Result<SecretString, ReferenceError> {
        self.fetch(environment).map(|read| read.value)
    }

    /// Fetches what it refers to, and tells what is odd about it.
    pub(crate) fn fetch(&self, environment: Environment<'_>) -> Result<Read, ReferenceError> {
        let fault = |reason: &str| ReferenceError {
            reference: self.to_string(),
            reason: reason.to_owned(),
        };
        // The untrimmed copy is wiped together with the wrapper that holds it.
        let text = match self {
            Self::Env(name) => {
                Zeroizing::new(environment(name).ok_or_else(|| fault("is not set"))?)
            }
            Self::File(path) => secret_file::read(path).map_err(|why| fault(&why))?,
            Self::Credential(name) => {
                let folder = environment(CREDENTIALS).ok_or_else(|| {
                    fault("is nowhere: this is no unit of systemd that has `LoadCredential=`")
                })?;
                secret_file::read(&Path::new(&folder).join(name)).map_err(|why| fault(&why))?
            }
        };
        let value = text.trim();
        if value.is_empty() {
            return Err(fault("is empty"));
        }
        if ['"', '\'', '`']
            .iter()
            .any(|quote| value.starts_with(*quote) || value.ends_with(*quote))
        {
            return Err(fault(
                "stands in quotes, which are part of it here: an env file for Docker keeps them; take them away",
            ));
        }
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(fault(
                "holds spaces, line breaks or characters no credential has",
            ));
        }
        // Every editor ends a file with a line break.
        let untold = match self {
            Self::Env(_) => text.as_str(),
            Self::File(_) | Self::Credential(_) => text.strip_suffix('\n').unwrap_or(&text),
        };
        let untold = untold.strip_suffix('\r').unwrap_or(untold);
        let note = (untold != value).then(|| {
            format!("`{self}` has white space around its value, which is left out: take it away")
        });
        Ok(Read {
            value: SecretString::from(value),
            note,
        })
    }
}

/// What a reference led to.
pub(crate) struct Read {
    pub(crate) value: SecretString,
    /// What is odd about it, if anything; never with the value.
    pub(crate) note: Option<String>,
}

impl TokenReference {
    /// Where it is.
    pub(crate) fn reference(&self) -> &Reference {
        match self {
            Self::Required(reference) | Self::Default(reference) => reference,
        }
    }
}

impl fmt::Display for Reference {
    /// What looks like a secret that was put there by mistake is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{}", scrub::scrubbed(name)),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Credential(name) => write!(f, "credential:{}", scrub::scrubbed(name)),
        }
    }
}

/// A reference that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{reference}` {reason}")]
pub struct ReferenceError {
    reference: String,
    reason: String,
}
