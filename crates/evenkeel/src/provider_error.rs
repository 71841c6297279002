//! The clouds' error answers, in all their shapes.

use serde::Serialize;

use crate::answer::Answer;
use crate::event::Provider;
use crate::http::Response;
use crate::json::Node;

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

crate::names! {
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

impl ProviderError {
    /// What is wrong with the key, where the cloud's code or words say.
    #[must_use]
    pub fn key_flaw(&self) -> Option<KeyFlaw> {
        let Self { code, message, .. } = self;
        crate::ens::key_flaw(code).or_else(|| crate::huawei::key_flaw(code, message))
    }
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
    /// What the status and the headers say is kept: a gateway's page has a hint there, too.
    fn unreadable(response: &Response, request_id: Option<&str>, detail: String) -> Self {
        Self::Unreadable {
            status: response.status,
            detail,
            class: class_of_status(response.status),
            request_id: request_id.map(str::to_owned),
            retry_after_ms: retry_after_ms(response),
        }
    }

    /// The answer is not JSON, and why.
    pub(crate) fn not_json(response: &Response, why: &str) -> Self {
        Self::unreadable(
            response,
            header_request_id(response),
            not_json(response, why),
        )
    }

    /// The answer lacks what it is read for.
    pub(crate) fn lacks(response: &Response, request_id: Option<&str>, what: &str) -> Self {
        let detail = format!("the cloud's answer has no {what}");
        Self::unreadable(response, request_id, detail)
    }
}

/// Says that an answer is not JSON, and why.
pub(crate) fn not_json(response: &Response, why: &str) -> String {
    if is_gzip(response) {
        // As clients leave it that ask for compression themselves.
        return "the cloud's answer is compressed with gzip: hand over its decoded body".to_owned();
    }
    format!("the cloud's answer is not JSON ({why})")
}

/// Whether it begins as gzip does; as text, too, in which its second byte is none.
fn is_gzip(response: &Response) -> bool {
    let body = &response.body;
    body.starts_with(&[0x1F, 0x8B]) || body.starts_with("\u{1f}\u{fffd}\u{8}".as_bytes())
}

/// The provider's id of a request, from the headers.
pub(crate) fn header_request_id(response: &Response) -> Option<&str> {
    response
        .header("x-acs-request-id")
        .or_else(|| response.header("x-request-id"))
}

/// When to try again, ms. Alibaba's own header counts milliseconds, the standard one seconds.
/// None where it is more than any number in JSON surely is.
fn retry_after_ms(response: &Response) -> Option<u64> {
    let number = |name| response.header(name)?.trim().parse::<u64>().ok();
    let ms = number("x-acs-retry-after").or_else(|| number("retry-after")?.checked_mul(1000));
    ms.filter(|ms| *ms < 1 << 53)
}

/// Reads an error answer; one without a code `lacks` what it was to have.
pub(crate) fn parse(provider: Provider, response: &Response, lacks: &str) -> ResponseError {
    let status = response.status;
    let text = response.text();
    let answer = match Answer::parse(&text, header_request_id(response)) {
        Ok(answer) => answer,
        Err(why) => return ResponseError::not_json(response, &why),
    };
    let (inner, code_key, message_key) = shape(provider, &answer.root);
    let Some(code) = inner.text(code_key).filter(|code| !code.is_empty()) else {
        return ResponseError::lacks(response, answer.request_id().as_deref(), lacks);
    };
    let message = inner.text(message_key).unwrap_or_default();
    ResponseError::Refused(ProviderError {
        status,
        code: code.to_owned(),
        message: message.to_owned(),
        request_id: answer.request_id(),
        retry_after_ms: retry_after_ms(response),
        class: class(provider, status, code, message),
    })
}

/// Where the code and the message stand: one shape at ENS, four at Huawei.
fn shape<'n, 'a>(
    provider: Provider,
    root: &'n Node<'a>,
) -> (&'n Node<'a>, &'static str, &'static str) {
    if provider == Provider::Ens {
        return (root, "Code", "Message");
    }
    for wrapper in ["error", "badRequest"] {
        if let Some(inner) = root
            .get(wrapper)
            .filter(|inner| inner.get("code").is_some())
        {
            return (inner, "code", "message");
        }
    }
    (root, "error_code", "error_msg")
}

/// What a refusal means: by its code where that is known, else by its status.
fn class(provider: Provider, status: u16, code: &str, message: &str) -> ErrorClass {
    if status == 429 {
        return ErrorClass::Throttled;
    }
    let known = match provider {
        Provider::Ens => crate::ens::class(code),
        Provider::HuaweiEcs => crate::huawei::class(code, message),
    };
    known
        .or_else(|| class_of_status(status))
        .unwrap_or(ErrorClass::Other)
}

/// Whether a code begins so, in any case: the clouds themselves spell some in two ways.
pub(crate) fn begins(code: &str, prefix: &str) -> bool {
    code.get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// None of a status that is no error's.
fn class_of_status(status: u16) -> Option<ErrorClass> {
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
