//! The clouds' error answers, in all their shapes.

mod said;

use std::time::SystemTime;

use serde::Serialize;

pub(crate) use self::said::Said;

use crate::answer::Answer;
use crate::clouds::Provider;
use crate::http::Response;

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
    /// Whether it says that a call with the same nonce came before: one that a network sent twice.
    pub(crate) fn is_repetition(&self) -> bool {
        let mut clouds = Provider::ALL.iter();
        clouds.any(|cloud| cloud.is_repetition(&self.code))
    }

    /// What is wrong with the key, where the cloud's code or words say.
    #[must_use]
    pub fn key_flaw(&self) -> Option<KeyFlaw> {
        let Self { code, message, .. } = self;
        let mut clouds = Provider::ALL.iter();
        clouds.find_map(|cloud| cloud.key_flaw(code, message))
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
    /// What kind of refusal it is, where the answer or its status says so.
    #[must_use]
    pub fn class(&self) -> Option<ErrorClass> {
        match self {
            Self::Refused(error) => Some(error.class),
            Self::Unreadable { class, .. } => *class,
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

/// Says that an answer is not JSON, and why; of an error's page its few words.
pub(crate) fn not_json(response: &Response, why: &str) -> String {
    if is_gzip(response) {
        // As clients leave it that ask for compression themselves.
        return "the cloud's answer is compressed with gzip: hand over its decoded body".to_owned();
    }
    let is_error = response.status >= 400;
    if is_error && response.body.trim_ascii().is_empty() {
        return "the cloud's answer is empty".to_owned();
    }
    let words = is_error.then(|| said::words(&response.text())).flatten();
    words.unwrap_or_else(|| format!("the cloud's answer is not JSON ({why})"))
}

/// Whether it begins as gzip does; as text, too, in which its second byte is none.
fn is_gzip(response: &Response) -> bool {
    let body = &response.body;
    body.starts_with(&[0x1F, 0x8B]) || body.starts_with("\u{1f}\u{fffd}\u{8}".as_bytes())
}

/// The provider's id of a request, from the headers.
pub(crate) fn header_request_id(response: &Response) -> Option<&str> {
    let mut clouds = Provider::ALL.iter();
    clouds.find_map(|cloud| response.header(cloud.request_id_header()))
}

/// When to try again, ms. A cloud's own header counts milliseconds, the standard one seconds, or names
/// the time. None where it is more than any number in JSON surely is.
fn retry_after_ms(response: &Response) -> Option<u64> {
    let number = |name| response.header(name)?.trim().parse::<u64>().ok();
    let mut clouds = Provider::ALL.iter();
    let ms = clouds
        .find_map(|cloud| number(cloud.retry_after_ms_header()?))
        .or_else(|| number("retry-after")?.checked_mul(1000))
        .or_else(|| until_ms(response));
    ms.filter(|ms| *ms < 1 << 53)
}

/// How long it is from the answer until the time that it names, ms; both by the cloud's own clock.
fn until_ms(response: &Response) -> Option<u64> {
    let at = |name| date(response.header(name)?);
    let wait = at("retry-after")?.duration_since(at("date")?);
    // A time that has passed by then means at once.
    u64::try_from(wait.unwrap_or_default().as_millis()).ok()
}

fn date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}

/// Reads an error answer; one without a code `lacks` what it was to have. Where the status says that
/// it is an error, a code is one in any shape.
pub(crate) fn parse(provider: Provider, response: &Response, lacks: &str) -> ResponseError {
    let text = response.text();
    let is_error = response.status >= 400;
    let refused = |code: &str, message: &str, request_id: Option<String>| {
        let status = response.status;
        ResponseError::Refused(ProviderError {
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            request_id,
            retry_after_ms: retry_after_ms(response),
            class: class(provider, status, code, message),
        })
    };
    let answer = match Answer::parse(&text, header_request_id(response)) {
        Ok(answer) => answer,
        Err(why) => {
            let Said { code, message } = Said::in_xml(&text);
            return match code.filter(|_| is_error) {
                Some(code) => {
                    let id = said::element(&text, "RequestId").or(header_request_id(response));
                    refused(code, message, id.map(str::to_owned))
                }
                None => ResponseError::not_json(response, &why),
            };
        }
    };
    let mut said = provider.said(&answer.root);
    if said.code.is_none() && is_error {
        said = Said::anywhere(&answer.root);
    }
    let Said { code, message } = said;
    match code {
        Some(code) => refused(code, message, answer.request_id()),
        // Words alone are worth as much as a gateway's page.
        None if is_error && !message.is_empty() => {
            refused(&response.status.to_string(), message, answer.request_id())
        }
        None => ResponseError::lacks(response, answer.request_id().as_deref(), lacks),
    }
}

/// What a refusal means: by its code where that is known, else by its status.
fn class(provider: Provider, status: u16, code: &str, message: &str) -> ErrorClass {
    if status == 429 {
        return ErrorClass::Throttled;
    }
    provider
        .error_class(code, message)
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
