//! What the clouds' error answers come to, in one shape.

mod error_fields;

use serde::Serialize;

pub(crate) use self::error_fields::{ErrorFields, element, words};

/// What kind of refusal an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Too many calls; the same call may be made again later.
    Throttled,
    /// The account may not do this; nor may the next call of its kind.
    Denied,
    /// The key, its token or the signature is not accepted; nor will the next call's be.
    Credentials,
    /// The clock is off, or the signature was too old when it came.
    Clock,
    /// There is no such thing.
    NotFound,
    /// A parameter is not accepted.
    Invalid,
    /// The cloud cannot answer now.
    Unavailable,
    /// Anything else.
    Other,
}

crate::wire_names! {
    ErrorClass {
        Throttled => "throttled", Denied => "denied", Credentials => "credentials",
        Clock => "clock", NotFound => "not_found", Invalid => "invalid",
        Unavailable => "unavailable", Other => "other",
    }
}

/// What is wrong with a key or its token, where the cloud says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// There is no such key.
    Unknown,
    /// The key is disabled.
    Disabled,
    /// Too many wrong signatures: it is locked for some minutes.
    Locked,
    /// The secret is not the key's; or what was signed is not what came.
    WrongSecret,
    /// The temporary token has run out.
    TokenExpired,
    /// The token is none, or another key's.
    TokenInvalid,
    /// The key is a temporary one, and its token is missing.
    TokenMissing,
}

/// An error that the cloud told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ProviderError {
    /// The HTTP status.
    pub status: u16,
    /// The cloud's code.
    pub code: String,
    /// The cloud's words: foreign text.
    pub message: String,
    /// The cloud's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When to try again, ms from the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// What kind of refusal it is.
    pub class: ErrorClass,
}

/// Why an answer gave no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ResponseError {
    /// The cloud said no.
    #[error(transparent)]
    Refused(ProviderError),
    /// The answer cannot be read.
    #[error("HTTP {status}: {detail}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// Why, as a sentence.
        detail: String,
        /// What kind of refusal it is, where the status alone says so.
        #[serde(skip_serializing_if = "Option::is_none")]
        class: Option<ErrorClass>,
        /// The cloud's id of the request.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
        /// When to try again, ms from the answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

impl ResponseError {
    /// What kind of refusal it is, where the answer or its status says so.
    #[must_use]
    pub fn class(&self) -> Option<ErrorClass> {
        match self {
            Self::Refused(error) => Some(error.class),
            Self::Unreadable { class, .. } => *class,
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(ProviderError { status, .. }) | Self::Unreadable { status, .. } => {
                *status
            }
        }
    }

    /// When to try again, ms from the answer.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(ProviderError { retry_after_ms, .. })
            | Self::Unreadable { retry_after_ms, .. } => *retry_after_ms,
        }
    }

    /// What is known of a refusal whose body says nothing: its status is its code. None of an answer
    /// that is no error's.
    #[must_use]
    pub fn into_refusal(self) -> Option<ProviderError> {
        match self {
            Self::Refused(error) => Some(error),
            Self::Unreadable {
                status,
                detail,
                class,
                request_id,
                retry_after_ms,
            } => Some(ProviderError {
                status,
                code: status.to_string(),
                message: detail,
                request_id,
                retry_after_ms,
                class: class?,
            }),
        }
    }
}

/// Whether a code begins so, in any case: the clouds themselves spell some in two ways.
pub(crate) fn begins(code: &str, prefix: &str) -> bool {
    code.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether a text has a word in it, in any case where its letters are ASCII. By its bytes, because a search for texts is
/// eight times the code.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    let mut parts = text.as_bytes().windows(word.len().max(1));
    parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// None of a status that is no error's.
pub(crate) fn class_of_status(status: u16) -> Option<ErrorClass> {
    Some(match status {
        401 => ErrorClass::Credentials,
        403 => ErrorClass::Denied,
        404 => ErrorClass::NotFound,
        429 => ErrorClass::Throttled,
        400..=499 => ErrorClass::Invalid,
        500..=599 => ErrorClass::Unavailable,
        _ => return None,
    })
}
