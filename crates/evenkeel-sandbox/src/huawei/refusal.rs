//! Huawei's ways of saying no: the gateway's shape and the service's.

use axum::response::Response;
use serde_json::{Value, json};

use crate::{
    answer::{self, Page},
    fault::Kind,
};

/// Who refuses, which decides the shape of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// The API gateway in front of the service.
    Gateway,
    Service,
}

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    voice: Voice,
    status: u16,
    code: String,
    message: String,
    retry_after_s: Option<u32>,
    /// What stands in place of the body.
    page: Option<Page>,
}

impl Refusal {
    fn new(voice: Voice, status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            voice,
            status,
            code: code.to_owned(),
            message: message.into(),
            retry_after_s: None,
            page: None,
        }
    }

    /// The service refuses.
    pub(super) fn service(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self::new(Voice::Service, status, code, message)
    }

    /// A parameter or the body is not what it must be.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::service(400, "Ecs.0005", message)
    }

    /// Signature, key or clock.
    pub(super) fn unauthorized(detail: &str) -> Self {
        Self::new(
            Voice::Gateway,
            401,
            "APIGW.0301",
            format!("Incorrect IAM authentication information: {detail}"),
        )
    }

    pub(super) fn no_such_api() -> Self {
        Self::new(
            Voice::Gateway,
            404,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment",
        )
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
                let (voice, usual, text) = match status {
                    401 => (
                        Voice::Gateway,
                        "APIGW.0301",
                        "Incorrect IAM authentication information: verify aksk signature fail",
                    ),
                    403 => (
                        Voice::Service,
                        "Ecs.0003",
                        "You do not have permission to do this.",
                    ),
                    500 => (Voice::Service, "Ecs.0000", "Internal error."),
                    501..=599 => (Voice::Gateway, "APIGW.0201", "Backend unavailable"),
                    _ => (Voice::Service, "Ecs.0005", "Invalid parameter."),
                };
                Self {
                    page: kind.page(),
                    ..Self::new(
                        voice,
                        *status,
                        code.as_deref().unwrap_or(usual),
                        message.as_deref().unwrap_or(text),
                    )
                }
            }
            kind => Self {
                retry_after_s: match kind {
                    Kind::Throttle { retry_after_s } => *retry_after_s,
                    _ => None,
                },
                ..Self::new(
                    Voice::Gateway,
                    429,
                    "APIGW.0308",
                    "The throttling threshold has been reached: policy user over ratelimit,limit:100,time:1 minute",
                )
            },
        }
    }

    /// What a fault asks for that fails one event.
    pub(super) fn of_item(kind: &Kind) -> Self {
        let (status, code, message) = match kind {
            Kind::FailItems {
                status,
                code,
                message,
                ..
            } => (*status, code.as_deref(), message.as_deref()),
            _ => (None, None, None),
        };
        Self::service(
            status.unwrap_or(400),
            code.unwrap_or("Ecs.0000"),
            message.unwrap_or("The request could not be processed."),
        )
    }

    fn body(&self, request_id: &str) -> Value {
        match self.voice {
            Voice::Gateway => json!({
                "error_msg": self.message,
                "error_code": self.code,
                "request_id": request_id,
            }),
            Voice::Service => json!({"error": {"message": self.message, "code": self.code}}),
        }
    }

    pub(super) fn response(&self, request_id: &str) -> Response {
        let response = answer::json(self.status, &self.body(request_id));
        let response = answer::with_page(response, self.page.as_ref());
        let response = answer::with_code(response, &self.code);
        match self.retry_after_s {
            Some(seconds) => answer::with_header(response, "retry-after", &seconds.to_string()),
            None => response,
        }
    }
}
