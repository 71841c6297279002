//! Writes down how Alibaba Cloud refuses, and what the gateway in front of its services says.

use axum::response::Response;
use serde::Serialize;

use crate::{answer, call::Call, refusal::Refusal};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
    recommend: String,
}

/// Something of the signature is not there or cannot be read.
pub(super) fn incomplete(message: impl Into<String>) -> Refusal {
    Refusal::gateway(400, "IncompleteSignature", message)
}

pub(super) fn no_such_version() -> Refusal {
    Refusal::gateway(
        404,
        "InvalidVersion",
        "Specified parameter Version is not valid.",
    )
}

pub(super) fn no_such_action() -> Refusal {
    Refusal::gateway(
        404,
        "InvalidAction.NotFound",
        "Specified api is not found, please check your url and method.",
    )
}

pub(in crate::clouds) fn too_large() -> Refusal {
    Refusal::gateway(
        413,
        "RequestEntityTooLarge",
        "The request body is too large.",
    )
}

pub(in crate::clouds) fn throttled() -> Refusal {
    Refusal::gateway(
        400,
        "Throttling.User",
        "Request was denied due to user flow control.",
    )
}

/// What is usually said with this status; `denied` is the service's code and message where a permission is missing.
pub(in crate::clouds) fn usual_error(status: u16, denied: (&str, &str)) -> Refusal {
    let (code, message) = match status {
        403 => denied,
        500 => (
            "InternalError",
            "The request processing has failed due to some unknown error.",
        ),
        501..=599 => ("ServiceUnavailable", "The service is unavailable."),
        _ => ("InvalidParameter", "The specified parameter is invalid."),
    };
    Refusal::service(status, code, message)
}

/// The answer, which has the same shape whoever speaks; `host` is the service's own address.
pub(in crate::clouds) fn response(
    refusal: &Refusal,
    call: Option<&Call>,
    host: &str,
    request_id: &str,
) -> Response {
    let response = answer::json(
        refusal.status,
        &Body {
            request_id,
            host_id: call.and_then(|call| call.header("host")).unwrap_or(host),
            code: &refusal.code,
            message: &refusal.message,
            recommend: format!("https://api.aliyun.com/troubleshoot?q={}", refusal.code),
        },
    );
    match refusal.retry_after_s {
        // In ms: the SDKs sleep for the number they find here in ms.
        Some(seconds) => {
            let ms = u64::from(seconds) * 1000;
            answer::with_header(response, "x-acs-retry-after", &ms.to_string())
        }
        None => response,
    }
}
