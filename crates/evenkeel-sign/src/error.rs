//! Why a request cannot be signed, and why a received one is refused. No message holds a secret.

use thiserror::Error;

use crate::SigningTrace;

/// Why a request cannot be signed. Nothing here depends on the network: the caller's request is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The method is not made of upper-case letters.
    #[error("the method is not an HTTP method in capitals")]
    InvalidMethod,
    /// The host is empty or holds characters a `Host` header cannot.
    #[error("the host is empty or cannot stand in a `Host` header")]
    InvalidHost,
    /// The path does not start with `/`, or is not percent-encoded as on the wire.
    #[error("the path is not an absolute, percent-encoded path without query")]
    InvalidPath,
    /// A header's name or value cannot be sent. The value is not shown: it may be private.
    #[error(
        "the header `{name}` cannot be sent: its name or value holds characters that headers do not allow"
    )]
    InvalidHeader {
        /// The header's name, as given.
        name: String,
    },
    /// A header is given more than once.
    #[error("the header `{name}` is given more than once")]
    DuplicateHeader {
        /// The header's name in lower case.
        name: String,
    },
    /// A header is given that signing itself, or the HTTP client, sets.
    #[error("the header `{name}` is set by signing or by the HTTP client and cannot be given")]
    ReservedHeader {
        /// The header's name in lower case.
        name: String,
    },
    /// A header the scheme requires is not given.
    #[error("the header `{name}` is required")]
    MissingHeader {
        /// The header's name in lower case.
        name: &'static str,
    },
    /// A part of the credentials is empty or cannot be sent (often a line break at the end of a file). It is not shown.
    #[error("the {part} is empty or holds characters that cannot be sent, such as a line break")]
    InvalidCredentials {
        /// Which part: `access key id`, `secret` or `security token`.
        part: &'static str,
    },
    /// The nonce is empty or cannot stand in a header.
    #[error("the nonce is empty or cannot stand in a header")]
    InvalidNonce,
    /// A parameter is given more than once. Signer and server might mean different ones.
    #[error("the parameter `{name}` is given more than once")]
    DuplicateParameter {
        /// The parameter's name.
        name: String,
    },
    /// A parameter is given that signing itself sets.
    #[error("the parameter `{name}` is set by signing and cannot be given")]
    ReservedParameter {
        /// The parameter's name.
        name: String,
    },
    /// A parameter that the scheme requires is not given.
    #[error("the parameter `{name}` is required")]
    MissingParameter {
        /// The parameter's name.
        name: &'static str,
    },
    /// The time cannot be written as a four-digit year.
    #[error("the time {time_ms} ms cannot be written as a date")]
    TimeOutOfRange {
        /// The time given, in ms since the Unix epoch.
        time_ms: i64,
    },
}

/// Why a received request is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no `Authorization` header.
    #[error("the request has no `authorization` header")]
    MissingAuthorization,
    /// The `Authorization` header is not what the scheme prescribes.
    #[error("the `authorization` header is malformed: {detail}")]
    MalformedAuthorization {
        /// What is wrong. Never text from the request.
        detail: &'static str,
    },
    /// The method, the target or a header's value holds characters that HTTP does not allow there.
    #[error("the request's {part} holds characters that HTTP does not allow there")]
    MalformedRequest {
        /// Which part: `method`, `target` or the header's name.
        part: String,
    },
    /// A header that counts was sent more than once, so signer and server may have meant different ones.
    #[error("the header `{name}` was sent more than once")]
    DuplicateHeader {
        /// The header's name in lower case.
        name: String,
    },
    /// No such access key.
    #[error("the access key id `{access_key_id}` is not known")]
    UnknownKey {
        /// The id from the request.
        access_key_id: String,
    },
    /// A header that must be signed is missing from `SignedHeaders`.
    #[error("the header `{name}` must be sent and signed")]
    MissingSignedHeader {
        /// The header's name in lower case.
        name: String,
    },
    /// A header named in `SignedHeaders` did not arrive.
    #[error("the header `{name}` is named in `SignedHeaders` but was not sent")]
    UnsentSignedHeader {
        /// The header's name in lower case.
        name: String,
    },
    /// The declared hash of the body is not the hash of the body that arrived.
    #[error("the declared content hash is not the hash of the body")]
    BodyHashMismatch,
    /// A parameter that a signature in parameters needs is missing or empty.
    #[error("the parameter `{name}` is missing or empty")]
    MissingParameter {
        /// The parameter's name.
        name: &'static str,
    },
    /// A parameter was sent more than once, so signer and server may have meant different ones.
    #[error("a parameter was sent more than once: `{name}`")]
    DuplicateParameter {
        /// The parameter's name.
        name: String,
    },
    /// A signature parameter has a value that the scheme does not know.
    #[error("the parameter `{name}` must be `{expected}`")]
    UnsupportedParameter {
        /// The parameter's name.
        name: &'static str,
        /// The only value there is.
        expected: &'static str,
    },
    /// The signature parameter cannot be a signature.
    #[error("the parameter `Signature` is not 20 bytes in base64")]
    MalformedSignature,
    /// The date is not written as the scheme prescribes.
    #[error("the date is malformed")]
    MalformedDate,
    /// The date is further from now than allowed.
    #[error("signed at {signed_at_ms} ms, which is too far from the server's time {now_ms} ms")]
    Skewed {
        /// When the request says it was signed, in ms since the Unix epoch.
        signed_at_ms: i64,
        /// The server's time, in ms since the Unix epoch.
        now_ms: i64,
    },
    /// The security token is missing, is not this key's, or the key has none.
    #[error("the security token is missing or is not this access key's")]
    SecurityTokenMismatch,
    /// The signature is not the one this key makes for this request.
    #[error("the signature does not match")]
    SignatureMismatch {
        /// What the server computed up to the string to sign; `signature` is the one that was **received**. The right
        /// one is left out on purpose: a server that echoes it would sign for anybody. The canonical request can hold a
        /// password or a token: show it to the caller at most, never log it.
        trace: SigningTrace,
    },
}
