//! ENS' way of saying no.

use axum::response::Response;
use serde::Serialize;

use crate::{
    answer::{self, Page},
    fault::Kind,
};

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: String,
    message: String,
    retry_after_ms: Option<u64>,
    /// What stands in place of the body.
    page: Option<Page>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    request_id: &'a str,
    host_id: &'a str,
    code: &'a str,
    message: &'a str,
    recommend: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            retry_after_ms: None,
            page: None,
        }
    }

    /// A required parameter is not there.
    pub(super) fn missing(field: &str) -> Self {
        Self::new(
            400,
            "MissingParameter",
            format!(
                "The input parameter {field} that is mandatory for processing this request is not supplied."
            ),
        )
    }

    /// A parameter has a value it cannot have.
    pub(super) fn invalid(field: &str) -> Self {
        Self::new(
            400,
            format!("InvalidParameter.{field}"),
            format!("The specified field {field} invalid. Please check it again."),
        )
    }

    /// Something of the signature is not there or cannot be read.
    pub(super) fn incomplete(message: impl Into<String>) -> Self {
        Self::new(400, "IncompleteSignature", message)
    }

    /// What a fault asks for.
    pub(super) fn of_fault(kind: &Kind) -> Self {
        match kind {
            Kind::Error {
                status,
                code,
                message,
                ..
            } => {
                let (usual, text) = match status {
                    403 => ("NoPermission", "Permission denied."),
                    500 => (
                        "InternalError",
                        "The request processing has failed due to some unknown error.",
                    ),
                    501..=599 => ("ServiceUnavailable", "The service is unavailable."),
                    _ => ("InvalidParameter", "The specified parameter is invalid."),
                };
                Self {
                    page: kind.page(),
                    ..Self::new(
                        *status,
                        code.as_deref().unwrap_or(usual),
                        message.as_deref().unwrap_or(text),
                    )
                }
            }
            kind => Self {
                retry_after_ms: match kind {
                    Kind::Throttle { retry_after_s } => retry_after_s.map(|s| u64::from(s) * 1000),
                    _ => None,
                },
                ..Self::new(
                    400,
                    "Throttling.User",
                    "Request was denied due to user flow control.",
                )
            },
        }
    }

    pub(super) fn response(&self, host: &str, request_id: &str) -> Response {
        let response = answer::json(
            self.status,
            &Body {
                request_id,
                host_id: host,
                code: &self.code,
                message: &self.message,
                recommend: format!("https://api.aliyun.com/troubleshoot?q={}", self.code),
            },
        );
        let response = answer::with_page(response, self.page.as_ref());
        let response = answer::with_code(response, &self.code);
        match self.retry_after_ms {
            // In ms: the SDKs sleep for the number they find here in ms.
            Some(ms) => answer::with_header(response, "x-acs-retry-after", &ms.to_string()),
            None => response,
        }
    }
}
