//! Why a call brought no answer. What follows from it, [`crate::CallFailure`] says.

use evenkeel_sign::SignError;

use super::ANSWER_LIMIT;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The credentials or the request cannot be signed.
    #[error("the request cannot be signed: {0}")]
    Unsigned(SignError),
    /// The URL would not be the one that was signed.
    #[error("an id in the parameters cannot stand in a URL")]
    Unsendable,
    /// Refused before a byte of the request left: name, connection, TLS.
    #[error("{host} could not be reached: {cause}")]
    Unreachable {
        /// The host and port.
        host: String,
        /// The innermost cause.
        cause: String,
    },
    /// No whole answer in time.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The host and port.
        host: String,
    },
    /// The connection broke after the request may have left.
    #[error("the connection to {host} broke before its answer was complete: {cause}")]
    Lost {
        /// The host and port.
        host: String,
        /// The innermost cause.
        cause: String,
    },
    /// More than the limit.
    #[error("the answer of {host} is larger than {} MiB", ANSWER_LIMIT / 1024 / 1024)]
    TooLarge {
        /// The host and port.
        host: String,
    },
    /// Encoded in a way that was not asked for.
    #[error("the answer of {host} has an encoding that was not asked for")]
    Unreadable {
        /// The host and port.
        host: String,
    },
}

#[cfg(test)]
impl SendError {
    pub(crate) fn one_of_each() -> [Self; 7] {
        let (host, cause) = ("h".to_owned(), "c".to_owned());
        [
            Self::Unsigned(SignError::InvalidHost),
            Self::Unsendable,
            Self::Unreachable {
                host: host.clone(),
                cause: cause.clone(),
            },
            Self::Timeout { host: host.clone() },
            Self::Lost {
                host: host.clone(),
                cause,
            },
            Self::TooLarge { host: host.clone() },
            Self::Unreadable { host },
        ]
    }
}
