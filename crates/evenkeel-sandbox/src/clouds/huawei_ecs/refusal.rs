//! Writes down how Huawei refuses: the gateway's shape and the service's.

use axum::response::Response;
use serde_json::json;

use crate::{
    answer,
    fault::FaultKind,
    refusal::{Refusal, Speaker},
};

/// A parameter or the body is not what it must be.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::service(400, "Ecs.0005", message)
}

/// The signature, the key or the date is wrong.
pub(super) fn unauthorized(detail: &str) -> Refusal {
    Refusal::gateway(
        401,
        "APIGW.0301",
        format!("Incorrect IAM authentication information: {detail}"),
    )
}

pub(super) fn no_such_api() -> Refusal {
    Refusal::gateway(
        404,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
    )
}

pub(super) fn no_such_project() -> Refusal {
    Refusal::service(
        403,
        "Ecs.0003",
        "You do not have permission to access this project.",
    )
}

pub(super) fn too_large() -> Refusal {
    Refusal::service(413, "Ecs.0005", "Request body is too large.")
}

pub(super) fn throttled() -> Refusal {
    Refusal::gateway(
        429,
        "APIGW.0308",
        "The throttling threshold has been reached: policy user over ratelimit,limit:100,time:1 minute",
    )
}

/// What is usually said with this status.
pub(super) fn usual_error(status: u16) -> Refusal {
    match status {
        401 => unauthorized("verify aksk signature fail"),
        403 => Refusal::service(status, "Ecs.0003", "You do not have permission to do this."),
        500 => Refusal::service(status, "Ecs.0000", "Internal error."),
        501..=599 => Refusal::gateway(status, "APIGW.0201", "Backend unavailable"),
        _ => Refusal::service(status, "Ecs.0005", "Invalid parameter."),
    }
}

/// Makes the refusal of one event that a fault asks for.
pub(super) fn of_item(kind: &FaultKind) -> Refusal {
    let (status, code, message) = kind.of_item();
    Refusal::service(
        status.unwrap_or(400),
        code.unwrap_or("Ecs.0000"),
        message.unwrap_or("The request could not be processed."),
    )
}

/// The answer.
pub(super) fn response(refusal: &Refusal, request_id: &str) -> Response {
    let Refusal { code, message, .. } = refusal;
    let body = match refusal.speaker {
        Speaker::Gateway => json!({
            "error_msg": message,
            "error_code": code,
            "request_id": request_id,
        }),
        Speaker::Service => json!({"error": {"message": message, "code": code}}),
    };
    let response = answer::json(refusal.status, &body);
    match refusal.retry_after_s {
        Some(seconds) => answer::with_header(response, "retry-after", &seconds.to_string()),
        None => response,
    }
}
