//! Reads the clouds' error answers, in all their shapes.

use std::time::SystemTime;

use crate::answer::Answer;
use crate::http::Response;
use crate::json::{Node, parse_answer};
use crate::outcome::says_no;
use crate::provider::Provider;
use crate::provider_error::{
    ErrorClass, ErrorFields, KeyFlaw, ProviderError, ResponseError, class_of_status, element, words,
};

impl Answer<'_> {
    /// The provider's id of the request, from the body or a header.
    pub(crate) fn request_id(&self) -> Option<String> {
        let mut clouds = Provider::ALL.iter();
        clouds
            .find_map(|cloud| self.root.text(cloud.facts().request_id_member))
            .or(self.header_request_id)
            .map(str::to_owned)
    }
}

impl Provider {
    /// The code that a body has, in the cloud's own shapes or in those of gateways.
    #[must_use]
    pub fn code_in(self, response: &Response) -> Option<String> {
        let text = response.text();
        let answer = Answer::parse(&text, None).ok()?;
        let own = self.error_fields(&answer.root).code;
        own.or_else(|| ErrorFields::anywhere(&answer.root).code)
            .map(str::to_owned)
    }
}

impl ResponseError {
    /// Whether the call may have acted all the same: a server that failed, or gave up waiting, says nothing of what
    /// it did, and of two equal calls the first may have been taken.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        match self {
            error if !says_no(error.status()) => true,
            Self::Refused(error) => error.class != ErrorClass::Throttled && error.is_repetition(),
            Self::Unreadable { .. } => false,
        }
    }
}

impl ProviderError {
    /// Whether it says that a call with the same nonce came before: one that a network sent twice.
    fn is_repetition(&self) -> bool {
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

impl Response {
    /// The cloud's id of the request, from the headers.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        header_request_id(self)
    }
}

/// What the status and the headers say is kept: a gateway's page has a hint there, too.
fn unreadable(response: &Response, request_id: Option<&str>, detail: String) -> ResponseError {
    ResponseError::Unreadable {
        status: response.status,
        detail,
        class: class_of_status(response.status),
        request_id: request_id.map(str::to_owned),
        retry_after_ms: retry_after_ms(response),
    }
}

/// The answer is not JSON, and why.
pub(crate) fn not_json(response: &Response, why: &str) -> ResponseError {
    unreadable(
        response,
        header_request_id(response),
        not_json_detail(response, why),
    )
}

/// The answer lacks what it is read for.
pub(crate) fn lacks(response: &Response, request_id: Option<&str>, what: &str) -> ResponseError {
    let detail = format!("the cloud's answer has no {what}");
    unreadable(response, request_id, detail)
}

/// Says that an answer is not JSON, and why; of an error's page its few words.
pub(crate) fn not_json_detail(response: &Response, why: &str) -> String {
    if is_gzip(response) {
        // As clients leave it that ask for compression themselves.
        return "the cloud's answer is compressed with gzip: hand over its decoded body".to_owned();
    }
    let is_error = response.status >= 400;
    if is_error && response.body.trim_ascii().is_empty() {
        return "the cloud's answer is empty".to_owned();
    }
    let words = is_error.then(|| words(&response.text())).flatten();
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

/// Reads of a success what it was asked for, or the refusal that came in its place; `what` it is that `read` has not
/// found.
pub(crate) fn read_success<T>(
    provider: Provider,
    response: &Response,
    what: &str,
    read: impl FnOnce(&Node<'_>) -> Option<T>,
) -> Result<T, ResponseError> {
    let error = |lacks| parse(provider, response, lacks);
    if !(200..300).contains(&response.status) {
        return Err(error("error code"));
    }
    let text = response.text();
    let root = parse_answer(text.trim_start_matches('\u{feff}'))
        .map_err(|why| not_json(response, &why.to_string()))?;
    read(&root).ok_or_else(|| error(what))
}

/// Reads an error answer; one without a code lacks `what` it was to have. Where the status says that
/// it is an error, a code is one in any shape.
pub(crate) fn parse(provider: Provider, response: &Response, what: &str) -> ResponseError {
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
            let ErrorFields { code, message } = ErrorFields::in_xml(&text);
            return match code.filter(|_| is_error) {
                Some(code) => {
                    let id = element(&text, "RequestId").or(header_request_id(response));
                    refused(code, message, id.map(str::to_owned))
                }
                None => not_json(response, &why),
            };
        }
    };
    let mut fields = provider.error_fields(&answer.root);
    if fields.code.is_none() && is_error {
        fields = ErrorFields::anywhere(&answer.root);
    }
    let ErrorFields { code, message } = fields;
    match code {
        Some(code) => refused(code, message, answer.request_id()),
        // Words alone are worth as much as a gateway's page.
        None if is_error && !message.is_empty() => {
            refused(&response.status.to_string(), message, answer.request_id())
        }
        None => lacks(response, answer.request_id().as_deref(), what),
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
